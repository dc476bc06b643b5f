import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Write } from "../../../src/model/effect.ts";
import { addContact, aNote, anUpdate, aTask, create, lead, MARKERS, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

function noteOn(contactId: string, body: string): Promise<string> {
  return create(stand, "note", { hs_timestamp: String(NOW), hs_note_body: body }).then((id) => {
    stand.portal.link({ type: "contact", id: contactId }, { type: "note", id });
    return id;
  });
}

describe("with marks", () => {
  let owner: string;
  beforeEach(async () => {
    stand = await startStand({ capabilities: MARKERS, rules: { uniqueActivityProperties: false } });
    owner = stand.portal.addOwner({ email: "lena@acme.example" }).id;
  });

  test("a note is found among a thousand others, page after page", async () => {
    const id = await addContact(stand);
    const note = aNote(id);
    const [receipt] = await stand.connector.apply([note]);
    for (let index = 0; index < 1_050; index += 1) await noteOn(id, `<p>note ${index}</p>`);
    stand.sandbox.ledger.clear();
    expect(await stand.connector.look([note])).toEqual([
      { key: note.key, seen: "yes", id: receipt && "id" in receipt ? receipt.id : "" },
    ]);
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/associations" })).toBe(3);
    expect(await stand.connector.look([aNote(id, { key: "never-written" })])).toEqual([
      { key: "never-written", seen: "no" },
    ]);
  });

  test("a contact with more records than are ever read leaves it unsure, not unseen", async () => {
    const id = await addContact(stand);
    for (let index = 0; index < 2_001; index += 1) await noteOn(id, "<p>x</p>");
    expect(await stand.connector.look([aNote(id)])).toMatchObject([{ seen: "unsure" }]);
  });

  test("a task is found under the survivor after a merge", async () => {
    for (const makesNew of [false, true]) {
      stand.portal.rules.mergeMakesNewRecord = makesNew;
      const [kept, merged] = [await addContact(stand), await addContact(stand)];
      const task = aTask(merged, owner);
      await stand.connector.apply([task]);
      await stand.portal.act({ do: "merge", primary: kept, other: merged });
      expect(await stand.connector.look([task])).toMatchObject([{ seen: "yes" }]);
    }
  });

  test("a task that hangs on the contact and is said not to be there is unsure, and found by the next look", async () => {
    const task = aTask(await addContact(stand), owner);
    const [receipt] = await stand.connector.apply([task]);
    const id = receipt !== undefined && "id" in receipt ? receipt.id : "";
    const fault = { do: "mangled-record", id, into: "denied" } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/tasks/batch/read", times: 1, fault });
    expect(await stand.connector.look([task])).toMatchObject([{ seen: "unsure" }]);
    expect(await stand.connector.look([task])).toMatchObject([{ seen: "yes", id }]);
  });

  test("of a contact that is denied only what is found proves anything, and it costs the others nothing", async () => {
    const [denied, other] = [await addContact(stand), await addContact(stand)];
    const [task, note, there, absent] = [
      aTask(denied, owner),
      aNote(denied),
      aNote(other),
      aTask(other, owner),
    ];
    await stand.connector.apply([task, there]);
    const fault = { do: "mangled-record", id: denied, into: "denied" } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", fault });
    expect(await stand.connector.look([task, note, there, absent])).toMatchObject([
      { seen: "yes" },
      { seen: "unsure", code: "crm.not-found" },
      { seen: "yes" },
      { seen: "no" },
    ]);
  });

  test("what hangs on a contact that is denied, by a read of associations as well, is unsure", async () => {
    const id = await addContact(stand);
    const note = aNote(id);
    await stand.connector.apply([note]);
    const denied = { do: "mangled-record", id, into: "denied" } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", times: 1, fault: denied });
    const errors = [{ category: "OBJECT_NOT_FOUND", context: { fromObjectId: [id] } }];
    const body = { status: "COMPLETE", results: [], numErrors: 1, errors };
    const fault = { do: "answer", status: 207, body } as const;
    stand.sandbox.faults.add({ path: "/crm/associations/**", times: 1, fault });
    expect(await stand.connector.look([note])).toEqual([
      { key: note.key, seen: "unsure", code: "crm.not-found" },
    ]);
    expect(await stand.connector.look([note])).toMatchObject([{ seen: "yes" }]);
  });

  test("a contact that HubSpot fails over leaves only what is its own unsure, an update too", async () => {
    const [one, other] = [await addContact(stand), await addContact(stand)];
    const writes = [aNote(one), anUpdate(one), aNote(other), anUpdate(other)];
    await stand.connector.apply(writes);
    const fault = { do: "mangled-record", id: one, into: "failed" } as const;
    stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", fault });
    expect((await stand.connector.look(writes)).map(({ seen }) => seen)).toEqual([
      "yes",
      "unsure",
      "yes",
      "yes",
    ]);
    stand.sandbox.faults.add({
      path: "/crm/objects/*/notes/batch/read",
      fault: { do: "mangled-record", id: await noteOn(one, "<p>x</p>"), into: "failed" },
    });
    const absent = [aNote(one, { key: "a" }), aNote(other, { key: "b" })];
    expect((await stand.connector.look(absent)).map(({ seen }) => seen)).toEqual(["unsure", "no"]);
  });

  test("somebody else's text is no mark", async () => {
    const id = await addContact(stand);
    const note = aNote(id);
    await noteOn(id, "<p>Baton ref BTN-0000000000</p>");
    expect(await stand.connector.look([note])).toEqual([{ key: note.key, seen: "no" }]);
  });

  test("a hundred lost tasks are a handful of calls", async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => addContact(stand)));
    const tasks = ids.map((id) => aTask(id, owner));
    stand.sandbox.faults.add({
      path: "/crm/objects/*/tasks/batch/create",
      times: 1,
      fault: { do: "reset", commit: true },
    });
    await stand.connector.apply(tasks);
    stand.sandbox.ledger.clear();
    const sightings = await stand.connector.look(tasks);
    expect(new Set(sightings.map((sighting) => sighting.seen))).toEqual(new Set(["yes"]));
    expect(stand.sandbox.ledger.calls).toHaveLength(3);
  });
});

