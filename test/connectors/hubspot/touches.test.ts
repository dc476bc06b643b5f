/** What HubSpot's calls, e-mails, meetings and tasks come to, which of them are read, and what that costs. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isMadeByPerson, isSetByPerson } from "../../../connectors/hubspot/authorship.ts";
import { TOUCH_READINGS } from "../../../connectors/hubspot/touch-reading.ts";
import { DAY_MS, HOUR_MS } from "../../../src/model/instant.ts";
import { addContact, EVERYTHING, lead, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const AT = new Date(NOW - HOUR_MS).toISOString();
const CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7";

/** A record as HubSpot answers it, read by the reading of its kind at `NOW`. */
function touchOf(kind: string, properties: Record<string, string>, by?: string): unknown {
  const reading = TOUCH_READINGS.find((one) => one.kind === kind);
  const status = properties["hs_task_status"];
  const record = {
    id: "7",
    properties: { hs_timestamp: AT, ...properties },
    propertiesWithHistory:
      status === undefined || by === undefined
        ? {}
        : { hs_task_status: [{ value: status, timestamp: AT, sourceType: by }] },
    objectWriteTraceId: undefined,
  };
  return reading?.touchOf(record, NOW);
}

describe("a call", () => {
  test.each([
    ["connected", { hs_call_status: "COMPLETED", hs_call_disposition: CONNECTED }, "reached"],
    ["connected without a status", { hs_call_disposition: CONNECTED }, "reached"],
    ["completed without an outcome", { hs_call_status: "COMPLETED" }, "tried"],
    ["with an outcome an admin made", { hs_call_status: "COMPLETED", hs_call_disposition: "own-1" }, "tried"],
    ["busy", { hs_call_status: "BUSY" }, "tried"],
    ["with a status nobody has seen", { hs_call_status: "TELEPATHY" }, "tried"],
    ["without any particulars", {}, "tried"],
    ["ringing", { hs_call_status: "RINGING" }, "planned"],
    ["dated tomorrow", { hs_timestamp: new Date(NOW + DAY_MS).toISOString() }, "planned"],
    ["dated some seconds ahead", { hs_timestamp: new Date(NOW + 5_000).toISOString() }, "tried"],
    ["from the lead, answered", { hs_call_direction: "INBOUND", hs_call_disposition: CONNECTED }, "reached"],
  ])("%s is %3$s", (_name, properties, result) => {
    expect(touchOf("call", properties)).toMatchObject({ key: "call:7", kind: "call", result });
  });

  test.each([
    ["from the lead, not answered", { hs_call_direction: "INBOUND", hs_call_status: "NO_ANSWER" }],
    ["called off", { hs_call_status: "CANCELED", hs_call_disposition: CONNECTED }],
    ["without a time", { hs_timestamp: "soon" }],
  ])("%s says nothing", (_name, properties) => {
    expect(touchOf("call", properties)).toBeUndefined();
  });
});

describe("an e-mail", () => {
  test.each([
    ["sent", { hs_email_direction: "EMAIL", hs_email_status: "SENT" }, "email", "tried"],
    [
      "with a status nobody has seen",
      { hs_email_direction: "EMAIL", hs_email_status: "NEW" },
      "email",
      "tried",
    ],
    ["scheduled", { hs_email_direction: "EMAIL", hs_email_status: "SCHEDULED" }, "email", "planned"],
    ["of the lead's", { hs_email_direction: "INCOMING_EMAIL" }, "reply", "reached"],
  ])("%s is %3$s, %4$s", (_name, properties, kind, result) => {
    expect(touchOf("email", properties)).toMatchObject({ key: "email:7", kind, result });
  });

  test.each([
    ["that bounced", { hs_email_direction: "EMAIL", hs_email_status: "BOUNCED" }],
    ["that failed", { hs_email_direction: "EMAIL", hs_email_status: "FAILED" }],
    ["forwarded to HubSpot", { hs_email_direction: "FORWARDED_EMAIL" }],
    ["with a direction nobody has seen", { hs_email_direction: "SIDEWAYS" }],
    ["without a direction", {}],
  ])("%s says nothing", (_name, properties) => {
    expect(touchOf("email", properties)).toBeUndefined();
  });

  test("of a sequence is nobody's effort, and the reply to it is the lead's", () => {
    const sequence = { hs_sequence_id: "4711", hs_object_source: "CRM_UI" };
    expect(touchOf("email", { ...sequence, hs_email_direction: "EMAIL" })).toMatchObject({ byPerson: false });
    expect(touchOf("email", { ...sequence, hs_email_direction: "INCOMING_EMAIL" })).toMatchObject({
      byPerson: true,
    });
  });
});

