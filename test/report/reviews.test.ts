import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { lookAtReview, type ReviewMemory } from "../../src/report/reviews.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";

const TWO_WEEKS = 14 * DAY_MS;
/** A Tuesday. */
const NOW = Date.UTC(2026, 10, 17, 9);
const playbook = aPlaybook();
const dueOf = (memory: ReviewMemory) => new Date(memory.dueAt ?? 0).toISOString();

test.each([
  ["pack", "2026-11-23T06:00:00.000Z"],
  ["reasons", "2026-12-01T06:00:00.000Z"],
  ["definition", "2027-01-01T06:00:00.000Z"],
] as const)("the first look at %s only remembers when it is due: %s", (kind, due) => {
  const { memory, announcing } = lookAtReview(kind, undefined, playbook, TWO_WEEKS, NOW);
  expect([dueOf(memory), announcing]).toEqual([due, undefined]);
});

test("a pack is announced when it is due, once, and keeps its rhythm after an outage", () => {
  const dueAt = Date.UTC(2026, 10, 23, 6);
  expect(lookAtReview("pack", { dueAt }, playbook, TWO_WEEKS, dueAt - 1).announcing).toBeUndefined();
  const look = lookAtReview("pack", { dueAt }, playbook, TWO_WEEKS, dueAt);
  expect([look.announcing, dueOf(look.memory)]).toEqual([String(dueAt), "2026-12-07T06:00:00.000Z"]);
  const late = lookAtReview("pack", { dueAt }, playbook, TWO_WEEKS, dueAt + 40 * DAY_MS);
  expect(dueOf(late.memory)).toBe("2027-01-04T06:00:00.000Z");
});

test("a changed team is announced, changed hours are not", () => {
  const first = lookAtReview("team", undefined, playbook, TWO_WEEKS, NOW);
  expect(first.announcing).toBeUndefined();
  const files = shippedFiles();
  const team = files["team.yaml"] ?? "";
  const hours = aPlaybook({ "team.yaml": team.replaceAll("weight: 100", "weight: 90") });
  expect(lookAtReview("team", first.memory, hours, TWO_WEEKS, NOW).announcing).toBeUndefined();
  const other = aPlaybook({ "team.yaml": team.replace(/^ {2}\S+@/m, "  new-person@") });
  expect(lookAtReview("team", first.memory, other, TWO_WEEKS, NOW).announcing).toMatch(/^[0-9a-f]{16}\./);
});