describe("with unique keys", () => {
  let owner: string;
  beforeEach(async () => {
    stand = await startStand();
    owner = stand.portal.addOwner({ email: "lena@acme.example" }).id;
  });

  test("keys are read from the records and never searched for", async () => {
    const id = await addContact(stand);
    const writes = [aTask(id, owner), aNote(id)];
    const receipts = await stand.connector.apply(writes);
    const [missing] = [aTask(id, owner, { key: "never-written" })];
    stand.sandbox.ledger.clear();
    expect(await stand.connector.look([...writes, missing])).toEqual([
      ...receipts.map((receipt) => ({
        key: receipt.key,
        seen: "yes",
        id: "id" in receipt ? receipt.id : "",
      })),
      { key: "never-written", seen: "no" },
    ]);
    expect(stand.sandbox.ledger.calls).toHaveLength(2);
    expect(stand.sandbox.ledger.calls.filter((call) => call.path.includes("search"))).toEqual([]);
  });

  test("an update is seen when every value is there, times compared as times", async () => {
    const id = await addContact(stand);
    const update = anUpdate(id, {
      owner: { to: owner },
      stage: { to: "lead" },
      properties: { "contact.baton_deadline": "2026-11-17T10:00:00Z", "contact.baton_reason": "" },
    });
    expect(await stand.connector.look([update])).toEqual([{ key: update.key, seen: "no" }]);
    await stand.connector.apply([update]);
    expect(await stand.connector.look([update])).toEqual([{ key: update.key, seen: "yes", id }]);
    await stand.portal.act({ do: "change", who: id, properties: { baton_deadline: "2026-11-18T10:00:00Z" } });
    expect(await stand.connector.look([update])).toEqual([{ key: update.key, seen: "no" }]);
  });

  test("an answer to a workflow is never seen, so that it is given again", async () => {
    const answer: Write = {
      kind: "answer-request",
      key: "a",
      lead: lead("1"),
      callback: "ap-1",
      outputs: {},
    };
    expect(await stand.connector.look([answer])).toEqual([{ key: "a", seen: "no" }]);
  });

  test("what cannot be read is unsure, kind by kind", async () => {
    const id = await addContact(stand);
    const writes = [anUpdate(id), aTask(id, owner), aNote(id)];
    await stand.connector.apply(writes);
    stand.sandbox.faults.add({
      path: "/crm/objects/*/tasks/batch/read",
      fault: { do: "server-error", status: 502 },
    });
    expect(await stand.connector.look(writes)).toMatchObject([
      { seen: "yes" },
      { seen: "unsure", code: "crm.server-error" },
      { seen: "yes" },
    ]);
  });
});
