import { randomBytes } from "node:crypto";
import { beforeEach, expect, test, vi } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { loadTokens, type Locksmith, saveTokens, tokenVault } from "../../src/store/connections.ts";
import { putOAuthState, takeOAuthState } from "../../src/store/oauth-states.ts";
import { renewingVault } from "../../src/store/renewal.ts";
import type { Tokens } from "../../src/tokens.ts";
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

  const vault = () => tokenVault(store(), live, installation, () => NOW);

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
    const shared = vault();
    let exchanges = 0;
    const exchange = (current: Tokens): Promise<Tokens> => {
      exchanges += 1;
      expect(current).toEqual(tokens(1));
      return Promise.resolve(tokens(2));
    };
    const renewed = await Promise.all(Array.from({ length: 50 }, () => shared.renew(tokens(1), exchange)));
    expect(exchanges).toBe(1);
    expect(new Set(renewed.map(({ access }) => access))).toEqual(new Set(["access-2"]));
    expect(await shared.renew(tokens(1), exchange)).toEqual(tokens(2));
    expect(exchanges).toBe(1);
  });

  test("a failed exchange leaves the tokens as they were, and the next one is tried", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const same = vault();
    await expect(same.renew(tokens(1), () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await same.load()).toEqual(tokens(1));
    expect(await same.renew(tokens(1), () => Promise.resolve(tokens(2)))).toEqual(tokens(2));
  });

  test("two processes with stale tokens make one exchange; the second waits and takes what the first got", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const [one, other] = [vault(), vault()];
    const gate = Promise.withResolvers<Tokens>();
    let exchanges = 0;
    const exchange = (): Promise<Tokens> => {
      exchanges += 1;
      return gate.promise;
    };
    const both = Promise.all([one.renew(tokens(1), exchange), other.renew(tokens(1), exchange)]);
    gate.resolve(tokens(2));
    expect(await both).toEqual([tokens(2), tokens(2)]);
    expect(exchanges).toBe(1);
  });

  test("a process that died in a renewal holds it up until its mark is over", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const asked = Promise.withResolvers<void>();
    // It never comes back from this.
    void vault().renew(tokens(1), () => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    await asked.promise;
    let isOver = false;
    const renewed = vault().renew(tokens(1), () => {
      expect(isOver).toBe(true);
      return Promise.resolve(tokens(2));
    });
    isOver = true;
    await store()
      .db.updateTable("connections")
      .set({ renewing_until: 0 })
      .where("installation", "=", installation)
      .execute();
    expect(await renewed).toEqual(tokens(2));
  });

  test("an exchange that failed in one process does not hold up the next", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    await expect(vault().renew(tokens(1), () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await vault().renew(tokens(1), () => Promise.resolve(tokens(2)))).toEqual(tokens(2));
  });

  test("a refusal counts for nothing when an admin has connected again meanwhile", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const refused = vault().renew(tokens(1), async () => {
      await saveTokens(store().db, live, installation, tokens(5), NOW);
      throw new BatonError("crm.disconnected", "void");
    });
    expect(await refused).toEqual(tokens(5));
  });

  test("what a renewal brought never replaces what an admin connected meanwhile", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const renewed = vault().renew(tokens(1), async () => {
      await saveTokens(store().db, live, installation, tokens(5), NOW);
      return tokens(2);
    });
    expect(await renewed).toEqual(tokens(5));
    expect(await vault().load()).toEqual(tokens(5));
  });

  test("a connection that is removed in the middle of its renewal stays removed", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    const renewed = vault().renew(tokens(1), async () => {
      await store().db.deleteFrom("connections").where("installation", "=", installation).execute();
      return tokens(2);
    });
    await expect(renewed).rejects.toMatchObject({ code: "crm.disconnected" });
  });

  test("tokens that could not be stored at once are tried again, and not got a second time", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    let refusals = 2;
    let exchanges = 0;
    const same = renewingVault({
      store: store(),
      installation,
      now: () => NOW,
      open: (sealed) => (sealed === "new" ? tokens(2) : tokens(1)),
      close() {
        refusals -= 1;
        if (refusals >= 0) throw new Error("the database is away");
        return "new";
      },
    });
    const renewed = same.renew(tokens(1), () => {
      exchanges += 1;
      return Promise.resolve(tokens(2));
    });
    expect(await renewed).toEqual(tokens(2));
    expect(await same.load()).toEqual(tokens(2));
    expect([exchanges, refusals]).toEqual([1, -1]);
  });

  test("who was held up past its mark is told not to ask", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    vi.useFakeTimers({ toFake: ["Date"] });
    const seen: boolean[] = [];
    await vault().renew(tokens(1), (_current, mayAsk) => {
      seen.push(mayAsk());
      vi.setSystemTime(Date.now() + 15_000);
      seen.push(mayAsk());
      return Promise.resolve(tokens(2));
    });
    vi.useRealTimers();
    expect(seen).toEqual([true, false]);
  });

  test("an installation without tokens is disconnected, and says what to do", async () => {
    await saveTokens(store().db, live, installation, tokens(1), NOW);
    await store().db.deleteFrom("connections").where("installation", "=", installation).execute();
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
