import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { dayOf } from "../../src/report/days.ts";
import { breaksOf } from "../../src/report/breaks.ts";
import { marketingSpans, marketingStanding } from "../../src/report/marketing.ts";
import { sayVolume } from "../../src/report/pack-words.ts";
import { hygieneOf, reasonTrends } from "../../src/report/trends.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { aFigure, counted, many, NOW, rejected } from "./figure.ts";

const { marketing } = aPlaybook().agreement;
const TODAY = dayOf(NOW) + 1;

describe("marketing's half", () => {
  const spans = marketingSpans(marketing, TODAY, 0);
  const standing = (figures: readonly ReturnType<typeof aFigure>[], installedAt = 0, now = NOW) =>
    marketingStanding(
      marketing,
      {
        window: counted(figures).total,
        quality: counted(figures).total,
        volume: marketingSpans(marketing, dayOf(now) + 1, installedAt).volume.map((period) => ({
          period,
          byType: counted(figures).groups,
        })),
        heldCount: 3,
        installedAt,
      },
      now,
    );
  const handRaisers = (...asked: Parameters<typeof standing>) =>
    standing(...asked)
      .volume.filter(({ type }) => type === "hand-raiser")
      .map((volume) => [volume.period, sayVolume(volume)]);

  test("is measured over its own spans", () => {
    expect(spans.quality).toEqual({ fromDay: TODAY - 30, toDay: TODAY });
    expect(spans.volume.map(({ name }) => name)).toEqual(["November 2026", "October 2026"]);
  });

  test("runs while the period lasts, and is broken once it is over", () => {
    expect(handRaisers(many(39, {}))).toEqual([
      ["November 2026", "still running"],
      ["October 2026", "broken"],
    ]);
    expect(standing(many(40, {})).volume[0]?.standing).toBe("met");
  });

  test("is not judged for a period that was over when Baton came, nor broken for one of which it counted a part", () => {
    const installedAt = Date.UTC(2026, 10, 17, 9);
    const few = many(39, {});
    expect(handRaisers(few, installedAt)).toEqual([["November 2026", "counted since 2026-11-17"]]);
    const december = Date.UTC(2026, 11, 1, 7);
    expect(handRaisers(few, installedAt, december)).toEqual([
      ["December 2026", "still running"],
      ["November 2026", "counted since 2026-11-17"],
    ]);
    expect(breaksOf(standing(few, installedAt, december)).filter(({ name }) => name !== "quality")).toEqual(
      [],
    );
    expect(handRaisers(many(40, {}), installedAt)).toEqual([["November 2026", "kept"]]);
  });

  test("is judged in full for a period that begins when Baton comes", () => {
    const december = Date.UTC(2026, 11, 1, 7);
    expect(handRaisers(many(39, {}), Date.UTC(2026, 10, 1), december)[1]).toEqual([
      "November 2026",
      "broken",
    ]);
    expect(handRaisers(many(39, {}), Date.UTC(2026, 11, 1), december)).toEqual([
      ["December 2026", "still running"],
    ]);
  });

  test("is judged by acceptance from five answers on, exactly at the promise kept", () => {
    const accepted = (count: number) => many(count, { answer: "accepted" });
    expect(standing([...accepted(3), rejected("x")]).quality?.standing).toBe("too-few");
    expect(standing([...accepted(3), rejected("x"), rejected("x")]).quality?.standing).toBe("met");
    expect(
      standing([...accepted(2), ...Array.from({ length: 3 }, () => rejected("x"))]).quality?.standing,
    ).toBe("breached");
  });

  test("counts complete leads of those of which it is known", () => {
    expect(standing([aFigure({ missing: "" }), aFigure({ missing: "lead.role" }), aFigure()])).toMatchObject({
      complete: { count: 1, of: 2 },
      heldCount: 3,
      rule: "hold",
    });
  });
});

describe("trends", () => {
  test("compare shares of all answers, and note what moved by ten points on five handoffs", () => {
    const now = counted([
      ...Array.from({ length: 6 }, () => rejected("student")),
      ...many(14, { answer: "accepted" }),
    ]);
    const before = counted([
      ...Array.from({ length: 2 }, () => rejected("student")),
      ...many(18, { answer: "accepted" }),
    ]);
    const [accepted, student] = reasonTrends(now.total, before.total);
    expect(student).toMatchObject({
      reason: "student",
      change: 20,
      isNotable: true,
      now: { count: 6, of: 20 },
    });
    expect(accepted).toMatchObject({ answer: "accepted", change: -20 });
  });

  test("of too few say no percentage", () => {
    const now = counted([rejected("student")]);
    const [one] = reasonTrends(now.total, counted([]).total);
    expect(one).toEqual({
      answer: "rejected",
      reason: "student",
      now: { count: 1, of: 1 },
      before: { count: 0, of: 0 },
      isNotable: false,
    });
  });

  test("of reps begin with whoever has most to mend", () => {
    const due = { answerDue: NOW - DAY_MS };
    const byRep = counted(
      [
        ...many(3, { ...due, rep: "good", answeredAt: NOW - 2 * DAY_MS, answer: "rejected", reason: "x" }),
        ...many(2, { ...due, rep: "late" }),
        aFigure({ rep: "late", unclear: "rejected" }),
      ],
      "rep",
    ).groups;
    expect(hygieneOf(byRep)).toMatchObject([
      { rep: "late", inTime: { count: 0, of: 2 }, withoutReason: 1 },
      { rep: "good", inTime: { count: 3, of: 3 } },
    ]);
  });
});
