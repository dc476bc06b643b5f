/** What an org tells of sales: touches, changes, owners, vocabulary, and what it can do. */
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../../src/connector.ts";
import type { Wanted } from "../../../src/model/record.ts";
import { anUpdate, aTask, BARE, EVERYTHING, lead, startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";
import { errorOf, NOW } from "./server.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOTHING: Wanted = { properties: [], history: [], deals: false, lists: false };

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand & { readonly lena: string }> {
  stand = await startStand(options);
  const { id: lena } = stand.org.addUser({ email: "lena@acme.example", TimeZoneSidKey: "Europe/Berlin" });
  return { ...stand, lena };
}

describe("touches", () => {
  test("those of a hundred leads are one call, two where somebody wrote e-mails", async () => {
    const { org, connector, lena, calls } = await open();
    const ids = Array.from({ length: 100 }, () => org.addLead({ OwnerId: lena }).id);
    for (const who of ids) await org.act({ do: "call", who, at: NOW, outcome: "connected" });
    await connector.touches(ids.map(lead), 0);
    calls();
    expect(await connector.touches(ids.map(lead), 0)).toHaveLength(100);
    expect(calls()).toBe(1);
    await org.act({ do: "email", who: ids[0] ?? "", at: NOW });
    await connector.touches(ids.map(lead), 0);
    calls();
    await connector.touches(ids.map(lead), 0);
    expect(calls()).toBe(2);
  });

  test("those of three hundred leads are one call", async () => {
    const { org, connector, lena, calls } = await open();
    const ids = Array.from({ length: 300 }, () => org.addLead({ OwnerId: lena }).id);
    for (const who of ids) await org.act({ do: "call", who, at: NOW, outcome: "connected" });
    await connector.touches([], 0);
    await connector.touches(ids.slice(0, 1).map(lead), 0);
    calls();
    expect(await connector.touches(ids.map(lead), 0)).toHaveLength(300);
    expect(calls()).toBe(1);
  });

  test.each([
    ["Connected", "reached"],
    ["  connected ", "reached"],
    ["Left Voicemail", "tried"],
    ["Something an admin added", "tried"],
  ])("a call that ended in %j counts as %s", async (CallDisposition, result) => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({ OwnerId: lena });
    org.add("Task", { WhoId: id, OwnerId: lena, TaskSubtype: "Call", Status: "Completed", CallDisposition });
    expect(await connector.touches([lead(id)], 0)).toMatchObject([{ kind: "call", result, byPerson: true }]);
  });

  test("a dialer's call is its user's effort, what a process did is nobody's", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({ OwnerId: lena });
    await org.act({ do: "call", who: id, at: NOW, outcome: "connected", via: "integration" });
    await org.act({ do: "email", who: id, at: NOW + 1, via: "integration" });
    const touches = await connector.touches([lead(id)], 0);
    expect(touches.map(({ kind, byPerson }) => [kind, byPerson])).toEqual([
      ["call", true],
      ["email", false],
    ]);
  });

  test("a meeting that is over was held, unless its subject says otherwise", async () => {
    const { org, connector, lena } = await open();
    const { id } = org.addLead({ OwnerId: lena });
    const at = (hours: number): object => ({
      StartDateTime: new Date(NOW + hours * HOUR_MS).toISOString(),
      EndDateTime: new Date(NOW + (hours + 1) * HOUR_MS).toISOString(),
    });
    const subjects = ["Demo", "No-show: Demo", "no show", "Cancelled: Demo", "Held: Demo"];
    for (const [index, Subject] of subjects.entries())
      org.add("Event", { WhoId: id, OwnerId: lena, Subject, ...at(index - 6) });
    org.add("Event", { WhoId: id, OwnerId: lena, Subject: "To come", ...at(48) });
    const touches = await connector.touches([lead(id)], NOW - DAY_MS);
    expect(touches.map(({ result }) => result)).toEqual([
      "reached",
      "missed",
      "missed",
      "reached",
      "planned",
    ]);
  });

  test("what Baton made says nothing, with a key and without", async () => {
    for (const options of [{}, { package: false, capabilities: BARE }]) {
      const { org, connector, lena } = await open(options);
      const { id } = org.addLead({ OwnerId: lena });
      const [receipt] = await connector.apply([aTask(id, lena)]);
      await org.act({ do: "complete-task", task: receipt && "id" in receipt ? receipt.id : "" });
      expect(await connector.touches([lead(id)], 0)).toEqual([]);
      if ("package" in options) break;
      await stand.close();
    }
  });

  test("where tasks cannot be seen it is said so, not that nothing happened", async () => {
    const { org, connector } = await open({ rules: { hiddenObjects: ["Task"] } });
    const error = await errorOf(connector.touches([lead(org.addLead({}).id)], 0));
    expect(error.code).toBe("crm.forbidden");
  });
});

