import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import { type OpenFigure, stuckOf } from "../../src/report/stuck.ts";
import { NOW } from "./figure.ts";

const OPEN: OpenFigure = {
  handoff: "h",
  lead: "1",
  type: "hand-raiser",
  isQueued: false,
  ownedAt: NOW - 10 * DAY_MS,
  firstAttemptDue: NOW - 3 * HOUR_MS,
  isPaused: false,
};
const kindOf = (more: Partial<OpenFigure>) => stuckOf([{ ...OPEN, ...more }], NOW)[0]?.kind;

test.each<[string, Partial<OpenFigure>, string | undefined]>([
  ["a lead past its deadline without an attempt is untouched", {}, "untouched"],
  ["a lead before its deadline is not stuck", { firstAttemptDue: NOW + 1 }, undefined],
  ["a lead at its deadline is not stuck yet", { firstAttemptDue: NOW }, undefined],
  ["a lead that was just tried is not stuck", { firstAttemptAt: NOW - HOUR_MS }, undefined],
  ["a lead that was tried six days ago is quiet", { firstAttemptAt: NOW - 6 * DAY_MS }, "quiet"],
  [
    "a lead that answered since is not quiet",
    { firstAttemptAt: NOW - 6 * DAY_MS, lastTouchAt: NOW - DAY_MS },
    undefined,
  ],
  [
    "a lead with a meeting to come is not quiet",
    { firstAttemptAt: NOW - 9 * DAY_MS, lastTouchAt: NOW + DAY_MS },
    undefined,
  ],
  ["a lead nobody can take is queued", { isQueued: true }, "queued"],
  ["a paused lead is not stuck", { isPaused: true }, undefined],
])("%s", (_what, more, kind) => {
  expect(kindOf(more)).toBe(kind);
});

test("a handoff of before deadlines were kept is untouched after two days", () => {
  const { firstAttemptDue: _due, ...old } = OPEN;
  expect(stuckOf([{ ...old, ownedAt: NOW - DAY_MS }], NOW)).toEqual([]);
  expect(stuckOf([{ ...old, ownedAt: NOW - 3 * DAY_MS }], NOW)[0]?.kind).toBe("untouched");
});

test("a lead of whom no first attempt was promised is said to be untried, not late", () => {
  const { firstAttemptDue: _due, ...partner } = { ...OPEN, type: "partner", ownedAt: NOW - 4.7 * DAY_MS };
  expect(stuckOf([partner], NOW)[0]?.todo).toBe(
    "Nobody has tried for 4.7 d: call or write today, or give the lead to somebody else.",
  );
});

test("those stuck longest come first, and each says what to do", () => {
  const found = stuckOf(
    [
      { ...OPEN, lead: "late" },
      { ...OPEN, lead: "later", firstAttemptDue: NOW - 2 * DAY_MS },
      { ...OPEN, lead: "waits", isQueued: true, because: "everybody is away" },
    ],
    NOW,
  );
  expect(found.map(({ lead }) => lead)).toEqual(["waits", "later", "late"]);
  expect(found[0]?.todo).toContain("everybody is away");
  expect(found[2]?.todo).toContain("3 h late");
});
