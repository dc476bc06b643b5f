/** Records of sales' CRM that carry a contact's id, of a link that the database does not have: it was restored, or an older Baton made it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AnyStage } from "../../src/cli/demo/stage.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { openPairStage } from "../support/stage.ts";

const FIELD = "Baton_HubSpot_Id__c";
const NAME = { FirstName: "Clara", LastName: "Hoffmann", Company: "Nordlicht" };
let now = 0;
let stage: AnyStage;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 17, 9);
  stage = await openPairStage(() => now);
});
afterEach(async () => await stage.close());

const both = () => {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const askForDemo = async (email: string): Promise<void> => {
  await both().portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
  for (let minute = 0; minute < 4; minute += 1) {
    now += MINUTE_MS;
    await stage.baton.lanes.tick();
    await stage.quiet();
  }
};

test("a record that says whose it is stays theirs, also when somebody else has its address by now", async () => {
  const { portal, org } = both();
  const shared = "office@nordlicht.example";
  await portal.act({
    do: "create",
    object: "contact",
    properties: { email: "clara@nordlicht.example", firstname: "Clara", lastname: "Hoffmann" },
  });
  const clara = portal.find("contact", "clara@nordlicht.example")?.id ?? "";
  const record = org.addLead({ ...NAME, Email: shared, [FIELD]: clara });
  await stage.quiet();
  await askForDemo(shared);
  const other = portal.find("contact", shared)?.id ?? clara;
  expect(other).not.toBe(clara);
  expect(org.find(record.id)?.values[FIELD]).toBe(clara);
  const refused = await stage.baton.store.db
    .selectFrom("effects")
    .select(["code", "reason"])
    .where("lead", "=", other)
    .where("kind", "=", "update-lead")
    .execute();
  expect(refused).toEqual([{ code: "crm.conflict", reason: expect.stringContaining(record.id) }]);
}, 120_000);

test("a record that says whose it is becomes somebody else's when that contact is gone", async () => {
  const { portal, org } = both();
  const email = "clara.hoffmann@nordlicht.example";
  const record = org.addLead({ ...NAME, Email: email, [FIELD]: "404404" });
  await stage.quiet();
  await askForDemo(email);
  expect(org.find(record.id)?.values[FIELD]).toBe(portal.find("contact", email)?.id);
}, 120_000);

test("a rep keeps the record that carries the contact's id under an address that was changed", async () => {
  const { portal, org } = both();
  const email = "clara.hoffmann@nordlicht.example";
  const tomas = org.all("User").find(({ values }) => values["Name"] === "Tomas Ibarra")?.id ?? "";
  const { id } = org.addLead({
    ...NAME,
    Email: "clara@elsewhere.example",
    OwnerId: tomas,
    [FIELD]: portal.find("contact", email)?.id ?? "",
  });
  await stage.quiet();
  await askForDemo(email);
  expect(tomas).not.toBe("");
  expect(org.find(id)?.values["OwnerId"]).toBe(tomas);
}, 120_000);

test("a record whose contact was deleted in HubSpot is that of who comes again under its address", async () => {
  const { portal, org } = both();
  const email = "mara@nordlicht.example";
  await askForDemo(email);
  const before = portal.find("contact", email)?.id ?? "";
  await portal.act({ do: "archive", object: "contact", who: before });
  await stage.quiet();
  await askForDemo(email);
  const again = portal.find("contact", email)?.id ?? "";
  expect([before === again, again === ""]).toEqual([false, false]);
  expect(org.all("Lead").filter(({ values }) => values["Email"] === email)).toMatchObject([
    { values: { [FIELD]: again } },
  ]);
  const written = await stage.baton.store.db
    .selectFrom("effects")
    .select("state")
    .where("lead", "=", again)
    .where("kind", "in", ["update-lead", "create-task", "create-note"])
    .execute();
  expect(written.map(({ state }) => state)).toEqual(["confirmed", "confirmed", "confirmed"]);
}, 120_000);
