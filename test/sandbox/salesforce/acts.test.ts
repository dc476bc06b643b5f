/** What people do in an org, and how it shows through the API. */
import { expect, test } from "vitest";
import { livingOrg, NOW } from "./living-org.ts";
import type { LivingOrg } from "./living-org.ts";

/** The first record of a query through the API. */
async function found({ api }: LivingOrg, soql: string): Promise<unknown> {
  const { body } = await api("GET", `/query?q=${encodeURIComponent(soql)}`);
  return typeof body === "object" && body !== null && "records" in body && Array.isArray(body.records)
    ? body.records[0]
    : body;
}

test("a call is a closed Task with its outcome, made by the owner and about the Lead", async () => {
  const opened = await livingOrg();
  const { id } = await opened.org.act({ do: "call", who: "ana@example.com", outcome: "connected" });
  const fields =
    "WhoId, OwnerId, CreatedById, IsClosed, TaskSubtype, CallType, CallDisposition, CompletedDateTime";
  expect(await found(opened, `SELECT ${fields} FROM Task WHERE Id = '${id}'`)).toMatchObject({
    WhoId: opened.ana,
    OwnerId: opened.maya,
    CreatedById: opened.maya,
    IsClosed: true,
    TaskSubtype: "Call",
    CallType: "Outbound",
    CallDisposition: "Connected",
    CompletedDateTime: "2026-11-17T09:30:00.000+0000",
  });
  expect(opened.sandbox.ledger.find({ kind: "Task.create", by: "other" })).toHaveLength(1);
});

test("a planned call is open, and one logged later shows when it was", async () => {
  const { org, ana } = await livingOrg();
  const planned = await org.act({ do: "call", who: ana, outcome: "planned" });
  const logged = await org.act({ do: "call", who: ana, outcome: "no-answer", at: NOW - 3_600_000 });
  expect(org.find(planned.id ?? "")?.values["IsClosed"]).toBe(false);
  expect(org.find(logged.id ?? "")?.values["CompletedDateTime"]).toBe("2026-11-17T08:30:00.000+0000");
});

test.each([
  ["person", "Standard"],
  ["sequence", "AutomatedProcess"],
  ["workflow", "AutomatedProcess"],
  ["integration", "CloudIntegrationUser"],
] as const)("an e-mail by a %s is the owner's and was made by a user of type %s", async (via, type) => {
  const { org, ana, maya } = await livingOrg();
  const { id = "" } = await org.act({ do: "email", who: ana, via });
  const task = org.find(id)?.values;
  expect(task).toMatchObject({ OwnerId: maya, TaskSubtype: "Email", IsClosed: true });
  expect(org.find(String(task?.["CreatedById"]))?.values["UserType"]).toBe(type);
});

test("an answer of the lead's is an incoming message", async () => {
  const { org, ana } = await livingOrg();
  const { id } = await org.act({ do: "email", who: ana, direction: "in" });
  expect(org.all("EmailMessage").map(({ values }) => values)).toMatchObject([
    { ActivityId: id, Incoming: true, FromAddress: "ana@example.com", ToAddress: "maya@acme.example" },
  ]);
});

test("a meeting is held, missed, moved or cancelled", async () => {
  const { org, ana } = await livingOrg();
  const startsAt = NOW + 3_600_000;
  const { id: meeting = "" } = await org.act({ do: "meeting", who: ana, startsAt });
  expect(org.find(meeting)?.values).toMatchObject({
    WhoId: ana,
    Subject: "Meeting",
    StartDateTime: "2026-11-17T10:30:00.000+0000",
    EndDateTime: "2026-11-17T11:00:00.000+0000",
  });
  await org.act({ do: "end-meeting", meeting, outcome: "moved", at: startsAt + 86_400_000 });
  expect(org.find(meeting)?.values["StartDateTime"]).toBe("2026-11-18T10:30:00.000+0000");
  await org.act({ do: "end-meeting", meeting, outcome: "no-show" });
  expect(org.find(meeting)?.values["Subject"]).toBe("No-show: Meeting");
  await org.act({ do: "end-meeting", meeting, outcome: "held" });
  expect(org.find(meeting)?.values["Subject"]).toBe("Held: Meeting");
  await org.act({ do: "end-meeting", meeting, outcome: "cancelled" });
  expect(org.find(meeting)?.deleted).toBe(true);
});

