/** Acme's world in an org: the same people, day and reps as in a portal. */
import { expect, test } from "vitest";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Org, Sandbox } from "../../../sandbox/index.ts";
import { buildWorld } from "../../../sandbox/world/build.ts";
import { cast } from "../../../sandbox/world/cast.ts";
import { demoDay, runAct } from "../../../sandbox/world/demo-day.ts";
import { buildOrgWorld } from "../../../sandbox/world/org-build.ts";
import { campaignNames } from "../../../sandbox/world/org-words.ts";
import { scriptReps } from "../../../sandbox/world/reps.ts";
import type { DoneAct } from "../../../sandbox/world/reps.ts";
import { onTestFinished } from "vitest";

const morning = Date.UTC(2026, 10, 17);
const hour = 3_600_000;

interface World {
  readonly sandbox: Sandbox;
  readonly org: Org;
  readonly clock: { now: number };
}

async function worldOf(seed: number, size = 20): Promise<World> {
  const clock = { now: morning };
  const sandbox = await startSandbox({ seed, now: () => clock.now });
  onTestFinished(() => sandbox.close());
  const org = sandbox.createOrg();
  sandbox.ledger.clear();
  buildWorld(sandbox, org.id, seed, size);
  return { sandbox, org, clock };
}

test("one seed gives one org, and another seed another", async () => {
  const [first, again, other] = [await worldOf(7), await worldOf(7), await worldOf(8)];
  expect(JSON.stringify(again.org.snapshot())).toBe(JSON.stringify(first.org.snapshot()));
  expect(JSON.stringify(other.org.snapshot())).not.toBe(JSON.stringify(first.org.snapshot()));
});

test("laying it out is no write and no event, and everything lies in the past", async () => {
  const { org, sandbox } = await worldOf(7);
  expect(sandbox.ledger.writes).toEqual([]);
  expect(org.stream.newest(10)).toEqual([]);
  const stamps = [...org.all("Lead"), ...org.all("LeadHistory")].map(({ values }) =>
    String(values["CreatedDate"]),
  );
  expect(stamps.every((at) => at < "2026-11-17T00:00")).toBe(true);
});

test("the same people are there as in the portal of that seed", async () => {
  const { org, sandbox } = await worldOf(7);
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, 7, 20);
  const inOrg = [...org.all("Lead"), ...org.all("Contact")].map(({ values }) => String(values["Email"]));
  const inPortal = portal.all("contact").map(({ properties }) => String(properties["email"]));
  expect(inOrg.toSorted()).toEqual(inPortal.toSorted());
});

test("who works at an Account is a Contact, everybody else a Lead of the queue", async () => {
  const { org } = await worldOf(7);
  const customer = org.find(cast["customer-pricing"].email, "Contact");
  const account = org.find(String(customer?.values["AccountId"]))?.values;
  const nora = org.find("nora@acme.example", "User")?.id;
  expect(account).toMatchObject({ Name: "Atelier Data", Type: "Customer - Direct", OwnerId: nora });
  expect(org.find(cast["customer-pricing"].email)).toBeUndefined();
  const lead = org.find(cast["mql-emea"].email);
  expect(lead?.values).toMatchObject({
    Company: "Rheinbank Group",
    NumberOfEmployees: 2_400,
    Industry: "Finance",
    Title: "Director of Revenue Operations",
    LeadSource: "Organic Search",
  });
  expect(org.find(String(lead?.values["OwnerId"]))?.values).toMatchObject({ Type: "Queue", Name: "Inbound" });
  const deal = org.all("Opportunity").find(({ values }) => values["Name"] === "Brightforge, new business");
  expect(deal?.values).toMatchObject({ Amount: 48_000, IsClosed: false });
  const roles = org
    .all("OpportunityContactRole")
    .filter(({ values }) => values["OpportunityId"] === deal?.id);
  expect(roles.map(({ values }) => values["ContactId"])).toContain(
    org.find(cast["open-deal"].email, "Contact")?.id,
  );
});

