import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { dayOf } from "../../src/report/days.ts";
import { marketingSpans, marketingStanding } from "../../src/report/marketing.ts";
import { hygieneOf, reasonTrends } from "../../src/report/trends.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { aFigure, counted, many, NOW, rejected } from "./figure.ts";

const { marketing } = aPlaybook().agreement;
const TODAY = dayOf(NOW) + 1;

describe("marketing's half", () => {
  const spans = marketingSpans(marketing, TODAY);
  const standing = (figures: readonly ReturnType<typeof aFigure>[]) =>
    marketingStanding(
      marketing,
      {
        window: counted(figures).total,
        quality: counted(figures).total,
        volume: spans.volume.map((period) => ({ period, byType: counted(figures).groups })),
        heldCount: 3,
      },
      NOW,
    );

  test("is measured over its own spans", () => {
    expect(spans.quality).toEqual({ fromDay: TODAY - 30, toDay: TODAY });
    expect(spans.volume.map(({ name }) => name)).toEqual(["November 2026", "October 2026"]);
  });

  test("runs while the period lasts, and is broken once it is over", () => {
    const { volume } = standing(many(39, {}));
    expect(
      volume.filter(({ type }) => type === "hand-raiser").map(({ period, standing: is }) => [period, is]),
    ).toEqual([
      ["November 2026", "running"],
      ["October 2026", "breached"],
    ]);
    expect(standing(many(40, {})).volume[0]?.standing).toBe("met");
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
