import { describe, expect, test } from "vitest";
import type { Assignment, Verdict } from "../../src/model/decision.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { OpenHandoff } from "../../src/model/handoff.ts";
import { aPlaybook, SATURDAY, TUESDAY } from "../route/acme.ts";
import { ana, kindsOf, planned, READY, TO_LENA, TO_PARTNER, TO_QUEUE, writeOf } from "./ready.ts";

const CALLBACK = { via: "workflow-action", callback: "ap-1" } as const;
const QUEUED: OpenHandoff = { id: "h-0", state: "queued", type: "hand-raiser", startedAt: TUESDAY - HOUR_MS };

describe("a lead that gets an owner", () => {
  test("is updated, has a task and a note, and a clock for every promise", () => {
    const plan = planned();
    expect(kindsOf(plan)).toEqual(["update-lead", "create-task", "create-note"]);
    expect(plan.clocks.map(({ kind, dueAt }) => [kind, dueAt])).toEqual([
      ["first-attempt", TUESDAY + 15 * MINUTE_MS],
      ["meaningful-touch", TUESDAY + 4 * HOUR_MS],
      ["attempts", TUESDAY + 14 * DAY_MS],
      ["answer", TUESDAY + 7 * DAY_MS],
    ]);
    // Somebody is told when four fifths of the time have passed.
    expect(plan.clocks[0]?.lookAt).toBe(TUESDAY + 12 * MINUTE_MS);
    expect(plan.brief?.whyNow).toContain("Ana Ruiz");
  });

  test("says so on the record", () => {
    expect(writeOf(planned(), "update-lead").properties).toEqual({
      "contact.baton_handoff_status": "assigned",
      "contact.baton_handoff_type": "hand-raiser",
      "contact.baton_reason":
        "form demo-request within 24h; EMEA: Lena has the largest shortfall of 3 in emea-sdr",
      "contact.baton_deadline": "2026-11-17T08:15:00.000Z",
      "contact.baton_handoff_link": "https://baton.example/h/d-1",
      "contact.baton_why_now":
        'Ana Ruiz, VP Marketing at Fern & Sons asked for us: filled in the form "demo request" on /demo 12 minutes ago.',
    });
  });

  test.each([
    ["nobody had it", {}, { to: "lena" }],
    ["somebody else had it", { "lead.owner": "tomas" }, { to: "lena", seen: "tomas" }],
    ["the owner had it already", { "lead.owner": "lena" }, undefined],
  ])("has its owner written with what was seen, when %s", (_when, facts, owner) => {
    expect(writeOf(planned({ snapshot: ana(facts) }), "update-lead").owner).toEqual(owner);
  });

  test("has a task that names the owner it was made for and the one before", () => {
    const task = writeOf(planned({ snapshot: ana({ "lead.owner": "tomas" }) }), "create-task");
    expect(task).toMatchObject({
      ownerId: "lena",
      ownerSeen: "tomas",
      subject: "Call them now: Ana Ruiz (Fern & Sons)",
      dueAt: TUESDAY + 15 * MINUTE_MS,
      remindAt: TUESDAY + 10 * MINUTE_MS,
      priority: "high",
      action: "call",
      accountId: "77",
    });
  });

  test("is not reminded of in the past", () => {
    const brief = planned({ playbook: aPlaybook({ agreement: SHORT }) });
    expect(writeOf(brief, "create-task")).not.toHaveProperty("remindAt");
  });

  test.each([
    [
      "an earlier stage",
      { "lead.stage": "lead", "lead.stage_value": "lead" },
      { to: "marketingqualifiedlead", seen: "lead" },
    ],
    [
      "the same stage",
      { "lead.stage": "marketing-qualified", "lead.stage_value": "marketingqualifiedlead" },
      undefined,
    ],
    [
      "a later stage",
      { "lead.stage": "sales-qualified", "lead.stage_value": "salesqualifiedlead" },
      undefined,
    ],
  ])("at %s is raised only forwards", (_which, facts, stage) => {
    expect(writeOf(planned({ snapshot: ana(facts) }), "update-lead").stage).toEqual(stage);
  });

  test("at no stage is raised, and at one fields.yaml does not name is left alone", () => {
    const { "lead.stage": _stage, "lead.stage_value": _value, ...rest } = ana().facts;
    expect(writeOf(planned({ snapshot: ana({}, { facts: rest }) }), "update-lead").stage).toEqual({
      to: "marketingqualifiedlead",
    });
    const evangelist = { ...rest, "lead.stage_value": { value: "evangelist", from: "contact.test" } };
    expect(
      writeOf(planned({ snapshot: ana({}, { facts: evangelist }) }), "update-lead").stage,
    ).toBeUndefined();
  });

  test("keeps the page of the handoff it waited with", () => {
    const plan = planned({ snapshot: ana({}, { handoff: QUEUED }) });
    expect(writeOf(plan, "update-lead").properties["contact.baton_handoff_link"]).toBe(
      "https://baton.example/h/h-0",
    );
  });

  test("has a note at the time of the decision, in the owner's name", () => {
    expect(writeOf(planned(), "create-note")).toMatchObject({
      ownerId: "lena",
      at: TUESDAY,
      accountId: "77",
    });
  });
});

