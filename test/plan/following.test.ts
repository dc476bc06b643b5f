import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment, Decision, Plan } from "../../src/model/decision.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { decide } from "../../src/pipeline.ts";
import { aPlaybook as acme, type Texts } from "../route/acme.ts";
import { aHandoff, anAnswer, aTouch, minutes, rosterAt } from "../track/kit.ts";
import { ana, kindsOf, writeOf } from "./ready.ts";

const ANSWER = "contact.baton_owner_disposition";
const REASON = "contact.baton_disposition_reason";
const STATUS = "contact.baton_handoff_status";
const FIELDS = `
hubspot:
  read: { lead.email: contact.email, lead.name: contact.firstname, account.name: company.name, lead.role: contact.jobtitle }
  stages: { lead: lead, marketing-qualified: marketingqualifiedlead, sales-accepted: accepted, customer: customer }
  write: { ${STATUS}: handoff.status, contact.baton_reason: handoff.reason, contact.baton_deadline: handoff.deadline }
  answers: { answer: ${ANSWER}, reason: ${REASON} }
  destinations: { nurture: { set: { contact.hs_lead_status: UNQUALIFIED }, list: "hubspot:2001" } }
`;
const withTexts = (texts: Texts = {}): Playbook => acme({ fields: FIELDS, ...texts });
const playbook = withTexts();

type Story = Parameters<typeof aHandoff>[0];
interface Case {
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly more?: Partial<Snapshot>;
  readonly agreed?: Playbook;
}

/** What is decided about Ana, whom Lena has, `after` minutes into the handoff. */
function decided(story: Story, after: number, { facts, more, agreed = playbook }: Case = {}): Decision {
  const handoff = aHandoff(story);
  const lead = ana(
    {
      "lead.owner": "lena",
      "lead.stage": "marketing-qualified",
      "lead.stage_value": "marketingqualifiedlead",
      ...facts,
    },
    { handoff, ...more },
  );
  const now = minutes(after);
  return decide(lead, {
    playbook: agreed,
    roster: rosterAt(now, agreed),
    now,
    publicUrl: "https://baton.example",
  });
}
const planned = (...args: Parameters<typeof decided>): Plan => decided(...args).plan;
const NOTHING = { writes: [], notices: [] };

describe("a handoff of which nothing is news", () => {
  test.each<[string, Story]>([
    ["just begun", {}],
    ["tried, as the record says", { standing: "tried", touches: [aTouch(1, { result: "tried" })] }],
    [
      "accepted, as the record says",
      { standing: "accepted", told: "accepted", answers: [anAnswer(1, "accepted")] },
    ],
    ["with an answer that cannot count", { answers: [anAnswer(1, "rejected")] }],
  ])("%s, needs no write and no notice", (_, story) => {
    expect(planned(story, 3)).toMatchObject(NOTHING);
  });

  test("keeps its clocks, however often it is looked at and though nothing else is to be done", () => {
    const said = { more: { last: { outcome: "with-sales", reason: "with-sales" } } };
    expect(planned({}, 3, said).clocks.map(({ kind }) => kind)).toEqual([
      "first-attempt",
      "meaningful-touch",
      "attempts",
      "answer",
    ]);
  });
});

describe("what sales did", () => {
  test.each<[string, Story, string]>([
    ["a call nobody answered", { touches: [aTouch(1, { result: "tried" })] }, "tried"],
    ["a conversation", { standing: "tried", touches: [aTouch(1)] }, "in-touch"],
    ["an outcome", { standing: "tried", touches: [aTouch(1)], answers: [anAnswer(2, "meeting")] }, "meeting"],
  ])("%s is the status on the record", (_, story, status) => {
    const plan = planned(story, 3, {
      facts: { "lead.stage": "sales-accepted", "lead.stage_value": "accepted" },
    });
    expect(kindsOf(plan)).toEqual(["update-lead"]);
    expect(writeOf(plan, "update-lead")).toEqual({ kind: "update-lead", properties: { [STATUS]: status } });
  });

  test("accepting raises the stage, and never lowers it", () => {
    const accepted = { answers: [anAnswer(1, "accepted")] };
    expect(writeOf(planned(accepted, 3), "update-lead").stage).toEqual({
      to: "accepted",
      seen: "marketingqualifiedlead",
    });
    const customer = { facts: { "lead.stage": "customer", "lead.stage_value": "customer" } };
    expect(writeOf(planned(accepted, 3, customer), "update-lead").stage).toBeUndefined();
  });

  test("a rejection raises nothing, though the lead was accepted before", () => {
    const minds = { answers: [anAnswer(1, "accepted"), anAnswer(2, "rejected", "not-fit")] };
    expect(writeOf(planned(minds, 3), "update-lead").stage).toBeUndefined();
  });
});

