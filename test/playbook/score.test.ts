import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { compileScore } from "../../src/playbook/score.ts";
import { aLead, did, NOW } from "./kit.ts";

const score = compileScore(14 * DAY_MS, { "page-viewed": 1, "email-replied": 20 });

test.each([
  [0, 20],
  [7 * DAY_MS, 15],
  [14 * DAY_MS, 10],
  [28 * DAY_MS, 5],
  [42 * DAY_MS, 2],
  [3650 * DAY_MS, 0],
  [-DAY_MS, 20],
])("20 points after %d ms are %d", (age, points) => {
  expect(score(aLead({}, [did("email-replied", age)]), NOW)).toBe(points);
});

test("parts of points add up before they are cut off", () => {
  const halves = Array.from({ length: 5 }, () => did("page-viewed", 14 * DAY_MS));
  expect(score(aLead({}, halves), NOW)).toBe(2);
});

test("kinds without points count nothing", () => {
  expect(score(aLead({}, [did("meeting-booked", 0)]), NOW)).toBe(0);
});

test("a score never grows by waiting", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5e9 }), fc.integer({ min: 0, max: 5e9 }), (age, later) => {
      const lead = aLead({}, [did("email-replied", age), did("page-viewed", age / 2)]);
      expect(score(lead, NOW + later)).toBeLessThanOrEqual(score(lead, NOW));
    }),
  );
});
