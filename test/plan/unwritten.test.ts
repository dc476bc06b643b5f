import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/decision.ts";
import { unwritten } from "../../src/plan/unwritten.ts";
import { TUESDAY } from "../route/acme.ts";
import { ana, kindsOf, planned, writeOf } from "./ready.ts";

const requested = ana({}, { request: { via: "workflow-action", callback: "c-1" } });
const plan = planned({ snapshot: requested });

describe("the plan of a lead whose handoff was lost", () => {
  test("has no task and no note where both are there; whoever waits for an answer gets one", () => {
    const left = unwritten(plan, ana({}, { lost: { at: TUESDAY, task: { id: "9" }, note: { id: "8" } } }));
    expect(kindsOf(left)).toEqual(["update-lead", "answer-request"]);
    expect(left.clocks).toEqual(plan.clocks);
  });

  test("keeps what is missing", () => {
    expect(kindsOf(unwritten(plan, ana({}, { lost: { at: TUESDAY, task: { id: "9" } } })))).toContain(
      "create-note",
    );
    expect(kindsOf(unwritten(plan, ana({}, { lost: { at: TUESDAY, note: { id: "8" } } })))).toContain(
      "create-task",
    );
  });

  test("leaves the stage alone and mends Baton's own properties", () => {
    const left = unwritten(plan, ana({}, { lost: { at: TUESDAY, task: { id: "9" }, note: { id: "8" } } }));
    expect(writeOf(plan, "update-lead")).toHaveProperty("stage");
    expect(writeOf(left, "update-lead")).not.toHaveProperty("stage");
    expect(writeOf(left, "update-lead").properties).toEqual(writeOf(plan, "update-lead").properties);
  });
});

test("a handoff that was lost starts no sequence, whatever is left of it: it may have run and be over", () => {
  const started: Plan = {
    ...plan,
    writes: [...plan.writes, { kind: "start-sequence", ownerId: "tomas", sequence: "777" }],
  };
  for (const part of [{ task: { id: "9" } }, { note: { id: "8" } }])
    expect(kindsOf(unwritten(started, ana({}, { lost: { at: TUESDAY, ...part } })))).not.toContain(
      "start-sequence",
    );
  expect(kindsOf(unwritten(started, ana()))).toContain("start-sequence");
});

test("the plan of any other lead is left as it is", () => {
  expect(unwritten(plan, requested)).toBe(plan);
});
