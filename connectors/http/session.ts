/**
 * The tokens of one installation while it works: loaded once, renewed ahead of expiry, renewed again when the CRM
 * refuses one. Renewals are single-flight here and, through the vault, in the whole fleet.
 */
import { BatonError } from "../../src/errors.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Tokens, TokenVault } from "../../src/tokens.ts";

/** HubSpot's access tokens live 30 minutes, Salesforce's mostly two hours; this much before the end a new one is fetched. */
const RENEW_AHEAD_MS: DurationMs = 120_000;

/** Exchanges a refresh token at the CRM, unless `mayAsk` says no when the request is about to go out. */
export type Refresh = (tokens: Tokens, mayAsk: () => boolean) => Promise<Tokens>;

export interface Session {
  /** Tokens to use now. @throws BatonError `crm.disconnected` when the app was uninstalled, or what the renewal met. */
  tokens(): Promise<Tokens>;
  /** Tokens other than the ones the CRM just refused with 401. Throws as `tokens`. */
  replace(refused: Tokens): Promise<Tokens>;
}

/** Makes a session. `refresh` exchanges a refresh token at the CRM; the vault stores what comes back before it is used. */
export function createSession(parts: {
  readonly vault: TokenVault;
  readonly refresh: Refresh;
  readonly now: () => Instant;
}): Session {
  let current: Promise<Tokens> | undefined;
  let renewal: Promise<Tokens> | undefined;
  let renewedAt: Instant | undefined;

  const load = async (): Promise<Tokens> => {
    current ??= parts.vault.load();
    try {
      return await current;
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  const renew = (stale: Tokens): Promise<Tokens> => {
    renewal ??= parts.vault.renew(stale, parts.refresh).then(
      (tokens) => {
        current = Promise.resolve(tokens);
        renewal = undefined;
        renewedAt = parts.now();
        return tokens;
      },
      (error: unknown) => {
        current = undefined;
        renewal = undefined;
        throw error;
      },
    );
    return renewal;
  };

  /** A token that was given for less time than it is renewed ahead must not be renewed for every call. */
  const isFresh = (): boolean => {
    const ageMs = renewedAt === undefined ? RENEW_AHEAD_MS : parts.now() - renewedAt;
    return ageMs >= 0 && ageMs < RENEW_AHEAD_MS;
  };

  return {
    async tokens() {
      const held = await load();
      const leftMs = held.expiresAt - parts.now();
      if (leftMs > RENEW_AHEAD_MS || (leftMs > 0 && isFresh())) return held;
      try {
        return await renew(held);
      } catch (error) {
        // A token that is still good is used up before a passing fault of the token endpoint stops the lane.
        if (leftMs > 0 && error instanceof BatonError && error.remedy === "retry") return held;
        throw error;
      }
    },
    async replace(refused) {
      const held = await load();
      return held.access === refused.access ? renew(held) : held;
    },
  };
}