describe("an answer given outside the CRM", () => {
  const slack = anAnswer(1, "accepted", undefined, { via: "slack" });

  test("is set in the pick lists, once", () => {
    expect(writeOf(planned({ answers: [slack] }, 3), "update-lead").properties).toEqual({
      [STATUS]: "accepted",
      [ANSWER]: "accepted",
    });
    const told = { standing: "accepted" as const, told: "accepted", answers: [slack] };
    expect(planned(told, 4, { more: { picked: { [ANSWER]: "accepted" } } })).toMatchObject(NOTHING);
    // A person emptied the list again: theirs to do.
    expect(planned(told, 4)).toMatchObject(NOTHING);
  });

  test("takes its reason along", () => {
    const recycled = anAnswer(1, "recycled", "timing", { via: "command" });
    expect(writeOf(planned({ answers: [recycled] }, 3), "update-lead").properties).toMatchObject({
      [ANSWER]: "recycled",
      [REASON]: "timing",
    });
  });

  test("is not set where it stands, or where it was given in the CRM", () => {
    const picked = { more: { picked: { [ANSWER]: "accepted" } } };
    expect(writeOf(planned({ answers: [slack] }, 3, picked), "update-lead").properties).not.toHaveProperty([
      ANSWER,
    ]);
    expect(
      writeOf(planned({ answers: [anAnswer(1, "accepted")] }, 3), "update-lead").properties,
    ).not.toHaveProperty([ANSWER]);
  });
});

describe("the end", () => {
  test("sends the lead where the answer says, with the reason, and stops every clock", () => {
    const plan = planned({ answers: [anAnswer(1, "rejected", "not-fit")] }, 3);
    expect(kindsOf(plan)).toEqual(["update-lead", "add-to-list"]);
    expect(writeOf(plan, "update-lead").properties).toEqual({
      [STATUS]: "rejected",
      "contact.baton_reason": "rejected: not-fit",
      "contact.hs_lead_status": "UNQUALIFIED",
    });
    expect(writeOf(plan, "add-to-list").list).toBe("2001");
    expect(plan.clocks).toEqual([]);
  });

  test("of a recycled lead sets the day on which it is looked at again", () => {
    const { clocks } = planned({ answers: [anAnswer(1, "recycled", "timing")] }, 3);
    expect(clocks).toEqual([{ kind: "wake", dueAt: minutes(1 + 90 * 1440) }]);
  });

  test("by a closing outcome goes nowhere", () => {
    const plan = planned({ answers: [anAnswer(1, "converted")] }, 3, {
      facts: { "lead.stage": "sales-accepted" },
    });
    expect(kindsOf(plan)).toEqual(["update-lead"]);
    expect(writeOf(plan, "update-lead").properties).toEqual({
      [STATUS]: "converted",
      "contact.baton_reason": "converted",
    });
  });

  test("goes nowhere where fields.yaml says nothing of the place", () => {
    const agreed = withTexts({ fields: FIELDS.replace(/ {2}destinations.*\n/, "") });
    expect(kindsOf(planned({ answers: [anAnswer(1, "rejected", "not-fit")] }, 3, { agreed }))).toEqual([
      "update-lead",
    ]);
  });
});

describe("a step of escalation", () => {
  test("before the deadline tells the owner", () => {
    const { notices, writes } = planned({}, 12);
    expect(writes).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({
      kind: "escalation",
      to: "lena@acme.example",
      subject: "The first attempt on Ana Ruiz at Fern & Sons is due soon",
    });
  });

  test("at the deadline tells the manager too, and the record, where nothing anybody wrote becomes markup", () => {
    const plan = planned({ answers: [anAnswer(1, "<img src=x onerror=alert(1)>")] }, 15);
    expect(plan.notices.map(({ to }) => to)).toEqual(["lena@acme.example", "sdr-lead@acme.example"]);
    const { html } = writeOf(plan, "create-note");
    expect(html).toMatch(/^<p>With Lena since .*<br>The first attempt is due .*; nobody has tried yet\.<br>/);
    expect(html).toContain("&lt;img src=x");
    expect(html).not.toContain("<img");
  });

  test("says what is wrong with an answer that cannot count", () => {
    const { notices } = planned({ answers: [anAnswer(1, "rejected")] }, 12);
    expect(notices[0]?.lines).toContain('The answer "rejected" needs a reason to count.');
  });
});

