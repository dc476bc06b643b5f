/** What Salesforce's token endpoint answers, and its words for why there are no tokens. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { readTokenAnswer, sendableToken } from "../http/token-answer.ts";
import type { Errand, TokenWords } from "../http/token-answer.ts";
import type { TokenAnswer } from "../http/token-call.ts";
import { toIdOf } from "./ids.ts";

const grantAnswer = z.object({
  access_token: sendableToken,
  refresh_token: sendableToken.nullish(),
  instance_url: z.string().nullish(),
  /** `https://login.salesforce.com/id/<org>/<user>`: only the ids in it are believed. */
  id: z.string().nullish(),
  scope: z.string().nullish(),
});
/** Tokens as Salesforce gives them; what it may leave out is nullish. There is no word on how long they live. */
export type GrantAnswer = z.infer<typeof grantAnswer>;

/**
 * Salesforce's words. An app that is blocked or not installed in the org is `config.invalid` rather than disconnected: the tokens
 * are good again once an admin lets it in.
 * Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm
 */
export const TOKEN_WORDS: TokenWords = {
  crm: "Salesforce",
  refusedGrant: new Set(["invalid_grant", "inactive_user", "inactive_org", "invalid_token"]),
  refusedClient: new Set([
    "invalid_client",
    "invalid_client_id",
    "invalid_client_credentials",
    "unauthorized_client",
    "invalid_app_access",
    "redirect_uri_mismatch",
    "unsupported_grant_type",
    "invalid_scope",
  ]),
  passing: new Map([
    ["rate_limit_exceeded", "crm.rate-limited"],
    ["unknown_error", "crm.server-error"],
  ]),
  byStatus: new Map([
    [408, "crm.timeout"],
    [429, "crm.rate-limited"],
  ]),
};

/** Reads granted tokens. Throws as `readTokenAnswer` does. */
export function readGrant(
  answer: TokenAnswer,
  errand: Extract<Errand, "exchange" | "refresh" | "mint">,
): GrantAnswer {
  return readTokenAnswer(TOKEN_WORDS, answer, errand, grantAnswer);
}

/** The org whose tokens these are, by its 18-character id. @throws BatonError `crm.bad-answer` where Salesforce does not say. */
export function orgOf({ id }: GrantAnswer): string {
  const [, org = ""] = /\/id\/([a-zA-Z0-9]{15,18})\/[a-zA-Z0-9]{15,18}$/.exec(id ?? "") ?? [];
  const tenant = toIdOf("Organization", org);
  if (tenant !== undefined) return tenant;
  throw new BatonError("crm.bad-answer", "Salesforce granted tokens and did not say for which org.");
}
