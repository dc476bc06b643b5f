import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { addChannel, openChannel } from "../../src/store/channels.ts";
import { loadTokens, type Locksmith, saveTokens, tokenVault } from "../../src/store/connections.ts";
import { needsOlderKeys, sealAnew } from "../../src/store/reseal.ts";
import type { Tokens } from "../../src/tokens.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const [OLD, NEW, LOST] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const before: Locksmith = { keys: [OLD], audience: "live" };
const during: Locksmith = { keys: [NEW, OLD], audience: "live" };
const after: Locksmith = { keys: [NEW], audience: "live" };

const TOKENS: Tokens = { access: "a-1", refresh: "r-1", expiresAt: NOW + 1, scopes: ["oauth"] };
const settings = {
  kind: "mail",
  url: "smtps://baton:pass@mail.example",
  from: "baton@acme.example",
} as const;

onEveryDatabase("a sealing key that is replaced", ({ store }) => {
  test("is needed no more, by tokens and channels, once they are sealed anew", async () => {
    const { db } = store();
    await saveTokens(db, before, "i-1", TOKENS, NOW);
    const id = await addChannel(db, before, "i-1", { settings }, NOW);
    expect(await needsOlderKeys(db, during)).toMatchObject({ connections: 1, channels: 1 });
    await expect(openChannel(db, after, "i-1", id)).rejects.toMatchObject({ code: "store.sealed" });

    expect(await sealAnew(db, during)).toBe(2);
    expect(await sealAnew(db, during)).toBe(0);
    expect(await needsOlderKeys(db, during)).toMatchObject({ connections: 0, channels: 0 });
    expect(await loadTokens(db, after, "i-1")).toEqual(TOKENS);
    expect(await openChannel(db, after, "i-1", id)).toMatchObject({ settings });
  });

  test("leaves tokens alone while they are renewed: the new ones would find no place", async () => {
    const { db } = store();
    await saveTokens(db, before, "i-2", TOKENS, NOW);
    const renewed = { ...TOKENS, access: "a-2", refresh: "r-2" };
    const vault = tokenVault(store(), during, "i-2", () => NOW);
    const kept = await vault.renew(TOKENS, async () => {
      expect(await sealAnew(db, during)).toBe(0);
      return renewed;
    });
    expect(kept).toEqual(renewed);
    expect(await loadTokens(db, after, "i-2")).toEqual(renewed);
  });

  test("and what no listed key opens: it neither ends the rest nor is it lost", async () => {
    const { db } = store();
    const lost: Locksmith = { keys: [LOST], audience: "live" };
    const sandbox: Locksmith = { keys: [OLD], audience: "sandbox" };
    await saveTokens(db, lost, "i-3", TOKENS, NOW);
    await saveTokens(db, sandbox, "i-4", TOKENS, NOW);
    await saveTokens(db, before, "i-5", TOKENS, NOW);
    expect(await sealAnew(db, during)).toBe(1);
    expect(await needsOlderKeys(db, during)).toMatchObject({ connections: 2 });
    expect(await loadTokens(db, lost, "i-3")).toEqual(TOKENS);
    expect(await loadTokens(db, sandbox, "i-4")).toEqual(TOKENS);
  });
});
