import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill, wrongCounts } from "./kit.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { ref, seen, workDying } from "./following-kit.ts";

function withoutCaps(team: Playbook["team"]): Playbook["team"] {
  return { ...team, members: team.members.map((member) => ({ ...member, cap: {} })) };
}

onEveryDatabase("following", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
    // Nobody is full, and activities are looked at when they come.
    const playbook = { ...at.lane.playbook(), team: withoutCaps(at.lane.playbook().team) };
    Object.assign(at, { lane: { ...at.lane, gatherMs: 0, playbook: () => playbook } });
  });
  beforeEach(async () => await at.emptyInbox());
  afterAll(async () => await at.close());
  const { handoffs, handoffOf, noticesOf, lookAt, ownerOf, ownerWrites, notes, tasks, creditsByRep } = seen(
    () => at,
  );

  let leads = 0;
  /** A lead of the EMEA pool, which has two reps at work: Amelie is away. */
  const handOff = async () => {
    leads += 1;
    const lead = await addReadyLead(at.stage.portal, leads);
    // With one phone they would be one person's records.
    const phone = `+49 30 5551 ${String(leads).padStart(4, "0")}`;
    await at.stage.portal.act({ do: "change", who: lead.id, properties: { phone } });
    await raiseHand(at.stage.portal, lead.email);
    await at.stage.sandbox.drained();
    await at.work(at.lane);
    return lead;
  };
  const work = async () => {
    await at.stage.sandbox.drained();
    await at.work(at.lane);
  };
  const kindsOf = async (lead: string) => (await noticesOf(lead)).map(({ kind }) => kind);
  /** Moves to when the first attempt is looked at next, and works. */
  const lookNext = async (lead: string) => {
    at.clock.moveTo(await lookAt(lead));
    await work();
  };
  const answer = async (lead: string, said: string, reason?: string) => {
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await at.stage.portal.act({
      do: "dispose",
      who: lead,
      answer: said,
      ...(reason === undefined ? {} : { reason }),
    });
    await work();
  };

  test("a call with nobody's lead ends quietly, and with a lead of sales is a touch", async () => {
    const stranger = await at.handRaiser();
    await at.emptyInbox();
    const { id: call = "" } = await at.stage.portal.act({
      do: "call",
      who: stranger.id,
      outcome: "connected",
      by: "lena@acme.example",
    });
    await at.emptyInbox();
    await at.tell({ kind: "activity-changed", activity: { kind: "call", id: call } }, "nobodys");
    await work();
    const events = await at.db
      .selectFrom("events")
      .select(["state", "outcome"])
      .where("key", "=", "nobodys")
      .execute();
    expect(events).toEqual([{ state: "done", outcome: "of no lead that sales has" }]);

    const { id } = await handOff();
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await at.stage.portal.act({ do: "call", who: id, outcome: "connected" });
    await work();
    const { id: handoff, standing, first_attempt_at: triedAt, first_attempt_due: due } = await handoffOf(id);
    expect(standing).toBe("in-touch");
    expect(triedAt).toBeLessThan(due ?? 0);
    const touches = await at.db
      .selectFrom("touches")
      .select(["kind", "result", "handoff"])
      .where("lead", "=", id)
      .execute();
    expect(touches).toEqual([{ kind: "call", result: "reached", handoff }]);
    expect(at.stage.portal.find("contact", id)?.properties["baton_handoff_status"]).toBe("in-touch");
    await expect(lookAt(id)).rejects.toThrow("nobody looks");
  });

  test("a step of escalation is taken once, though the process dies at every step of the way", async () => {
    const { id } = await handOff();
    const before = [await kindsOf(id), notes(id)] as const;
    at.clock.moveTo(await lookAt(id));
    expect(await workDying(at)).toBeGreaterThan(3);
    expect(await kindsOf(id)).toEqual([...before[0], "escalation"]);
    at.clock.moveTo(await lookAt(id));
    await workDying(at);
    expect((await kindsOf(id)).filter((kind) => kind === "escalation")).toHaveLength(3);
    expect(notes(id)).toBe(before[1] + 1);
    await work();
    expect(notes(id)).toBe(before[1] + 1);
  });

  test("a lead nobody tried passes on, with its story, until everybody of the pool had it", async () => {
    const { id } = await handOff();
    const had = [ownerOf(id)];
    const { pool, rep: first, first_attempt_due: due } = await handoffOf(id);
    for (let step = 0; step < 3; step += 1) await lookNext(id);
    const next = await handoffOf(id);
    expect(had).not.toContain(ownerOf(id));
    expect(next).toMatchObject({
      pool,
      owner: ownerOf(id),
      former_owners: JSON.stringify(had),
      first_attempt_due: due,
      standing: "untouched",
    });
    expect(next.rep).not.toBe(first);
    expect([tasks(id), ownerWrites(id)]).toEqual([2, 2]);
    expect(await wrongCounts(at.db)).toEqual([]);
    // Round the pool, and not a second time.
    await expect(
      (async () => {
        for (let step = 0; step < 30; step += 1) {
          await lookNext(id);
          if (!had.includes(ownerOf(id))) had.push(ownerOf(id));
        }
      })(),
    ).rejects.toThrow("nobody looks");
    expect(ownerWrites(id)).toBe(had.length);
    expect(await handoffs(id)).toHaveLength(1);
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("wrong-owner passes the lead on at once and gives the turn back, once; it ends when nobody else can take it", async () => {
    const { id } = await handOff();
    let owners = 1;
    for (;;) {
      const credits = await creditsByRep();
      const before = await handoffOf(id);
      await answer(id, "rejected", "wrong-owner");
      const after = await handoffOf(id);
      const now = await creditsByRep();
      expect(now[before.rep ?? ""]).toBe((credits[before.rep ?? ""] ?? 0) - 1);
      if (after.closed_at !== null) break;
      owners += 1;
      expect(now[after.rep ?? ""]).toBeGreaterThanOrEqual((credits[after.rep ?? ""] ?? 0) + 1);
      expect(after).toMatchObject({ answer: null, standing: "untouched" });
      expect(at.stage.portal.find("contact", id)?.properties["baton_owner_disposition"] ?? "").toBe("");
      // Looked at again, nothing changes.
      await at.tell({ kind: "clock-due", lead: ref(id) });
      await work();
      expect([await creditsByRep(), ownerOf(id)]).toEqual([now, after.owner]);
    }
    expect(owners).toBeGreaterThan(1);
    expect(await handoffOf(id)).toMatchObject({
      ended_as: "rejected",
      answer_reason: "wrong-owner",
      closed_because: "rejected: wrong-owner",
    });
    expect(at.stage.portal.find("contact", id)?.properties["hs_lead_status"]).toBe("UNQUALIFIED");
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("a turn given back stays given back, though the same rep gets another lead in the same turn", async () => {
    const sum = async () => {
      const credits = await creditsByRep();
      return (credits["lena@acme.example"] ?? 0) + (credits["tomas@acme.example"] ?? 0);
    };
    for (let round = 0; round < 4; round += 1) {
      const { id } = await handOff();
      const before = await sum();
      at.clock.moveTo(at.clock.now() + MINUTE_MS);
      await at.stage.portal.act({ do: "dispose", who: id, answer: "rejected", reason: "wrong-owner" });
      // One turn of the other's for the first lead, one for the second; one back.
      await handOff();
      expect(await sum()).toBe(before + 1);
      expect(await wrongCounts(at.db)).toEqual([]);
    }
  });

  test("an answer given outside the CRM is on the record, once, though the process dies on the way", async () => {
    const { id } = await handOff();
    const { id: handoff } = await handoffOf(id);
    const given = { answer: "accepted", via: "slack", by: "lena@acme.example" } as const;
    for (const key of ["click", "click"])
      await at.tell({ kind: "disposition-given", lead: ref(id), handoff, given }, key);
    await workDying(at);
    await work();
    expect(at.stage.portal.find("contact", id)?.properties["baton_owner_disposition"]).toBe("accepted");
    const said = await at.db
      .selectFrom("dispositions")
      .select(["answer", "via"])
      .where("lead", "=", id)
      .execute();
    expect(said).toEqual([{ answer: "accepted", via: "slack" }]);
    // Of another handoff it says nothing.
    await at.tell({
      kind: "disposition-given",
      lead: ref(id),
      handoff: "other",
      given: { ...given, answer: "converted" },
    });
    await work();
    expect((await handoffOf(id)).answer).toBe("accepted");
  });

  test("a person who gives the lead to a colleague moves the clocks, and Baton writes no owner", async () => {
    const { id } = await handOff();
    const { owner, rep, first_attempt_due: due } = await handoffOf(id);
    const credits = await creditsByRep();
    const other = (await at.lane.owners()).find(
      ({ id: one, email }) => one !== owner && email === "maya@acme.example",
    );
    await at.stage.portal.act({ do: "change", who: id, properties: { hubspot_owner_id: other?.id ?? "" } });
    await work();
    const moved = await handoffOf(id);
    expect(moved).toMatchObject({
      owner: other?.id,
      owner_name: other?.name,
      rep: "maya@acme.example",
      pool: null,
    });
    expect(moved.first_attempt_due).not.toBe(due);
    expect([ownerWrites(id), ownerOf(id)]).toEqual([1, other?.id]);
    expect(await creditsByRep()).toEqual(credits);
    expect(await wrongCounts(at.db)).toEqual([]);
    // And back to whom Baton gave it: that is news, too, though Baton wrote that owner once.
    await at.stage.portal.act({ do: "change", who: id, properties: { hubspot_owner_id: owner ?? "" } });
    await work();
    expect(await handoffOf(id)).toMatchObject({ owner, rep });
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("an owner who is no longer there stops nothing: the steps go on, and the manager's lead passes on", async () => {
    const { id } = await handOff();
    const { owner } = await handoffOf(id);
    const gone = (await at.lane.owners()).filter((one) => one.id !== owner);
    const without = { ...at.lane, owners: () => Promise.resolve(gone) };
    for (let step = 0; step < 3; step += 1) {
      at.clock.moveTo(await lookAt(id));
      await at.stage.sandbox.drained();
      await at.work(without);
    }
    const after = await handoffOf(id);
    expect(after.owner).not.toBe(owner);
    expect(
      await at.db
        .selectFrom("events")
        .select("key")
        .where("lead", "=", id)
        .where("state", "=", "parked")
        .execute(),
    ).toEqual([]);
  });

  test("a recycled lead wakes on the day agreed, and is handed off again with its story and without its old deeds", async () => {
    const { id, email } = await handOff();
    const first = await handoffOf(id);
    await answer(id, "recycled", "timing");
    const over = await handoffOf(id);
    expect(over).toMatchObject({ ended_as: "recycled", answer_reason: "timing", state: "closed" });
    // What it did before does not count again.
    await at.tell({ kind: "lead-changed", lead: ref(id), field: "other", property: "jobtitle" });
    await work();
    expect(await handoffs(id)).toHaveLength(1);
    at.clock.moveTo((over.wake_at ?? 0) - HOUR_MS);
    await work();
    expect(await handoffs(id)).toHaveLength(1);
    at.clock.moveTo(over.wake_at ?? 0);
    await workDying(at);
    const [, again] = await handoffs(id);
    expect(again).toMatchObject({ type: "recycled", state: "with-sales", owner: first.owner });
    expect((over.wake_at ?? 0) - (over.closed_at ?? 0)).toBeGreaterThan(89 * DAY_MS);
    const noteIds = at.stage.portal.linked("contact", id, "note");
    const note = at.stage.portal.find("note", noteIds.at(-1) ?? "")?.properties["hs_note_body"] ?? "";
    expect(note).toContain("recycled (timing)");
    expect(email).toContain("@");
  });

  test("what the end of a handoff writes is written late where it must be: its own end has not overtaken it", async () => {
    const { id } = await handOff();
    // Time passes between deciding and storing, as it does outside of tests.
    let passed = 0;
    const lane = { ...at.lane, now: () => at.clock.now() + (passed += 1) };
    at.stage.sandbox.faults.add({
      method: "POST",
      path: "/crm/objects/*/contacts/batch/update",
      times: 1,
      fault: { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 },
    });
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await at.stage.portal.act({ do: "dispose", who: id, answer: "recycled", reason: "timing" });
    await at.stage.sandbox.drained();
    await at.work(lane);
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await at.work(lane);
    expect(at.stage.portal.find("contact", id)?.properties["hs_lead_status"]).toBe("UNQUALIFIED");
    const updates = await at.db
      .selectFrom("effects")
      .select("attempts")
      .where("lead", "=", id)
      .where("kind", "=", "update-lead")
      .execute();
    expect(updates.map(({ attempts }) => attempts)).toContain(2);
  });

  test("a recycled lead that does something new is handed off before its day", async () => {
    const { id, email } = await handOff();
    await answer(id, "recycled", "budget");
    at.clock.moveTo(at.clock.now() + DAY_MS);
    await raiseHand(at.stage.portal, email);
    await work();
    const [before, again] = await handoffs(id);
    expect(again).toMatchObject({ type: "hand-raiser", state: "with-sales" });
    // The wake-up of the one before rings later, and changes nothing.
    at.clock.moveTo(before?.wake_at ?? 0);
    await work();
    expect(await handoffs(id)).toHaveLength(2);
  });
});