describe("a lead that passes on", () => {
  const overdue = (more: Case = {}, story: Story = {}) => decided(story, 24, more);
  const ownerOf = (assignment: Assignment | undefined) =>
    assignment?.outcome === "assigned" ? assignment.ownerId : undefined;

  test("gives the next owner the lead, a task, and the note with what happened so far", () => {
    const { plan, assignment } = overdue();
    const next = ownerOf(assignment);
    expect(kindsOf(plan)).toEqual(["update-lead", "create-task", "create-note"]);
    expect(writeOf(plan, "update-lead")).toMatchObject({ owner: { to: next, seen: "lena" } });
    expect(writeOf(plan, "create-task")).toMatchObject({ ownerId: next, ownerSeen: "lena" });
    expect(writeOf(plan, "create-note").html).toMatch(
      /^<p>Handed to Lena on .*, and nobody had tried by .*\.<\/p>\n/,
    );
    expect(plan.notices.map(({ kind, to }) => [kind, to])).toEqual([
      ["handoff", `${next}@acme.example`],
      ["escalation", "sdr-lead@acme.example"],
    ]);
  });

  test("keeps its deadlines, and begins the steps anew", () => {
    const before = overdue().progress?.clocks ?? [];
    const after = overdue().plan.clocks;
    expect(after.map(({ kind, dueAt }) => [kind, dueAt])).toEqual(
      before.map(({ kind, dueAt }) => [kind, dueAt]),
    );
    expect(after.find(({ kind }) => kind === "first-attempt")).toMatchObject({ lookAt: expect.any(Number) });
    expect(after.every(({ taken }) => taken === undefined)).toBe(true);
  });

  test("because the owner said so, tells the story, and nothing of the answer is left on the record", () => {
    const wrong = {
      touches: [aTouch(1)],
      answers: [anAnswer(2, "rejected", "wrong-owner", { via: "slack" })],
    };
    const picked = { more: { picked: { [ANSWER]: "rejected", [REASON]: "wrong-owner" } } };
    const { plan, assignment } = decided(wrong, 3, picked);
    expect(ownerOf(assignment)).not.toBe("lena");
    expect(writeOf(plan, "update-lead").properties).toMatchObject({
      [STATUS]: "in-touch",
      [ANSWER]: "",
      [REASON]: "",
    });
    expect(writeOf(plan, "create-note").html).toContain("who said that it is somebody else&#39;s.");
    expect(plan.clocks.map(({ kind }) => kind)).toContain("answer");
    // And where it was said elsewhere, the lists stay as they are.
    expect(writeOf(planned(wrong, 3), "update-lead").properties).not.toHaveProperty([ANSWER]);
  });

  test("ends where nobody else can take it", () => {
    const wrong = { formerOwners: ["tomas", "amelie"], answers: [anAnswer(2, "rejected", "wrong-owner")] };
    const { plan, assignment } = decided(wrong, 3);
    expect(assignment).toBeUndefined();
    expect(writeOf(plan, "update-lead").properties).toMatchObject({
      [STATUS]: "rejected",
      "contact.baton_reason": "rejected: wrong-owner",
    });
    expect(plan.clocks).toEqual([]);
  });

  test("is not passed on where a person has just given it to somebody", () => {
    const wrong = { answers: [anAnswer(2, "rejected", "wrong-owner")] };
    const given = {
      facts: { "lead.owner": "tomas" },
      more: { picked: { [ANSWER]: "rejected", [REASON]: "wrong-owner" } },
    };
    const { plan, assignment } = decided(wrong, 3, given);
    expect(assignment).toBeUndefined();
    // The next owner's answer would not be seen if it were the same word.
    expect(plan.writes).toEqual([{ kind: "update-lead", properties: { [ANSWER]: "", [REASON]: "" } }]);
    expect(plan.clocks.length).toBeGreaterThan(0);
  });

  test("keeps an answer that speaks of the lead", () => {
    const accepted = { standing: "accepted" as const, told: "accepted", answers: [anAnswer(1, "accepted")] };
    const { plan } = overdue({ more: { picked: { [ANSWER]: "accepted" } } }, accepted);
    expect(writeOf(plan, "update-lead").properties).not.toHaveProperty([ANSWER]);
  });
});