const SHORT = `
sales:
  promises: { hand-raiser: { first_attempt: 3m, meaningful_touch: 4h } }
  otherwise: { first_attempt: 1bd, meaningful_touch: 2bd }
marketing: {}
dispositions: { rejected: {}, recycled: {}, required_within: 5bd }
`;

describe("a promise is counted", () => {
  const dueAt = (
    clock: "owner" | "team" | "always",
    now: number,
    assignment: Assignment = TO_LENA,
    type = "hand-raiser",
  ): number => {
    const agreement = SHORT.replace("sales:", `sales:\n  clock: ${clock}`);
    const plan = planned({
      playbook: aPlaybook({ agreement, team: TEAM }),
      verdict: { ...READY, type },
      assignment,
      now,
    });
    return writeOf(plan, "create-task").dueAt;
  };
  const TEAM = `
reps: { lena@acme.example: { team: emea-sdr, hours: "Mon-Fri 09:00-17:30", zone: Europe/Berlin } }
teams: { emea-sdr: { hours: "Mon-Sun 07:00-19:00", zone: Europe/Lisbon } }
`;
  const outsider: Assignment = { ...TO_LENA, ownerId: "vera", rep: "vera@acme.example" };

  test.each([
    ["in the owner's hours", "owner", SATURDAY, TO_LENA, Date.UTC(2026, 10, 23, 8, 3)],
    ["in the team's hours", "team", SATURDAY, TO_LENA, SATURDAY + 3 * MINUTE_MS],
    ["in every hour", "always", SATURDAY + 14 * HOUR_MS, TO_LENA, SATURDAY + 14 * HOUR_MS + 3 * MINUTE_MS],
    [
      "in the usual hours, when nothing is known of the owner",
      "team",
      SATURDAY,
      outsider,
      Date.UTC(2026, 10, 23, 9, 3),
    ],
  ] as const)("%s", (_how, clock, now, assignment, expected) => {
    expect(dueAt(clock, now, assignment)).toBe(expected);
  });

  test("as for every other type, when the type has none of its own", () => {
    expect(dueAt("owner", TUESDAY, TO_LENA, "account-surge")).toBe(TUESDAY + DAY_MS);
  });
});

describe("a lead that goes elsewhere", () => {
  test("a partner's is marked, with a note, and nobody of ours is held to a promise", () => {
    const plan = planned({ assignment: TO_PARTNER });
    expect(kindsOf(plan)).toEqual(["update-lead", "create-note"]);
    expect(plan.clocks).toEqual([]);
    const update = writeOf(plan, "update-lead");
    expect(update).not.toHaveProperty("owner");
    expect(update).not.toHaveProperty("stage");
    expect(update.properties["contact.baton_handoff_status"]).toBe("partner");
    expect(update.properties).not.toHaveProperty("contact.baton_deadline");
  });

  test("a queued one is marked, and looked at again in time", () => {
    const plan = planned({ assignment: TO_QUEUE });
    expect(kindsOf(plan)).toEqual(["update-lead"]);
    expect(plan.clocks).toEqual([{ kind: "routing", dueAt: TUESDAY + 30 * MINUTE_MS }]);
    expect(writeOf(plan, "update-lead").properties).toMatchObject({
      "contact.baton_handoff_status": "queued",
      "contact.baton_reason": "form demo-request within 24h; otherwise: nobody can take it now",
    });
  });

  test("one that waits on is not written again, unless its type is another", () => {
    const waiting = ana({}, { handoff: QUEUED });
    expect(planned({ snapshot: waiting, assignment: TO_QUEUE }).writes).toEqual([]);
    expect(planned({ snapshot: waiting, assignment: TO_QUEUE }).clocks).toHaveLength(1);
    const other = planned({
      snapshot: waiting,
      assignment: TO_QUEUE,
      verdict: { ...READY, type: "partner" },
    });
    expect(kindsOf(other)).toEqual(["update-lead"]);
  });
});

