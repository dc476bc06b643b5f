/** Pairs in a whole server: what is changed in one CRM is in the other, once, and what is deleted there ends the handoff and nothing else. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AnyStage, leadInstallation } from "../../src/cli/demo/stage.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { listHandoffs } from "../../src/store/handoffs.ts";
import { loadLinks } from "../../src/store/links.ts";
import { openPairStage } from "../support/stage.ts";

const EMAIL = "clara.hoffmann@nordlicht.example";
const START = Date.UTC(2026, 10, 17, 9);

let stage: AnyStage;
let now = START;
beforeEach(async () => {
  now = START;
  stage = await openPairStage(() => now);
}, 60_000);
afterEach(() => stage.close());

const places = () => {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const db = () => stage.baton.store.db;
/** What people see in each CRM now. */
const title = () => {
  const { portal, org } = places();
  return [portal.find("contact", EMAIL)?.properties["jobtitle"], org.find(EMAIL)?.values["Title"]];
};
const later = async (): Promise<void> => {
  now += MINUTE_MS;
  await stage.baton.lanes.tick();
  await stage.quiet();
};
const handOff = async (): Promise<{ lead: string; counterpart: string }> => {
  const { portal } = places();
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email: EMAIL, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
  const lead = portal.find("contact", EMAIL)?.id ?? "";
  const { id } = await leadInstallation(stage);
  return { lead, counterpart: (await loadLinks(db(), id, [lead])).get(lead)?.counterpart ?? "" };
};
/** Writes of Baton's to either record since a mark. */
const writesSince = (mark: number): number =>
  stage.sandbox.ledger.find({ by: "app" }).filter(({ number }) => number > mark).length;
const mark = (): number => stage.sandbox.ledger.writes.at(-1)?.number ?? 0;

test("a change of either side is in the other after two round trips, and comes back as no write", async () => {
  const { portal, org } = places();
  const { counterpart } = await handOff();
  expect(counterpart).toMatch(/^00Q/);
  await later();

  let before = mark();
  const calls = stage.sandbox.ledger.calls.length;
  await portal.act({ do: "change", who: EMAIL, properties: { phone: "+49 30 5550100" } });
  await later();
  expect(org.find(EMAIL)?.values["Phone"]).toBe("+49 30 5550100");
  expect(writesSince(before)).toBeLessThanOrEqual(2);
  expect(stage.sandbox.ledger.calls.length).toBeGreaterThan(calls);

  before = mark();
  await org.act({ do: "change", who: EMAIL, values: { Title: "Chief Revenue Officer" } });
  await later();
  expect(title()).toEqual(["Chief Revenue Officer", "Chief Revenue Officer"]);
  await later();
  await later();
  // The edit of a person, and Baton's one write of it.
  expect(writesSince(before)).toBe(1);
});

test("a field both sides changed has the value of the side that is agreed to win", async () => {
  const { portal, org } = places();
  await handOff();
  await later();
  stage.sandbox.webhooks.mood.paused = true;
  await portal.act({ do: "change", who: EMAIL, properties: { jobtitle: "Founder" } });
  await org.act({ do: "change", who: EMAIL, values: { Title: "CEO" } });
  stage.sandbox.webhooks.mood.paused = false;
  stage.sandbox.webhooks.wake();
  await later();
  await later();
  // mappings/both: sales hears of a new job first.
  expect(title()).toEqual(["CEO", "CEO"]);
});

test("a record that sales deletes ends the handoff and the link; the lead stays marketing's", async () => {
  const { portal, org } = places();
  const { lead } = await handOff();
  await later();
  const { id } = await leadInstallation(stage);
  await org.act({ do: "delete", who: EMAIL });
  await portal.act({ do: "view-page", who: EMAIL, url: "https://www.acme.example/pricing" });
  await later();
  await portal.act({ do: "view-page", who: EMAIL, url: "https://www.acme.example/security/soc2" });
  // Page views gather before they are looked at.
  for (let look = 0; look < 3; look += 1) {
    now += MINUTE_MS;
    await later();
  }
  expect((await loadLinks(db(), id, [lead])).size).toBe(0);
  const handoffs = await listHandoffs(db(), id, 10);
  // What the lead did before hands it off to nobody again.
  expect(handoffs).toMatchObject([
    { lead, closed_because: "the record was deleted in sales' CRM", ended_as: "rejected" },
  ]);
  expect(portal.find("contact", EMAIL)?.archived).toBe(false);
});

test("a converted lead is followed to its contact, with its handoff", async () => {
  const { org } = places();
  const { lead } = await handOff();
  await later();
  await org.act({ do: "convert", who: EMAIL });
  await later();
  await later();
  const { id } = await leadInstallation(stage);
  const link = (await loadLinks(db(), id, [lead])).get(lead);
  expect(link?.counterpart).toMatch(/^003/);
  await org.act({ do: "change", who: EMAIL, values: { Title: "Founder" } });
  await later();
  expect(places().portal.find("contact", EMAIL)?.properties["jobtitle"]).toBe("Founder");
});

