/** What HubSpot's token endpoint answers, and its words for why there are no tokens. */
import { z } from "zod";
import { DAY_MS, SECOND_MS } from "../../src/model/instant.ts";
import { readTokenAnswer, sendableToken } from "../http/token-answer.ts";
import type { TokenWords } from "../http/token-answer.ts";
import type { TokenAnswer } from "../http/token-call.ts";
import { identifier } from "./identifier.ts";

/** Half an hour today. One that claims more is asked for anew after a day, or when HubSpot refuses it. */
const LONGEST_LIFE_S = DAY_MS / SECOND_MS;

const grantAnswer = z.object({
  access_token: sendableToken,
  refresh_token: sendableToken.nullish(),
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

/** HubSpot's words. */
export const TOKEN_WORDS: TokenWords = {
  crm: "HubSpot",
  refusedGrant: new Set(["invalid_grant", "BAD_REFRESH_TOKEN", "BAD_AUTH_CODE"]),
  refusedClient: new Set(["invalid_client", "unauthorized_client", "BAD_CLIENT_ID", "BAD_CLIENT_SECRET"]),
  passing: new Map(),
  byStatus: new Map([
    [408, "crm.timeout"],
    [423, "crm.locked"],
    [429, "crm.rate-limited"],
    [477, "crm.migrating"],
  ]),
};

/** Reads a granted pair of tokens. Throws as `readTokenAnswer` does. */
export function readGrant(answer: TokenAnswer, errand: "exchange" | "refresh"): GrantAnswer {
  return readTokenAnswer(TOKEN_WORDS, answer, errand, grantAnswer);
}

/** Reads what a token opens. Throws as `readTokenAnswer` does. */
export function readIntrospection(answer: TokenAnswer): IntrospectAnswer {
  return readTokenAnswer(TOKEN_WORDS, answer, "introspect", introspectAnswer);
}
