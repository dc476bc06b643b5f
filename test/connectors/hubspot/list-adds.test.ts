/** Putting contacts on lists: one call a list, and what HubSpot refuses. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WriteOf } from "../../../connectors/hubspot/compose.ts";
import { addContact, lead, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

function add(id: string, list: string): WriteOf<"add-to-list"> {
  return { kind: "add-to-list", key: `${list}-of-${id}`, lead: lead(id), list };
}

test("a list is one call for all its leads, and being on it already is as good", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => addContact(stand)));
  const [nurture, other] = [stand.portal.addList("Nurture", ids.slice(0, 3)), stand.portal.addList("Other")];
  stand.sandbox.ledger.clear();
  const writes = [...ids.map((id) => add(id, nurture.id)), add(ids[0] ?? "", other.id)];
  const receipts = await stand.connector.apply(writes);
  expect(receipts).toEqual(writes.map(({ key, list }) => ({ key, outcome: "applied", id: list })));
  expect(nurture.members).toEqual(new Set(ids));
  expect(stand.sandbox.ledger.calls).toHaveLength(2);
});

test("a contact that is gone is refused and costs the others nothing", async () => {
  const [one, gone] = [await addContact(stand), await addContact(stand)];
  await stand.portal.act({ do: "archive", who: gone });
  const list = stand.portal.addList("Nurture");
  const receipts = await stand.connector.apply([add(gone, list.id), add(one, list.id), add("abc", list.id)]);
  expect(receipts.map(({ outcome }) => outcome)).toEqual(["refused", "applied", "refused"]);
  expect([...list.members]).toEqual([one]);
});

test("a conflict passes: it is made later, not given up", async () => {
  const [id, list] = [await addContact(stand), stand.portal.addList("Nurture")];
  stand.sandbox.faults.add({
    path: "/crm/lists/*/*/memberships/add",
    times: 1,
    fault: { do: "conflict" },
  });
  expect(await stand.connector.apply([add(id, list.id)])).toMatchObject([{ outcome: "not-applied" }]);
  expect(await stand.connector.apply([add(id, list.id)])).toMatchObject([{ outcome: "applied" }]);
});

test("a list with rules of its own, one that is gone and one that is no id are refused with the reason", async () => {
  const id = await addContact(stand);
  const { id: dynamic } = stand.portal.addList("Everybody", [], { processing: "DYNAMIC" });
  for (const list of [dynamic, "999999", "nurture"]) {
    const [receipt] = await stand.connector.apply([add(id, list)]);
    expect(receipt?.outcome).toBe("refused");
    expect(receipt?.outcome === "refused" && receipt.reason).toContain(list);
  }
});

test("without the scope it is refused and the scope is named", async () => {
  await stand.close();
  stand = await startStand({
    scopes: ["crm.objects.contacts.read", "crm.schemas.contacts.write"],
    prepared: false,
  });
  const [receipt] = await stand.connector.apply([add("101", stand.portal.addList("Nurture").id)]);
  expect(receipt).toMatchObject({ outcome: "refused", code: "crm.forbidden" });
  expect(receipt?.outcome === "refused" && receipt.reason).toContain("crm.lists.write");
});

test("where lists may not be read, a lost answer is not seen, so that it is written again", async () => {
  const [id, list] = [await addContact(stand), stand.portal.addList("Nurture")];
  await stand.connector.apply([add(id, list.id)]);
  expect(await stand.connector.look([add(id, list.id)])).toMatchObject([{ seen: "yes", id: list.id }]);
  stand.sandbox.faults.add({
    path: "/crm/lists/*/records/**",
    fault: { do: "answer", status: 403, body: { category: "MISSING_SCOPES", message: "no" } },
  });
  expect(await stand.connector.look([add(id, list.id)])).toMatchObject([{ seen: "no" }]);
});
