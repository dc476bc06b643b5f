import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { HandoffFigure } from "../../src/model/handoff-figure.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import type { MarketingStanding } from "../../src/report/marketing.ts";
import { proposalsOf } from "../../src/report/proposals.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { aFigure, counted, many, NOW, rejected } from "./figure.ts";

const MARKETING: MarketingStanding = {
  complete: { count: 0, of: 0 },
  missing: [],
  enrichedCount: 0,
  heldCount: 0,
  rule: "hold",
  volume: [],
};
const SHIPPED = aPlaybook();

function proposed(figures: readonly HandoffFigure[], playbook: Playbook = SHIPPED, marketing = MARKETING) {
  return proposalsOf({
    playbook,
    total: counted(figures).total,
    byType: counted(figures, "type").groups,
    bySource: counted(figures, "source").groups,
    marketing,
  });
}

/** The shipped agreement, with these reasons to pass a lead on at once. */
function rerouting(reroute: readonly string[]): Playbook {
  const { agreement } = SHIPPED;
  const rejections = { ...agreement.dispositions.rejected, reroute };
  return {
    ...SHIPPED,
    agreement: { ...agreement, dispositions: { ...agreement.dispositions, rejected: rejections } },
  };
}

const alike = (count: number, reason: string, more: Partial<HandoffFigure> = {}) =>
  Array.from({ length: count }, () => rejected(reason, more));

describe("a reason that stands on a tenth of the rejections, and on five", () => {
  test("asks for a refusal where none covers it", () => {
    const [first] = proposed([...alike(6, "agency"), ...alike(4, "not-fit")]);
    expect(first).toMatchObject({
      file: "definition.yaml",
      line: 'refuse: { agency: { any: [ { lead.role: { matches: "*agency*" } } ] } }',
      evidence: "agency is 60 % of 10 rejections; 6 of 6 came as hand-raiser.",
    });
  });

  test("asks to widen the refusal that lets it through", () => {
    expect(proposed(alike(6, "student"))[0]?.says).toContain("Widen the refusal “student”");
  });

  test("asks for the need its type does not ask for", () => {
    expect(proposed(alike(6, "weak-intent"))[0]?.line).toBe(
      "types: { hand-raiser: { needs: [reachable, intent] } }",
    );
    expect(proposed(alike(6, "not-fit"))[0]?.line).toBe(
      "types: { hand-raiser: { needs: [reachable, fit] } }",
    );
  });

  test("asks for one signal more where the type asks for intent already", () => {
    const [first] = proposed(alike(6, "weak-intent", { type: "marketing-qualified" }));
    expect(first).toMatchObject({
      line: "intent: { at_least: 3 }",
      says: "Ask for 3 signals of intent instead of 2",
    });
  });

  test("of the wrong owner asks for passing on at once, and once that is agreed for the territories", () => {
    expect(proposed(alike(6, "wrong-owner"), rerouting([]))[0]?.line).toBe(
      "dispositions: { rejected: { reroute: [wrong-owner] } }",
    );
    expect(proposed(alike(6, "wrong-owner"), rerouting(["wrong-owner"]))[0]?.file).toBe("routing.yaml");
  });
});

test.each([
  ["four rejections", alike(4, "student")],
  ["five of a hundred rejections", [...alike(5, "student"), ...alike(95, "")]],
  ["rejections without a reason", alike(40, "")],
  ["nothing", []],
])("%s suggest nothing", (_what, figures) => {
  expect(proposed(figures)).toEqual([]);
});

test("a source of which sales accepts half as often as of all is named", () => {
  const accepted = many(40, { source: "events", answer: "accepted" });
  const bad = [...many(2, { source: "paid", answer: "accepted" }), ...alike(10, "other", { source: "paid" })];
  const found = proposed([...accepted, ...bad]).find(({ says }) => says.includes("from paid"));
  expect(found?.evidence).toBe("Sales accepts 17 % of 12 of them, and 81 % of 52 of all.");
});

test("a promise that is broken more often than kept is put up, with what is kept", () => {
  const late = {
    firstAttemptDue: NOW - 5 * HOUR_MS,
    decidedAt: NOW - 6 * HOUR_MS,
    firstAttemptAt: NOW - HOUR_MS,
  };
  const found = proposed(many(10, late));
  expect(found[0]).toMatchObject({ file: "agreement.yaml", weight: 10 });
  expect(found[0]?.evidence).toContain("half are tried within 5 h");
  expect(proposed(many(9, late))).toEqual([]);
});

test("a word sales uses and nobody agreed on is put up; one without its reason is not", () => {
  const found = proposed([...many(5, { unclear: "hot-lead" }), ...many(9, { unclear: "rejected" })]);
  expect(found.map(({ line }) => line)).toEqual(["dispositions: { outcomes: [ …, hot-lead ] }"]);
});

test("a recycled reason nobody is woken for is put up", () => {
  const found = proposed(many(5, { answer: "recycled", reason: "no-budget-owner" }));
  expect(found[0]?.line).toBe("dispositions: { recycled: { wake: { no-budget-owner: 90d } } }");
  expect(proposed(many(5, { answer: "recycled", reason: "timing" }))).toEqual([]);
});

test("more acceptance than promised and fewer leads than promised suggest a lower bar", () => {
  const short = {
    type: "hand-raiser",
    period: "October 2026",
    promised: 40,
    handedOff: 12,
    standing: "breached",
  } as const;
  const good = {
    promisedPercent: 60,
    overDays: 30,
    accepted: { count: 19, of: 20 },
    standing: "met",
  } as const;
  const found = proposed([aFigure()], SHIPPED, { ...MARKETING, volume: [short], quality: good });
  expect(found[0]?.line).toBe("intent: { at_least: 1 }");
  const fair = { ...good, accepted: { count: 14, of: 20 } };
  expect(proposed([aFigure()], SHIPPED, { ...MARKETING, volume: [short], quality: fair })).toEqual([]);
});

test("the proposal most handoffs speak for comes first, always in the same order", () => {
  const figures = [...alike(6, "student"), ...alike(9, "agency")];
  const once = proposed(figures);
  expect(once.map(({ weight }) => weight)).toEqual([9, 6]);
  expect(proposed(figures.toReversed())).toEqual(once);
});
