import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/model/decision.ts";
import type { LostHandoff } from "../../src/model/lost.ts";
import { adopt } from "../../src/route/adopt.ts";
import { formRoster } from "../../src/route/index.ts";
import { aLead, anOwner, aPlaybook, OWNERS, TUESDAY } from "./acme.ts";

const roster = formRoster(
  aPlaybook().team,
  [...OWNERS, anOwner("outsider@acme.example")],
  new Map(),
  TUESDAY,
);
const HEAD = { rule: "EMEA", because: "largest shortfall", candidates: [], findings: [] };
const TO_TOMAS: Assignment = {
  ...HEAD,
  outcome: "assigned",
  ownerId: "tomas",
  ownerName: "Tomas",
  rep: "tomas@acme.example",
  counts: true,
};
const TO_PARTNER: Assignment = { ...HEAD, outcome: "partner", partner: "Northwind", share: [] };
const QUEUED: Assignment = { ...HEAD, outcome: "queued", queue: "unrouted", retryAt: TUESDAY };
const BOTH: LostHandoff = { at: TUESDAY, task: { id: "9", ownerId: "lena" }, note: { id: "8" } };

const adopted = (assignment: Assignment, lost?: LostHandoff, owner?: string): Assignment =>
  adopt(assignment, aLead(owner === undefined ? {} : { "lead.owner": owner }, lost && { lost }), roster);

describe("a lead whose handoff was lost", () => {
  test("stays with the owner the CRM shows, whom the rules would not choose, as a turn of theirs", () => {
    for (const assignment of [TO_TOMAS, QUEUED])
      expect(adopted(assignment, BOTH, "lena")).toMatchObject({
        outcome: "assigned",
        rule: "adopted after a restore",
        because: "the CRM shows Baton's task 9 and note 8 of a time this database does not know",
        ownerId: "lena",
        rep: "lena@acme.example",
        counts: true,
      });
  });

  test("belongs to whom a person gave it, not to whom the task names", () => {
    expect(adopted(TO_TOMAS, BOTH, "maya")).toMatchObject({ ownerId: "maya", rep: "maya@acme.example" });
  });

  test("belongs to whom the task names where the lead has no owner", () => {
    expect(adopted(TO_TOMAS, BOTH)).toMatchObject({ ownerId: "lena" });
  });

  test("is no turn of somebody outside team.yaml", () => {
    const assignment = adopted(TO_TOMAS, BOTH, "outsider");
    expect(assignment).toMatchObject({ ownerId: "outsider", ownerName: "Outsider", counts: false });
    expect(assignment).not.toHaveProperty("rep");
  });

  test("is left to the rules where nobody owns anything of it", () => {
    expect(adopted(TO_TOMAS, { at: TUESDAY, note: { id: "8" } })).toBe(TO_TOMAS);
  });
});

test("a partner's lead with a note and no task stays the partner's, whoever owns it in the CRM", () => {
  expect(adopted(TO_PARTNER, { at: TUESDAY, note: { id: "8" } }, "lena")).toBe(TO_PARTNER);
});

test("a lead of which nothing was lost is assigned as the rules say", () => {
  expect(adopted(TO_TOMAS, undefined, "lena")).toBe(TO_TOMAS);
});
