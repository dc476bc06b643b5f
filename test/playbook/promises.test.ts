import { expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { Promised } from "../../src/model/rep.ts";
import { countingOf, stepsAt } from "../../src/playbook/promises.ts";
import { formRoster } from "../../src/route/index.ts";
import { aPlaybook, OWNERS, TUESDAY } from "../route/acme.ts";

const playbook = aPlaybook();
const roster = formRoster(playbook.team, OWNERS, new Map(), TUESDAY);
const counting = countingOf(
  "hand-raiser",
  { ownerId: "lena", rep: "lena@acme.example" },
  playbook,
  roster,
  TUESDAY,
);
/** Two minutes and a second after nine in Berlin. */
const STARTED = TUESDAY + 2 * MINUTE_MS + 1_000;
const lookAt = (promised: Promised): number | undefined =>
  stepsAt("first-attempt", 0, { promised, startedAt: STARTED }, counting, playbook, STARTED).lookAt;

test.each<[string, Promised, number]>([
  ["a quarter of an hour, at the very instant", { ms: 15 * MINUTE_MS }, 12 * MINUTE_MS],
  ["just below four hours, at the very instant", { ms: 235 * MINUTE_MS }, 188 * MINUTE_MS],
])("four fifths of %s are looked at", (_what, promised, afterMs) => {
  expect(lookAt(promised)).toBe(STARTED + afterMs);
});

test.each<[string, Promised, number]>([
  ["four hours", { ms: 240 * MINUTE_MS }, 192 * MINUTE_MS],
  ["a business day", { businessDays: 1 }, 408 * MINUTE_MS],
])(
  "four fifths of %s are looked at on the next full five minutes, never before",
  (_what, promised, afterMs) => {
    const at = lookAt(promised) ?? 0;
    expect(at % (5 * MINUTE_MS)).toBe(0);
    expect(at - (STARTED + afterMs)).toBeGreaterThanOrEqual(0);
    expect(at - (STARTED + afterMs)).toBeLessThan(5 * MINUTE_MS);
  },
);

test("a step that is due is due at its own instant, whenever it is looked at", () => {
  const counted = { promised: { ms: 240 * MINUTE_MS }, startedAt: STARTED };
  const at = (now: number) => stepsAt("first-attempt", 0, counted, counting, playbook, now).due.length;
  const dueAt = STARTED + 192 * MINUTE_MS;
  expect([at(dueAt - 1), at(dueAt)]).toEqual([0, 1]);
});
