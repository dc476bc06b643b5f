import { afterEach, beforeEach, expect, test } from "vitest";
import { type Org, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import type { Crms } from "./crms.ts";
import { acknowledged, orgLeadsOf, writesOf } from "./org-evidence.ts";

let sandbox: Sandbox;
let org: Org;
let token: string;
beforeEach(async () => {
  sandbox = await startSandbox();
  org = sandbox.createOrg();
  org.rules.tolerateHeaders = true;
  token = sandbox.installOrg(sandbox.registerClient(), org.id).accessToken;
});
afterEach(() => sandbox.close());

const alone = (): Crms => ({ topology: "salesforce", org, registered: {} });

async function write(method: string, path: string, body: unknown): Promise<string> {
  const answer = await fetch(`${sandbox.url}/services/data/v67.0/sobjects/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return text === "" ? "" : String(JSON.parse(text).id);
}

test("a task, a note, an owner and a membership are told in the words of the judge", async () => {
  const lead = org.addLead({ LastName: "Ruiz" }).id;
  const campaign = org.addCampaign("Nurture").id;
  const owner = org.addUser({ email: "maya@acme.example" }).id;
  const task = await write("POST", "Task", { WhoId: lead, Subject: "Call" });
  const note = await write("POST", "Note", { ParentId: lead, Title: "Why now" });
  await write("POST", "CampaignMember", { CampaignId: campaign, LeadId: lead });
  await write("PATCH", `Lead/${lead}`, { OwnerId: owner });
  await write("PATCH", `Lead/${lead}`, { Title: "CFO" });
  expect(writesOf(sandbox, alone())).toMatchObject([
    { kind: "task.create", objectId: task },
    { kind: "note.create", objectId: note },
    { kind: "list.add", objectId: campaign, properties: { ids: lead } },
    { kind: "contact.update", objectId: lead, properties: { hubspot_owner_id: owner } },
  ]);
  expect(orgLeadsOf(alone())).toEqual(
    new Map([
      [task, [lead]],
      [note, [lead]],
    ]),
  );
});

test("what people write is not Baton's", () => {
  org.change(org.addLead({ LastName: "Ruiz" }).id, { Title: "CFO" });
  expect(writesOf(sandbox, alone())).toEqual([]);
});

test("in a pair a lead is its contact, however often it was made, and the same owner given again counts once", async () => {
  const portal = sandbox.createPortal();
  const { id } = await portal.act({
    do: "create",
    object: "contact",
    properties: { email: "ana@northwind.example" },
  });
  const [maya, leon] = ["maya", "leon"].map((name) => org.addUser({ email: `${name}@acme.example` }).id);
  const body = { LastName: "Ruiz", Company: "Northwind", Email: "ana@northwind.example", OwnerId: maya };
  org.rules.duplicates = "off";
  const first = await write("POST", "Lead", body);
  await write("POST", "Lead", body);
  await write("PATCH", `Lead/${first}`, { OwnerId: maya });
  await write("PATCH", `Lead/${first}`, { OwnerId: leon });
  const told = writesOf(sandbox, { ...alone(), topology: "both", portal });
  expect(told.map(({ kind, objectId }) => [kind, objectId])).toEqual([
    ["counterpart.create", id],
    ["contact.update", id],
    ["counterpart.create", id],
    ["contact.update", id],
  ]);
  expect(told.at(-1)?.properties).toEqual({ hubspot_owner_id: leon });
});

test("only messages that were acknowledged count as answered", async () => {
  org.outbound.define({ object: "Lead", url: `${sandbox.url}/nowhere`, fields: [] });
  Object.assign(org.outbound.mood, { retries: 0 });
  org.addLead({ LastName: "Ruiz" });
  await sandbox.drained();
  expect(org.outbound.deliveries.length).toBe(1);
  expect(acknowledged(alone())).toEqual([]);
});