describe("a meeting", () => {
  const START = { hs_meeting_start_time: new Date(NOW - 2 * HOUR_MS).toISOString() };
  test.each([
    ["COMPLETED", "reached"],
    ["NO_SHOW", "missed"],
    ["SCHEDULED", "planned"],
    ["RESCHEDULED", "planned"],
    ["POSTPONED", "planned"],
    ["", "planned"],
  ])("with the outcome %s is %s, at its start", (outcome, result) => {
    const properties = { ...START, hs_meeting_outcome: outcome };
    expect(touchOf("meeting", properties)).toMatchObject({ result, at: NOW - 2 * HOUR_MS });
  });

  test("that was cancelled says nothing", () => {
    expect(touchOf("meeting", { ...START, hs_meeting_outcome: "CANCELED" })).toBeUndefined();
  });
});

describe("a task", () => {
  const DONE = { hs_task_status: "COMPLETED", hs_task_completion_date: new Date(NOW - 1_000).toISOString() };

  test("that is done is tried, when it was done, and by whoever did it", () => {
    const byMachine = { ...DONE, hs_object_source: "AUTOMATION_PLATFORM" };
    expect(touchOf("task", byMachine, "CRM_UI")).toMatchObject({
      result: "tried",
      at: NOW - 1_000,
      byPerson: true,
    });
    expect(touchOf("task", { ...DONE, hs_object_source: "CRM_UI" }, "AUTOMATION_PLATFORM")).toMatchObject({
      byPerson: false,
    });
  });

  test.each([
    ["that is open", { hs_task_status: "NOT_STARTED" }],
    ["of Baton's, known by its key", { ...DONE, baton_key: "d-1.task" }],
    ["of Baton's, known by its mark", { ...DONE, hs_task_body: "<p>Baton ref BTN-0123456789</p>" }],
  ])("%s says nothing", (_name, properties) => {
    expect(touchOf("task", properties)).toBeUndefined();
  });
});

describe("whose effort it was", () => {
  const made = (properties: Record<string, string>): boolean =>
    isMadeByPerson(
      { id: "7", properties, propertiesWithHistory: {}, objectWriteTraceId: undefined },
      "email",
    );

  test("tools of people are believed, machines and names nobody has seen are not", () => {
    for (const tool of ["CRM_UI", "MOBILE_IOS", "GMAIL_INTEGRATION", "SALES", ""])
      expect(made({ hs_object_source: tool })).toBe(true);
    for (const tool of ["SEQUENCES", "AUTOMATION_PLATFORM", "INTEGRATION", "IMPORT", "BOT", "SKYNET"])
      expect(made({ hs_object_source: tool })).toBe(false);
    expect(made({})).toBe(true);
  });

  test("a call that an integration logged in an owner's name was made with a dialer", () => {
    const call = (properties: Record<string, string>): boolean =>
      isMadeByPerson(
        { id: "7", properties, propertiesWithHistory: {}, objectWriteTraceId: undefined },
        "call",
      );
    expect(call({ hs_object_source: "INTEGRATION", hubspot_owner_id: "501" })).toBe(true);
    expect(call({ hs_object_source: "INTEGRATION" })).toBe(false);
    expect(call({ hs_object_source: "AUTOMATION_PLATFORM", hubspot_owner_id: "501" })).toBe(false);
  });

  test("of several hands the last one counts", () => {
    const record = (...tools: string[]): Parameters<typeof isSetByPerson>[0] => ({
      id: "7",
      properties: {},
      propertiesWithHistory: {
        x: tools.map((sourceType, index) => ({
          value: "v",
          timestamp: `2026-11-17T09:0${index}:00Z`,
          sourceType,
        })),
      },
      objectWriteTraceId: undefined,
    });
    expect(isSetByPerson(record("AUTOMATION_PLATFORM", "CRM_UI"), "x")).toBe(true);
    expect(isSetByPerson(record("CRM_UI", "AUTOMATION_PLATFORM"), "x")).toBe(false);
    expect(isSetByPerson(record(), "x")).toBe(true);
  });
});

