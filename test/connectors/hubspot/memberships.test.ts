import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CrmRecord, Wanted } from "../../../src/model/record.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { addContact, EVERYTHING, lead, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const MEMBERSHIPS = "/crm/lists/*/records/memberships/batch/read";
const WANTED: Wanted = { properties: ["contact.email"], history: [], deals: false, lists: true };

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

/** The lists of each lead in the order asked; "unknown" where the record does not say. */
async function listsOf(...ids: readonly string[]): Promise<unknown[]> {
  const records = await stand.connector.read(ids.map(lead), WANTED);
  return records.map((record: CrmRecord) =>
    record.found === true ? (record.lists ?? "unknown") : "not found",
  );
}

function answers(body: unknown, status = 200, times?: number): void {
  const fault: Fault = { do: "answer", status, body };
  stand.sandbox.faults.add({ path: MEMBERSHIPS, fault, ...(times === undefined ? {} : { times }) });
}

function calls(): number {
  return stand.sandbox.ledger.countCalls({ route: "/crm/lists" });
}

describe("the lists a lead is on", () => {
  test("are read with the lead, in the same round, a hundred leads a call", async () => {
    const ids = await Promise.all(Array.from({ length: 101 }, () => addContact(stand)));
    const [first = "", second = "", third = ""] = ids;
    const never = stand.portal.addList("Do not contact", [first, second]);
    const guests = stand.portal.addList("Guests", [second]);
    stand.portal.addList("Accounts", [third], { of: "company" });
    expect((await listsOf(...ids)).slice(0, 4)).toEqual([[never.id], [never.id, guests.id], [], []]);
    expect(calls()).toBe(2);
    stand.sandbox.ledger.clear();
    stand.sandbox.pace.latencyMs = 60;
    await listsOf(first);
    const [one, other, ...more] = stand.sandbox.ledger.calls;
    expect(more).toEqual([]);
    expect(Math.max(one?.startMs ?? 0, other?.startMs ?? 0)).toBeLessThan(
      Math.min(one?.endMs ?? 0, other?.endMs ?? 0),
    );
  });

  test("are neither asked for nor told where nobody wants them or they were not granted", async () => {
    const id = await addContact(stand);
    const [record] = await stand.connector.read([lead(id)], { ...WANTED, lists: false });
    expect(record).not.toHaveProperty("lists");
    await stand.close();
    stand = await startStand({ capabilities: { ...EVERYTHING, lists: false } });
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
    expect(calls()).toBe(0);
  });

  test("are not asked for by capabilities that were stored before lists were known", async () => {
    const { lists: _unknownThen, ...stored } = EVERYTHING;
    await stand.close();
    stand = await startStand({ capabilities: JSON.parse(JSON.stringify(stored)) });
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
    expect(calls()).toBe(0);
  });

  test("are unknown, not none, once the scope was taken back", async () => {
    await stand.close();
    const scopes = ["crm.objects.contacts.read", "crm.objects.contacts.write"];
    stand = await startStand({ scopes, prepared: false });
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
    expect(calls()).toBe(1);
  });

  test("of a merged lead are the survivor's, whether the merge makes a third record or not", async () => {
    for (const makesNew of [false, true]) {
      stand.portal.rules.mergeMakesNewRecord = makesNew;
      const [kept, merged] = [await addContact(stand), await addContact(stand)];
      const list = stand.portal.addList("Do not contact", [merged]);
      await stand.portal.act({ do: "merge", primary: kept, other: merged });
      expect(await listsOf(merged, kept)).toEqual([[list.id], [list.id]]);
    }
  });

  test("of a merged lead are the survivor's also where HubSpot answers for the old id with none", async () => {
    const [kept, merged] = [await addContact(stand), await addContact(stand)];
    const list = stand.portal.addList("Do not contact", [kept]);
    await stand.portal.act({ do: "merge", primary: kept, other: merged });
    answers({ results: [{ objectTypeId: "0-1", recordId: merged, recordListMemberships: [] }] }, 200, 1);
    expect(await listsOf(merged)).toEqual([[list.id]]);
  });

  test("of somebody who is gone cost the others nothing", async () => {
    const [here, gone] = [await addContact(stand), await addContact(stand)];
    const list = stand.portal.addList("Do not contact", [here]);
    await stand.portal.act({ do: "archive", who: gone });
    expect(await listsOf(here, gone)).toEqual([[list.id], "not found"]);
    expect(calls()).toBe(1);
  });
});

