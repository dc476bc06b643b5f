/**
 * Tokens that several lanes share, against a login server that gives a new refresh token each time, and revokes everything when an
 * old one is used again: docs/reliability.md.
 */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Gateway } from "../../../connectors/http/gateway.ts";
import { createGateway } from "../../../connectors/salesforce/gateway.ts";
import { salesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import { loadTokens, saveTokens, tokenVault } from "../../../src/store/connections.ts";
import type { Locksmith } from "../../../src/store/connections.ts";
import { openStore } from "../../../src/store/open.ts";
import type { Store } from "../../../src/store/open.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { aConfig, json, openDesk, ORG, someTokens } from "./server.ts";
import type { Answer, Desk } from "./server.ts";

const EXPIRIES = 12;
const READ = { method: "GET", path: "/services/data/v67.0/limits" } as const;
const locksmith: Locksmith = { keys: [randomBytes(32)], audience: "sandbox" };

/** A login server with one grant. `lost`: it renews, and the answer does not arrive. */
function loginServer(desk: Desk): {
  readonly tally: { renewed: number; reused: number };
  expire(): void;
  lost: boolean;
} {
  const tally = { renewed: 0, reused: 0 };
  let [isRevoked, isExpired] = [false, false];
  const newest = (): string => `refresh-${tally.renewed}`;
  const renew: Answer = (response, asked) => {
    if (isRevoked || asked.fields["refresh_token"] !== newest()) {
      [isRevoked, tally.reused] = [true, tally.reused + 1];
      json({ error: "invalid_grant" }, 400)(response, asked);
      return;
    }
    [isExpired, tally.renewed] = [false, tally.renewed + 1];
    const id = `https://login.salesforce.com/id/${ORG}/0055g000001abcDAAQ`;
    const tokens = {
      access_token: `access-${tally.renewed}`,
      refresh_token: newest(),
      instance_url: desk.url,
      id,
    };
    if (server.lost) response.destroy();
    else json(tokens)(response, asked);
  };
  const serve: Answer = (response, asked) => {
    const isGood =
      !isExpired && !isRevoked && asked.headers.authorization === `Bearer access-${tally.renewed}`;
    (isGood ? json({}) : json([{ errorCode: "INVALID_SESSION_ID" }], 401))(response, asked);
  };
  desk.answer = (response, asked) => (asked.path.endsWith("/token") ? renew : serve)(response, asked);
  const server = { tally, lost: false, expire: (): void => void (isExpired = true) };
  return server;
}

onEveryDatabase("tokens that rotate", ({ store, url, dialect }) => {
  let desk: Desk;
  let installation = "";
  const stores: Store[] = [];
  const gateways: Gateway[] = [];
  beforeEach(async (context) => {
    desk = await openDesk();
    installation = `i-${context.task.id}`;
    const tokens = someTokens(desk.url, {
      access: "access-0",
      refresh: "refresh-0",
      expiresAt: Date.now() + 3_600_000,
    });
    await saveTokens(store().db, locksmith, installation, tokens, Date.now());
  });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
    await Promise.all(stores.splice(0).map((own) => own.close()));
    desk.close();
  });

  /** A lane in a process of its own, where the database takes several; each has its own vault either way. */
  async function lane(): Promise<Gateway> {
    const own = dialect === "postgres" ? await openStore(url()) : store();
    if (dialect === "postgres") stores.push(own);
    const config = aConfig(desk.url, { now: Date.now });
    const oauth = salesforceOAuth(config);
    const gateway = createGateway({
      config,
      vault: tokenVault(own, locksmith, installation, Date.now),
      refresh: (tokens, mayAsk) => oauth.refresh(ORG, tokens, mayAsk),
    });
    gateways.push(gateway);
    return gateway;
  }

  test("each expiry is one renewal, however many lanes meet it, and no old refresh token is used again", async () => {
    const server = loginServer(desk);
    const lanes = await Promise.all(Array.from({ length: 4 }, lane));
    for (let expired = 0; expired < EXPIRIES; expired += 1) {
      server.expire();
      await Promise.all([...lanes, ...lanes].map((gateway) => gateway.read(READ)));
    }
    expect(server.tally).toEqual({ renewed: EXPIRIES, reused: 0 });
    expect(await loadTokens(store().db, locksmith, installation)).toMatchObject({
      access: `access-${EXPIRIES}`,
      refresh: `refresh-${EXPIRIES}`,
    });
  });

  test("a renewal whose answer is lost leaves a void token: said plainly, and not tried for ever", async () => {
    const server = loginServer(desk);
    const gateway = await lane();
    server.expire();
    server.lost = true;
    await expect(gateway.read(READ)).rejects.toMatchObject({ code: "crm.unreachable" });
    server.lost = false;
    await expect(gateway.read(READ)).rejects.toMatchObject({ code: "crm.disconnected" });
    expect(server.tally).toEqual({ renewed: 1, reused: 1 });
    expect(await gateway.write({ method: "POST", path: "/services/data/v67.0/composite" })).toMatchObject({
      outcome: "not-applied",
      code: "crm.disconnected",
    });
  });
});