describe("changes", () => {
  test("more leads than a page are listed once each, Contacts and Leads, from wherever it was left", async () => {
    const { org, connector } = await open();
    const ids = [
      ...Array.from({ length: 510 }, () => org.addLead({}).id),
      ...Array.from({ length: 505 }, () => org.addContact({}).id),
    ];
    const listed: string[] = [];
    let [after, pages]: [string | undefined, number] = [undefined, 0];
    do {
      const page = await connector.changedSince(NOW, after);
      listed.push(...page.leads.map((one) => one.lead.id));
      [after, pages] = [page.next, pages + 1];
    } while (after !== undefined && pages < 9);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    expect(pages).toBe(3);
  });

  test("a tracked change is told with its value, an untracked one as that something was", async () => {
    const { org, connector, clock, lena } = await open();
    const [tracked, untracked, own] = [0, 1, 2].map(() => org.addLead({ OwnerId: lena }).id);
    if (!tracked || !untracked || !own) throw new Error("three leads are needed");
    clock.now += HOUR_MS;
    org.change(tracked, { Status: "Working - Contacted" });
    org.change(untracked, { Title: "CFO" });
    await connector.apply([anUpdate(own, { properties: { "lead.Title": "CFO" } })]);
    const changes = await connector.changesOf([tracked, untracked, own].map(lead), NOW + 1);
    expect(changes).toEqual([
      {
        lead: lead(tracked),
        field: "stage",
        property: "Status",
        value: "Working - Contacted",
        at: clock.now,
      },
      { lead: lead(untracked), field: "other", property: "SystemModstamp", at: clock.now },
    ]);
  });
});

test("what nobody tracks is told beside tracked changes where it may have come after them, or after Baton's", async () => {
  const { org, connector, clock, lena } = await open({ rules: { tracked: { Lead: ["OwnerId", "Status"] } } });
  const [together, after, behind] = [0, 1, 2].map(() => org.addLead({}).id);
  if (!together || !after || !behind) throw new Error("three leads are needed");
  clock.now += HOUR_MS;
  org.change(together, { Status: "Working - Contacted", Title: "CFO" });
  org.change(after, { Status: "Working - Contacted" });
  await connector.apply([anUpdate(behind, { owner: { to: lena } })]);
  const first = clock.now;
  clock.now += HOUR_MS;
  org.change(after, { Title: "CFO" });
  org.change(behind, { Title: "CFO" });
  const changes = await connector.changesOf([together, after, behind].map(lead), NOW + 1);
  const told = (id: string) =>
    changes.filter((change) => change.lead.id === id).map(({ property, at }) => [property, at]);
  expect(told(together)).toEqual([["Status", first]]);
  expect(told(after)).toEqual([
    ["Status", first],
    ["SystemModstamp", clock.now],
  ]);
  expect(told(behind)).toEqual([
    ["OwnerId", first],
    ["SystemModstamp", clock.now],
  ]);
});

