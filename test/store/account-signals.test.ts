import { beforeEach, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { loadColleagues, saveAccountSignals } from "../../src/store/account-signals.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { expireSignals } from "../../src/store/signals.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("deeds by account", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const view = (key: string, days = 1): Signal => ({
    key,
    kind: "page-viewed",
    at: NOW - days * DAY_MS,
    page: "/pricing",
  });
  const load = async (...accounts: readonly string[]) =>
    await loadColleagues(store().db, installation, accounts, NOW - 14 * DAY_MS);

  test("come back by person, with name and role, newest first", async () => {
    const seen = {
      email: null,
      account: "a",
      outcome: null,
      reason: null,
      decision: null,
      surroundings: null,
    };
    await saveLeads(
      store().db,
      installation,
      [{ ...seen, lead: "1", name: "Ben Ode", role: "Architect" }],
      NOW,
    );
    await saveAccountSignals(store().db, installation, [
      { lead: "1", account: "a", signals: [view("x", 3), view("y", 1)] },
      { lead: "2", account: "a", signals: [view("x", 2)] },
      { lead: "3", account: "b", signals: [view("z", 20)] },
    ]);
    expect((await load("a", "b")).get("a")).toEqual([
      { lead: "1", name: "Ben Ode", role: "Architect", signals: [view("y", 1), view("x", 3)] },
      { lead: "2", signals: [view("x", 2)] },
    ]);
    expect((await load("b")).get("b")).toBeUndefined();
  });

  test("are another tenant's own", async () => {
    await saveAccountSignals(store().db, `${installation}-other`, [
      { lead: "1", account: "a", signals: [view("x")] },
    ]);
    expect((await load("a")).size).toBe(0);
  });

  test("follow their person to another account, and go when nothing is left", async () => {
    await saveAccountSignals(store().db, installation, [{ lead: "1", account: "a", signals: [view("x")] }]);
    await saveAccountSignals(store().db, installation, [{ lead: "1", account: "b", signals: [view("x")] }]);
    expect([...(await load("a", "b")).keys()]).toEqual(["b"]);
    await saveAccountSignals(store().db, installation, [{ lead: "1", account: "b", signals: [] }]);
    expect((await load("b")).size).toBe(0);
  });

  test("expire with all others", async () => {
    await saveAccountSignals(store().db, installation, [
      { lead: "1", account: "a", signals: [view("x", 9), view("y", 1)] },
    ]);
    await expireSignals(store().db, NOW - 5 * DAY_MS);
    expect((await load("a")).get("a")?.[0]?.signals.map(({ key }) => key)).toEqual(["y"]);
  });
});
