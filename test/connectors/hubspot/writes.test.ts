import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { markOf } from "../../../connectors/http/mark.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import type { Receipt, Write } from "../../../src/model/effect.ts";
import { addContact, aNote, anUpdate, aTask, create, lead, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const UPDATES = "/crm/objects/*/contacts/batch/update";
const TASKS = "/crm/objects/*/tasks/batch/create";
const NOTES = "/crm/objects/*/notes/batch/create";

let stand: Stand;
let owner: string;
beforeEach(async () => {
  stand = await startStand();
  owner = stand.portal.addOwner({ email: "lena@acme.example" }).id;
});
afterEach(() => stand.close());

function contact(id: string): Readonly<Record<string, string>> {
  return stand.portal.find("contact", id)?.properties ?? {};
}

function outcomes(receipts: readonly Receipt[]): string[] {
  return receipts.map((receipt) => receipt.outcome);
}

async function contacts(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => addContact(stand)));
}

describe("what is sent", () => {
  test("owner, stage and properties go to the contact; task and note to contact and company", async () => {
    const company = await create(stand, "company", { name: "Northwind" });
    const id = await addContact(stand, { associatedcompanyid: company });
    const update = anUpdate(id, {
      owner: { to: owner },
      stage: { to: "marketingqualifiedlead" },
      properties: {
        "contact.baton_handoff_status": "with-sales",
        "contact.baton_deadline": "2026-11-17T10:00:00.000Z",
      },
    });
    const task = aTask(id, owner, {
      accountId: company,
      remindAt: NOW + 600_000,
      priority: "medium",
      action: "to-do",
    });
    const note = aNote(id, { accountId: company, ownerId: owner });
    const receipts = await stand.connector.apply([update, task, note]);
    expect(outcomes(receipts)).toEqual(["applied", "applied", "applied"]);
    expect(contact(id)).toMatchObject({
      hubspot_owner_id: owner,
      lifecyclestage: "marketingqualifiedlead",
      baton_handoff_status: "with-sales",
    });
    const [taskId = "", noteId = ""] = receipts
      .slice(1)
      .map((receipt) => ("id" in receipt ? receipt.id : ""));
    expect(stand.portal.find("task", taskId)?.properties).toMatchObject({
      hs_timestamp: "2026-11-17T09:45:00.000Z",
      hs_task_subject: task.subject,
      hs_task_status: "NOT_STARTED",
      hs_task_priority: "MEDIUM",
      hs_task_type: "TODO",
      hs_task_reminders: String(NOW + 600_000),
      hubspot_owner_id: owner,
      baton_key: task.key,
    });
    expect(stand.portal.find("task", taskId)?.properties["hs_task_body"]).toContain(
      `Baton ref ${markOf(task.key)}`,
    );
    expect(stand.portal.find("note", noteId)?.properties["hs_note_body"]).toContain(markOf(note.key));
    for (const [type, made] of [
      ["task", taskId],
      ["note", noteId],
    ] as const) {
      expect(stand.portal.linked("contact", id, type)).toEqual([made]);
      expect(stand.portal.linked("company", company, type)).toEqual([made]);
    }
  });

  test("a hundred leads are three calls, side by side", async () => {
    const ids = await contacts(100);
    const writes = ids.flatMap((id): Write[] => [
      anUpdate(id, { properties: { "contact.baton_reason": "demo" } }),
      aTask(id, owner),
      aNote(id),
    ]);
    stand.sandbox.ledger.clear();
    stand.sandbox.pace.latencyMs = 300;
    const receipts = await stand.connector.apply(writes);
    expect(new Set(outcomes(receipts))).toEqual(new Set(["applied"]));
    expect(stand.sandbox.ledger.calls).toHaveLength(3);
    expect(stand.sandbox.ledger.mostConcurrent(stand.portal.id)).toBe(3);
    expect(new Set(receipts.map((receipt) => ("id" in receipt ? receipt.id : ""))).size).toBe(300);
  });

  test("more than a hundred writes of a kind go in several calls", async () => {
    const ids = await contacts(130);
    const receipts = await stand.connector.apply(ids.map((id) => aNote(id)));
    expect(new Set(outcomes(receipts))).toEqual(new Set(["applied"]));
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/objects" })).toBe(2);
  });

  test("two updates of one lead are both made, in order", async () => {
    const [id = ""] = await contacts(1);
    const writes = ["first", "second"].map((reason) =>
      anUpdate(id, { key: reason, properties: { "contact.baton_reason": reason } }),
    );
    expect(outcomes(await stand.connector.apply(writes))).toEqual(["applied", "applied"]);
    expect(contact(id)["baton_reason"]).toBe("second");
  });

  test("a write given twice is sent once and has its receipt twice", async () => {
    const [id = ""] = await contacts(1);
    const receipts = await stand.connector.apply([aTask(id, owner), aTask(id, owner)]);
    expect(receipts[0]).toEqual(receipts[1]);
    expect(stand.portal.all("task")).toHaveLength(1);
  });

  test.each([
    ["a property of a company", (id: string) => anUpdate(id, { properties: { "company.name": "X" } })],
    ["a property without its object", (id: string) => anUpdate(id, { properties: { name: "X" } })],
    ["a due time that is none", (id: string) => aTask(id, "1", { dueAt: Number.NaN })],
    ["a note's time out of range", (id: string) => aNote(id, { at: 1e17 })],
    ["a lead id that is none", () => aNote("abc")],
  ])("%s is refused before it is sent", async (_name, make) => {
    const [id = ""] = await contacts(1);
    stand.sandbox.ledger.clear();
    const [receipt] = await stand.connector.apply([make(id)]);
    expect(receipt).toMatchObject({ outcome: "refused", code: "crm.invalid" });
    expect(stand.sandbox.ledger.calls).toHaveLength(0);
  });

  test("an answer releases the workflow that waits for it", async () => {
    const [id = ""] = await contacts(1);
    const callback = `ap-${stand.portal.id}-1-7-0`;
    stand.portal.state.executions.set(callback, {
      callbackId: callback,
      contactId: id,
      appId: stand.app.id,
      state: "BLOCK",
      outputFields: {},
    });
    const answer: Write = {
      kind: "answer-request",
      key: "a",
      lead: lead(id),
      callback,
      outputs: { owner: "lena@acme.example" },
    };
    const unknown: Write = { ...answer, key: "b", callback: "ap-unknown" };
    const receipts = await stand.connector.apply([answer, unknown]);
    expect(receipts).toMatchObject([
      { key: "a", outcome: "applied", id: callback },
      { key: "b", outcome: "refused", code: "crm.not-found" },
    ]);
    expect(stand.portal.state.executions.get(callback)).toMatchObject({
      state: "SUCCESS",
      outputFields: { hs_execution_state: "SUCCESS", owner: "lena@acme.example" },
    });
  });
});

