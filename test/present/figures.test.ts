import { sql } from "kysely";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import { countTogether, reportOf, spansOf } from "../../src/present/figures.ts";
import { dayOf, sayDay } from "../../src/report/days.ts";
import { type Figures, groupFigures, totalFigures } from "../../src/report/figures.ts";
import { seamSpans, SPEEDS } from "../../src/report/seams.ts";
import { DIMENSIONS } from "../../src/report/tally.ts";
import { closeHandoff, saveCourses } from "../../src/store/handoffs.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { fillWorld } from "../report/world.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { midnight, recount, tellAll } from "./recount.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const INSTALLATION = "inst-1";
const playbook = aPlaybook();
const WORLD = {
  installation: INSTALLATION,
  tenant: "424242",
  handoffs: 400,
  fromAt: NOW - 60 * DAY_MS,
  now: NOW,
  seed: 7,
  playbook,
};
const WHOLE = { fromDay: dayOf(NOW) - 70, toDay: dayOf(NOW) + 1 };
const SPANS = spansOf(seamSpans(playbook.agreement.seams));

onEveryDatabase("figures", ({ store }) => {
  const figures = async (span = WHOLE): Promise<Figures> => {
    const [tally] = await countTogether(store(), INSTALLATION, [{ span, by: [], asOf: NOW, spans: SPANS }]);
    if (tally === undefined) throw new Error("no tally");
    return totalFigures(tally);
  };
  /** The fast figures in the shape of the slow ones. */
  const fast = async (span = WHOLE) => {
    const { counts, standings, spans, reasons } = await figures(span);
    return {
      ...counts,
      reasons: Object.fromEntries(reasons.map(({ answer, reason, count }) => [`${answer}/${reason}`, count])),
      firstAttempt: standings.firstAttempt,
      meaningfulTouch: standings.meaningfulTouch,
      answer: standings.answer,
      attemptSpans: spans.get(SPEEDS.firstAttempt.name),
      receivedSpans: spans.get("occurred..received"),
    };
  };
  const slow = async (span = WHOLE) =>
    recount(await tellAll(store().db, INSTALLATION), midnight(span.fromDay), midnight(span.toDay), NOW);

  test("of an installation without handoffs are all zero", async () => {
    expect((await figures()).counts.handedOff).toBe(0);
  });

  test("are right to the row when they are counted slowly from what happened", async () => {
    await fillWorld(store().db, WORLD);
    const counted = await slow();
    expect(await fast()).toEqual(counted);
    // The world holds some of everything that is counted but enrichment, or the comparison would be worth less.
    const { enriched: _enriched, reasons: _reasons, ...rest } = counted;
    for (const [name, value] of Object.entries(rest)) expect([name, value]).not.toEqual([name, 0]);
    expect(counted.receivedSpans.skewedCount).toBeGreaterThan(5);
  });

  test("are the same when days are read that were kept before", async () => {
    expect(await fast()).toEqual(await slow());
  });

  test("of some days are those of the handoffs of these days", async () => {
    const span = { fromDay: dayOf(NOW) - 20, toDay: dayOf(NOW) - 6 };
    expect(await fast(span)).toEqual(await slow(span));
  });

  test("of the groups of every grouping add up to the whole", async () => {
    const [tally] = await countTogether(store(), INSTALLATION, [
      { span: WHOLE, by: DIMENSIONS, asOf: NOW, spans: SPANS },
    ]);
    if (tally === undefined) throw new Error("no tally");
    const whole = totalFigures(tally).counts;
    for (const by of DIMENSIONS) {
      const groups = groupFigures(tally, by);
      expect(groups.length).toBeGreaterThan(0);
      for (const name of ["handedOff", "accepted", "pipelineCents", "requalified"] as const)
        expect([by, name, groups.reduce((sum, { counts }) => sum + counts[name], 0)]).toEqual([
          by,
          name,
          whole[name],
        ]);
    }
  });

  test("follow whatever happens next: a touch, an end, an erasure, a lead that is another one now", async () => {
    const { db } = store();
    const rows = await db.selectFrom("handoffs").selectAll().where("first_attempt_at", "is", null).execute();
    const [touched, ended, gone] = rows.filter(({ state }) => state === "with-sales");
    if (touched === undefined || ended === undefined || gone === undefined) throw new Error("too few");
    const before = await figures();
    await saveCourses(db, INSTALLATION, [{ id: touched.id, first_attempt_at: touched.decided_at + HOUR_MS }]);
    expect((await figures()).counts.attempted).toBe(before.counts.attempted + 1);
    await closeHandoff(db, INSTALLATION, ended.id, "gone", ended.decided_at + 1);
    expect((await figures()).standings.firstAttempt.excused).toBe(before.standings.firstAttempt.excused + 1);
    await db.deleteFrom("handoffs").where("id", "=", gone.id).execute();
    expect((await figures()).counts.handedOff).toBe(before.counts.handedOff - 1);
    const all = await db.selectFrom("handoffs").selectAll().orderBy("decided_at").execute();
    const alone = all.filter((row) => all.filter(({ lead }) => lead === row.lead).length === 1);
    const newest = alone.at(-1);
    const left = alone.find((row) => row.ended_as === "recycled");
    await db
      .updateTable("handoffs")
      .set({ lead: left?.lead ?? "" })
      .where("id", "=", newest?.id ?? "")
      .execute();
    const { counts } = await figures();
    const slowly = await slow();
    expect(counts.cameBack).toBe(before.counts.cameBack + 1);
    expect([counts.cameBack, counts.requalified]).toEqual([slowly.cameBack, slowly.requalified]);
  });

  test("of a day whose kept columns nobody can read any more are counted anew", async () => {
    await sql`update report_days set body = ${Buffer.from("not columns at all")}`.execute(store().db);
    const counted = await figures();
    const [row] = await store()
      .db.selectFrom("handoffs")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .execute();
    expect(counted.counts.handedOff).toBe(row?.count);
  });

  test("are told apart by weeks in order, and by everything else the largest first", async () => {
    const report = await reportOf(store(), INSTALLATION, { span: WHOLE, by: "week", playbook }, NOW);
    const weeks = report.groups.map(({ key }) => key);
    expect(weeks).toEqual(weeks.toSorted());
    expect(new Date(weeks[0] ?? "").getUTCDay()).toBe(1);
    expect(weeks.at(-1)).toBe(sayDay(dayOf(NOW) - 1));
    const byRep = await reportOf(store(), INSTALLATION, { span: WHOLE, by: "rep", playbook }, NOW);
    const sizes = byRep.groups.map(({ counts }) => counts.handedOff);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(byRep.groups.map(({ key }) => key)).toContain("(not known)");
  });

  test("of another installation are never in it", async () => {
    await fillWorld(store().db, { ...WORLD, installation: "inst-2", tenant: "77", handoffs: 5 }).catch(
      (cause: unknown) => cause,
    );
    const counted = await slow();
    expect((await fast()).handedOff).toBe(counted.handedOff);
  });
});