describe("merges", () => {
  const OTHER = "clara.h@nordlicht.example";
  const linkOf = async (lead: string) =>
    (await loadLinks(db(), (await leadInstallation(stage)).id, [lead])).get(lead);

  /** What was ever to be written to keep a lead in step. */
  const syncsOf = (lead: string) =>
    db()
      .selectFrom("effects")
      .select("key")
      .where("lead", "=", lead)
      .where("kind", "=", "sync-fields")
      .execute();

  /** Two leads of one person, each with a record of its own, equal in all fields that both keep but the address. */
  async function twins() {
    const { portal, org } = places();
    const first = await handOff();
    await later();
    await portal.act({
      do: "create",
      object: "contact",
      properties: { email: OTHER, firstname: "Clara", phone: "+49 30 5550199" },
    });
    const record = org.addLead({
      Email: OTHER,
      FirstName: "Clara",
      LastName: "Hoffmann",
      Phone: "+49 30 5550199",
    });
    await stage.quiet();
    const second = portal.find("contact", OTHER)?.id ?? "";
    await portal.act({ do: "change", who: OTHER, properties: { jobtitle: "Founder" } });
    await later();
    await later();
    expect(await linkOf(second)).toMatchObject({ counterpart: record.id });
    return { ...first, second, record: record.id };
  }

  test("of two leads: the survivor's record learns what the other contact knew, and keeps what it has", async () => {
    const { portal, org } = places();
    const { lead, counterpart, second } = await twins();
    await portal.act({ do: "change", who: second, properties: { mobilephone: "+49 170 5550142" } });
    await later();
    await portal.act({ do: "merge", primary: lead, other: second });
    await later();
    await later();
    expect(await linkOf(lead)).toMatchObject({ counterpart });
    expect(await linkOf(second)).toBeUndefined();
    expect(org.find(counterpart)?.values["MobilePhone"]).toBe("+49 170 5550142");
    expect(title()[0]).toBe(org.find(counterpart)?.values["Title"]);
  });

  test("of a lead into one that has no record: two values are settled by the rule, not by who survived", async () => {
    const { portal, org } = places();
    const { lead, counterpart } = await handOff();
    await later();
    const before = org.find(counterpart)?.values["Title"];
    const made = { email: OTHER, jobtitle: "Intern" };
    await portal.act({ do: "create", object: "contact", properties: made });
    await stage.quiet();
    const second = portal.find("contact", OTHER)?.id ?? "";
    await portal.act({ do: "merge", primary: second, other: lead });
    await later();
    await later();
    expect(await linkOf(second)).toMatchObject({ counterpart });
    // fields.yaml gives titles to sales, and nobody there has changed theirs.
    expect(org.find(counterpart)?.values["Title"]).toBe(before);
    expect(portal.find("contact", second)?.properties["jobtitle"]).toBe(before);
  });

  test("of two records: the lead of the loser is not mixed with the winner's, and keeps what it says", async () => {
    const { portal, org } = places();
    const { lead, counterpart, second, record } = await twins();
    const before = portal.find("contact", lead)?.properties;
    const winners = portal.find("contact", second)?.properties;
    const mixed = await syncsOf(lead);
    await org.act({ do: "merge", primary: record, others: [counterpart] });
    await later();
    await portal.act({ do: "change", who: EMAIL, properties: { phone: "+49 30 5550177" } });
    await later();
    await later();
    for (const name of ["email", "firstname", "jobtitle"])
      expect([name, portal.find("contact", lead)?.properties[name]]).toEqual([name, before?.[name]]);
    for (const name of ["email", "firstname", "jobtitle", "phone"])
      expect([name, portal.find("contact", second)?.properties[name]]).toEqual([name, winners?.[name]]);
    expect(portal.find("contact", lead)?.properties["phone"]).toBe("+49 30 5550177");
    expect(org.find(record)?.values).toMatchObject({ Email: OTHER, Phone: "+49 30 5550199" });
    expect(await syncsOf(lead)).toEqual(mixed);
  });

  test("of a record into one that is nobody's: a change of marketing's goes there, and the rule settles what differs", async () => {
    const { portal, org } = places();
    const { lead, counterpart } = await handOff();
    await later();
    const winner = org.addLead({ LastName: "Hoffmann", Title: "Chief Executive" });
    await org.act({ do: "merge", primary: winner.id, others: [counterpart] });
    await portal.act({ do: "change", who: EMAIL, properties: { phone: "+49 30 5550100" } });
    await later();
    await later();
    expect(await linkOf(lead)).toMatchObject({ counterpart: winner.id });
    const phones = [portal.find("contact", lead)?.properties["phone"], org.find(winner.id)?.values["Phone"]];
    expect(phones).toEqual(["+49 30 5550100", "+49 30 5550100"]);
    expect(portal.find("contact", lead)?.properties["jobtitle"]).toBe("Chief Executive");
  });
});
