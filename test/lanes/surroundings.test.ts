/** A look at handoffs reads the leads themselves, and no more unless it leads to more. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asksForHandoffs, completed, glimpseOf, surroundingsOf } from "../../src/lanes/surroundings.ts";
import type { CrmEvent, EventBody } from "../../src/model/event.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { CrmRecord } from "../../src/model/record.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { ref, seen } from "./following-kit.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9, 30);
const WANTED = { properties: ["contact.jobtitle", "company.name"], history: [], deals: true, lists: true };

const workOf = (...bodies: readonly EventBody[]) => ({
  lead: "1",
  events: bodies.map((body, index) => {
    const event: CrmEvent = { key: `e${index}`, tenant: "1", occurredAt: NOW, urgency: "live", ...body };
    return { seq: index, event, receivedAt: NOW, attempts: 1 };
  }),
});
const changed = (field: "disposition" | "owner" | "other"): EventBody => ({
  kind: "lead-changed",
  lead: ref("1"),
  field,
  property: "p",
});
const activity = (kind: "call" | "deal"): EventBody => ({
  kind: "activity-changed",
  activity: { kind, id: "7" },
});
const RANG: EventBody = { kind: "clock-due", lead: ref("1") };

describe("what asks for handoffs only", () => {
  test.each([
    ["an activity and a clock", [activity("call"), RANG], true],
    ["an answer in the CRM", [changed("disposition")], true],
    [
      "an answer elsewhere",
      [
        {
          kind: "disposition-given",
          lead: ref("1"),
          handoff: "h",
          given: { answer: "accepted", via: "slack" },
        },
      ],
      true,
    ],
    ["another owner", [changed("owner")], false],
    ["a change of anything else beside a clock", [RANG, changed("other")], false],
    ["a new lead", [{ kind: "lead-created", lead: ref("1") }], false],
  ] satisfies readonly (readonly [string, readonly EventBody[], boolean])[])("%s: %#", (_, bodies, asks) => {
    expect(asksForHandoffs([workOf(...bodies)])).toBe(asks);
    expect(asksForHandoffs([workOf(RANG), workOf(...bodies)])).toBe(asks);
  });

  test("is glimpsed at without account and lists, and with deals where one of them changed", () => {
    expect(glimpseOf(WANTED, [workOf(activity("call"))])).toMatchObject({
      deals: false,
      lists: false,
      account: false,
    });
    expect(glimpseOf(WANTED, [workOf(activity("call"), activity("deal"))]).deals).toBe(true);
    expect(glimpseOf({ ...WANTED, deals: false }, [workOf(activity("deal"))]).deals).toBe(false);
  });
});

describe("a look completed from memory", () => {
  type Found = Extract<CrmRecord, { found: true }>;
  const whole: Found = {
    found: true,
    asked: ref("1"),
    lead: ref("1"),
    ownerId: "o1",
    accountId: "a1",
    accountOwnerId: "o2",
    deals: [{ id: "d1", state: "open" }],
    lists: ["12"],
    values: { "contact.jobtitle": "CFO", "company.name": "Acme" },
    history: { "company.name": [{ value: "Acme", at: NOW }] },
    readAt: NOW,
  };
  const homeless: Found = {
    found: true,
    asked: ref("1"),
    lead: ref("1"),
    ownerId: "o3",
    deals: [],
    values: {},
    history: {},
    readAt: NOW + HOUR_MS,
  };
  const glimpse: Found = { ...homeless, accountId: "a1" };
  const glimpsed = glimpseOf(WANTED, []);

  test("has the lead as it is now, and what surrounds it as it was", () => {
    expect(completed(glimpse, surroundingsOf(whole), glimpsed)).toEqual({
      ...whole,
      ownerId: "o3",
      values: { "company.name": "Acme" },
      readAt: NOW + HOUR_MS,
      surroundedAt: NOW,
    });
  });

  test("is remembered as what it was completed from", () => {
    const again = completed(glimpse, surroundingsOf(whole), glimpsed);
    expect(again && surroundingsOf(again)).toEqual(surroundingsOf(whole));
  });

  test("has the deals that were read now, though there are none any more", () => {
    expect(completed(glimpse, surroundingsOf(whole), { ...glimpsed, deals: true })?.deals).toEqual([]);
  });

  test.each([
    ["of another account", { ...glimpse, accountId: "a2" }],
    ["of no account any more", homeless],
    ["of another record", { ...glimpse, lead: ref("2") }],
  ])("is none %s", (_, record) => {
    expect(completed(record, surroundingsOf(whole), glimpsed)).toBeUndefined();
  });

  test("is none of a lead of which nothing is remembered", () => {
    expect(completed(glimpse, undefined, glimpsed)).toBeUndefined();
  });
});

onEveryDatabase("a look at a handoff", ({ url }) => {
  let at: Standstill;
  let [number, lead] = [0, ""];
  beforeAll(async () => {
    at = await openStandstill(url());
    Object.assign(at, { lane: { ...at.lane, gatherMs: 0 } });
  });
  afterAll(async () => await at.close());
  const { handoffOf, lookAt, ownerOf } = seen(() => at);

  beforeEach(async () => {
    at.clock.moveTo(at.clock.now() + 2 * HOUR_MS);
    number += 1;
    const raiser = await addReadyLead(at.stage.portal, number);
    lead = raiser.id;
    // With one phone they would be one person's records, and go to one owner.
    const phone = `+49 30 5551 ${String(number).padStart(4, "0")}`;
    await at.stage.portal.act({ do: "change", who: lead, properties: { phone } });
    await raiseHand(at.stage.portal, raiser.email);
    await at.stage.sandbox.drained();
    await at.work();
    await at.emptyInbox();
  });
  const surroundings = async (): Promise<string | null> =>
    (
      await at.db
        .selectFrom("leads")
        .select("surroundings")
        .where("lead", "=", lead)
        .executeTakeFirstOrThrow()
    ).surroundings;
  /** What was asked for in doing so, forms and what waits for hours aside. */
  const asked = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    at.stage.sandbox.ledger.clear();
    await work();
    await at.stage.sandbox.drained();
    await at.work();
    const reads = at.stage.sandbox.ledger.calls.map(({ method, path }) => `${method} ${path}`);
    return reads.filter((one) =>
      /companies\/batch|\/deals|memberships|objects\/[^/]+\/contacts\/batch\/read/.test(one),
    );
  };
  const call = () => at.stage.portal.act({ do: "call", who: lead, outcome: "no-answer" });

  test("reads nothing but the lead and what passed between the two", async () => {
    const reads = await asked(call);
    expect(reads.filter((one) => one.includes("contacts/batch/read"))).toHaveLength(1);
    expect(reads.filter((one) => !one.includes("contacts/batch/read"))).toEqual([]);
    expect(await handoffOf(lead)).toMatchObject({ attempts: 1 });
  });

  test("reads the deals as well where one of them changed", async () => {
    const reads = await asked(() => at.stage.portal.act({ do: "open-deal", who: lead, name: "Rollout" }));
    expect(reads.some((one) => one.includes("contacts/deals"))).toBe(true);
    expect(reads.some((one) => one.includes("companies"))).toBe(false);
  });

  test("decides by the account that was read last, and says when that was", async () => {
    const before = await surroundings();
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await asked(call);
    expect(await surroundings()).toBe(before);
    const { decision } = await handoffOf(lead).then(async () =>
      at.db.selectFrom("leads").select("decision").where("lead", "=", lead).executeTakeFirstOrThrow(),
    );
    const { snapshot } = await at.db
      .selectFrom("decisions")
      .select("snapshot")
      .where("id", "=", decision ?? "")
      .executeTakeFirstOrThrow();
    expect(JSON.parse(snapshot)).toMatchObject({
      facts: { "account.name": { from: "company.name" } },
      surroundedAt: JSON.parse(before ?? "{}").readAt,
    });
  });

  test("that passes the lead on reads the whole lead first: the next owner's brief knows the account as it is", async () => {
    const first = ownerOf(lead);
    const company = at.stage.portal.linked("contact", lead, "company")[0] ?? "";
    await at.stage.portal.act({
      do: "change",
      object: "company",
      who: company,
      properties: { name: "Renamed Works" },
    });
    await at.emptyInbox();
    for (let step = 0; step < 3; step += 1) {
      const next = await lookAt(lead);
      const reads = await asked(() => Promise.resolve(at.clock.moveTo(next)));
      expect(reads.some((one) => one.includes("companies/batch"))).toBe(ownerOf(lead) !== first);
    }
    expect(ownerOf(lead)).not.toBe(first);
    const notes = at.stage.portal
      .linked("contact", lead, "note")
      .map((id) => at.stage.portal.find("note", id));
    expect(JSON.stringify(notes)).toContain("Renamed Works");
  });

  test("of a lead that belongs to another account now reads that one", async () => {
    const { id: other = "" } = await at.stage.portal.act({
      do: "create",
      object: "company",
      properties: { name: "Elsewhere", domain: "elsewhere.example" },
    });
    await at.stage.portal.act({ do: "change", who: lead, properties: { associatedcompanyid: other } });
    await at.emptyInbox();
    const reads = await asked(call);
    expect(reads.filter((one) => one.includes("companies/batch")).length).toBeGreaterThan(0);
    expect(await surroundings()).toContain("Elsewhere");
  });

  test("is remembered while sales has the lead, and no longer", async () => {
    expect(await surroundings()).not.toBeNull();
    await at.stage.portal.act({ do: "dispose", who: lead, answer: "rejected", reason: "not-fit" });
    await at.stage.sandbox.drained();
    await at.work();
    await at.tell({ kind: "lead-changed", lead: ref(lead), field: "other", property: "jobtitle" });
    await at.work();
    expect(await surroundings()).toBeNull();
  });
});
