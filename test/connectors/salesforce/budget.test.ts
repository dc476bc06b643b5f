import { beforeEach, describe, expect, test } from "vitest";
import { createBudget } from "../../../connectors/salesforce/budget.ts";
import type { Budget } from "../../../connectors/salesforce/budget.ts";

const MINUTE = 60_000;
let now = 0;
let budget: Budget;
beforeEach(() => {
  now = Date.UTC(2026, 10, 17, 9);
  budget = createBudget(() => now);
});
const hear = (used: number, most = 100): void =>
  budget.note({ "sforce-limit-info": `api-usage=${used}/${most}` });
const allowed = (): readonly boolean[] => [
  budget.refusal("bulk", false) === undefined,
  budget.refusal("live", false) === undefined,
  budget.refusal("live", true) === undefined,
];

test.each([
  [69, [true, true, true]],
  [70, [false, true, true]],
  [89, [false, true, true]],
  [90, [false, false, true]],
  [120, [false, false, true]],
])("at %i %% of the day bulk, live and essential calls may be made: %j", (used, expected) => {
  hear(used);
  expect(allowed()).toEqual(expected);
});

test("bulk work is not made essential by what it reads", () => {
  hear(95);
  expect(budget.refusal("bulk", true)).toMatchObject({ code: "crm.rate-limited" });
});

test("before the first answer everything may be called", () => {
  expect([allowed(), budget.usage()]).toEqual([[true, true, true], undefined]);
});

describe("what was heard gets old", () => {
  test("after half an hour one call finds out, and the others wait for what it finds", () => {
    hear(80);
    now += 20 * MINUTE;
    expect(budget.refusal("bulk", false)?.retryAfterMs).toBe(10 * MINUTE);
    now += 10 * MINUTE;
    expect(budget.refusal("bulk", false)).toBeUndefined();
    expect(budget.refusal("bulk", false)?.retryAfterMs).toBe(30 * MINUTE);
    hear(40);
    expect(budget.refusal("bulk", false)).toBeUndefined();
  });

  test("a clock that was set back holds nobody up for as long", () => {
    hear(80);
    now -= 24 * 60 * MINUTE;
    expect(budget.refusal("bulk", false)).toBeUndefined();
  });
});

test.each([
  ["api-usage=10018/100000", { used: 10_018, most: 100_000 }],
  ["api-usage=18/5000; per-app-api-usage=17/250(appName=sample-connected-app)", { used: 18, most: 5_000 }],
  ["per-app-api-usage=17/250(appName=x), api-usage=18/5000", { used: 18, most: 5_000 }],
  ["per-app-api-usage=17/250", undefined],
  ["api-usage=many/5000", undefined],
  ["api-usage=5/0", undefined],
  ["", undefined],
])("%j is read as %j", (header, usage) => {
  budget.note({ "sforce-limit-info": header });
  expect(budget.usage()).toEqual(usage);
});

test("a refusal is the day's when the count says so, or nothing was ever counted", () => {
  expect(budget.isSpent()).toBe(true);
  hear(50);
  expect(budget.isSpent()).toBe(false);
  hear(100);
  expect(budget.isSpent()).toBe(true);
});
