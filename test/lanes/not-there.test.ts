import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { EventBody } from "../../src/model/event.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addReadyLead } from "../support/leads.ts";
import { openHandoffs, openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("a lead of which HubSpot says that it is not there", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => at.stage.sandbox.faults.clear());
  afterAll(async () => await at.close());

  const CONTACTS = "/crm/objects/*/contacts/batch/read";
  const deny = (id: string, times: number): void => {
    const fault = { do: "mangled-record", id, into: "denied" } as const;
    at.stage.sandbox.faults.add({ path: CONTACTS, input: id, times, fault });
  };
  const changed = (id: string): EventBody => ({
    kind: "lead-changed",
    lead: { crm: "hubspot", id },
    field: "other",
    property: "jobtitle",
  });
  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const outcomesOf = async (id: string): Promise<readonly string[]> => {
    const rows = await at.db
      .selectFrom("events")
      .select(["state", "outcome"])
      .where("lead", "=", id)
      .execute();
    return [...new Set(rows.map(({ state, outcome }) => `${state}: ${outcome}`))];
  };
  /** A lead that sales has. */
  const handedOff = async (): Promise<string> => {
    const { id } = await at.handRaiser();
    await at.work();
    await at.emptyInbox();
    expect(tally(id)).toEqual(onceEach([id]));
    return id;
  };

  test("once keeps its handoff, and is not handed off a second time by its next event", async () => {
    const id = await handedOff();
    deny(id, 1);
    await at.tell(changed(id));
    await at.work();
    await at.tell(changed(id));
    await at.workFor(3);
    expect(tally(id)).toEqual(onceEach([id]));
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
  });

  test("once is handed off half a minute later, though nobody tells of it again", async () => {
    const { id } = await addReadyLead(at.stage.portal, 5_000);
    await at.emptyInbox();
    deny(id, 1);
    await at.tell({
      kind: "handoff-requested",
      lead: { crm: "hubspot", id },
      request: { via: "workflow" },
    });
    await at.work();
    expect(tally(id)).toEqual([{ lead: id, ownerWrites: 0, tasks: 0, notes: 0 }]);
    at.clock.moveTo(at.clock.now() + 30_000);
    await at.work();
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("once gets what was still to be written", async () => {
    const { id } = await at.handRaiser();
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/*/batch/create", fault: { do: "locked" }, times: 2 });
    await at.work();
    deny(id, 1);
    await at.workFor(10);
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("twice in a row is gone: its handoff ends, and nothing more is written for it", async () => {
    const id = await handedOff();
    await at.stage.portal.act({ do: "archive", who: id });
    await at.emptyInbox();
    await at.tell(changed(id));
    await at.work();
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
    await at.workFor(2);
    expect((await openHandoffs(at.db)).has(id)).toBe(false);
    expect(await outcomesOf(id)).toContain("done: the CRM has no such lead");
  });

  test("twice in a row gets nothing more of what was still to be written", async () => {
    const { id } = await at.handRaiser();
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/*/batch/create", fault: { do: "locked" }, times: 2 });
    await at.work();
    await at.stage.portal.act({ do: "archive", who: id });
    await at.emptyInbox();
    await at.workFor(6);
    const effects = await at.db
      .selectFrom("effects")
      .select(["kind", "state"])
      .where("lead", "=", id)
      .execute();
    expect(effects.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      "create-note dropped",
      "create-task dropped",
      "update-lead confirmed",
    ]);
  });

  test("twice, and there in between, is not gone", async () => {
    const id = await handedOff();
    for (let round = 0; round < 2; round += 1) {
      deny(id, 1);
      await at.tell(changed(id));
      await at.workFor(2);
    }
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("and whose deletion was told ends its handoff at the first look", async () => {
    const id = await handedOff();
    await at.stage.portal.act({ do: "archive", who: id });
    await at.emptyInbox();
    await at.tell({ kind: "lead-deleted", lead: { crm: "hubspot", id } });
    await at.work();
    expect((await openHandoffs(at.db)).has(id)).toBe(false);
    expect(await outcomesOf(id)).toContain("done: the CRM has no such lead");
  });

  test("by a deletion that is told after it was restored keeps its handoff, task and note", async () => {
    const id = await handedOff();
    await at.tell({ kind: "lead-restored", lead: { crm: "hubspot", id } });
    await at.work();
    await at.tell({ kind: "lead-deleted", lead: { crm: "hubspot", id } });
    await at.work();
    await at.tell(changed(id));
    await at.workFor(3);
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("and nothing else, not even that, waits for a person and keeps its handoff", async () => {
    const id = await handedOff();
    const fault = { do: "mangled-record", id, into: "left-out" } as const;
    at.stage.sandbox.faults.add({ path: CONTACTS, fault });
    await at.tell(changed(id));
    await at.workFor(4);
    expect(await outcomesOf(id)).toContain("parked: crm.bad-answer");
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
  });
});