describe("what modifies no record that is there", () => {
  const changedIn = async (
    connector: Connector,
    since: number,
  ): Promise<readonly (readonly [string, boolean | undefined])[]> => {
    const listed: (readonly [string, boolean | undefined])[] = [];
    let after: string | undefined;
    do {
      const page = await connector.changedSince(since, after);
      listed.push(...page.leads.map((one) => [one.lead.id, one.isGone] as const));
      after = page.next;
    } while (after !== undefined);
    return listed;
  };

  test("the deleted, the merged and the converted are listed and told of, each under the id they had", async () => {
    const { org, connector, clock } = await open();
    const [deleted, loser, winner, converted] = [0, 1, 2, 3].map(() => org.addLead({}).id);
    if (!deleted || !loser || !winner || !converted) throw new Error("four leads are needed");
    clock.now += HOUR_MS;
    await org.act({ do: "delete", who: deleted });
    await org.act({ do: "merge", primary: winner, others: [loser] });
    const { id: contact = "" } = await org.act({ do: "convert", who: converted });

    const listed = await changedIn(connector, NOW + 1);
    expect(listed).toEqual([
      [contact, undefined],
      [deleted, true],
      [loser, true],
      [winner, undefined],
      [converted, undefined],
    ]);
    const changes = await connector.changesOf(
      listed.map(([id]) => lead(id)),
      NOW + 1,
    );
    const told = (id: string) =>
      changes.filter((change) => change.lead.id === id).map(({ property, at }) => [property, at]);
    expect(told(deleted)).toEqual([["record deleted", clock.now]]);
    expect(told(loser)).toEqual([["record deleted", clock.now]]);
    expect(told(winner)).toEqual([["SystemModstamp", clock.now]]);
    expect(told(converted)).toContainEqual(["IsConverted", clock.now]);
    expect(told(contact)).not.toEqual([]);
    expect(await connector.changesOf([lead(deleted)], clock.now + 1)).toEqual([]);
  });

  test("who was put on a campaign is listed once, and told of unless Baton did it", async () => {
    const { org, connector, clock } = await open();
    const [joined, modified, own, answering] = [0, 1, 2, 3].map(() => org.addLead({}).id);
    const contact = org.addContact({}).id;
    if (!joined || !modified || !own || !answering) throw new Error("four leads are needed");
    const old = org.addCampaign("Old", [answering]).id;
    clock.now += HOUR_MS;
    const [spring, autumn] = [
      org.addCampaign("Spring", [joined, modified, contact]).id,
      org.addCampaign("Autumn", [joined]).id,
    ];
    org.change(modified, { Title: "CFO" });
    await connector.apply([{ kind: "add-to-list", key: "k", lead: lead(own), list: spring }]);
    const member = org.all("CampaignMember").find(({ values }) => values["LeadId"] === answering);
    org.change(member?.id ?? "", { Status: "Responded" });

    const listed = (await changedIn(connector, NOW + 1)).map(([id]) => id);
    expect(listed.toSorted()).toEqual([contact, joined, modified, own, answering].toSorted());
    const changes = await connector.changesOf(listed.map(lead), NOW + 1);
    const campaigns = (id: string) =>
      changes
        .filter((change) => change.lead.id === id && change.property === "CampaignMember")
        .map(({ value }) => value);
    expect(new Set(campaigns(joined))).toEqual(new Set([spring, autumn]));
    expect([campaigns(modified), campaigns(contact), campaigns(answering)]).toEqual([
      [spring],
      [spring],
      [old],
    ]);
    expect(changes.filter((change) => change.lead.id === own)).toEqual([]);
  });

  test("who was modified and is put on a campaign later is listed as of the later one", async () => {
    const { org, connector, clock } = await open();
    const people = [org.addLead({}).id, org.addContact({}).id];
    clock.now += HOUR_MS;
    for (const id of people) org.change(id, { Title: "CFO" });
    clock.now += MINUTE_MS;
    org.addCampaign("Spring", people);
    const { leads } = await connector.changedSince(NOW + 1);
    const listed = leads.map(({ lead: { id }, modifiedAt }) => `${id} ${modifiedAt}`);
    expect(listed.toSorted()).toEqual(people.map((id) => `${id} ${clock.now}`).toSorted());
  });

  test("whose later membership stands at the edge of a page is listed as of that one", async () => {
    const { org, connector, clock } = await open();
    const people = Array.from({ length: 501 }, () => org.addLead({}).id).toSorted();
    const edge = people[499] ?? "";
    clock.now += HOUR_MS;
    org.addCampaign("Spring", people);
    clock.now += MINUTE_MS;
    org.addCampaign("Autumn", [edge]);
    const first = await connector.changedSince(NOW + 1);
    expect(first.next).toBeDefined();
    expect(first.leads.find(({ lead: { id } }) => id === edge)?.modifiedAt).toBe(clock.now);
  });

  test("more on campaigns than a page are listed once each, Contacts and Leads", async () => {
    const { org, connector, clock } = await open();
    const people = [
      ...Array.from({ length: 510 }, () => org.addLead({}).id),
      ...Array.from({ length: 505 }, () => org.addContact({}).id),
    ];
    clock.now += HOUR_MS;
    org.addCampaign("All", people);
    org.addCampaign("All again", people);
    const listed = (await changedIn(connector, NOW + 1)).map(([id]) => id);
    expect(listed.toSorted()).toEqual(people.toSorted());
  });

  test("an org that shows no memberships, or refuses to be asked for them, tells of people all the same", async () => {
    const hidden = await open({ rules: { hiddenObjects: ["CampaignMember"] } });
    const { id } = hidden.org.addLead({});
    expect(await changedIn(hidden.connector, NOW)).toEqual([[id, undefined]]);
    expect(await hidden.connector.changesOf([lead(id)], NOW)).toHaveLength(1);
    await hidden.close();

    const refusing = await open({ rules: { hiddenFields: ["CampaignMember.SystemModstamp"] } });
    const other = refusing.org.addLead({}).id;
    expect(await changedIn(refusing.connector, NOW)).toEqual([[other, undefined]]);
    expect(await refusing.connector.changesOf([lead(other)], NOW)).toHaveLength(1);
  });

  test("asking for all of it is one call, where nothing happened and where something did", async () => {
    const { org, connector, clock, calls } = await open();
    const { id } = org.addLead({});
    await connector.changedSince(NOW);
    await connector.changesOf([lead(id)], NOW);
    calls();
    await connector.changedSince(clock.now + 1);
    expect(calls()).toBe(1);
    await connector.changesOf([lead(id)], NOW);
    expect(calls()).toBe(1);
  });
});

