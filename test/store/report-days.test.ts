import { sql } from "kysely";
import { describe, expect, inject, test } from "vitest";
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

onEveryDatabase("days that are kept", (database) => {
  const read = async (fromDay = DAY - 20, toDay = DAY + 1): Promise<number> => {
    let count = 0;
    for await (const columns of figureDays(database.store(), INSTALLATION, fromDay, toDay))
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
  const emptied = async (): Promise<readonly number[]> =>
    (await kept()).filter(({ body }) => body === null).map(({ day }) => day);
  const rows: { id: string; decided_at: number }[] = [];

  test("are there once they were asked for, and gone once a handoff of them changes", async () => {
    rows.push(...(await fillWorld(database.store().db, WORLD)));
    expect(await emptied()).toHaveLength((await kept()).length);
    expect(await read()).toBe(40);
    expect(await emptied()).toEqual([]);
    const [first] = rows;
    await saveCourses(database.store().db, INSTALLATION, [{ id: first?.id ?? "", attempts: 9 }]);
    expect(await emptied()).toEqual([Math.floor((first?.decided_at ?? 0) / DAY_MS)]);
  });

  test("are not kept when a handoff changes while they are put together", async () => {
    const { db } = database.store();
    await db.updateTable("report_days").set({ body: null }).execute();
    const days = figureDays(database.store(), INSTALLATION, DAY - 20, DAY + 1);
    // Several days are looked up together: the second one's count of changes is known by now, its rows are not read yet.
    await days.next();
    const [, second] = await kept();
    const changed = rows.find(({ decided_at: at }) => Math.floor(at / DAY_MS) === second?.day);
    await saveCourses(db, INSTALLATION, [{ id: changed?.id ?? "", attempts: 3 }]);
    await days.next();
    const after = (await kept()).find(({ day }) => day === second?.day);
    expect(after?.body).toBeNull();
    expect(after?.changes).toBeGreaterThan(second?.changes ?? Infinity);
    await days.return(undefined);
  });

  test("of a recycled lead go when the lead comes back, or is gone", async () => {
    const { db } = database.store();
    const [recycled, back] = [rows.at(0), rows.at(-1)];
    if (back === undefined || recycled === undefined) throw new Error("no handoffs");
    const day = Math.floor(recycled.decided_at / DAY_MS);
    expect(Math.floor(back.decided_at / DAY_MS)).not.toBe(day);
    const lead = "a lead of its own";
    const ended = { state: "closed", ended_as: "recycled", closed_at: recycled.decided_at + 1 } as const;
    await db
      .updateTable("handoffs")
      .set({ ...ended, lead })
      .where("id", "=", recycled.id)
      .execute();
    await read();
    await db.updateTable("handoffs").set({ lead }).where("id", "=", back.id).execute();
    expect(await emptied()).toContain(day);
    await read();
    await db.deleteFrom("handoffs").where("id", "=", back.id).execute();
    expect(await emptied()).toContain(day);
  });

  test("leave nothing behind in the transaction that wipes them", async () => {
    const { db } = database.store();
    await read();
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom("handoffs").where("installation", "=", INSTALLATION).execute();
      await tx.deleteFrom("report_days").where("installation", "=", INSTALLATION).execute();
    });
    expect(await kept()).toEqual([]);
  });
});

describe("days kept on PostgreSQL", () => {
  const postgres = inject("postgres");
  const isThere = !("missing" in postgres);

  describe.runIf(isThere)("while several work on it", () => {
    const database = useDatabase("postgres");
    const bodies = async (): Promise<readonly boolean[]> => {
      const rows = await database
        .store()
        .db.selectFrom("report_days")
        .select("body")
        .orderBy("day")
        .execute();
      return rows.map(({ body }) => body !== null);
    };
    const readAll = async (): Promise<number> => {
      let count = 0;
      for await (const columns of figureDays(database.store(), INSTALLATION, DAY - 20, DAY + 1))
        count += columns.count;
      return count;
    };

    test("a day is gone once a change is committed that nobody could see while it was put together", async () => {
      const { db } = database.store();
      const [first] = await fillWorld(db, WORLD);
      await db.transaction().execute(async (tx) => {
        await saveCourses(tx, INSTALLATION, [{ id: first?.id ?? "", attempts: 7 }]);
        await readAll();
        expect(await bodies()).not.toContain(false);
      });
      expect((await bodies())[0]).toBe(false);
    });

    test("transactions that change the same days in another order never wait for each other", async () => {
      const { db } = database.store();
      const rows = await db
        .selectFrom("handoffs")
        .select(["id", "decided_at"])
        .orderBy("decided_at")
        .execute();
      const ends = [rows.at(0)?.id ?? "", rows.at(-1)?.id ?? ""];
      const others = [rows.at(1)?.id ?? "", rows.at(-2)?.id ?? ""].toReversed();
      const change = async (ids: readonly string[], attempts: number): Promise<void> =>
        await db.transaction().execute(async (tx) => {
          for (const id of ids) await saveCourses(tx, INSTALLATION, [{ id, attempts }]);
        });
      for (let attempts = 1; attempts <= 20; attempts += 1)
        await Promise.all([change(ends, attempts), change(others, attempts)]);
      expect(await readAll()).toBe(40);
    });

    test("rows are read where the trigger is not there", async () => {
      const { db } = database.store();
      await sql`drop trigger handoffs_mark_days on handoffs`.execute(db);
      await sql`update report_days set body = null`.execute(db);
      expect(await readAll()).toBe(40);
      expect(await bodies()).not.toContain(true);
    });
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

  test("hold each open handoff once, however many pages of them there are", async () => {
    const { db } = store();
    const [one] = await db.selectFrom("handoffs").selectAll().limit(1).execute();
    if (one === undefined) throw new Error("no handoff");
    const rows = Array.from({ length: 620 }, (_, number) => ({
      ...one,
      installation: "many",
      id: `h${number}`,
      lead: `${number}`,
      state: "with-sales" as const,
      closed_at: null,
      ended_as: null,
      decided_at: NOW - number,
    }));
    for (let from = 0; from < rows.length; from += 10)
      await db
        .insertInto("handoffs")
        .values(rows.slice(from, from + 10))
        .execute();
    const open = await openCourses(db, "many");
    expect(open.map(({ handoff }) => handoff)).toEqual(rows.map(({ id }) => id).toReversed());
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
