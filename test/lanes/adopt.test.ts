import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { endHandoff } from "../../src/store/erase.ts";
import { markRestored } from "../../src/store/restored.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { raiseHand } from "../support/leads.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const ref = (id: string) => ({ crm: "hubspot" as const, id });

onEveryDatabase("a lane whose database was restored", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterAll(async () => await at.close());

  const open = async (lead: string) =>
    await at.db
      .selectFrom("handoffs")
      .selectAll()
      .where("lead", "=", lead)
      .where("closed_at", "is", null)
      .executeTakeFirst();
  const written = (lead: string) => ({
    tasks: at.stage.portal.linked("contact", lead, "task").length,
    notes: at.stage.portal.linked("contact", lead, "note").length,
    owner: at.stage.portal.find("contact", lead)?.properties["hubspot_owner_id"],
  });
  /** Takes the database back to a time before these leads were decided, and says so. */
  const restoreToBefore = async (...leads: readonly string[]) => {
    for (const table of ["effects", "clocks", "handoffs", "decisions", "leads", "events", "signals"] as const)
      await at.db.deleteFrom(table).where("lead", "in", leads).execute();
    await at.db.deleteFrom("restores").execute();
    await markRestored(at.db, at.clock.now(), 0);
    // The hole is as wide as the test: what the rest of the database knows is another test's.
    await at.db
      .updateTable("restores")
      .set({ known_until: at.clock.now() - HOUR_MS })
      .execute();
  };
  const tellAgain = async (lead: string) => {
    await at.tell({ kind: "lead-changed", lead: ref(lead), field: "conversion", property: "again" });
    return await at.work();
  };

  test("adopts a lead that the CRM shows was handed off: nothing is written twice, and deadlines are as they were", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const [before, first] = [written(id), await open(id)];
    const clocks = async () =>
      await at.db
        .selectFrom("clocks")
        .select(["kind", "due_at"])
        .where("lead", "=", id)
        .orderBy("kind")
        .execute();
    const due = await clocks();
    at.clock.moveTo(at.clock.now() + HOUR_MS / 2);
    await restoreToBefore(id);
    await tellAgain(id);

    expect(written(id)).toEqual(before);
    expect(await open(id)).toMatchObject({
      state: "with-sales",
      rule: "adopted after a restore",
      owner: first?.owner,
      rep: first?.rep,
      type: first?.type,
    });
    const again = await clocks();
    expect(again.map(({ kind }) => kind)).toEqual([
      "answer",
      "attempts",
      "first-attempt",
      "meaningful-touch",
    ]);
    // The task was made a moment after the decision.
    const late = again.map(({ due_at: dueAt }, index) => dueAt - (due[index]?.due_at ?? 0));
    expect(late.filter((ms) => Math.abs(ms) >= 5_000)).toEqual([]);
    const [decision] = await decisionsOfLead(at.db, at.lane.installation.id, id, 1);
    expect(decision?.snapshot.lost).toMatchObject({ task: { id: expect.any(String) } });
    // The page of the handoff that was lost is gone: the lead's own link leads to the new one.
    expect(at.stage.portal.find("contact", id)?.properties["baton_handoff_link"]).toContain(
      decision?.handoff,
    );
    await tellAgain(id);
    expect(written(id)).toEqual(before);
  });

  test("writes what is missing of task and note, and only that", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const [note = ""] = at.stage.portal.linked("contact", id, "note");
    await at.stage.portal.act({ do: "archive", object: "note", who: note });
    await restoreToBefore(id);
    await tellAgain(id);
    const tasks = at.stage.portal.linked("contact", id, "task");
    const notes = at.stage.portal.linked("contact", id, "note").filter((one) => one !== note);
    expect([tasks.length, notes.length]).toEqual([1, 1]);
  });

  test("hands a lead off again that it knows it handed off before: that task is no lost one", async () => {
    const { id, email } = await at.handRaiser();
    await at.work();
    await restoreToBefore("nobody");
    const handoff = (await open(id))?.id ?? "none";
    await endHandoff(at.db, at.lane.installation.id, handoff, "recycled", at.clock.now());
    await raiseHand(at.stage.portal, email);
    await at.stage.sandbox.drained();
    await at.work();
    expect((await open(id))?.rule).not.toBe("adopted after a restore");
    expect(written(id)).toMatchObject({ tasks: 2, notes: 2 });
  });

  /** Lets what was promised run out, until a note on the lead says so. @returns The keys of what Baton knew to have written before. */
  const escalated = async (lead: string): Promise<readonly string[]> => {
    const known = await at.db.selectFrom("effects").select("key").where("lead", "=", lead).execute();
    at.clock.moveTo((await open(lead))?.first_attempt_due ?? at.clock.now());
    for (let tries = 0; tries < 20 && written(lead).notes < 2; tries += 1) {
      await at.stage.sandbox.drained();
      await at.work();
      at.clock.moveTo(at.clock.now() + MINUTE_MS);
    }
    expect(written(lead).notes).toBe(2);
    return known.map(({ key }) => key);
  };

  test("takes a note about a promise that ran out for no handoff", async () => {
    const { id, email } = await at.handRaiser();
    await at.work();
    const known = await escalated(id);
    await restoreToBefore("nobody");
    await at.db.deleteFrom("effects").where("lead", "=", id).where("key", "not in", known).execute();
    await at.db
      .updateTable("restores")
      .set({ known_until: at.clock.now() - 7 * DAY_MS })
      .execute();
    await endHandoff(
      at.db,
      at.lane.installation.id,
      (await open(id))?.id ?? "none",
      "recycled",
      at.clock.now(),
    );
    const before = written(id);
    await raiseHand(at.stage.portal, email);
    await at.stage.sandbox.drained();
    await at.work();
    expect((await open(id))?.rule).not.toBe("adopted after a restore");
    expect(written(id)).toMatchObject({ tasks: before.tasks + 1, notes: before.notes + 1 });
  });

  test("adopts a handoff once: when sales has given the lead back, its next one is another", async () => {
    const { id, email } = await at.handRaiser();
    await at.work();
    at.clock.moveTo(at.clock.now() + HOUR_MS / 2);
    await restoreToBefore(id);
    await tellAgain(id);
    expect((await open(id))?.rule).toBe("adopted after a restore");
    at.clock.moveTo(at.clock.now() + HOUR_MS);
    await at.stage.portal.act({ do: "dispose", who: id, answer: "recycled", reason: "timing" });
    await at.stage.sandbox.drained();
    await at.work();
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    await at.work();
    expect(await open(id)).toBeUndefined();
    const before = written(id);
    at.clock.moveTo(at.clock.now() + 28 * DAY_MS);
    await raiseHand(at.stage.portal, email);
    await at.stage.sandbox.drained();
    await at.work();
    expect((await open(id))?.rule).not.toBe("adopted after a restore");
    expect(written(id)).toMatchObject({ tasks: before.tasks + 1, notes: before.notes + 1 });
  });

  test("decides nothing of a lead while the CRM cannot be asked", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    await restoreToBefore(id);
    const gone = new BatonError("crm.unreachable", "no answer");
    const connector = { ...at.lane.connector, ownRecords: () => Promise.reject(gone) };
    await at.tell({ kind: "lead-changed", lead: ref(id), field: "conversion", property: "again" });
    await expect(at.work({ ...at.lane, connector })).rejects.toBe(gone);
    expect(await open(id)).toBeUndefined();
    await at.work();
    expect(written(id)).toMatchObject({ tasks: 1, notes: 1 });
  });

  test("asks the CRM nothing for a lead that is not ready, nor after ninety days", async () => {
    const asked: string[] = [];
    const connector = {
      ...at.lane.connector,
      ownRecords: (leads: readonly { id: string }[]) => {
        asked.push(...leads.map((lead) => lead.id));
        return Promise.resolve([]);
      },
    };
    await restoreToBefore("nobody");
    const { id: idle = "" } = await at.stage.portal.act({
      do: "create",
      object: "contact",
      properties: { email: "idle@idle.example" },
    });
    await at.emptyInbox();
    await at.tell({ kind: "lead-created", lead: ref(idle) });
    await at.work({ ...at.lane, connector });
    expect(asked).toEqual([]);
    const ready = await at.handRaiser();
    await at.work({ ...at.lane, connector });
    expect(asked).toEqual([ready.id]);
    at.clock.moveTo(at.clock.now() + 91 * DAY_MS);
    const late = await at.handRaiser();
    await at.work({ ...at.lane, connector });
    expect(asked).toEqual([ready.id]);
    expect(written(late.id)).toMatchObject({ tasks: 1 });
  });
});