describe("a lead that is not handed off", () => {
  const held: Verdict = {
    outcome: "held",
    type: "hand-raiser",
    reason: "incomplete",
    missing: ["lead.role"],
    findings: [],
  };
  const verdicts: readonly (readonly [string, Verdict, boolean])[] = [
    ["held", held, true],
    ["refused", { outcome: "refused", reason: "student", findings: [] }, true],
    ["suppressed", { outcome: "suppressed", reason: "consent", findings: [] }, true],
    [
      "not ready, though it matched a type",
      { outcome: "not-ready", type: "hand-raiser", reason: "fit", findings: [] },
      true,
    ],
    [
      "not ready, and nobody wanted it",
      { outcome: "not-ready", reason: "no-type-matches", findings: [] },
      false,
    ],
    ["with sales", { outcome: "with-sales", handoffId: "h-0", reason: "with-sales", findings: [] }, false],
  ];

  test.each(verdicts)("%s: its record says why, or is left alone", (_what, verdict, isMarked) => {
    const plan = planned({ verdict });
    expect(plan.clocks).toEqual([]);
    expect(plan.brief).toBeUndefined();
    expect(plan.writes).toEqual(
      isMarked
        ? [
            {
              kind: "update-lead",
              properties: {
                "contact.baton_handoff_status": verdict.outcome,
                "contact.baton_reason": verdict.reason,
              },
            },
          ]
        : [],
    );
  });

  test.each(verdicts)("%s: whoever asked is answered", (_what, verdict, isMarked) => {
    const handoff: OpenHandoff = { ...QUEUED, state: "with-sales", ownerId: "tomas" };
    const plan = planned({ verdict, snapshot: ana({}, { request: CALLBACK, handoff }) });
    const answer = writeOf(plan, "answer-request");
    expect(plan.writes).toHaveLength(isMarked ? 2 : 1);
    expect(answer).toMatchObject({ callback: "ap-1", outputs: { outcome: verdict.outcome } });
  });
});

test("whoever asks for a lead that is with sales learns whose it is", () => {
  const handoff: OpenHandoff = { ...QUEUED, state: "with-sales", ownerId: "tomas" };
  const verdict: Verdict = { outcome: "with-sales", handoffId: "h-0", reason: "with-sales", findings: [] };
  const plan = planned({ verdict, snapshot: ana({}, { request: CALLBACK, handoff }) });
  expect(writeOf(plan, "answer-request").outputs).toEqual({
    outcome: "with-sales",
    type: "hand-raiser",
    owner: "tomas",
  });
});

describe("whoever asked for a handoff", () => {
  test.each([
    ["assigned", TO_LENA, { outcome: "assigned", type: "hand-raiser", owner: "lena" }],
    ["partner", TO_PARTNER, { outcome: "partner", type: "hand-raiser" }],
    ["queued", TO_QUEUE, { outcome: "queued", type: "hand-raiser" }],
  ])("is answered when it is %s", (_outcome, assignment, outputs) => {
    const plan = planned({ assignment, snapshot: ana({}, { request: CALLBACK }) });
    expect(writeOf(plan, "answer-request")).toEqual({ kind: "answer-request", callback: "ap-1", outputs });
  });

  test("and wants no answer gets none", () => {
    const plan = planned({ snapshot: ana({}, { request: { via: "workflow" } }) });
    expect(kindsOf(plan)).not.toContain("answer-request");
  });
});

test("no plan has two writes of one kind", () => {
  const snapshot = ana({}, { request: CALLBACK });
  for (const assignment of [TO_LENA, TO_PARTNER, TO_QUEUE]) {
    const kinds = kindsOf(planned({ snapshot, assignment }));
    expect(new Set(kinds).size).toBe(kinds.length);
  }
});

test("the same input gives the same plan", () => {
  expect(planned()).toEqual(planned());
});