describe("batches that go wrong in part", () => {
  const settings = [
    { traceIdOnSuccess: true, shuffleBatchResults: false },
    { traceIdOnSuccess: false, shuffleBatchResults: true },
    { traceIdOnSuccess: true, shuffleBatchResults: true },
  ];
  test.each(settings)("each item has its own outcome: %j", async (rules) => {
    Object.assign(stand.portal.rules, rules);
    const ids = await contacts(5);
    for (const path of [UPDATES, TASKS, NOTES])
      stand.sandbox.faults.add({ path, times: 1, fault: { do: "partial", items: [1, 3] } });
    const writes = [
      ...ids.map((id) => anUpdate(id, { properties: { "contact.baton_reason": id } })),
      ...ids.map((id) => aTask(id, owner)),
      ...ids.map((id) => aNote(id)),
    ];
    const receipts = await stand.connector.apply(writes);
    const expected = ["applied", "refused", "applied", "refused", "applied"];
    expect(outcomes(receipts)).toEqual([...expected, ...expected, ...expected]);
    const truth = [
      ...ids.map((id) => [id]),
      ...ids.map((id) => stand.portal.linked("contact", id, "task")),
      ...ids.map((id) => stand.portal.linked("contact", id, "note")),
    ];
    const applied = receipts
      .map((receipt, index) => ({ receipt, made: truth[index] }))
      .filter(({ receipt }) => receipt.outcome === "applied");
    expect(applied).toHaveLength(9);
    expect(applied.map(({ receipt }) => ("id" in receipt ? [receipt.id] : []))).toEqual(
      applied.map(({ made }) => made),
    );
  });

  test("a batch refused as a whole is halved until the bad item stands alone", async () => {
    const ids = await contacts(16);
    const fault = {
      do: "answer",
      status: 400,
      body: { category: "VALIDATION_ERROR", message: "no" },
    } as const;
    // Sixteen, eight, four, two, and then the first one alone.
    stand.sandbox.faults.add({ path: NOTES, times: 5, fault });
    const receipts = await stand.connector.apply(ids.map((id) => aNote(id)));
    expect(outcomes(receipts)).toEqual(["refused", ...Array.from({ length: 15 }, () => "applied")]);
    expect(stand.portal.all("note")).toHaveLength(15);
  });

  test("a batch that is refused whatever is in it costs a bounded number of calls", async () => {
    const ids = await contacts(100);
    stand.sandbox.faults.add({
      path: UPDATES,
      fault: { do: "answer", status: 400, body: { message: "never" } },
    });
    stand.sandbox.ledger.clear();
    const receipts = await stand.connector.apply(
      ids.map((id) => anUpdate(id, { properties: { "contact.baton_reason": "x" } })),
    );
    expect(stand.sandbox.ledger.calls.length).toBeLessThanOrEqual(25);
    expect(new Set(outcomes(receipts))).toEqual(new Set(["refused", "not-applied"]));
  });

  test("items a refusal names are refused and the others are sent again", async () => {
    const ids = await contacts(4);
    const tasks = ids.map((id) => aTask(id, owner));
    const body = {
      category: "VALIDATION_ERROR",
      errors: [
        { category: "OBJECT_NOT_FOUND", message: "gone", context: { objectWriteTraceId: [tasks[2]?.key] } },
      ],
    };
    stand.sandbox.faults.add({ path: TASKS, times: 1, fault: { do: "answer", status: 400, body } });
    const receipts = await stand.connector.apply(tasks);
    expect(outcomes(receipts)).toEqual(["applied", "applied", "refused", "applied"]);
    expect(receipts[2]).toMatchObject({ code: "crm.not-found", reason: "gone" });
    expect(stand.portal.all("task")).toHaveLength(3);
  });

  test("an item in neither list is unknown", async () => {
    const ids = await contacts(3);
    stand.sandbox.faults.add({ path: NOTES, fault: { do: "answer", status: 201, body: { results: [] } } });
    expect(outcomes(await stand.connector.apply(ids.map((id) => aNote(id))))).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
  });

  test("an admin's rule refuses the lead it meets, with HubSpot's words", async () => {
    stand.portal.rules.adminRules.push({
      objectType: "contact",
      property: "hubspot_owner_id",
      needs: "jobtitle",
    });
    const [good, bad] = [await addContact(stand, { jobtitle: "CFO" }), await addContact(stand)];
    const receipts = await stand.connector.apply(
      [good, bad].map((id) => anUpdate(id, { owner: { to: owner } })),
    );
    expect(outcomes(receipts)).toEqual(["applied", "refused"]);
    expect(receipts[1]).toMatchObject({ code: "crm.invalid" });
    expect(receipts[1] && "reason" in receipts[1] ? receipts[1].reason : "").toContain("jobtitle");
  });

  test("a missing scope refuses all of a kind at once", async () => {
    const ids = await contacts(10);
    stand.sandbox.faults.add({
      path: TASKS,
      fault: { do: "answer", status: 403, body: { category: "MISSING_SCOPES", message: "scope" } },
    });
    const receipts = await stand.connector.apply(ids.map((id) => aTask(id, owner)));
    expect(new Set(outcomes(receipts))).toEqual(new Set(["refused"]));
    expect(stand.sandbox.ledger.countCalls({ status: 403 })).toBe(1);
  });
});

