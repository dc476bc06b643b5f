import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { inLane, type Lane } from "../../src/lanes/lane.ts";
import { claim } from "../../src/lanes/claim.ts";
import { commit } from "../../src/lanes/commit.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { deliver } from "../../src/deliver/index.ts";
import type { Effect } from "../../src/store/effects.ts";
import { eraseLead, findErased } from "../../src/store/erase.ts";
import { parkedEvents } from "../../src/store/events.ts";
import { loadLeads, saveLeads } from "../../src/store/leads.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { openHandoffs, openStandstill, type Standstill, wrongCounts } from "./kit.ts";

const ref = (id: string) => ({ crm: "hubspot" as const, id });

onEveryDatabase("a turn", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => at.stage.sandbox.faults.clear());
  afterAll(async () => await at.close());

  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const triesOf = async (lead: string) =>
    await at.db.selectFrom("events").select(["attempts", "state"]).where("lead", "=", lead).execute();
  /** A lane whose CRM breaks over one lead. */
  const breakingOver = (lead: string): Lane => ({
    ...at.lane,
    connector: {
      ...at.lane.connector,
      read: async (leads, ...rest) => {
        if (leads.some(({ id }) => id === lead)) throw new TypeError("a fault of ours");
        return await at.lane.connector.read(leads, ...rest);
      },
    },
  });

  // First, while the reps still have room today: a lead that waits in a queue is looked at again.
  test("what a form says a minute later about a lead that sales has is kept, and the lead is not looked at again", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const { db } = at;
    await db.deleteFrom("events").where("lead", "=", id).where("kind", "=", "form-submitted").execute();
    await db.deleteFrom("signals").where("lead", "=", id).execute();
    const seen = async () => (await loadLeads(db, at.lane.installation.id, [id])).get(id)?.decision;
    const before = await seen();

    at.clock.moveTo(at.clock.now() + 61_000);
    await at.work();
    const told = await db
      .selectFrom("events")
      .select(["state", "outcome"])
      .where("lead", "=", id)
      .where("kind", "=", "form-submitted")
      .execute();
    expect(told).toEqual([{ state: "done", outcome: "sales had the lead already" }]);
    expect(await db.selectFrom("signals").select("key").where("lead", "=", id).execute()).toHaveLength(1);
    expect(await seen()).toBe(before);
  });

  test("an event is not blamed for a CRM that cannot be read, however often", async () => {
    const { id } = await at.handRaiser();
    at.stage.sandbox.faults.add({
      path: "/crm/objects/**",
      fault: { do: "migrating", retryAfterSeconds: 60 },
    });
    for (let turn = 0; turn < 12; turn += 1) await expect(takeTurn(at.lane)).rejects.toThrow(/./);
    expect(new Set((await triesOf(id)).map(({ attempts }) => attempts))).toEqual(new Set([0]));
    at.stage.sandbox.faults.clear();
    // As long as HubSpot asked for, nothing is called.
    at.clock.moveTo(at.clock.now() + 60_000);
    await at.work();
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("good events whose process died three times are handed off all the same", async () => {
    const [first, second] = [await at.handRaiser(), await at.handRaiser()];
    for (let death = 0; death < 3; death += 1) await claim(at.lane);
    await at.work();
    expect(tally(first.id, second.id)).toEqual(onceEach([first.id, second.id]));
    expect(await parkedEvents(at.db, at.lane.installation.id)).toEqual([]);
  });

  test("an event that ends its process every time is parked where people see it, and the others are served", async () => {
    const [deadly, innocent] = [await at.handRaiser(), await at.handRaiser()];
    let deaths = 0;
    for (; deaths < 20; deaths += 1) {
      const taken = await claim(at.lane);
      if (taken.leads.some(({ lead }) => lead === deadly.id)) continue;
      break;
    }
    await at.work();
    expect(deaths).toBeGreaterThanOrEqual(3);
    expect(tally(innocent.id)).toEqual(onceEach([innocent.id]));
    const parked = await parkedEvents(at.db, at.lane.installation.id);
    expect(new Set(parked.map(({ lead }) => lead))).toEqual(new Set([deadly.id]));
    expect(new Set(parked.map(({ outcome }) => outcome))).toEqual(new Set(["lanes.failed"]));
    await at.db.updateTable("events").set({ state: "done" }).where("state", "=", "parked").execute();
  });

  test("a lead over which every turn breaks is parked, and those claimed with it are served", async () => {
    const [broken, innocent] = [await at.handRaiser(), await at.handRaiser()];
    const lane = breakingOver(broken.id);
    for (let turn = 0; turn < 40; turn += 1) await takeTurn(lane).catch(() => undefined);
    await at.work(lane);
    expect(tally(innocent.id)).toEqual(onceEach([innocent.id]));
    // The form's submission is parked too; nobody could say yet whose it is.
    const parked = await parkedEvents(at.db, at.lane.installation.id);
    expect(new Set(parked.map(({ lead }) => lead))).toEqual(new Set([broken.id, null]));
    await at.db.updateTable("events").set({ state: "done" }).where("state", "=", "parked").execute();
  });

  test("a record merged before Baton heard of it keeps its one handoff", async () => {
    const loser = await at.handRaiser();
    await at.work();
    const survivor = await at.handRaiser();
    await at.stage.portal.act({ do: "merge", primary: survivor.id, other: loser.id });
    await at.emptyInbox();
    await at.tell({ kind: "lead-changed", lead: ref(loser.id), field: "other", property: "jobtitle" });
    await at.work();
    const open = await openHandoffs(at.db);
    expect([open.get(loser.id), open.get(survivor.id)]).toEqual([undefined, 1]);
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("both ids of one record in one turn are one handoff, at once", async () => {
    const [loser, survivor] = [await at.handRaiser(), await at.handRaiser()];
    await at.stage.portal.act({ do: "merge", primary: survivor.id, other: loser.id });
    await at.emptyInbox();
    for (const { id } of [survivor, loser])
      await at.tell({ kind: "lead-changed", lead: ref(id), field: "other", property: "jobtitle" });
    await at.work();
    expect((await openHandoffs(at.db)).get(survivor.id)).toBe(1);
    expect(tally(survivor.id)).toEqual(onceEach([survivor.id]));
    const waiting = await at.db
      .selectFrom("events")
      .select("key")
      .where("state", "=", "pending")
      .where("lead", "in", [loser.id, survivor.id])
      .execute();
    expect(waiting).toEqual([]);
  });

  test("a late deletion of a merged-away id does not end the survivor's handoff", async () => {
    const [loser, survivor] = [await at.handRaiser(), await at.handRaiser()];
    await at.work();
    await at.stage.portal.act({ do: "merge", primary: survivor.id, other: loser.id });
    await at.stage.sandbox.drained();
    await at.work();
    await at.tell({ kind: "lead-deleted", lead: ref(loser.id) });
    await at.work();
    expect((await openHandoffs(at.db)).get(survivor.id)).toBe(1);
  });

  test("a rep's open count is right when a handoff ends in the turn that gives them another", async () => {
    const gone: string[] = [];
    for (let index = 0; index < 4; index += 1) gone.push((await at.handRaiser()).id);
    await at.work();
    for (const id of gone) await at.stage.portal.act({ do: "archive", who: id });
    await at.emptyInbox();
    for (let index = 0; index < 4; index += 1) await at.handRaiser();
    for (const id of gone)
      await at.tell({ kind: "lead-changed", lead: ref(id), field: "other", property: "jobtitle" });
    await at.work();
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("a portal whose forms may not be read is not asked for ever", async () => {
    const lane: Lane = {
      ...at.lane,
      connector: {
        ...at.lane.connector,
        capabilities: { ...at.lane.connector.capabilities, submissions: false },
      },
    };
    at.clock.moveTo(at.clock.now() + 10 * 60_000);
    expect(await at.work(lane)).toBeLessThan(5);
    expect(await dueLanes(at.db, at.clock.now())).toEqual([]);
  });

  test("forms that cannot be read hold up no lead", async () => {
    const { id } = await at.handRaiser();
    at.stage.sandbox.faults.add({
      path: "/form-integrations/**",
      fault: { do: "answer", status: 400, body: { category: "VALIDATION_ERROR" } },
    });
    await at.work();
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("a portal where nothing happens is noticed when it has left", async () => {
    const gone = new BatonError("crm.disconnected", "the token was refused");
    const lane: Lane = {
      ...at.lane,
      connector: { ...at.lane.connector, submissions: () => Promise.reject(gone) },
    };
    at.clock.moveTo(at.clock.now() + 2 * 60_000);
    await expect(takeTurn(lane)).rejects.toBe(gone);
  });

  test("what was erased between the decision and its delivery is not written", async () => {
    const { id } = await at.handRaiser();
    const written: number[] = [];
    const lane: Lane = {
      ...at.lane,
      connector: {
        ...at.lane.connector,
        apply: (writes) => {
          written.push(writes.length);
          return Promise.resolve([]);
        },
      },
    };
    await deliver(lane, [effectNobodyKnows(id)], () => 0);
    expect(written).toEqual([]);
  });

  test("a lead erased while it is being read is not decided", async () => {
    const { id, email } = await at.handRaiser();
    const lane: Lane = {
      ...at.lane,
      connector: {
        ...at.lane.connector,
        read: async (leads, ...rest) => {
          const records = await at.lane.connector.read(leads, ...rest);
          await at.db
            .transaction()
            .execute((tx) => eraseLead(tx, lane.keys, lane.installation.id, id, [email], at.clock.now()));
          return records;
        },
      },
    };
    await takeTurn(lane);
    await at.work();
    expect((await openHandoffs(at.db)).get(id)).toBeUndefined();
    const decisions = await at.db.selectFrom("decisions").select("snapshot").execute();
    expect(decisions.filter(({ snapshot }) => snapshot.includes(email))).toEqual([]);
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("a decision about a lead that was erased meanwhile is not stored", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const { keys, installation } = at.lane;
    const [stored] = await decisionsOfLead(at.db, installation.id, id, 1);
    if (stored === undefined) throw new Error("the lead was decided");
    await at.db.transaction().execute((tx) => eraseLead(tx, keys, installation.id, id, [], at.clock.now()));
    const { snapshot, decision } = stored;
    const roster = { reps: [], owners: [], standings: new Map() };
    const work = { lead: id, events: [] };
    const surroundings = { deals: [], values: {}, history: {}, readAt: at.clock.now() };
    const late = commit(at.lane, {
      id: "late",
      outcomes: [{ kind: "decided", work, snapshot, decision, fresh: [], surroundings }],
      roster,
      standings: roster.standings,
      playbook: at.lane.playbook(),
      decidedAt: at.clock.now(),
    });
    await expect(late).rejects.toMatchObject({ code: "crm.conflict" });
    expect(await decisionsOfLead(at.db, installation.id, id, 1)).toEqual([]);
  });

  test("an erasure waits for a turn that is just storing the lead, and takes away what it stored", async () => {
    const { keys, installation } = at.lane;
    const seen = {
      lead: "4711",
      email: null,
      name: null,
      role: null,
      account: null,
      outcome: null,
      reason: null,
      decision: null,
      surroundings: null,
    };
    const stored = Promise.withResolvers<undefined>();
    const storing = inLane(at.lane, async (tx) => {
      await saveLeads(tx, installation.id, [seen], at.clock.now());
      stored.resolve(undefined);
      await pause(100);
    });
    await stored.promise;
    await at.db
      .transaction()
      .execute((tx) => eraseLead(tx, keys, installation.id, "4711", [], at.clock.now()));
    await storing;
    expect(await loadLeads(at.db, installation.id, ["4711"])).toEqual(new Map());
  });

  test("a form filled in under another address does not bring an erased lead back", async () => {
    const { id, email } = await at.handRaiser();
    await at.emptyInbox();
    await at.db
      .transaction()
      .execute((tx) => eraseLead(tx, at.lane.keys, at.lane.installation.id, id, [], at.clock.now()));
    const submission = { id: `late-${id}`, form: "Pricing", submittedAt: at.clock.now(), email, answers: [] };
    await at.tell({ kind: "form-submitted", submission }, `submission:${submission.id}`);
    await at.work();
    expect((await openHandoffs(at.db)).get(id)).toBeUndefined();
    const left = await at.db.selectFrom("events").select("body").execute();
    expect(left.filter(({ body }) => body.includes(email))).toEqual([]);
  });

  test("an erased lead takes its form submissions along, also when it was never decided", async () => {
    const { id, email } = await at.handRaiser();
    await at.work();
    await at.db.deleteFrom("decisions").where("lead", "=", id).execute();
    await at.tell({ kind: "lead-erased", lead: ref(id) });
    await at.work();
    const left = await at.db.selectFrom("events").select("body").execute();
    expect(left.filter(({ body }) => body.includes(email))).toEqual([]);
    expect(await findErased(at.db, at.lane.keys, at.lane.installation.id, [email])).toEqual(new Set([email]));
  });

  test("two workflows that ask for the same lead at the same moment are both answered", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    for (const callback of ["ap-1-2-3-4", "ap-1-2-3-5"])
      await at.tell({
        kind: "handoff-requested",
        lead: ref(id),
        request: { via: "workflow-action", callback },
      });
    await at.work();
    const answers = await at.db
      .selectFrom("effects")
      .select("body")
      .where("lead", "=", id)
      .where("kind", "=", "answer-request")
      .execute();
    expect(answers.map(({ body }) => /ap-1-2-3-\d/.exec(body)?.[0])).toEqual(
      expect.arrayContaining(["ap-1-2-3-4", "ap-1-2-3-5"]),
    );
  });
});

/** An effect whose row is gone. */
function effectNobodyKnows(lead: string): Effect {
  return {
    write: { kind: "create-note", html: "<p>gone</p>", at: 0, key: "gone.note", lead: ref(lead) },
    decision: "gone",
    state: "planned",
    attempts: 0,
    plannedAt: 0,
  };
}
