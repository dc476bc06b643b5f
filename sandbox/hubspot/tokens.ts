/**
 * Access and refresh tokens. An access token lives 30 minutes of business time. Rotation of refresh tokens is not
 * documented, so it is a switch: with it each use gives a new token and an old one is refused; with
 * `reuseRevokes` an old one also ends the whole family.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens
 */
import type { Random } from "../random.ts";

/** How long an access token lives, in milliseconds. */
export const accessTokenLifeMs = 30 * 60_000;

/** What a token stands for. */
export interface Grant {
  readonly appId: number;
  readonly portalId: number;
  readonly userId: number;
  readonly scopes: readonly string[];
}

interface AccessToken extends Grant {
  readonly expiresAt: number;
  revoked: boolean;
}

interface RefreshToken extends Grant {
  readonly family: string;
  spent: boolean;
}

/** The tokens one grant gives. */
export interface TokenPair extends Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Switches of the token store. */
export interface TokenRules {
  rotate: boolean;
  reuseRevokes: boolean;
}

/** The token store. Nothing here throws: what is not valid is undefined. */
export interface Tokens {
  readonly rules: TokenRules;
  issue(grant: Grant): TokenPair;
  refresh(refreshToken: string): TokenPair | undefined;
  /** The grant of a token that is valid now. */
  access(accessToken: string): (Grant & { readonly expiresAt: number }) | undefined;
  refreshGrant(refreshToken: string): Grant | undefined;
  revokeRefresh(refreshToken: string): void;
  /** Ends every token of an app in a portal: what an uninstall does. */
  revokeInstall(appId: number, portalId: number): void;
  /** Ends the access tokens only, so that the next call answers 401 and a refresh helps. */
  expireAccess(appId: number, portalId: number): void;
}

/** Makes an empty store. */
export function createTokens(now: () => number, random: Random): Tokens {
  const access = new Map<string, AccessToken>();
  const refresh = new Map<string, RefreshToken>();
  const rules: TokenRules = { rotate: false, reuseRevokes: false };

  const newAccess = (grant: Grant): string => {
    const token = `CNi${random.hex(60)}`;
    access.set(token, { ...grantOf(grant), expiresAt: now() + accessTokenLifeMs, revoked: false });
    return token;
  };
  const newRefresh = (grant: Grant, family: string): string => {
    const token = `na1-${random.hex(32)}`;
    refresh.set(token, { ...grantOf(grant), family, spent: false });
    return token;
  };
  const endFamily = (family: string): void => {
    for (const [token, held] of refresh) if (held.family === family) refresh.delete(token);
  };

  return {
    rules,
    issue: (grant) => ({
      ...grantOf(grant),
      accessToken: newAccess(grant),
      refreshToken: newRefresh(grant, random.hex(8)),
    }),
    refresh(token) {
      const held = refresh.get(token);
      if (!held) return undefined;
      if (held.spent) {
        if (rules.reuseRevokes) endFamily(held.family);
        return undefined;
      }
      const accessToken = newAccess(held);
      if (!rules.rotate) return { ...grantOf(held), accessToken, refreshToken: token };
      held.spent = true;
      return { ...grantOf(held), accessToken, refreshToken: newRefresh(held, held.family) };
    },
    access(token) {
      const held = access.get(token);
      return held && !held.revoked && held.expiresAt > now() ? held : undefined;
    },
    refreshGrant(token) {
      const held = refresh.get(token);
      return held?.spent === false ? held : undefined;
    },
    revokeRefresh: (token) => void refresh.delete(token),
    revokeInstall(appId, portalId) {
      const isOf = (held: Grant): boolean => held.appId === appId && held.portalId === portalId;
      for (const held of access.values()) if (isOf(held)) held.revoked = true;
      for (const [token, held] of refresh) if (isOf(held)) refresh.delete(token);
    },
    expireAccess(appId, portalId) {
      for (const held of access.values())
        if (held.appId === appId && held.portalId === portalId) held.revoked = true;
    },
  };
}

function grantOf({ appId, portalId, userId, scopes }: Grant): Grant {
  return { appId, portalId, userId, scopes };
}
