/**
 * Salesforce's refusals, translated by status and error code; never by message text. For a write the question is only: is it
 * applied? The same table serves whole calls, parts of a composite and rows of a collection.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
 */
import type { ErrorCode } from "../../src/errors.ts";
import type { Answered } from "../http/call.ts";
import { cutReason, maybeTrouble, retryAfter } from "../http/trouble.ts";
import type { Advice, Trouble as AnyTrouble } from "../http/trouble.ts";
import { firstProblem } from "./answer.ts";
import type { Problem } from "./answer.ts";

/** One failed call, part or row. */
export interface Trouble extends AnyTrouble {
  /** Salesforce's code: `DUPLICATES_DETECTED`. */
  readonly errorCode?: string;
  /** The fields it speaks of. */
  readonly fields?: readonly string[];
  /** Records a duplicate rule takes for the same, by 18-character id. Rows of collections often leave them out. */
  readonly duplicates?: readonly string[];
}

type Meaning = Pick<Trouble, "code" | "applied"> & { readonly policy?: "org" };

const REFUSED_INVALID: Meaning = { code: "crm.invalid", applied: "refused" };
const REFUSED_FORBIDDEN: Meaning = { code: "crm.forbidden", applied: "refused" };
const REFUSED_GONE: Meaning = { code: "crm.not-found", applied: "refused" };
const REFUSED_CONFLICT: Meaning = { code: "crm.conflict", applied: "refused" };
const LATER: Meaning = { code: "crm.server-error", applied: "no" };

/** By Salesforce's code, which says more than the status. */
const BY_CODE: ReadonlyMap<string | undefined, Meaning> = new Map<string | undefined, Meaning>([
  ["INVALID_SESSION_ID", { code: "crm.unauthorized", applied: "no" }],
  ["INVALID_AUTH_HEADER", { code: "crm.unauthorized", applied: "no" }],
  ["REQUEST_LIMIT_EXCEEDED", { code: "crm.rate-limited", applied: "no", policy: "org" }],
  ["TXN_SECURITY_NO_ACCESS", { code: "crm.rate-limited", applied: "no" }],
  ["TXN_SECURITY_METERING_ERROR", { code: "crm.rate-limited", applied: "no" }],
  ["UNABLE_TO_LOCK_ROW", { code: "crm.locked", applied: "no" }],
  // Undone with the row or part it stands with.
  ["PROCESSING_HALTED", LATER],
  ["ALL_OR_NONE_OPERATION_ROLLED_BACK", LATER],
  ["QUERY_TIMEOUT", LATER],
  ["REQUEST_RUNNING_TOO_LONG", { code: "crm.timeout", applied: "maybe" }],
  ["SERVER_UNAVAILABLE", { code: "crm.server-error", applied: "maybe" }],
  ["UNKNOWN_EXCEPTION", { code: "crm.server-error", applied: "maybe" }],
  ["ENTITY_IS_DELETED", REFUSED_GONE],
  ["NOT_FOUND", REFUSED_GONE],
  ["INVALID_CROSS_REFERENCE_KEY", REFUSED_GONE],
  ["MALFORMED_ID", REFUSED_INVALID],
  ["CANNOT_UPDATE_CONVERTED_LEAD", REFUSED_CONFLICT],
  ["DUPLICATES_DETECTED", REFUSED_CONFLICT],
  ["DUPLICATE_VALUE", REFUSED_CONFLICT],
  ["DUPLICATE_EXTERNAL_ID", REFUSED_CONFLICT],
  ["API_DISABLED_FOR_ORG", REFUSED_FORBIDDEN],
  ["API_CURRENTLY_DISABLED", REFUSED_FORBIDDEN],
  ["INSUFFICIENT_ACCESS", REFUSED_FORBIDDEN],
  ["INSUFFICIENT_ACCESS_OR_READONLY", REFUSED_FORBIDDEN],
  ["INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", REFUSED_FORBIDDEN],
]);

/** By status, where the body says nothing more exact. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: { code: "crm.unauthorized", applied: "no" },
  403: REFUSED_FORBIDDEN,
  404: REFUSED_GONE,
  405: REFUSED_INVALID,
  408: { code: "crm.timeout", applied: "maybe" },
  409: REFUSED_CONFLICT,
  410: REFUSED_GONE,
  // Somebody else was faster: it is made again once the lead was read anew.
  412: { code: "crm.conflict", applied: "no" },
  415: REFUSED_INVALID,
  429: { code: "crm.rate-limited", applied: "no" },
};

/**
 * Judges an answer, of a call or of a part of one.
 *
 * @returns undefined for a 2xx with a body that can be read (or none, for 204). A 300 is an external id that several records carry:
 *          refused. Other redirects, a 2xx that cannot be read, a 5xx, and a 4xx that does not speak Salesforce's JSON may have been
 *          applied. Throws nothing.
 */
