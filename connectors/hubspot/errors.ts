/**
 * HubSpot's refusals, translated by status, category and policy name; never by message text.
 * For a write the question is only: is it applied? Source: HubSpot's error handling guide and usage guidelines,
 * https://developers.hubspot.com/docs/api-reference/error-handling
 */
import type { ErrorCode } from "../../src/errors.ts";
import type { Answered } from "../http/call.ts";
import { cutReason, maybeTrouble, retryAfter } from "../http/trouble.ts";
import type { Advice, Trouble as AnyTrouble } from "../http/trouble.ts";
import { problemBody } from "./answer.ts";

/** HubSpot's name of the limit that was hit; other names are treated as the ten-second one. */
export type LimitPolicy = "ten-secondly" | "secondly" | "daily";

/** One failed call, with the limit that was hit. */
export interface Trouble extends AnyTrouble {
  readonly policy?: LimitPolicy;
}

/** What HubSpot refuses without a more exact reason. */
const INVALID: Pick<Trouble, "code" | "applied"> = { code: "crm.invalid", applied: "refused" };

/** By status, where the status alone decides. 423 is a record lock, 477 a move to another data centre. */
const BY_STATUS: Readonly<Record<number, Pick<Trouble, "code" | "applied">>> = {
  401: { code: "crm.unauthorized", applied: "no" },
  403: { code: "crm.forbidden", applied: "refused" },
  404: { code: "crm.not-found", applied: "refused" },
  408: { code: "crm.timeout", applied: "maybe" },
  409: { code: "crm.conflict", applied: "refused" },
  410: { code: "crm.not-found", applied: "refused" },
  423: { code: "crm.locked", applied: "no" },
  429: { code: "crm.rate-limited", applied: "no" },
  477: { code: "crm.migrating", applied: "no" },
};

const BY_CATEGORY: ReadonlyMap<string | undefined, Pick<Trouble, "code" | "applied">> = new Map([
  ["OBJECT_NOT_FOUND", { code: "crm.not-found", applied: "refused" }],
  ["CONFLICT", { code: "crm.conflict", applied: "refused" }],
  ["OBJECT_ALREADY_EXISTS", { code: "crm.conflict", applied: "refused" }],
  ["MISSING_SCOPES", { code: "crm.forbidden", applied: "refused" }],
  ["RATE_LIMITS", { code: "crm.rate-limited", applied: "no" }],
  ["INTERNAL_ERROR", { code: "crm.server-error", applied: "maybe" }],
]);

const POLICIES: ReadonlyMap<string | undefined, LimitPolicy> = new Map([
  ["TEN_SECONDLY_ROLLING", "ten-secondly"],
  ["SECONDLY", "secondly"],
  ["DAILY", "daily"],
]);

/**
 * Judges an answer.
 *
 * @returns undefined for a 2xx with a body that can be read (or none, for 204). A 2xx that cannot be read may have been
 *          applied; so may a 4xx that does not speak HubSpot's JSON, because something between us answered. Throws nothing.
 */
export function answerTrouble(answered: Answered): Trouble | undefined {
  const { status, readable } = answered;
  if (status === 204) return undefined;
  if (status >= 200 && status < 300) {
    return readable ? undefined : maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  }
  if (status >= 300 && status < 400) return maybe("crm.redirected", String(status));
  if (status >= 500) return { ...maybe("crm.server-error", String(status)), ...retryAfter(answered) };
  const known = BY_STATUS[status];
  if (!readable && known?.applied !== "no")
    return maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  const problem = problemBody(answered.body);
  return {
    ...(known ?? INVALID),
    reason: cutReason(problem.message ?? `HubSpot answered ${status}`),
    label: [status, problem.category, ...problem.missingScopes].filter(Boolean).join(" "),
    ...(status === 429 ? { policy: POLICIES.get(problem.policyName) ?? "ten-secondly" } : {}),
    ...retryAfter(answered),
  };
}

/**
 * Judges one entry of `errors[]` in a batch answer. An unknown category is a refusal of that item, because HubSpot
 * lists only what it did not write. Throws nothing.
 */
export function itemTrouble(category: string | undefined, message: string | undefined): Trouble {
  const known = BY_CATEGORY.get(category) ?? INVALID;
  return {
    ...known,
    reason: cutReason(message ?? category ?? "HubSpot gave no reason"),
    label: category ?? "no category",
  };
}

/** What to do, per code; the second half of every error message. */
export const ADVICE: Advice = {
  "crm.unreachable": "Check the network between Baton and HubSpot; the call is repeated by itself.",
  "crm.timeout": "HubSpot took too long; the call is repeated by itself.",
  "crm.rate-limited": "The account's call budget is spent; the call is repeated when it is free again.",
  "crm.unauthorized": "HubSpot does not accept the token; connect the account again.",
  "crm.forbidden":
    "A scope or a subscription tier is missing; connect the account again and grant what Baton asks for.",
  "crm.migrating": "HubSpot is moving this account to another data centre; the call is repeated later.",
  "crm.redirected": "Something between Baton and HubSpot redirects calls; check proxies and the API URL.",
  "crm.invalid": "Check the property names and values in fields.yaml against the account.",
};

function maybe(code: ErrorCode, label: string): Omit<AnyTrouble, "policy"> {
  return maybeTrouble("HubSpot", code, label);
}
