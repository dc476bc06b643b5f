import { describe, expect, test } from "vitest";
import { attemptsStanding, STANDINGS, standingOf } from "../../src/report/standing.ts";

const DUE = 1_000;
const NEVER = Number.NaN;
const OPEN = { closedAt: NEVER, isPaused: false };
const said = (place: number) => STANDINGS[place];

describe("a promise with a deadline at 1000", () => {
  test.each([
    ["done exactly then is kept", 1_000, OPEN, 5_000, "met"],
    ["done a moment later stays broken", 1_001, OPEN, 1_001, "breached"],
    ["not done at the deadline itself is running", NEVER, OPEN, 1_000, "running"],
    ["not done a moment later is broken", NEVER, OPEN, 1_001, "breached"],
    ["ended before it was due is excused", NEVER, { ...OPEN, closedAt: 900 }, 5_000, "excused"],
    ["ended exactly then is excused", NEVER, { ...OPEN, closedAt: 1_000 }, 5_000, "excused"],
    ["ended after it was broken stays broken", NEVER, { ...OPEN, closedAt: 1_500 }, 5_000, "breached"],
    ["paused runs on, whatever the time", NEVER, { ...OPEN, isPaused: true }, 5_000, "running"],
    ["done while paused is judged", 1_200, { ...OPEN, isPaused: true }, 5_000, "breached"],
  ] as const)("%s", (_what, doneAt, held, asOf, standing) => {
    expect(said(standingOf(DUE, doneAt, held, asOf))).toBe(standing);
  });

  test("nothing promised is nothing to keep", () => {
    expect(said(standingOf(NEVER, 5, OPEN, 5_000))).toBe("none");
  });
});

describe("a promised number of attempts", () => {
  const tried = { inTime: 2, owed: 4, meaningfulAt: NEVER };
  test.each([
    ["as many as promised is kept", { ...tried, inTime: 4 }, OPEN, 5_000, "met"],
    ["too few is broken", tried, OPEN, 5_000, "breached"],
    ["too few so far is running", tried, OPEN, 900, "running"],
    ["needs no more once they were in touch", { ...tried, meaningfulAt: 800 }, OPEN, 5_000, "excused"],
    [
      "is broken when they were in touch too late",
      { ...tried, meaningfulAt: 1_800 },
      OPEN,
      5_000,
      "breached",
    ],
    ["of none is no promise", { ...tried, owed: 0 }, OPEN, 5_000, "none"],
  ] as const)("%s", (_what, attempts, held, asOf, standing) => {
    expect(said(attemptsStanding(DUE, attempts, held, asOf))).toBe(standing);
  });
});
