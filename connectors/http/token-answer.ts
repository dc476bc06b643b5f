/** What a token endpoint answers: tokens, or why there are none. Judged by status and code, never by message text. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { whyUnreadable } from "./reading.ts";
import { tokenJson, tokenRetryAfter } from "./token-call.ts";
import type { TokenAnswer } from "./token-call.ts";

/**
 * What was being asked for: a first pair of tokens for a code, a new one for a refresh token, one for a key of the app's own, or
 * something about a token. A grant that is refused means another thing for each.
 */
export type Errand = "exchange" | "refresh" | "mint" | "introspect" | "revoke";

/** A CRM's own words. */
export interface TokenWords {
  readonly crm: string;
  /** Its names for a grant that is void. */
  readonly refusedGrant: ReadonlySet<string>;
  /** Its names for an app that it does not know, or does not let in. */
  readonly refusedClient: ReadonlySet<string>;
  /** Names that pass by themselves. */
  readonly passing: ReadonlyMap<string, ErrorCode>;
  readonly byStatus: ReadonlyMap<number, ErrorCode>;
}

/** What fits a header: a token that cannot be sent is none. Its length is not promised; today it is some 300 characters. */
export const sendableToken: z.ZodString = z.string().regex(/^[\x21-\x7e]+$/);

const REFUSED_GRANT_CODE: Readonly<Record<Errand, ErrorCode>> = {
  exchange: "install.code-refused",
  refresh: "crm.disconnected",
  // Nothing was disconnected: the key, the user or the app's policy is wrong, and it works again once it is mended.
  mint: "config.invalid",
  introspect: "crm.unauthorized",
  revoke: "crm.unauthorized",
};

/** Reads an answer. @throws BatonError as `requireSuccess`, and `crm.bad-answer` for one that is not what it should be. */
export function readTokenAnswer<T>(
  words: TokenWords,
  answer: TokenAnswer,
  errand: Errand,
  schema: z.ZodType<T>,
): T {
  requireSuccess(words, answer, errand);
  const parsed = schema.safeParse(tokenJson(answer));
  if (parsed.success) return parsed.data;
  throw new BatonError(
    "crm.bad-answer",
    `${words.crm}'s answer to ${errand}: ${whyUnreadable(parsed.error)}`,
  );
}

/**
 * Throws unless the answer is a success: `crm.disconnected` or `install.code-refused` only when the CRM says in so many
 * words that the grant is void; `config.invalid` when it does not know this app; for everything that may pass by
 * itself, a retriable `crm.*`. A page of a proxy in between never passes for a verdict of the CRM.
 */
export function requireSuccess(words: TokenWords, answer: TokenAnswer, errand: Errand): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const names = faultNames(answer);
  const code = faultCode(words, status, names, errand);
  const retryAfterMs = tokenRetryAfter(answer);
  const named = names.length === 0 ? "" : ` (${names.join(", ")})`;
  throw new BatonError(
    code,
    `${words.crm} answered ${status}${named} to ${errand}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

function faultCode(words: TokenWords, status: number, names: readonly string[], errand: Errand): ErrorCode {
  if (status >= 500) return "crm.server-error";
  if (status < 400) return status >= 300 ? "crm.redirected" : "crm.bad-answer";
  const known = words.byStatus.get(status) ?? names.map((name) => words.passing.get(name)).find(Boolean);
  if (known !== undefined) return known;
  // The client first: an app whose secret is wrong gets every grant refused, and no account has disconnected.
  if (names.some((name) => words.refusedClient.has(name))) return "config.invalid";
  if (names.some((name) => words.refusedGrant.has(name))) return REFUSED_GRANT_CODE[errand];
  // A code is good once: whatever was wrong with it, the admin has to begin again.
  return errand === "exchange" ? "install.code-refused" : "crm.bad-answer";
}

const faultAnswer = z.object({ status: z.string().optional(), error: z.string().optional() });

/** The CRM's own names of what went wrong, if they look like names: anything else might repeat what was sent. */
function faultNames(answer: TokenAnswer): readonly string[] {
  const parsed = faultAnswer.safeParse(tokenJson(answer));
  if (!parsed.success) return [];
  return [parsed.data.status, parsed.data.error].filter(
    (name): name is string => name !== undefined && /^[a-z_]{1,40}$/iu.test(name),
  );
}
