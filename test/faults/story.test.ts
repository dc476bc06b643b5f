import { expect, test } from "vitest";
import { storyOf } from "./story.ts";

const EVENT = {
  record: "event",
  lead: "101",
  key: "webhook:1:7",
  received_at: 1_000,
  state: "done",
  attempts: 1,
};

test("a lead's story is told in the order in which it happened, with the end of each thing where it ended", () => {
  const exported = [
    {
      record: "handoff",
      id: "h-1",
      lead: "101",
      decided_at: 2_000,
      closed_at: 5_000,
      closed_because: "lead deleted",
    },
    { record: "handoff", id: "h-2", lead: "101", decided_at: 6_000, closed_at: null, closed_because: null },
    {
      record: "effect",
      key: "h-1.task",
      lead: "101",
      planned_at: 2_000,
      attempted_at: 3_000,
      settled_at: 4_000,
      state: "confirmed",
    },
    { record: "handoff", id: "h-3", lead: "102", decided_at: 2_000, closed_at: null },
    { ...EVENT, outcome: null },
  ];
  expect(storyOf("101", exported)).toEqual([
    "1970-01-01T00:00:01.000Z event key=webhook:1:7 state=done attempts=1",
    "1970-01-01T00:00:02.000Z handoff id=h-1",
    "1970-01-01T00:00:02.000Z effect planned key=h-1.task",
    "1970-01-01T00:00:03.000Z effect attempted last key=h-1.task",
    "1970-01-01T00:00:04.000Z effect ended key=h-1.task state=confirmed",
    "1970-01-01T00:00:05.000Z handoff closed id=h-1 closed_because=lead deleted",
    "1970-01-01T00:00:06.000Z handoff id=h-2",
  ]);
});

test("of what is not a lead's there is no story", () => {
  expect(storyOf("103", [{ ...EVENT }, { record: "notice", lead: "103", at: 1 }])).toEqual([]);
});