test("a rep completes Baton's task and answers in its fields", async () => {
  const { org, ana, maya, api } = await livingOrg();
  const values = { Subject: "Call Ana", WhoId: ana, OwnerId: maya, Baton_Key__c: "k1" };
  const made = await api("POST", "/sobjects/Task", values);
  const [task = ""] = org.all("Task").map(({ id }) => id);
  expect(made.status).toBe(201);
  await org.act({ do: "complete-task", task });
  expect(org.find(task)?.values).toMatchObject({ IsClosed: true, LastModifiedById: maya });
  await org.act({ do: "dispose", who: ana, answer: "rejected", reason: "timing" });
  expect(org.find(ana)?.values).toMatchObject({
    Baton_Disposition__c: "rejected",
    Baton_Disposition_Reason__c: "timing",
  });
});

test("without the package a rep answers by the Lead's status", async () => {
  const { org, ana } = await livingOrg({ package: false });
  await org.act({ do: "dispose", who: ana, answer: "rejected" });
  expect(org.find(ana)?.values["Status"]).toBe("Closed - Not Converted");
});

test("owner, fields, status and campaigns change by whoever does it", async () => {
  const { org, ana, maya } = await livingOrg();
  const jordan = org.addUser({ email: "jordan@acme.example" }).id;
  org.addQueue("Inbound");
  const campaign = org.addCampaign("Webinar").id;
  await org.act({ do: "change", who: ana, values: { Title: "CRO" } });
  expect(org.find(ana)?.values).toMatchObject({ Title: "CRO", LastModifiedById: maya });
  await org.act({ do: "change-owner", who: ana, to: "jordan@acme.example", by: "jordan@acme.example" });
  expect(org.find(ana)?.values).toMatchObject({ OwnerId: jordan, LastModifiedById: jordan });
  await org.act({ do: "change-owner", who: ana, to: "Inbound" });
  expect(String(org.find(ana)?.values["OwnerId"])).toMatch(/^00G/);
  await org.act({ do: "lead-status", who: ana, status: "Working - Contacted" });
  await org.act({ do: "put-on-campaign", who: ana, campaign: "Webinar" });
  await org.act({ do: "put-on-campaign", who: ana, campaign, status: "Responded" });
  expect(org.all("CampaignMember").map(({ values }) => values)).toMatchObject([
    { LeadId: ana, HasResponded: true },
  ]);
  await org.act({ do: "take-off-campaign", who: ana, campaign: "Webinar" });
  expect(org.all("CampaignMember").map(({ deleted }) => deleted)).toEqual([true]);
});

test("a conversion makes Account, Contact and Opportunity, and what hung on the Lead follows", async () => {
  const opened = await livingOrg();
  const { org, ana, maya } = opened;
  await org.act({
    do: "change",
    who: ana,
    values: { Title: "CRO", City: "Graz", NumberOfEmployees: 40, Baton_HubSpot_Id__c: "101" },
  });
  const { id: call = "" } = await org.act({ do: "call", who: ana, outcome: "busy" });
  org.addCampaign("Webinar", [ana]);
  const { id: contact = "" } = await org.act({ do: "convert", who: ana, opportunity: "Ruiz, new" });
  expect(org.find(contact)?.values).toMatchObject({
    Email: "ana@example.com",
    Title: "CRO",
    MailingCity: "Graz",
    OwnerId: maya,
    Baton_HubSpot_Id__c: "101",
  });
  const lead = org.find(ana)?.values ?? {};
  expect(lead).toMatchObject({
    IsConverted: true,
    Status: "Closed - Converted",
    ConvertedDate: "2026-11-17",
    ConvertedContactId: contact,
  });
  expect(org.find(String(lead["ConvertedAccountId"]))?.values).toMatchObject({
    Name: "Ruiz & Sons",
    BillingCity: "Graz",
    NumberOfEmployees: 40,
  });
  expect(org.find(String(lead["ConvertedOpportunityId"]))?.values).toMatchObject({
    Name: "Ruiz, new",
    StageName: "Prospecting",
    CloseDate: "2026-12-31",
    AccountId: lead["ConvertedAccountId"],
  });
  expect(org.all("OpportunityContactRole").map(({ values }) => values)).toMatchObject([
    { ContactId: contact, IsPrimary: true },
  ]);
  expect(org.find(call)?.values["WhoId"]).toBe(contact);
  expect(org.all("CampaignMember").map(({ values }) => values)).toMatchObject([{ ContactId: contact }]);
  const refused = await opened.api("PATCH", `/sobjects/Lead/${ana}`, { Title: "x" });
  expect(refused.body).toMatchObject([{ errorCode: "CANNOT_UPDATE_CONVERTED_LEAD" }]);
});

