/**
 * Access and refresh tokens of orgs. A session ends after the org's session time or on command. With rotation each
 * use of a refresh token gives a new one, and using an old one revokes the newest and every session of the grant. A
 * user has at most five grants of a client; the sixth ends the oldest.
 *
 * Source: https://help.salesforce.com/s/articleView?id=005316711
 */
import type { Random } from "../../random.ts";

/** What a token stands for. */
export interface OrgGrant {
  readonly clientId: string;
  readonly orgId: string;
  readonly userId: string;
  readonly scope: string;
}

/** The tokens of one answer. Without a refresh token for JWT bearer and client credentials. */
export interface OrgTokens extends OrgGrant {
  readonly accessToken: string;
  readonly refreshToken?: string;
}

interface Family extends OrgGrant {
  readonly refreshTokens: Set<string>;
  newest: string;
  readonly sessions: Set<string>;
}

interface Session extends OrgGrant {
  readonly expiresAt: number;
}

/** The store of tokens. Nothing here throws: what is not valid is undefined. */
export interface Sessions {
  /** A grant with a refresh token. */
  grant(grant: OrgGrant, lifeMs: number): OrgTokens;
  /** A session alone. */
  open(grant: OrgGrant, lifeMs: number): OrgTokens;
  refresh(refreshToken: string, clientId: string, rotates: boolean, lifeMs: number): OrgTokens | undefined;
  /** The org of a refresh token, be it spent or not. */
  familyOf(refreshToken: string): OrgGrant | undefined;
  session(accessToken: string): OrgGrant | undefined;
  /** Ends a token of either kind and what came of it; false for one that is not known. */
  revoke(token: string): boolean;
  /** Ends the sessions of an org, so that the next call answers 401 and a refresh helps. */
  expireSessions(orgId: string): void;
  /** Ends everything of an org, of one client or of all: what an admin does who takes the app away. */
  revokeAll(orgId: string, clientId?: string): void;
}

/** Grants that one user may have of one client. */
const mostGrants = 5;

/** Makes an empty store. */
export function createSessions(now: () => number, random: Random): Sessions {
  const sessions = new Map<string, Session>();
  const families: Family[] = [];

  const open = (grant: OrgGrant, lifeMs: number): string => {
    const token = `${grant.orgId.slice(0, 15)}!AQ${random.hex(80)}`;
    sessions.set(token, { ...grantOf(grant), expiresAt: now() + lifeMs });
    return token;
  };
  const end = (family: Family): void => {
    for (const token of family.sessions) sessions.delete(token);
    family.refreshTokens.clear();
    families.splice(families.indexOf(family), 1);
  };
  const familyOf = (token: string): Family | undefined =>
    families.find(({ refreshTokens }) => refreshTokens.has(token));
  const makeRoom = (grant: OrgGrant): void => {
    const same = families.filter((one) => one.clientId === grant.clientId && one.userId === grant.userId);
    if (same.length >= mostGrants && same[0]) end(same[0]);
  };

  return {
    grant(grant, lifeMs) {
      makeRoom(grant);
      const accessToken = open(grant, lifeMs);
      const refreshToken = newRefreshToken(random);
      families.push({
        ...grantOf(grant),
        refreshTokens: new Set([refreshToken]),
        newest: refreshToken,
        sessions: new Set([accessToken]),
      });
      return { ...grantOf(grant), accessToken, refreshToken };
    },
    open: (grant, lifeMs) => ({ ...grantOf(grant), accessToken: open(grant, lifeMs) }),
    refresh(token, clientId, rotates, lifeMs) {
      const family = familyOf(token);
      if (family?.clientId !== clientId) return undefined;
      if (token !== family.newest) {
        end(family);
        return undefined;
      }
      const accessToken = open(family, lifeMs);
      family.sessions.add(accessToken);
      if (!rotates) return { ...grantOf(family), accessToken };
      const refreshToken = newRefreshToken(random);
      family.newest = refreshToken;
      family.refreshTokens.add(refreshToken);
      return { ...grantOf(family), accessToken, refreshToken };
    },
    familyOf,
    session(token) {
      const held = sessions.get(token);
      return held && held.expiresAt > now() ? held : undefined;
    },
    revoke(token) {
      const family = familyOf(token);
      if (family) end(family);
      return family !== undefined || sessions.delete(token);
    },
    expireSessions(orgId) {
      for (const [token, held] of sessions) if (held.orgId === orgId) sessions.delete(token);
    },
    revokeAll(orgId, clientId) {
      const isOf = (held: OrgGrant): boolean =>
        held.orgId === orgId && (clientId === undefined || held.clientId === clientId);
      for (const family of families.filter(isOf)) end(family);
      for (const [token, held] of sessions) if (isOf(held)) sessions.delete(token);
    },
  };
}

function newRefreshToken(random: Random): string {
  return `5Aep861sandbox${random.hex(60)}`;
}

function grantOf({ clientId, orgId, userId, scope }: OrgGrant): OrgGrant {
  return { clientId, orgId, userId, scope };
}
