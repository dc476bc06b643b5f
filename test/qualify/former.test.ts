import { describe, expect, test } from "vitest";
import type { FormerHandoff } from "../../src/model/handoff.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import { stillAnswered } from "../../src/qualify/former.ts";
import { aLead, did, NOW } from "../playbook/kit.ts";

const RECYCLED: FormerHandoff = {
  id: "h-0",
  type: "hand-raiser",
  startedAt: NOW - 30 * DAY_MS,
  endedAt: NOW - 20 * DAY_MS,
  answer: "recycled",
  reason: "timing",
  ownerId: "lena",
  ownerName: "Lena Vogt",
  wakeAt: NOW + 70 * DAY_MS,
  isForGood: false,
  isRestaged: false,
  count: 1,
};
const lead = (former?: Partial<FormerHandoff>) => ({
  ...aLead(),
  ...(former === undefined ? {} : { former: { ...RECYCLED, ...former } }),
});
const { answer: _answer, ...unanswered } = RECYCLED;

describe("what sales said of a lead", () => {
  test("stands while nothing is new", () => {
    expect(stillAnswered(lead({}), NOW)).toEqual({
      outcome: "not-ready",
      reason: "nothing-new",
      because:
        "sales recycled it (timing) on 2026-10-28, to be looked at again on 2027-01-26; nothing is new since",
    });
  });

  test.each([
    ["a lead sales never had", lead()],
    ["a handoff that ended otherwise", { ...aLead(), former: unanswered }],
    ["a deed since", { ...lead({}), signals: [did("page-viewed", HOUR_MS, { page: "/blog" })] }],
    ["a request", { ...lead({}), request: { via: "workflow" as const } }],
    ["another stage", lead({ isRestaged: true })],
    ["the day agreed for the reason", lead({ wakeAt: NOW })],
  ])("does not stand against %s", (_, snapshot) => {
    expect(stillAnswered(snapshot, NOW)).toBeUndefined();
  });

  test("stands a moment before the day agreed for the reason", () => {
    expect(stillAnswered(lead({ wakeAt: NOW + 1 }), NOW)?.reason).toBe("nothing-new");
  });

  test("stands for good where the agreement says so, whatever the lead does", () => {
    const competitor = {
      answer: "rejected",
      reason: "competitor",
      isForGood: true,
      isRestaged: true,
      wakeAt: NOW,
    };
    const all = {
      ...lead(competitor),
      signals: [did("form-submitted", HOUR_MS)],
      request: { via: "workflow" as const },
    };
    expect(stillAnswered(all, NOW)).toMatchObject({ outcome: "refused", reason: "answered-for-good" });
  });
});