test("visits stand in the history with their times, an answered mail as an incoming message, an opt-out in its field", async () => {
  const { org } = await worldOf(7);
  const lead = org.find(cast["mql-emea"].email);
  const visits = org
    .all("LeadHistory")
    .filter(({ values }) => values["LeadId"] === lead?.id && values["Field"] === "Last_Page__c")
    .map(({ values }) => [String(values["CreatedDate"]), String(values["NewValue"])] as const);
  expect(visits.length).toBe(5);
  expect(visits.map(([at]) => at)).toEqual(visits.map(([at]) => at).toSorted());
  expect(visits.at(-1)?.[1]).toContain("/pricing");
  expect(lead?.values["Last_Reply_At__c"]).toBe("2026-11-15T11:00:00.000+0000");
  expect(org.find(cast["opted-out"].email)?.values["HasOptedOutOfEmail"]).toBe(true);
});

test("the team has zones, a manager, groups, one who left and one who is away", async () => {
  const { org } = await worldOf(7);
  const lena = org.find("lena@acme.example", "User")?.values;
  expect(lena).toMatchObject({ TimeZoneSidKey: "Europe/Berlin", IsActive: true, Department: "EMEA SDR" });
  expect(lena?.["ManagerId"]).toBe(org.find("sdr-lead@acme.example", "User")?.id);
  expect(org.find("gone@acme.example", "User")?.values["IsActive"]).toBe(false);
  const away = org.all("OutOfOffice").map(({ values }) => values["UserId"]);
  expect(away).toEqual([org.find("amelie@acme.example", "User")?.id]);
  expect(org.all("Group").map(({ values }) => [values["Name"], values["Type"]])).toEqual([
    ["EMEA SDR", "Regular"],
    ["AMER SDR", "Regular"],
    ["APAC SDR", "Regular"],
    ["Account managers", "Regular"],
    ["Inbound", "Queue"],
    ["Unrouted", "Queue"],
  ]);
});

test("campaigns have the same ids in every world", async () => {
  const idsOf = async (seed: number): Promise<unknown> =>
    (await worldOf(seed, seed)).org.all("Campaign").map(({ id, values }) => [values["Name"], id]);
  const first = await idsOf(7);
  expect(first).toEqual(await idsOf(9));
  expect(first).toMatchObject(campaignNames.map((name) => [name, expect.stringMatching(/^701/)]));
});

test("where marketing has its own CRM only Accounts and their Contacts are in the org", async () => {
  const sandbox = await startSandbox({ seed: 7, now: () => morning });
  onTestFinished(() => sandbox.close());
  const { state } = sandbox.createOrg();
  const { leads, contacts, accounts } = buildOrgWorld(state, { seed: 7, size: 20, people: "accounts" });
  expect(leads).toBe(0);
  expect(contacts).toBeGreaterThan(2);
  expect(accounts).toBeGreaterThan(2);
});

test("the whole day plays: forms make Leads and members, marketing qualifies, somebody is merged, somebody forgotten", async () => {
  const { org, sandbox, clock } = await worldOf(7);
  const students = org.find(cast.student.email);
  for (const entry of demoDay(7)) {
    clock.now = entry.at;
    await runAct(sandbox, org.id, entry);
  }
  expect(students).toBeUndefined();
  const student = org.find(cast.student.email);
  expect(student?.values).toMatchObject({
    LeadSource: "Web",
    Last_Form__c: "Demo request",
    Company: "uni.example",
  });
  const forms = org.all("LeadHistory").filter(({ values }) => values["LeadId"] === student?.id);
  expect(forms.map(({ values }) => [values["Field"], values["NewValue"]])).toEqual([
    ["Last_Form__c", "Demo request"],
  ]);
  const campaign = org.all("Campaign").find(({ values }) => values["Name"] === "Demo request")?.id;
  const members = org.all("CampaignMember").filter(({ values }) => values["CampaignId"] === campaign);
  expect(members.map(({ values }) => values["LeadId"])).toContain(student?.id);
  expect(org.find(cast["mql-emea"].email)?.values["Status"]).toBe("Marketing Qualified");
  expect(org.find(cast.partner.email)?.values).toMatchObject({
    LeadSource: "Partner Referral",
    Company: "Fjordtech",
    NumberOfEmployees: 150,
    Status: "Marketing Qualified",
  });
  expect(org.find(cast["merged-double"].email)?.deleted).toBe(true);
  expect(org.find(cast.forgotten.email)).toBeUndefined();
  expect(org.stream.newest(1_000).map(({ channel }) => channel)).toContain("/event/Baton_Request__e");
});

