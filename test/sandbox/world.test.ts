import { expect, test } from "vitest";
import { buildWorld } from "../../sandbox/world/build.ts";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import type { DayAct } from "../../sandbox/world/demo-day.ts";
import { field, listener, open } from "./portal-client.ts";
import type { Opened } from "./portal-client.ts";

const morning = Date.UTC(2026, 10, 17);
const midnightAfter = Date.UTC(2026, 10, 18);

async function worldOf(seed: number): Promise<Opened> {
  const opened = await open({ seed, now: () => morning });
  buildWorld(opened.sandbox, opened.portal.id, seed, 20);
  return opened;
}

test("one seed gives one world, and another seed another", async () => {
  const [first, again, other] = [await worldOf(7), await worldOf(7), await worldOf(8)];
  expect(JSON.stringify(again.portal.snapshot())).toBe(JSON.stringify(first.portal.snapshot()));
  expect(JSON.stringify(other.portal.snapshot())).not.toBe(JSON.stringify(first.portal.snapshot()));
});

test("laying out a world is no write and no webhook", async () => {
  const { sandbox } = await worldOf(7);
  expect(sandbox.ledger.writes).toEqual([]);
  expect(sandbox.webhooks.isIdle()).toBe(true);
});

test("Acme's team is there with teams, hours and one who is away", async () => {
  const { portal } = await worldOf(7);
  const emails = portal.state.owners.map((owner) => owner.email);
  const teams = Object.groupBy(portal.state.owners, (owner) => owner.teams[0]?.name ?? "none");
  expect(emails).toEqual(
    expect.arrayContaining([
      "lena@acme.example",
      "priya@acme.example",
      "sdr-lead@acme.example",
      "partners@acme.example",
    ]),
  );
  expect(Object.fromEntries(Object.entries(teams).map(([team, owners]) => [team, owners?.length]))).toEqual({
    "EMEA SDR": 3,
    "AMER SDR": 3,
    "APAC SDR": 2,
    "Account managers": 2,
    none: 4,
  });
  expect(portal.state.owners.find((owner) => owner.email === "gone@acme.example")?.archived).toBe(true);
  expect(portal.state.owners.find((owner) => owner.type === "QUEUE")?.firstName).toBe("Unrouted");
  const amelie = portal.all("user").find((user) => user.properties["hs_email"] === "amelie@acme.example");
  const away: unknown = JSON.parse(amelie?.properties["hs_out_of_office_hours"] ?? "[]");
  const [span] = Array.isArray(away) ? away : [];
  expect(field(span, "startTimestamp")).toBeLessThan(morning);
  expect(field(span, "endTimestamp")).toBeGreaterThan(midnightAfter);
});

test("every address belongs to an invented domain", async () => {
  const { portal } = await worldOf(7);
  const addresses = [...portal.all("contact"), ...portal.all("user")].map(
    (each) => each.properties["email"] ?? each.properties["hs_email"] ?? "",
  );
  const submitted = demoDay(7).map(
    ({ act }) => ("fields" in act ? act.fields["email"] : undefined) ?? "a@b.example",
  );
  expect([...addresses, ...submitted].filter((address) => !/@[a-z0-9.-]+\.example$/.test(address))).toEqual(
    [],
  );
});

test("page views stand in the history of the last URL, before the day began", async () => {
  const { portal } = await worldOf(7);
  const views =
    portal.state.records.contact
      .get(portal.find("contact", "sabine.kessler@rheinbank.example")?.id ?? "")
      ?.history.get("hs_analytics_last_url") ?? [];
  expect(views.filter((view) => view.value.includes("/pricing")).length).toBeGreaterThanOrEqual(3);
  expect(views.every((view) => view.timestamp < morning)).toBe(true);
});

test("the customer's owner, the open deal and the opt-out are in place", async () => {
  const { portal } = await worldOf(7);
  const customer = portal.all("company").find((each) => each.properties["domain"] === "atelier-data.example");
  const nora = portal.state.owners.find((owner) => owner.email === "nora@acme.example");
  expect(customer?.properties).toMatchObject({ lifecyclestage: "customer", hubspot_owner_id: nora?.id });
  expect(portal.find("contact", "marcus.lee@brightforge.example")?.properties["num_associated_deals"]).toBe(
    "1",
  );
  expect(portal.find("contact", "paolo.ricci@fontana-group.example")?.properties["hs_email_optout"]).toBe(
    "true",
  );
  expect(portal.find("contact", "nina@quietlake.example")?.properties).not.toHaveProperty("jobtitle");
});

const whoOf = ({ act }: DayAct): string | undefined => {
  if (act.do === "submit-form") return act.fields["email"];
  if (act.do === "create") return act.properties["email"];
  if (act.do === "merge") return act.primary;
  return "who" in act ? act.who : undefined;
};

test("one seed gives one day, in order, within the day, of some sixty people", () => {
  const day = demoDay(7);
  expect(demoDay(7)).toEqual(day);
  expect(demoDay(8)).not.toEqual(day);
  expect(day.map((entry) => entry.at)).toEqual(day.map((entry) => entry.at).toSorted((a, b) => a - b));
  expect(day.every((entry) => entry.at >= morning && entry.at < midnightAfter)).toBe(true);
  const people = new Set(day.map(whoOf).filter((who) => who !== undefined)).size;
  expect(people).toBeGreaterThan(50);
  expect(people).toBeLessThan(75);
});

test.each([
  ["vp-demo-request", "submit-form"],
  ["mql-emea", "change"],
  ["mql-amer", "change"],
  ["mql-apac", "change"],
  ["customer-pricing", "submit-form"],
  ["open-deal", "submit-form"],
  ["student", "submit-form"],
  ["competitor", "submit-form"],
  ["opted-out", "change"],
  ["incomplete", "change"],
  ["too-small", "change"],
  ["single-signal", "change"],
  ["partner", "create"],
  ["sent-twice", "repeat-webhooks"],
  ["enrolled", "enrol"],
  ["merged-double", "merge"],
  ["forgotten", "forget"],
])("the cast has its %s", (role, does) => {
  expect(
    demoDay(7)
      .filter((entry) => entry.cast === role)
      .map((entry) => entry.act.do),
  ).toContain(does);
});

test("the whole day plays, and every webhook arrives", async () => {
  let now = morning;
  const { url, heard } = await listener();
  const { portal, sandbox } = await open({ now: () => now, app: { targetUrl: url, actionUrl: url } });
  buildWorld(sandbox, portal.id, 7, 10);
  for (const entry of demoDay(7)) {
    now = entry.at;
    await runAct(sandbox, portal.id, entry);
  }
  await sandbox.drained();
  expect(sandbox.webhooks.givenUp).toEqual([]);
  const events = heard.flatMap((each) => each.events);
  const kinds = new Set(events.map((event) => event["subscriptionType"]));
  expect(kinds).toEqual(
    new Set([
      "object.propertyChange",
      "contact.creation",
      "contact.associationChange",
      "contact.merge",
      "contact.deletion",
      "contact.privacyDeletion",
    ]),
  );
  const stages = events.filter(
    (event) =>
      event["propertyName"] === "lifecyclestage" && event["propertyValue"] === "marketingqualifiedlead",
  );
  expect(stages.length).toBeGreaterThan(10);
  expect(new Set(stages.map((event) => event["changeSource"]))).toEqual(new Set(["AUTOMATION"]));
  expect(portal.find("contact", "mila.kranz@weserkraft.example")).toBeUndefined();
});
