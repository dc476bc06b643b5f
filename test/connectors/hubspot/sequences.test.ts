/** Starting sequences: what is refused and why, what a lost answer comes to, and what it costs. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { WriteOf } from "../../../connectors/hubspot/compose.ts";
import type { Receipt } from "../../../src/model/effect.ts";
import { addContact, EVERYTHING, lead, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

let stand: Stand;
let sequence: string;
let owner: { readonly id: string; readonly email: string };
beforeEach(async () => {
  stand = await startStand();
  sequence = stand.portal.addSequence("First days").id;
  owner = stand.portal.addOwner({ email: "lena@acme.example" });
});
afterEach(() => stand.close());

function start(id: string, part: Partial<WriteOf<"start-sequence">> = {}): WriteOf<"start-sequence"> {
  return {
    kind: "start-sequence",
    key: `sequence-of-${id}`,
    lead: lead(id),
    ownerId: owner.id,
    sequence,
    ...part,
  };
}
async function apply(...writes: WriteOf<"start-sequence">[]): Promise<readonly Receipt[]> {
  return await stand.connector.apply(writes);
}
const enrolments = (): number => stand.sandbox.ledger.find({ kind: "sequence.enrol", by: "app" }).length;

test("a sequence starts in the owner's name, with the user's own id", async () => {
  const id = await addContact(stand);
  const [receipt] = await apply(start(id));
  expect(receipt).toMatchObject({ outcome: "applied", id: stand.portal.state.enrollments.get(id)?.id });
  const [entry] = stand.sandbox.ledger.find({ kind: "sequence.enrol" });
  expect(entry?.properties).toMatchObject({ sequenceId: sequence, senderEmail: owner.email });
  expect(entry?.properties["userId"]).not.toBe(owner.id);
});

test("a lead costs two calls, and all of them together one for the owners", async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => addContact(stand)));
  stand.sandbox.ledger.clear();
  const receipts = await apply(...ids.map((id) => start(id)));
  expect(receipts.map(({ outcome }) => outcome)).toEqual(ids.map(() => "applied"));
  expect(stand.sandbox.ledger.calls).toHaveLength(2 * ids.length + 1);
});

test("one that runs is left to run, whoever started it; one that is over is no obstacle", async () => {
  const id = await addContact(stand, { hubspot_owner_id: owner.id });
  const other = stand.portal.addSequence("Other").id;
  await stand.portal.act({ do: "start-sequence", who: id, sequence: other });
  const [refused] = await apply(start(id));
  expect(refused).toMatchObject({ outcome: "refused", code: "crm.conflict" });
  expect(refused?.outcome === "refused" && refused.reason).toContain(other);
  await stand.portal.act({ do: "end-sequence", who: id });
  expect(await apply(start(id))).toMatchObject([{ outcome: "applied" }]);
  expect(enrolments()).toBe(1);
});

test("the same one that was over long ago starts again, and is not mistaken for a lost answer", async () => {
  const id = await addContact(stand, { hubspot_owner_id: owner.id });
  await stand.portal.act({ do: "start-sequence", who: id, sequence });
  await stand.portal.act({ do: "end-sequence", who: id });
  expect(await stand.connector.look([start(id)])).toMatchObject([{ seen: "no" }]);
  expect(await apply(start(id))).toMatchObject([{ outcome: "applied" }]);
  expect(await stand.connector.look([start(id)])).toMatchObject([{ seen: "yes" }]);
});

test("a lost answer is looked up, and is not sent again while it runs", async () => {
  const id = await addContact(stand);
  stand.sandbox.faults.add({
    method: "POST",
    path: "/automation/sequences/*/enrollments",
    times: 1,
    fault: { do: "reset", commit: true },
  });
  expect(await apply(start(id))).toMatchObject([{ outcome: "unknown" }]);
  expect(await stand.connector.look([start(id)])).toMatchObject([{ seen: "yes" }]);
  expect(await apply(start(id))).toMatchObject([{ outcome: "applied" }]);
  expect(enrolments()).toBe(1);
});

