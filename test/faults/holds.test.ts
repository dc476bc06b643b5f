import { expect, test } from "vitest";
import { type Deed, holdsOf, outside, overlaps } from "./holds.ts";

const deed = (member: string, fromMs: number, untilMs: number): Deed => ({
  member,
  what: "a write",
  fromMs,
  untilMs,
});
const took = (member: string, atMs: number) => ({ member, atMs, isHeld: true });
const left = (member: string, atMs: number) => ({ member, atMs, isHeld: false });

test("a hold lasts until the next change of hands, the last one for ever", () => {
  expect(holdsOf([took("a", 10), left("a", 20), took("b", 30), took("a", 40)])).toEqual([
    { member: "a", fromMs: 10, untilMs: 20 },
    { member: "b", fromMs: 30, untilMs: 40 },
    { member: "a", fromMs: 40, untilMs: Number.POSITIVE_INFINITY },
  ]);
});

test.each<readonly [string, readonly Deed[], number]>([
  ["one after the other", [deed("a", 0, 10), deed("b", 10, 20)], 0],
  ["of one member at once", [deed("a", 0, 10), deed("a", 5, 15)], 0],
  ["of two members at once", [deed("a", 0, 10), deed("b", 9, 20)], 1],
  [
    "a long one over a short one of another, seen past a short one of its own",
    [deed("a", 0, 100), deed("a", 10, 20), deed("b", 50, 60)],
    1,
  ],
  ["one that never ended", [deed("a", 0, Number.POSITIVE_INFINITY), deed("b", 50, 60)], 1],
])("deeds %s", (_name, deeds, count) => {
  expect(overlaps(deeds)).toHaveLength(count);
});

test.each<readonly [string, Deed, number]>([
  ["within its maker's hold", deed("a", 10, 20), 0],
  ["within another's", deed("b", 12, 14), 1],
  ["begun in time and ended after the lane was lost", deed("a", 15, 25), 1],
  ["while nobody held the lane", deed("a", 21, 22), 1],
  ["after it was taken again", deed("a", 45, 60), 0],
])("a write %s", (_name, one, count) => {
  const holds = holdsOf([took("a", 10), left("a", 20), took("b", 30), took("a", 40)]);
  expect(outside([one], holds)).toHaveLength(count);
});
