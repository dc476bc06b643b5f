import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Tokens } from "../../src/connector.ts";
import {
  deleteTokens,
  loadTokens,
  type Locksmith,
  saveTokens,
  tokenVault,
} from "../../src/store/connections.ts";
import { putOAuthState, takeOAuthState } from "../../src/store/oauth-states.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const live: Locksmith = { keys: [randomBytes(32)], audience: "live" };

function tokens(generation: number): Tokens {
  return {
    access: `access-${generation}`,
    refresh: `refresh-${generation}`,
    expiresAt: NOW + generation,
    scopes: ["oauth"],
  };
}

onEveryDatabase("connections", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });

  test("tokens come back as they were, and stand nowhere in the clear", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    expect(await loadTokens(store().db, live, installation)).toEqual(tokens(1));
    const row = await store()
      .db.selectFrom("connections")
      .selectAll()
      .where("installation", "=", installation)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("refresh-1");
  });

  test("real tokens do not open for a sandbox", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    await expect(
      loadTokens(store().db, { ...live, audience: "sandbox" }, installation),
    ).rejects.toMatchObject({ code: "store.sealed" });
  });

  test("many callers with stale tokens cause one exchange, and all get its tokens", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const vault = tokenVault(store(), live, installation, () => NOW);
    let exchanges = 0;
    const exchange = (current: Tokens): Promise<Tokens> => {
      exchanges += 1;
      expect(current).toEqual(tokens(1));
      return Promise.resolve(tokens(2));
    };
    const renewed = await Promise.all(Array.from({ length: 50 }, () => vault.renew(tokens(1), exchange)));
    expect(exchanges).toBe(1);
    expect(new Set(renewed.map(({ access }) => access))).toEqual(new Set(["access-2"]));
    expect(await vault.renew(tokens(1), exchange)).toEqual(tokens(2));
    expect(exchanges).toBe(1);
  });

  test("a failed exchange leaves the tokens as they were, and the next one is tried", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const vault = tokenVault(store(), live, installation, () => NOW);
    await expect(vault.renew(tokens(1), () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await vault.load()).toEqual(tokens(1));
    expect(await vault.renew(tokens(1), () => Promise.resolve(tokens(2)))).toEqual(tokens(2));
  });

  test("an installation without tokens is disconnected, and says what to do", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    await deleteTokens(store().db, installation);
    await expect(loadTokens(store().db, live, installation)).rejects.toMatchObject({
      code: "crm.disconnected",
      message: expect.stringContaining("Install the app again"),
    });
  });

  test("an OAuth state is taken once, in time, for its own CRM", async () => {
    const put = (state: string) =>
      putOAuthState(
        store().db,
        live.keys,
        { state, crm: "hubspot", remember: "verifier", expiresAt: NOW + 600_000 },
        NOW,
      );
    const take = (state: string, crm: "hubspot" | "salesforce" = "hubspot", at = NOW) =>
      takeOAuthState(store().db, live.keys, crm, state, at);
    await put(`${installation}-a`);
    expect(await take(`${installation}-a`, "salesforce")).toBeUndefined();
    expect(await take(`${installation}-a`)).toBe("verifier");
    expect(await take(`${installation}-a`)).toBeUndefined();
    await put(`${installation}-b`);
    expect(await take(`${installation}-b`, "hubspot", NOW + 600_000)).toBeUndefined();
  });
});
