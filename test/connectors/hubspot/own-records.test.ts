import { afterEach, describe, expect, test } from "vitest";
import type { Capabilities } from "../../../src/model/capabilities.ts";
import { HOUR_MS } from "../../../src/model/instant.ts";
import type { OwnRecord } from "../../../src/model/lost.ts";
import { addContact, aNote, aTask, create, EVERYTHING, lead, MARKERS, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

const PLACES = [
  ["a unique property", EVERYTHING],
  ["a mark", MARKERS],
] as const;

async function open(capabilities: Capabilities = EVERYTHING): Promise<string> {
  const uniqueActivityProperties = capabilities.taskKey === "unique-property";
  stand = await startStand({ capabilities, rules: { uniqueActivityProperties } });
  return stand.portal.addOwner({ email: "lena@acme.example" }).id;
}

/** A handoff's task and note, with keys as decisions mint them. */
async function handOff(id: string, owner: string, decision: string): Promise<void> {
  const receipts = await stand.connector.apply([
    aTask(id, owner, { key: `${decision}.task` }),
    aNote(id, { key: `${decision}.note` }),
  ]);
  expect(receipts.map(({ outcome }) => outcome)).toEqual(["applied", "applied"]);
}

const told = (records: readonly OwnRecord[]) =>
  records.map(({ lead: { id }, kind }) => `${id} ${kind}`).toSorted();

describe.each(PLACES)("own tasks and notes, known by %s", (_place, capabilities) => {
  test("are found for each lead with owner and time; other people's are not", async () => {
    const owner = await open(capabilities);
    const [one, other] = [await addContact(stand), await addContact(stand)];
    await handOff(one, owner, "d1");
    const theirs = await create(stand, "note", {
      hs_timestamp: String(NOW),
      hs_note_body: "<p>Baton ref</p>",
    });
    stand.portal.link({ type: "contact", id: other }, { type: "note", id: theirs });
    const records = await stand.connector.ownRecords([lead(one), lead(other)], NOW - HOUR_MS);
    expect(told(records)).toEqual([`${one} note`, `${one} task`]);
    expect(records.find(({ kind }) => kind === "task")).toMatchObject({ ownerId: owner, at: NOW });
    expect(records.map(({ id }) => id).toSorted()).toEqual(
      [
        ...stand.portal.linked("contact", one, "task"),
        ...stand.portal.linked("contact", one, "note"),
      ].toSorted(),
    );
  });

  test("of before are left out", async () => {
    const owner = await open(capabilities);
    const id = await addContact(stand);
    await handOff(id, owner, "d1");
    stand.clock.now = NOW + 2 * HOUR_MS;
    await handOff(id, owner, "d2");
    const since = NOW + HOUR_MS;
    const records = await stand.connector.ownRecords([lead(id)], since);
    expect(told(records)).toEqual([`${id} note`, `${id} task`]);
    expect(records.every(({ at }) => at >= since)).toBe(true);
  });

  test("of a merged contact are the survivor's", async () => {
    const owner = await open(capabilities);
    const [kept, merged] = [await addContact(stand), await addContact(stand)];
    await handOff(merged, owner, "d1");
    await stand.portal.act({ do: "merge", primary: kept, other: merged });
    expect(told(await stand.connector.ownRecords([lead(kept)], 0))).toEqual([`${kept} note`, `${kept} task`]);
  });
});

test("a hundred leads without any cost two calls", async () => {
  await open();
  const ids = await Promise.all(Array.from({ length: 100 }, () => addContact(stand)));
  stand.sandbox.ledger.clear();
  expect(await stand.connector.ownRecords(ids.map(lead), 0)).toEqual([]);
  expect(stand.sandbox.ledger.countCalls({ route: "/crm/" })).toBe(2);
});

test("what cannot be read is an error, and never an empty answer", async () => {
  await open();
  const id = await addContact(stand);
  stand.sandbox.faults.add({ path: "/crm/associations/**", fault: { do: "server-error", status: 500 } });
  await expect(stand.connector.ownRecords([lead(id)], 0)).rejects.toMatchObject({ code: "crm.server-error" });
});