describe("a membership call", () => {
  test.each([400, 404])(
    "that is refused with %s is made again for the leads that are there",
    async (status) => {
      const [here, gone] = [await addContact(stand), await addContact(stand)];
      const list = stand.portal.addList("Do not contact", [here]);
      await stand.portal.act({ do: "archive", who: gone });
      answers({ category: "VALIDATION_ERROR" }, status, 1);
      expect(await listsOf(here, gone)).toEqual([[list.id], "not found"]);
    },
  );

  test("that is refused whatever is asked leaves the lists unknown", async () => {
    answers({ category: "VALIDATION_ERROR" }, 400);
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
    expect(calls()).toBe(2);
  });

  test("that fails for a while is repeated", async () => {
    const id = await addContact(stand);
    const list = stand.portal.addList("Do not contact", [id]);
    stand.sandbox.faults.add({ path: MEMBERSHIPS, times: 2, fault: { do: "server-error", status: 503 } });
    expect(await listsOf(id)).toEqual([[list.id]]);
  });

  test("that keeps failing is an error, and never an empty list", async () => {
    const id = await addContact(stand);
    stand.sandbox.faults.add({ path: MEMBERSHIPS, fault: { do: "server-error", status: 503 } });
    await expect(listsOf(id)).rejects.toMatchObject({ code: "crm.server-error" });
  });

  test("in which single leads failed is an error", async () => {
    const [one, other] = [await addContact(stand), await addContact(stand)];
    stand.sandbox.faults.add({ path: MEMBERSHIPS, fault: { do: "partial", items: [1] } });
    await expect(listsOf(one, other)).rejects.toMatchObject({ code: "crm.server-error" });
  });

  test.each<[string, unknown]>([
    ["counts errors it does not name", { results: [], numErrors: 1 }],
    ["is not complete", { status: "CANCELED", results: [] }],
  ])("whose answer %s is an error", async (_name, body) => {
    answers(body, 207);
    await expect(listsOf(await addContact(stand))).rejects.toMatchObject({ code: "crm.server-error" });
  });

  test("whose items miss the scope leaves the lists unknown", async () => {
    answers({ results: [], errors: [{ category: "MISSING_SCOPES" }] }, 207);
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
  });

  test("that misses somebody it does not name leaves everybody unknown", async () => {
    answers({ results: [], errors: [{ category: "OBJECT_NOT_FOUND" }] }, 207);
    expect(await listsOf(await addContact(stand))).toEqual(["unknown"]);
  });

  test("that does not know a lead which is there leaves that one unknown, and nobody else", async () => {
    const [known, fresh] = [await addContact(stand), await addContact(stand)];
    const errors = [{ category: "OBJECT_NOT_FOUND", context: { ids: [fresh] } }];
    const results = [{ recordId: known, recordListMemberships: [{ listId: "7" }] }];
    answers({ results, errors }, 207);
    expect(await listsOf(known, fresh)).toEqual([["7"], "unknown"]);
    expect(calls()).toBe(2);
  });

  test("that leaves somebody out without an error says that they are on no list", async () => {
    answers({ results: [] });
    expect(await listsOf(await addContact(stand))).toEqual([[]]);
  });

  test("is read with ids as numbers and lists told twice", async () => {
    const id = await addContact(stand);
    const recordListMemberships = [{ listId: 1042, listVersion: 3 }, { listId: "1042" }, { listId: "7" }];
    answers({ results: [{ recordId: Number(id), recordListMemberships }] });
    expect(await listsOf(id)).toEqual([["1042", "7"]]);
  });

  test.each<[string, unknown]>([
    ["no results", {}],
    ["memberships under another name", { results: [{ recordId: "1", memberships: [] }] }],
    ["a membership without a list", { results: [{ recordId: "1", recordListMemberships: [{}] }] }],
    ["errors that are no list", { results: [], errors: "some" }],
    ["a record without an id", { results: [{ recordListMemberships: [] }] }],
  ])("with %s is a bad answer", async (_name, body) => {
    answers(body);
    await expect(listsOf(await addContact(stand))).rejects.toMatchObject({ code: "crm.bad-answer" });
  });
});