describe("whatever happens to a call, each write has a receipt that is true", () => {
  const bad: readonly (readonly [string, Fault, string, number])[] = [
    ["locked", { do: "locked" }, "not-applied", 0],
    [
      "limited",
      { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 },
      "not-applied",
      0,
    ],
    ["migrating", { do: "migrating", retryAfterSeconds: 60 }, "not-applied", 0],
    ["failed before", { do: "server-error", status: 503 }, "unknown", 0],
    ["failed after", { do: "server-error", status: 503, commit: true }, "unknown", 3],
    ["reset before", { do: "reset", early: true }, "unknown", 0],
    ["reset after", { do: "reset", commit: true }, "unknown", 3],
    ["hanging after", { do: "hang", commit: true }, "unknown", 3],
    ["page", { do: "html", status: 502, commit: true }, "unknown", 3],
    ["half a body", { do: "truncated-json" }, "unknown", 3],
    ["no body", { do: "empty-body" }, "unknown", 3],
    ["no list", { do: "answer", status: 201, body: "ok", commit: true }, "unknown", 3],
    ["redirected", { do: "redirect", to: "https://elsewhere.example/", commit: true }, "unknown", 3],
    ["refused page", { do: "html", status: 403 }, "unknown", 0],
  ];
  test.each(bad)("%s", async (_name, fault, outcome, made) => {
    const ids = await contacts(3);
    stand.sandbox.faults.add({ path: TASKS, fault, times: 1 });
    const writes = ids.flatMap((id): Write[] => [aTask(id, owner), aNote(id)]);
    const receipts = await stand.connector.apply(writes);
    expect(receipts.map((receipt) => receipt.key)).toEqual(writes.map((write) => write.key));
    expect(outcomes(receipts)).toEqual([outcome, "applied", outcome, "applied", outcome, "applied"]);
    expect(stand.portal.all("task")).toHaveLength(made);
  });
});

