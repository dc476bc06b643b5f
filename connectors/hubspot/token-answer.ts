/** What the token endpoint answers: tokens, or why there are none. Judged by status and code, never by message text. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import { identifier, whyUnreadable } from "./identifier.ts";

/** An HTTP answer of the token endpoint; `text` is its whole body. */
export interface TokenAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * What was being asked for: a first pair of tokens for a code, a new one for a refresh token, or something about a
 * token. A grant that is refused means another thing for each.
 */
export type Errand = "exchange" | "refresh" | "introspect" | "revoke";

/** What fits a header: a token that cannot be sent is none. Its length is not promised; today it is some 300 characters. */
const token = z.string().regex(/^[\x21-\x7e]+$/);
/** Half an hour today. One that claims more is asked for anew after a day, or when HubSpot refuses it. */
const LONGEST_LIFE_S = DAY_MS / SECOND_MS;

const grantAnswer = z.object({
  access_token: token,
  refresh_token: token.nullish(),
  expires_in: z
    .int()
    .positive()
    .transform((seconds) => Math.min(seconds, LONGEST_LIFE_S)),
  hub_id: identifier.nullish(),
  scopes: z.array(z.string()).nullish(),
});
/** A pair of tokens as HubSpot gives it; what it may leave out is nullish. */
export type GrantAnswer = z.infer<typeof grantAnswer>;

const introspectAnswer = z.object({
  active: z.boolean(),
  hub_id: identifier.nullish(),
  scopes: z.array(z.string()).nullish(),
});
/** What a token opens. */
export type IntrospectAnswer = z.infer<typeof introspectAnswer>;

const faultAnswer = z.object({ status: z.string().optional(), error: z.string().optional() });

const REFUSED_GRANT: ReadonlySet<string> = new Set(["invalid_grant", "BAD_REFRESH_TOKEN", "BAD_AUTH_CODE"]);
const REFUSED_CLIENT: ReadonlySet<string> = new Set([
  "invalid_client",
  "unauthorized_client",
  "BAD_CLIENT_ID",
  "BAD_CLIENT_SECRET",
]);
const BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [408, "crm.timeout"],
  [423, "crm.locked"],
  [429, "crm.rate-limited"],
  [477, "crm.migrating"],
]);
const REFUSED_GRANT_CODE: Readonly<Record<Errand, ErrorCode>> = {
  exchange: "install.code-refused",
  refresh: "crm.disconnected",
  introspect: "crm.unauthorized",
  revoke: "crm.unauthorized",
};

/** Reads a granted pair of tokens. Throws as `readAnswer` does. */
export function readGrant(answer: TokenAnswer, errand: "exchange" | "refresh"): GrantAnswer {
  return readAnswer(answer, errand, grantAnswer);
}

/** Reads what a token opens. Throws as `readAnswer` does. */
export function readIntrospection(answer: TokenAnswer): IntrospectAnswer {
  return readAnswer(answer, "introspect", introspectAnswer);
}

/**
 * Throws unless the answer is a success: `crm.disconnected` or `install.code-refused` only when HubSpot says in so many
 * words that the grant is void; `config.invalid` when it does not know this app; for everything that may pass by
 * itself, a retriable `crm.*`. A page of a proxy in between never passes for a verdict of HubSpot.
 */
export function requireSuccess(answer: TokenAnswer, errand: Errand): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const code = faultCode(answer, errand);
  const retryAfterMs = retryAfter(answer);
  const names = faultNames(answer);
  const named = names.length === 0 ? "" : ` (${names.join(", ")})`;
  throw new BatonError(
    code,
    `HubSpot answered ${status}${named} to ${errand}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

function readAnswer<T>(answer: TokenAnswer, errand: Errand, schema: z.ZodType<T>): T {
  requireSuccess(answer, errand);
  const parsed = schema.safeParse(jsonOf(answer.text));
  if (parsed.success) return parsed.data;
  throw new BatonError("crm.bad-answer", `HubSpot's answer to ${errand}: ${whyUnreadable(parsed.error)}`);
}

function faultCode(answer: TokenAnswer, errand: Errand): ErrorCode {
  const { status } = answer;
  if (status >= 500) return "crm.server-error";
  if (status < 400) return status >= 300 ? "crm.redirected" : "crm.bad-answer";
  const known = BY_STATUS.get(status);
  if (known !== undefined) return known;
  const names = faultNames(answer);
  // The client first: an app whose secret is wrong gets every grant refused, and no portal has disconnected.
  if (names.some((name) => REFUSED_CLIENT.has(name))) return "config.invalid";
  if (names.some((name) => REFUSED_GRANT.has(name))) return REFUSED_GRANT_CODE[errand];
  // A code is good once: whatever was wrong with it, the admin has to begin again.
  return errand === "exchange" ? "install.code-refused" : "crm.bad-answer";
}

/** HubSpot's own names of what went wrong, if they look like names: anything else might repeat what was sent. */
function faultNames(answer: TokenAnswer): readonly string[] {
  const parsed = faultAnswer.safeParse(jsonOf(answer.text));
  if (!parsed.success) return [];
  return [parsed.data.status, parsed.data.error].filter(
    (name): name is string => name !== undefined && /^[a-z_]{1,40}$/iu.test(name),
  );
}

/** `Retry-After` in whole seconds; a date or nonsense counts as none. */
function retryAfter(answer: TokenAnswer): number | undefined {
  return answer.retryAfter !== undefined && /^\d{1,6}$/u.test(answer.retryAfter)
    ? Math.min(Number(answer.retryAfter) * SECOND_MS, DAY_MS)
    : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