export function answerTrouble(answered: Answered): Trouble | undefined {
  const { status, readable, body } = answered;
  if (status === 204) return undefined;
  if (status >= 200 && status < 300) {
    return readable ? undefined : maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  }
  if (status === 300) return several();
  if (status >= 300 && status < 400) return maybe("crm.redirected", String(status));
  const problem = firstProblem(body);
  const known = BY_CODE.get(problem.errorCode) ?? (status < 500 ? BY_STATUS[status] : undefined);
  if (known === undefined && status >= 500) {
    return { ...maybe("crm.server-error", labelOf(problem, status)), ...retryAfter(answered) };
  }
  if (!readable && known?.applied !== "no")
    return maybe("crm.bad-answer", `${status} with a body that is not JSON`);
  return { ...troubleOf(known ?? REFUSED_INVALID, problem, status), ...retryAfter(answered) };
}

/**
 * Judges the `errors` of a collection's row that has no success. A row with a code Baton does not know is refused, because a
 * collection says so of the row alone: it was not written. Throws nothing.
 */
export function rowTrouble(errors: unknown): Trouble {
  const problem = firstProblem(errors);
  const known = BY_CODE.get(problem.errorCode) ?? REFUSED_INVALID;
  // What is uncertain of a call is certain of a row: Salesforce has answered for it.
  return troubleOf(known.applied === "maybe" ? { ...known, applied: "no" } : known, problem);
}

/** What to do, per code; the second half of every error message. */
export const ADVICE: Advice = {
  "crm.unreachable": "Check the network between Baton and Salesforce; the call is repeated by itself.",
  "crm.timeout": "Salesforce took too long; the call is repeated by itself.",
  "crm.rate-limited": "The org's calls are spent; the call is repeated when there are some again.",
  "crm.unauthorized": "Salesforce does not accept the token; connect the org again.",
  "crm.forbidden":
    "Baton's user may not do this, or the org's edition has no API: assign the permission set, then connect again.",
  "crm.redirected":
    "Something between Baton and Salesforce redirects calls; check proxies and the login URL.",
  "crm.invalid": "Check the names of fields and values in fields.yaml against the org.",
};

/** What an admin may do about a refusal, per code of Salesforce's. */
const REMEDIES: ReadonlyMap<string | undefined, string> = new Map<string | undefined, string>([
  ["FIELD_CUSTOM_VALIDATION_EXCEPTION", "A validation rule of the org refuses it"],
  ["REQUIRED_FIELD_MISSING", "The org requires a field that Baton does not write: see fields.yaml"],
  ["STRING_TOO_LONG", "The text is longer than the field"],
  [
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "The picklist does not have this value, or not for this record type",
  ],
  ["INVALID_FIELD", "The org has no such field, or Baton's user may not see it"],
  ["INVALID_TYPE", "The org has no such object, or Baton's user may not see it"],
  ["INVALID_FIELD_FOR_INSERT_UPDATE", "Baton's user may not write this field"],
  ["INACTIVE_OWNER_OR_USER", "The owner is not active in Salesforce any more"],
  ["INSUFFICIENT_ACCESS_OR_READONLY", "Baton's user may not change this record: assign the permission set"],
  ["INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "Baton's user may not use a record this one refers to"],
  ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "A trigger of the org refuses it"],
  ["CANNOT_EXECUTE_FLOW_TRIGGER", "A flow of the org failed on it"],
  ["APEX_ERROR", "A trigger of the org failed on it"],
  ["INVALID_EMAIL_ADDRESS", "Salesforce does not take this for an e-mail address"],
  ["CANNOT_UPDATE_CONVERTED_LEAD", "The lead was converted meanwhile"],
  ["DUPLICATES_DETECTED", "A duplicate rule of the org takes it for a record that is there"],
  ["DUPLICATE_VALUE", "Another record has this unique value"],
  ["ENTITY_IS_DELETED", "The record was deleted"],
  ["STORAGE_LIMIT_EXCEEDED", "The org's storage is full"],
  ["API_DISABLED_FOR_ORG", "The org's edition has no API"],
]);

function troubleOf({ policy, ...meaning }: Meaning, problem: Problem, status?: number): Trouble {
  const { errorCode, fields, duplicates } = problem;
  return {
    ...meaning,
    reason: reasonOf(problem, status),
    label: labelOf(problem, status),
    ...(policy === undefined ? {} : { policy }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(duplicates.length === 0 ? {} : { duplicates }),
  };
}

function reasonOf({ errorCode, message, fields }: Problem, status?: number): string {
  const said = [REMEDIES.get(errorCode), message].filter(Boolean).join(": ");
  const named = fields.length === 0 ? "" : ` (${fields.join(", ")})`;
  return cutReason(
    `${said || (errorCode ?? `Salesforce ${status === undefined ? "gave no reason" : `answered ${status}`}`)}${named}`,
  );
}

function labelOf({ errorCode, fields }: Problem, status?: number): string {
  return [status, errorCode, ...fields].filter(Boolean).join(" ") || "no code";
}

function several(): Trouble {
  return {
    ...REFUSED_CONFLICT,
    reason: "Several records carry this external id: make its field unique",
    label: "300",
    errorCode: "MULTIPLE_CHOICES",
  };
}

function maybe(code: ErrorCode, label: string): Omit<AnyTrouble, "policy"> {
  return maybeTrouble("Salesforce", code, label);
}