describe("reading touches", () => {
  let stand: Stand;
  beforeEach(async () => {
    stand = await startStand();
  });
  afterEach(() => stand.close());
  const call = (who: string, at: number): Promise<unknown> =>
    stand.portal.act({ do: "call", who, outcome: "no-answer", at });
  const paths = (): string[] => stand.sandbox.ledger.calls.map(({ path }) => path);

  test("of a hundred leads of whom nobody heard costs four calls", async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => addContact(stand)));
    stand.sandbox.ledger.clear();
    expect(await stand.connector.touches(ids.map(lead), NOW)).toEqual([]);
    expect(paths()).toHaveLength(4);
  });

  test("of a hundred leads with a call and a meeting each costs six calls", async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => addContact(stand)));
    for (const id of ids) {
      await call(id, NOW);
      await stand.portal.act({ do: "meeting", who: id, startsAt: NOW + HOUR_MS });
    }
    stand.sandbox.ledger.clear();
    expect(await stand.connector.touches(ids.map(lead), NOW)).toHaveLength(200);
    expect(paths()).toHaveLength(6);
  });

  test("does not read tasks that are known to be Baton's: where there is no other, that is a call less", async () => {
    const ids = await Promise.all(Array.from({ length: 3 }, () => addContact(stand)));
    const tasks = await Promise.all(
      ids.map(async (who) => {
        const linkTo = { object: "contact", who } as const;
        const task = {
          do: "create",
          object: "task",
          properties: { hs_task_subject: "Call" },
          linkTo,
        } as const;
        return (await stand.portal.act(task)).id ?? "";
      }),
    );
    for (const task of tasks) await stand.portal.act({ do: "complete-task", task });
    stand.sandbox.ledger.clear();
    expect(await stand.connector.touches(ids.map(lead), 0, new Set(tasks))).toEqual([]);
    expect(paths()).toHaveLength(4);
    const own = new Set(tasks.slice(1));
    expect(await stand.connector.touches(ids.map(lead), 0, own)).toMatchObject([{ key: `task:${tasks[0]}` }]);
  });

  test("of three hundred leads with a call each costs seven calls", async () => {
    const ids = await Promise.all(Array.from({ length: 300 }, () => addContact(stand)));
    for (const id of ids) await call(id, NOW);
    stand.sandbox.ledger.clear();
    expect(await stand.connector.touches(ids.map(lead), NOW)).toHaveLength(300);
    expect(paths()).toHaveLength(7);
  });

  test("begins with what took place at the instant itself", async () => {
    const id = await addContact(stand);
    await call(id, NOW - 1);
    await call(id, NOW);
    expect(await stand.connector.touches([lead(id)], NOW)).toMatchObject([{ at: NOW }]);
  });

  test("does not read the long past of a contact, and misses nothing of what is new", async () => {
    const id = await addContact(stand);
    stand.clock.now = NOW - 200 * DAY_MS;
    for (let count = 0; count < 60; count += 1) await call(id, stand.clock.now);
    stand.clock.now = NOW;
    for (let count = 0; count < 12; count += 1) await call(id, NOW - count);
    stand.sandbox.ledger.clear();
    expect(await stand.connector.touches([lead(id)], NOW - DAY_MS)).toHaveLength(12);
    const reads = stand.sandbox.ledger.calls.filter(({ path }) => path.endsWith("/calls/batch/read"));
    expect(reads.map(({ inputs }) => inputs)).toEqual([1, 10, 40]);
  });

  test("one activity of two leads is a touch of each", async () => {
    const [one, other] = [await addContact(stand), await addContact(stand)];
    const { id = "" } = await stand.portal.act({ do: "meeting", who: one, startsAt: NOW + HOUR_MS });
    stand.portal.link({ type: "meeting", id }, { type: "contact", id: other });
    const told = await stand.connector.touches([lead(one), lead(other)], NOW);
    expect(told.map(({ key, lead: { id: whose } }) => [key, whose])).toEqual([
      [`meeting:${id}`, one],
      [`meeting:${id}`, other],
    ]);
  });

  test("an activity that is no record says nothing, and a kind that may not be read has none", async () => {
    const id = await addContact(stand);
    await call(id, NOW);
    await stand.portal.act({ do: "email", who: id, at: NOW });
    stand.sandbox.faults.add({
      path: "/crm/associations/*/contacts/emails/batch/read",
      fault: { do: "answer", status: 403, body: { category: "MISSING_SCOPES", message: "no" } },
    });
    expect(await stand.connector.touches([lead(id)], NOW)).toMatchObject([{ kind: "call" }]);
    stand.sandbox.faults.add({
      path: "/crm/objects/*/calls/batch/read",
      fault: { do: "answer", status: 200, body: { results: [{ id: "1", properties: [] }, null] } },
    });
    expect(await stand.connector.touches([lead(id)], NOW)).toEqual([]);
  });

  test("that fails for one kind is an error, and so is an account that permits none", async () => {
    const id = await addContact(stand);
    stand.sandbox.faults.add({
      path: "/crm/associations/*/contacts/meetings/batch/read",
      fault: { do: "server-error", status: 500 },
    });
    await expect(stand.connector.touches([lead(id)], NOW)).rejects.toMatchObject({
      code: "crm.server-error",
    });
    stand.sandbox.faults.clear();
    stand.sandbox.faults.add({
      path: "/crm/associations/**",
      fault: { do: "answer", status: 403, body: { category: "MISSING_SCOPES", message: "no" } },
    });
    await expect(stand.connector.touches([lead(id)], NOW)).rejects.toMatchObject({ code: "crm.forbidden" });
  });

  test("is not tried where the account was found to permit it not", async () => {
    await stand.close();
    stand = await startStand({ capabilities: { ...EVERYTHING, touches: false } });
    const id = await addContact(stand);
    expect(await stand.connector.touches([lead(id)], 0)).toEqual([]);
    expect(paths()).toEqual([]);
  });

  test("the leads of activities cost a call for each kind, and deals none where they may not be read", async () => {
    const id = await addContact(stand);
    const { id: deal = "" } = await stand.portal.act({ do: "open-deal", who: id, name: "New", amount: "1" });
    const ids = await Promise.all(
      Array.from(
        { length: 30 },
        async () => (await stand.portal.act({ do: "call", who: id, outcome: "busy" })).id ?? "",
      ),
    );
    const asked = [
      ...ids.map((one) => ({ kind: "call", id: one }) as const),
      { kind: "deal", id: deal } as const,
    ];
    stand.sandbox.ledger.clear();
    const odd = [
      { kind: "call", id: "abc" },
      { kind: "email", id: "" },
    ] as const;
    expect(await stand.connector.leadsOf([...asked, ...odd])).toHaveLength(31);
    expect(paths()).toHaveLength(2);
    await stand.close();
    stand = await startStand({ capabilities: { ...EVERYTHING, deals: false } });
    expect(await stand.connector.leadsOf([{ kind: "deal", id: "900" }])).toEqual([]);
    expect(paths()).toEqual([]);
  });

  test("more than a call takes are asked for in several: activities for their leads, and leads for their touches", async () => {
    const id = await addContact(stand);
    const { id: made = "" } = await stand.portal.act({ do: "call", who: id, outcome: "busy" });
    const nobodys = Array.from({ length: 1_100 }, (_, index) => String(9_000_000 + index));
    const activities = [...nobodys, made].map((one) => ({ kind: "call", id: one }) as const);
    expect(await stand.connector.leadsOf(activities)).toEqual([
      { activity: { kind: "call", id: made }, lead: lead(id) },
    ]);
    const touches = await stand.connector.touches([...nobodys, id].map(lead), 0);
    expect(touches.map((touch) => touch.lead.id)).toEqual([id]);
  });
});