describe("owners", () => {
  test("people and the queues of Leads are owners; who is away says when, who left is inactive", async () => {
    const { org, connector, lena } = await open();
    const gone = org.addUser({ email: "gone@acme.example", IsActive: false }).id;
    const robot = org.addUser({ email: "robot@acme.example", UserType: "AutomatedProcess" }).id;
    const queue = org.addQueue("EMEA leads").id;
    const cases = org.addQueue("Cases", [], ["Case"]).id;
    const span = (from: number, to: number): readonly [string, string] => [
      new Date(NOW + from * DAY_MS).toISOString(),
      new Date(NOW + to * DAY_MS).toISOString(),
    ];
    const [StartDate, EndDate] = span(1, 3);
    org.add("OutOfOffice", { UserId: lena, StartDate, EndDate, IsEnabled: true, Message: "Away" });
    const [StartDateTime, EndDateTime] = span(10, 11);
    org.add("Event", { OwnerId: lena, ShowAs: "OutOfOffice", StartDateTime, EndDateTime });
    const owners = new Map((await connector.owners()).map((owner) => [owner.id, owner]));
    expect(owners.get(lena)).toMatchObject({
      kind: "person",
      email: "lena@acme.example",
      active: true,
      zone: "Europe/Berlin",
      away: [
        { fromAt: NOW + DAY_MS, toAt: NOW + 3 * DAY_MS },
        { fromAt: NOW + 10 * DAY_MS, toAt: NOW + 11 * DAY_MS },
      ],
    });
    expect(owners.get(gone)?.active).toBe(false);
    expect(owners.get(queue)).toMatchObject({ kind: "queue", name: "EMEA leads", active: true });
    expect([robot, cases].map((id) => owners.has(id))).toEqual([false, false]);
  });
});

describe("what the org says of itself", () => {
  test("fields of Leads and Contacts stand under one word, with the values of restricted pick lists", async () => {
    const { org, connector } = await open();
    org.addCustomField("Lead", "Region__c", "picklist(255)", { restricted: true, options: ["EMEA", "AMER"] });
    const { properties, stages, forms } = await connector.vocabulary();
    const { lead: people } = properties;
    expect(people?.known === true && people.all.get("Company")?.type).toBe("text");
    expect(people?.known === true && people.all.get("Department")?.type).toBe("text");
    expect(people?.known === true && people.all.get("Region__c")).toEqual({
      type: "choice",
      writable: true,
      options: [
        { value: "EMEA", label: "EMEA" },
        { value: "AMER", label: "AMER" },
      ],
    });
    expect(people?.known === true && people.all.get("CreatedDate")).toMatchObject({ writable: false });
    expect(people?.known === true && people.all.has("HasOptedOutOfEmail")).toBe(false);
    expect(stages.known && stages.all[0]?.value).toBe("Open - Not Contacted");
    expect(forms).toEqual({ known: false });
  });

  test("an org that hides things can do less, and one that hides the leads nothing", async () => {
    const { org, connector } = await open({
      rules: { hiddenObjects: ["Opportunity", "CampaignMember"] },
    });
    expect(await connector.prepare()).toEqual({ ...EVERYTHING, deals: false, lists: false });
    org.rules.hiddenFields = ["Contact.Baton_HubSpot_Id__c", "Task.Baton_Key__c"];
    expect(await connector.prepare()).toMatchObject({ taskKey: "marker", counterparts: false });
    org.rules.hiddenObjects = ["Lead"];
    const error = await errorOf(connector.prepare());
    expect(error.code).toBe("crm.forbidden");
    expect(error.message).toContain("Lead");
  });

  test("a lead's page is on the org's own host, and leaving ends the tokens", async () => {
    const { org, connector, sandbox } = await open();
    const contact = org.addContact({}).id;
    await connector.read([lead(contact)], NOTHING);
    const { host } = new URL(sandbox.url);
    expect(connector.leadUrl(lead(contact))).toBe(`https://${host}/lightning/r/Contact/${contact}/view`);
    await connector.leave();
    await connector.leave();
    const error = await errorOf(connector.read([lead(contact)], NOTHING));
    expect(error.code).toBe("crm.disconnected");
  });
});