/** What reps did, in words that are the same in every CRM. */
const told = (acts: readonly DoneAct[]): string[] =>
  acts.map(({ at, act }) => {
    const said = "outcome" in act ? act.outcome : "answer" in act ? `${act.answer} ${act.reason ?? ""}` : "";
    return `${new Date(at).toISOString()} ${act.do} ${said}`;
  });

async function playReps(
  reps: ReturnType<typeof scriptReps>,
  clock: { now: number },
): Promise<readonly DoneAct[]> {
  const done: DoneAct[] = [];
  reps.look(clock.now);
  for (let next = reps.nextAt(); next !== undefined; next = reps.nextAt()) {
    clock.now = next;
    done.push(...(await reps.perform(next)));
  }
  return done;
}

test("reps do the same in an org as in a portal, from the same seed", async () => {
  const deadline = morning + 12 * hour;
  const { org, sandbox, clock } = await worldOf(7);
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, 7, 20);
  const emails = [
    "mql-emea",
    "mql-amer",
    "mql-apac",
    "too-small",
    "enrolled",
    "merged",
    "single-signal",
  ] as const;
  const maya = org.find("maya@acme.example", "User")?.id ?? "";
  const owner = portal.state.owners.find(({ email }) => email === "maya@acme.example")?.id ?? "";
  portal.addProperty("contact", "baton_owner_disposition");
  portal.addProperty("contact", "baton_disposition_reason");
  for (const role of emails) {
    const { email } = cast[role];
    const lead = org.change(org.find(email)?.id ?? "", {
      OwnerId: maya,
      Baton_Deadline__c: new Date(deadline).toISOString().replace("Z", "+0000"),
    });
    org.add("Task", { Subject: "Call", WhoId: lead.id, OwnerId: maya });
    await portal.act({ do: "change", who: email, properties: { hubspot_owner_id: owner } });
    await portal.act({
      do: "create",
      object: "task",
      properties: {
        hs_timestamp: new Date(deadline).toISOString(),
        hs_task_status: "NOT_STARTED",
        hubspot_owner_id: owner,
      },
      linkTo: { object: "contact", who: email },
    });
  }
  const tempers = new Map([["maya@acme.example", "fast"]] as const);
  const inOrg = await playReps(scriptReps(org, 7, tempers), clock);
  clock.now = morning;
  const inPortal = await playReps(scriptReps(portal, 7, tempers), clock);
  expect(inOrg.length).toBeGreaterThan(20);
  expect(told(inOrg)).toEqual(told(inPortal));
  expect(
    org.all("Task").filter(({ values }) => values["Subject"] === "Call" && values["IsClosed"] !== true),
  ).toEqual([]);
});

test("a rep who lost the lead meanwhile does nothing, and one whose Lead was converted goes on", async () => {
  const { org, clock } = await worldOf(7);
  const maya = org.find("maya@acme.example", "User")?.id ?? "";
  const [lost, kept] = [cast["mql-emea"].email, cast["mql-amer"].email];
  for (const email of [lost, kept]) {
    const { id } = org.change(org.find(email)?.id ?? "", { OwnerId: maya });
    org.add("Task", { Subject: "Call", WhoId: id, OwnerId: maya, ActivityDate: "2026-11-17" });
  }
  const reps = scriptReps(org, 7, new Map([["maya@acme.example", "fast"]]));
  reps.look(clock.now);
  await org.act({ do: "change-owner", who: lost, to: "jordan@acme.example" });
  await org.act({ do: "convert", who: kept });
  const done = await playReps(reps, clock);
  const mine = org.find(kept)?.id;
  expect(new Set(done.map(({ contact }) => contact))).toEqual(new Set([mine]));
});