describe("a creation whose key is taken", () => {
  test("was applied before", async () => {
    const [id = ""] = await contacts(1);
    const [first] = await stand.connector.apply([aTask(id, owner)]);
    expect(await stand.connector.apply([aTask(id, owner)])).toEqual([first]);
    expect(stand.portal.all("task")).toHaveLength(1);
  });

  test("is unknown when HubSpot cannot be asked who took it", async () => {
    const [id = ""] = await contacts(1);
    await stand.connector.apply([aTask(id, owner)]);
    stand.sandbox.faults.add({
      path: "/crm/objects/*/tasks/batch/read",
      fault: { do: "server-error", status: 500 },
    });
    expect(await stand.connector.apply([aTask(id, owner)])).toMatchObject([{ outcome: "unknown" }]);
  });
});

describe("leads that are not what they were", () => {
  test("a deleted lead is refused", async () => {
    const [id = ""] = await contacts(1);
    await stand.portal.act({ do: "archive", who: id });
    const receipts = await stand.connector.apply([anUpdate(id, { owner: { to: owner } })]);
    expect(receipts).toMatchObject([{ outcome: "refused", code: "crm.not-found" }]);
  });

  test("a merged lead's update reaches the survivor", async () => {
    const [kept = "", merged = ""] = await contacts(2);
    await stand.portal.act({ do: "merge", primary: kept, other: merged });
    const receipts = await stand.connector.apply([anUpdate(merged, { owner: { to: owner } })]);
    expect(receipts).toMatchObject([{ outcome: "applied", id: kept }]);
    expect(contact(kept)["hubspot_owner_id"]).toBe(owner);
  });
});

test("a write that meets a conflict is made later, not given up: owner, task and note alike", async () => {
  const [id = ""] = await contacts(1);
  stand.sandbox.faults.add({
    path: "/crm/objects/*/*/batch/*",
    times: 3,
    fault: { do: "answer", status: 409, body: { category: "CONFLICT", message: "busy" } },
  });
  const writes = [anUpdate(id, { owner: { to: owner } }), aTask(id, owner), aNote(id, { ownerId: owner })];
  expect(outcomes(await stand.connector.apply(writes))).toEqual(Array(3).fill("not-applied"));
  expect(outcomes(await stand.connector.apply(writes))).toEqual(Array(3).fill("applied"));
});