test("a conflict passes: it is started later, not given up", async () => {
  const id = await addContact(stand);
  stand.sandbox.faults.add({
    method: "POST",
    path: "/automation/sequences/*/enrollments",
    times: 1,
    fault: { do: "conflict" },
  });
  expect(await apply(start(id))).toMatchObject([{ outcome: "not-applied" }]);
  expect(await apply(start(id))).toMatchObject([{ outcome: "applied" }]);
  expect(enrolments()).toBe(1);
});

test.each<[string, () => Partial<WriteOf<"start-sequence">>, RegExp]>([
  ["an owner who is no user", () => ({ ownerId: "999" }), /999/],
  ["a sequence that is not there", () => ({ sequence: "31337" }), /31337/],
  ["a lead that is no contact", () => ({ lead: lead("abc") }), /abc/],
])("%s is refused with the reason", async (_name, part, says) => {
  const [receipt] = await apply(start(await addContact(stand), part()));
  expect(receipt?.outcome).toBe("refused");
  expect(receipt?.outcome === "refused" && receipt.reason).toMatch(says);
});

test("an owner without a seat is refused, and costs the others nothing", async () => {
  const [one, other] = [await addContact(stand), await addContact(stand)];
  const seatless = stand.portal.addOwner({ email: "maya@acme.example" });
  stand.portal.rules.sequenceSenders = [owner.email];
  const receipts = await apply(start(one, { ownerId: seatless.id }), start(other));
  expect(receipts.map(({ outcome }) => outcome)).toEqual(["refused", "applied"]);
  const [refused] = receipts;
  expect(refused?.outcome === "refused" && refused.reason).toMatch(/seat/);
});

test("an account without the scopes is refused without a call", async () => {
  await stand.close();
  stand = await startStand({ capabilities: { ...EVERYTHING, sequences: false } });
  const [receipt] = await apply(start("101"));
  expect(receipt).toMatchObject({ outcome: "refused", code: "crm.forbidden" });
  expect(stand.sandbox.ledger.calls).toEqual([]);
});

test("scopes that were taken back since are a refusal, other failures of looking first are no attempt", async () => {
  const id = await addContact(stand);
  const path = "/automation/sequences/*/enrollments/contact/*";
  const body = { status: "error", category: "MISSING_SCOPES", message: "no" };
  stand.sandbox.faults.add({ path, times: 1, fault: { do: "answer", status: 403, body } });
  expect(await apply(start(id))).toMatchObject([{ outcome: "refused", code: "crm.forbidden" }]);
  stand.sandbox.faults.add({ path, fault: { do: "server-error", status: 500 } });
  expect(await apply(start(id))).toMatchObject([{ outcome: "not-applied", code: "crm.server-error" }]);
  expect(await stand.connector.look([start(id)])).toMatchObject([{ seen: "unsure" }]);
  expect(enrolments()).toBe(0);
});

test("whatever HubSpot answers for a contact that was never in one is none", async () => {
  for (const answer of [
    { status: 200, body: {} },
    { status: 200, body: null },
    { status: 404, body: {} },
  ]) {
    const id = await addContact(stand);
    stand.sandbox.faults.add({
      path: "/automation/sequences/*/enrollments/contact/*",
      times: 1,
      fault: { do: "answer", ...answer },
    });
    expect(await apply(start(id))).toMatchObject([{ outcome: "applied" }]);
  }
});

test("an answer without an id is unknown", async () => {
  stand.sandbox.faults.add({
    method: "POST",
    path: "/automation/sequences/*/enrollments",
    times: 1,
    fault: { do: "answer", status: 200, body: { ok: true } },
  });
  expect(await apply(start(await addContact(stand)))).toMatchObject([{ outcome: "unknown" }]);
});