test("a conversion into a known Contact fills only its gaps, and a second one is refused", async () => {
  const { org, ana } = await livingOrg();
  const account = org.addAccount({ Name: "Known" }).id;
  const contact = org.addContact({ LastName: "Ruiz-Old", AccountId: account }).id;
  await org.act({ do: "convert", who: ana, account, contact });
  expect(org.find(contact)?.values).toMatchObject({ LastName: "Ruiz-Old", FirstName: "Ana" });
  expect(org.all("Opportunity")).toEqual([]);
  await expect(org.act({ do: "convert", who: contact })).rejects.toThrow("invalid cross reference id");
});

test("an act that names a converted or merged Lead reaches who it is today", async () => {
  const { org, ana } = await livingOrg();
  const double = org.addLead({ LastName: "R.", Email: "ana.ruiz@example.com", Phone: "1" }).id;
  await org.act({ do: "merge", primary: ana, others: [double] });
  expect(org.find(double)).toMatchObject({ deleted: true, values: { MasterRecordId: ana } });
  expect(org.find(ana)?.values["Phone"]).toBe("1");
  const { id: contact } = await org.act({ do: "convert", who: double });
  await org.act({ do: "dispose", who: double, answer: "accepted" });
  expect(org.find(contact ?? "")?.values["Baton_Disposition__c"]).toBe("accepted");
});

test("what a merge moves is not there twice", async () => {
  const { org, ana } = await livingOrg();
  const double = org.addLead({ LastName: "R." }).id;
  org.addCampaign("Webinar", [ana, double]);
  const { id: call = "" } = await org.act({ do: "call", who: double, outcome: "busy" });
  await org.act({ do: "merge", primary: ana, others: [double] });
  expect(org.all("CampaignMember").filter(({ deleted }) => !deleted)).toHaveLength(1);
  expect(org.find(call)?.values["WhoId"]).toBe(ana);
  await expect(org.act({ do: "merge", primary: ana, others: [ana] })).rejects.toThrow(RangeError);
});

test("an opportunity is opened from a Lead by converting it, moved, won and lost", async () => {
  const { org, ana, maya } = await livingOrg();
  const { id: deal = "" } = await org.act({ do: "open-deal", who: ana, name: "New", amount: "48000" });
  expect(org.find(deal)?.values).toMatchObject({ Amount: 48_000, OwnerId: maya, IsClosed: false });
  expect(org.find(ana)?.values["IsConverted"]).toBe(true);
  await org.act({ do: "move-deal", deal, stage: "Closed Won" });
  expect(org.find(deal)?.values).toMatchObject({ IsClosed: true, IsWon: true });
  const { id: second = "" } = await org.act({ do: "open-deal", who: ana, name: "More" });
  await org.act({ do: "move-deal", deal: second, stage: "Closed Lost" });
  expect(org.find(second)?.values).toMatchObject({ IsClosed: true, IsWon: false });
  expect(org.all("Account")).toHaveLength(1);
});

test("records are deleted, come back, and are erased for good", async () => {
  const opened = await livingOrg();
  const { org, ana, api } = opened;
  await org.act({ do: "call", who: ana, outcome: "busy" });
  await org.act({ do: "delete", who: ana });
  expect((await api("GET", `/sobjects/Lead/${ana}`)).body).toMatchObject([
    { errorCode: "ENTITY_IS_DELETED" },
  ]);
  await org.act({ do: "undelete", who: ana });
  expect((await api("GET", `/sobjects/Lead/${ana}`)).status).toBe(200);
  await org.act({ do: "erase", who: ana });
  expect((await api("GET", `/sobjects/Lead/${ana}`)).body).toMatchObject([{ errorCode: "NOT_FOUND" }]);
  expect(org.all("Task")).toEqual([]);
});

test("what is not there cannot be acted upon", async () => {
  const { org, ana } = await livingOrg();
  await expect(org.act({ do: "call", who: "nobody@example.com", outcome: "busy" })).rejects.toThrow(
    RangeError,
  );
  await expect(org.act({ do: "email", who: ana, by: "nobody@acme.example" })).rejects.toThrow(RangeError);
  await expect(org.act({ do: "move-deal", deal: "006", stage: "Closed Won" })).rejects.toThrow(RangeError);
  await expect(org.act({ do: "start-sequence", who: ana, sequence: "1" })).rejects.toThrow("no sequences");
  await org.act({ do: "delete", who: ana });
  await expect(org.act({ do: "call", who: ana, outcome: "busy" })).rejects.toThrow(RangeError);
});
