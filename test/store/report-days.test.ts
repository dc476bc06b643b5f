import { describe, expect, test } from "vitest";
import { toColumns } from "../../src/model/handoff-figure.ts";
import { saveCourses } from "../../src/store/handoffs.ts";
import { saveTurn, saveDecisions } from "../../src/store/turns.ts";
import { decodeColumns, encodeColumns } from "../../src/store/report-columns.ts";
import { figureDays } from "../../src/store/report-days.ts";
import { countHeld, openCourses } from "../../src/store/report-open.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { aLead, aPlaybook } from "../playbook/kit.ts";
import { aFigure, many, NOW } from "../report/figure.ts";
import { fillWorld } from "../report/world.ts";
import { onEveryDatabase, useDatabase } from "../support/databases.ts";

const DAY = Math.floor(NOW / DAY_MS);
const INSTALLATION = "inst-1";
const WORLD = {
  installation: INSTALLATION,
  tenant: "1",
  handoffs: 40,
  fromAt: NOW - 9 * DAY_MS,
  now: NOW,
  seed: 2,
  playbook: aPlaybook(),
};

describe("columns as bytes", () => {
  const columns = toColumns([
    aFigure({ source: 'Ünïcode, "quoted"', opportunityCents: 120_050, isQueued: true, cameBack: true }),
    ...many(2, { firstAttemptAt: NOW + 5, missing: "" }),
  ]);

  test("come back as they were, whatever the place they are read from", () => {
    const bytes = encodeColumns(columns);
    expect(decodeColumns(bytes)).toEqual(columns);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeColumns(shifted.subarray(3))).toEqual(columns);
  });

  test("of no handoffs come back, too", () => {
    expect(decodeColumns(encodeColumns(toColumns([])))?.count).toBe(0);
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["something else", Buffer.from("hello, these are no columns")],
    ["another version", Buffer.from(encodeColumns(columns)).subarray(0, 40)],
  ])("%s is no day", (_what, bytes) => {
    expect(decodeColumns(bytes)).toBeUndefined();
  });

  test("leave out what is not known of any", () => {
    const bare = encodeColumns(toColumns(many(1_000, {})));
    expect(bare.byteLength).toBeLessThan(1_000 * 45);
  });
});

describe("days kept on SQLite", () => {
  const database = useDatabase("sqlite");
  const read = async (): Promise<number> => {
    let count = 0;
    for await (const columns of figureDays(database.store(), INSTALLATION, DAY - 20, DAY + 1))
      count += columns.count;
    return count;
  };
  const kept = async () =>
    await database
      .store()
      .db.selectFrom("report_days")
      .select(["day", "changes", "body"])
      .orderBy("day")
      .execute();

  test("are there once they were asked for, and gone once a handoff of them changes", async () => {
    const rows = await fillWorld(database.store().db, WORLD);
    expect((await kept()).every(({ body }) => body === null)).toBe(true);
    expect(await read()).toBe(40);
    const all = await kept();
    expect(all.every(({ body }) => body !== null)).toBe(true);
    const [first] = rows;
    await saveCourses(database.store().db, INSTALLATION, [{ id: first?.id ?? "", attempts: 9 }]);
    const changed = (await kept()).filter(({ body }) => body === null);
    expect(changed.map(({ day }) => day)).toEqual([Math.floor((first?.decided_at ?? 0) / DAY_MS)]);
  });

  test("are not kept when a handoff changes while they are put together", async () => {
    const { db } = database.store();
    const before = (await kept()).find(({ body }) => body === null);
    const days = figureDays(database.store(), INSTALLATION, before?.day ?? 0, (before?.day ?? 0) + 1);
    const next = days.next();
    // The day's count of changes is read by now, its rows are not stored yet.
    await db
      .updateTable("report_days")
      .set((eb) => ({ changes: eb("changes", "+", 1) }))
      .where("day", "=", before?.day ?? 0)
      .execute();
    await next;
    const after = (await kept()).find(({ day }) => day === before?.day);
    expect([after?.body, after?.changes]).toEqual([null, (before?.changes ?? 0) + 1]);
  });
});

onEveryDatabase("rows of reports", ({ store }) => {
  test("know of a provider's help from the decision that began the handoff", async () => {
    const { db } = store();
    const [first] = await fillWorld(db, WORLD);
    if (first === undefined) throw new Error("no handoff");
    const snapshot = {
      ...aLead(),
      decisionId: first.id,
      facts: { "account.employees": { value: 200, from: "enrichment: company.metrics.employees" } },
    };
    const decision = {
      verdict: { outcome: "not-ready", reason: "x", findings: [] },
      plan: { writes: [], clocks: [], notices: [] },
      playbookVersion: "v",
      decidedAt: NOW,
    } as const;
    const roster = { reps: [], owners: [], standings: new Map() };
    await saveTurn(db, INSTALLATION, { id: "t", roster, playbook: "v" }, NOW);
    await saveDecisions(db, INSTALLATION, "t", [{ snapshot, decision }]);
    let enriched = 0;
    for await (const { flags } of figureDays(store(), INSTALLATION, DAY - 20, DAY + 1))
      enriched += flags.filter((bits) => (bits & 8) !== 0).length;
    expect(enriched).toBe(1);
  });

  test("hold every open handoff with the last thing that passed between both", async () => {
    const { db } = store();
    const open = await openCourses(db, INSTALLATION);
    const rows = await db.selectFrom("handoffs").selectAll().where("closed_at", "is", null).execute();
    expect(open.map(({ handoff }) => handoff).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    const touched = open.find(({ lastTouchAt }) => lastTouchAt !== undefined);
    const touches = await db
      .selectFrom("touches")
      .select("at")
      .where("handoff", "=", touched?.handoff ?? "")
      .where("by_person", "=", 1)
      .execute();
    expect(touched?.lastTouchAt).toBe(Math.max(...touches.map(({ at }) => at)));
    expect(await countHeld(db, INSTALLATION)).toBe(0);
  });
});

describe("questions of reports", () => {
  const database = useDatabase("sqlite");

  test.each<[string, readonly string[], () => Promise<unknown>]>([
    [
      "handoffs of a day, and the lead's other ones",
      ["handoffs_decided", "handoffs_ended", "handoffs_open"],
      readAll,
    ],
    ["leads that are held", ["leads_held"], () => countHeld(database.store().db, "i")],
    ["open handoffs", ["handoffs_open"], () => openCourses(database.store().db, "i")],
  ])("%s are found by indexes (%s)", async (_question, indexes, ask) => {
    const { sqlite } = database.store();
    if (sqlite === undefined) throw new Error("a SQLite store has its handle");
    const plans: string[] = [];
    const prepare = sqlite.prepare.bind(sqlite);
    sqlite.prepare = (statement: string) => {
      const placeholders = Array.from({ length: statement.split("?").length - 1 }, () => "1");
      for (const row of prepare(`explain query plan ${statement}`).all(...placeholders))
        plans.push(JSON.stringify(row));
      return prepare(statement);
    };
    await ask();
    sqlite.prepare = prepare;
    for (const index of indexes) expect(plans.join("\n")).toContain(index);
    expect(
      plans.filter((plan) => /SCAN (?:handoffs|leads|decisions|touches|dispositions|[hodtl]\b)/.test(plan)),
    ).toEqual([]);
  });

  async function readAll(): Promise<void> {
    const row = { installation: "i", day: 5, changes: 0, body: null };
    await database.store().db.insertInto("report_days").values(row).execute();
    for await (const columns of figureDays(database.store(), "i", 5, 6)) expect(columns.count).toBe(0);
  }
});