describe("an owner whom others than Baton chose", () => {
  const silent: Playbook = {
    ...playbook,
    agreement: { ...playbook.agreement, atHandoff: { ...playbook.agreement.atHandoff, notify: [] } },
  };
  const given = (story: Story, after: number, agreed = playbook, owner = "tomas") =>
    planned(story, after, { facts: { "lead.owner": owner }, agreed });

  test("is told that the lead is theirs, and by when what was promised is due, in their own zone", () => {
    const plan = given({}, 3);
    expect(plan.notices).toHaveLength(1);
    expect(plan.notices[0]).toMatchObject({
      kind: "handoff",
      to: "tomas@acme.example",
      as: "owner",
      subject: "Given to you: Ana Ruiz at Fern & Sons",
    });
    expect(plan.notices[0]?.lines).toEqual([
      "It was with Lena, and is with Tomas since it was changed in the CRM.",
      expect.stringMatching(/^The first attempt is due .*\.$/),
      expect.stringMatching(/^Being in touch is due .*\.$/),
      expect.stringMatching(/^What sales makes of the lead is due .*\.$/),
    ]);
  });

  test("gets no second task and no second note", () => {
    expect(kindsOf(given({}, 3))).toEqual([]);
  });

  test("hears what is still owed, and what is late", () => {
    const due = { kind: "first-attempt", dueAt: minutes(15) } as const;
    expect(given({ clocks: [due] }, 40).notices[0]?.lines[1]).toMatch(/^The first attempt was due /);
    const tried = given({ standing: "tried", touches: [aTouch(1, { result: "tried" })] }, 3);
    expect(tried.notices[0]?.lines[1]).toMatch(/^Being in touch is due /);
  });

  test.each<[string, () => Plan]>([
    ["who has it already", () => given({}, 3, playbook, "lena")],
    ["to whom it is given after sales accepted it", () => given({ answers: [anAnswer(1, "accepted")] }, 3)],
    ["of a lead whose owner keeps changing", () => given({ flips: [1, 2].map(minutes) }, 3)],
    ["where the agreement tells nobody of a new lead", () => given({}, 3, silent)],
  ])("%s, is told nothing of it", (_who, plan) => {
    expect(plan().notices.filter(({ kind }) => kind === "handoff")).toEqual([]);
  });
});

describe("an owner that others keep changing", () => {
  const flipped = (flips: readonly number[], after = 40) =>
    decided({ flips: flips.map(minutes) }, after, { facts: { "lead.owner": "tomas" } });

  test("is told to the manager, once", () => {
    const { plan } = flipped([10, 20]);
    expect(plan.notices).toHaveLength(1);
    expect(plan.notices[0]).toMatchObject({
      kind: "stopped",
      to: "sdr-lead@acme.example",
      as: "manager",
      subject: "The owner of Ana Ruiz at Fern & Sons keeps changing",
    });
    expect(plan.notices[0]?.lines[0]).toContain("changed 3 times within an hour");
    expect(flipped([10]).plan.notices.map(({ kind }) => kind)).toEqual(["handoff"]);
    expect(flipped([10, 20, 30]).plan.notices).toEqual([]);
  });

  test("is left alone: the lead is passed on to nobody any more", () => {
    const { plan, assignment } = decided({ flips: [1, 2, 3].map(minutes) }, 24);
    expect(assignment).toBeUndefined();
    expect(kindsOf(plan)).toEqual([]);
    expect(plan.notices.map(({ kind }) => kind)).toEqual(["escalation"]);
  });

  test("of whom nobody knows the manager is told to whoever looks after the queue", () => {
    const { plan } = decided({ flips: [10, 20].map(minutes), formerOwners: [] }, 40, {
      facts: { "lead.owner": "stranger" },
      more: { handoff: aHandoff({ flips: [10, 20].map(minutes) }, { ownerId: "other" }) },
    });
    expect(plan.notices.map(({ to, as }) => [to, as])).toEqual([
      [playbook.routing.otherwise.notify, "named"],
    ]);
  });
});

test("whoever asked for a handoff of a lead that sales has hears who has it", () => {
  const asked = { more: { request: { via: "workflow", callback: "cb-1" } as const } };
  expect(writeOf(planned({}, 3, asked), "answer-request").outputs).toEqual({
    outcome: "with-sales",
    type: "hand-raiser",
    owner: "lena",
  });
});

test("there is one write of a kind at most, whatever happened", () => {
  const happened = fc.record({
    after: fc.integer({ min: 0, max: 20 * 1440 }),
    owner: fc.constantFrom("lena", "tomas", "stranger"),
    answer: fc.constantFrom(undefined, "accepted", "rejected", "recycled", "working", "converted", "strange"),
    reason: fc.constantFrom(undefined, "not-fit", "wrong-owner", "timing"),
    via: fc.constantFrom<"crm" | "slack">("crm", "slack"),
    touched: fc.boolean(),
    flips: fc.constantFrom<readonly number[]>([], [1], [1, 2], [1, 2, 3]),
    picked: fc.constantFrom({}, { [ANSWER]: "rejected" }),
    former: fc.subarray(["tomas", "amelie", "lena"]),
  });
  fc.assert(
    fc.property(happened, ({ after, owner, answer, reason, via, touched, flips, picked, former }) => {
      const story = {
        formerOwners: former,
        flips: flips.map(minutes),
        answers: answer === undefined ? [] : [anAnswer(1, answer, reason, { via })],
        touches: touched ? [aTouch(1)] : [],
      };
      const kinds = kindsOf(planned(story, after, { facts: { "lead.owner": owner }, more: { picked } }));
      expect(kinds).toEqual([...new Set(kinds)]);
    }),
  );
});
