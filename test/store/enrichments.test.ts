import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { type Asked, expireAsked, loadAsked, saveAsked, spendRequest } from "../../src/store/enrichments.ts";
import { eraseLead, wipeInstallation } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import { joinLeads } from "../../src/store/merge.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const FACTS = { "account.employees": { value: 90, from: "enrichment: size" } };

onEveryDatabase("enrichments", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const asked = (subject: string, lead: string, over: Partial<Asked> = {}): Asked => ({
    subject,
    lead,
    askedAt: NOW,
    facts: FACTS,
    tries: 0,
    ...over,
  });
  const save = async (...rows: Asked[]): Promise<void> => await saveAsked(store().db, installation, rows);
  const stored = async (): Promise<readonly string[]> => {
    const rows = await store()
      .db.selectFrom("enrichments")
      .select(["subject", "lead"])
      .where("installation", "=", installation)
      .orderBy("subject")
      .orderBy("lead")
      .execute();
    return rows.map(({ subject, lead }) => `${subject} ${lead}`);
  };

  test("what was asked is found by its subject, the newest first, for whatever lead it was asked", async () => {
    const failed = asked("s", "2", {
      askedAt: NOW + 1,
      facts: {},
      code: "enrich.timeout",
      tries: 2,
      againAt: NOW + 9,
    });
    await save(asked("s", "1"), failed, asked("other", "1"), asked("s", "3", { askedAt: NOW - DAY_MS }));
    expect(await loadAsked(store().db, installation, ["s", "s", "none"], NOW)).toEqual([
      failed,
      asked("s", "1"),
    ]);
    expect(await loadAsked(store().db, "somebody else's", ["s"], 0)).toEqual([]);
  });

  test("an answer takes the place of a failure, and of an older answer", async () => {
    await save(asked("s", "1", { facts: {}, code: "enrich.timeout", tries: 1, againAt: NOW + 5 }));
    await save(asked("s", "1", { askedAt: NOW + 6 }));
    expect(await loadAsked(store().db, installation, ["s"], 0)).toEqual([
      asked("s", "1", { askedAt: NOW + 6 }),
    ]);
  });

  test("a budget is exact however many ask at once, and each day has its own", async () => {
    const spend = async (day: string): Promise<number | undefined> =>
      await spendRequest(store().db, installation, day, 20);
    const left = await Promise.all(Array.from({ length: 50 }, () => spend("2026-11-17")));
    const granted = left.filter((count) => count !== undefined).toSorted((a, b) => a - b);
    expect(granted).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await spend("2026-11-18")).toBe(19);
    expect(await spendRequest(store().db, `${installation}-other`, "2026-11-17", 20)).toBe(19);
  });

  test("a budget that was raised in the middle of a day grants the difference", async () => {
    const spend = async (most: number): Promise<number | undefined> =>
      await spendRequest(store().db, installation, "2026-11-17", most);
    expect([await spend(1), await spend(1), await spend(3), await spend(3), await spend(3)]).toEqual([
      0,
      undefined,
      1,
      0,
      undefined,
    ]);
  });

  test("old answers go, and the budgets of days gone by", async () => {
    const old = `${installation}-old`;
    await saveAsked(store().db, old, [asked("s", "1", { askedAt: 5 }), asked("s", "2", { askedAt: 7 })]);
    await spendRequest(store().db, old, "1970-01-01", 1);
    await spendRequest(store().db, old, "1970-01-02", 1);
    expect(await expireAsked(store().db, 7, "1970-01-02")).toBe(1);
    expect((await loadAsked(store().db, old, ["s"], 0)).map(({ lead }) => lead)).toEqual(["2"]);
    expect(await spendRequest(store().db, old, "1970-01-01", 1)).toBe(0);
    expect(await spendRequest(store().db, old, "1970-01-02", 1)).toBeUndefined();
  });

  test("an erased lead leaves no answer behind", async () => {
    await save(asked("s", "1"), asked("t", "1"), asked("s", "2"));
    const keys = [randomBytes(32)] as const;
    await eraseLead(store().db, keys, installation, "1", ["ana@example.com"], NOW);
    expect(await stored()).toEqual(["s 2"]);
  });

  test("of merged leads the survivor has the answers, its own before the other's", async () => {
    await save(asked("s", "1", { facts: {} }), asked("t", "1"), asked("s", "2"));
    await joinLeads(store().db, installation, "1", "2", NOW);
    expect(await stored()).toEqual(["s 2", "t 2"]);
    expect(await loadAsked(store().db, installation, ["s"], 0)).toEqual([asked("s", "2")]);
  });

  test("a portal that was wiped has neither answers nor budgets", async () => {
    await save(asked("s", "1"));
    await spendRequest(store().db, installation, "2026-11-17", 1);
    await wipeInstallation(store().db, installation, NOW);
    expect(await stored()).toEqual([]);
    expect(await spendRequest(store().db, installation, "2026-11-17", 1)).toBe(0);
  });

  test("answers are exported once each, from the instant asked for", async () => {
    const many = Array.from({ length: 1_100 }, (_, index) => asked(`s${index % 3}`, `lead-${index}`));
    await save(...many, asked("s0", "old", { askedAt: NOW - 1 }));
    const found: string[] = [];
    for await (const row of exportRecords(store().db, installation, NOW)) {
      if (row.record === "enrichment") found.push(`${String(row["subject"])} ${String(row["lead"])}`);
    }
    expect(found.toSorted()).toEqual(many.map(({ subject, lead }) => `${subject} ${lead}`).toSorted());
  });
});
