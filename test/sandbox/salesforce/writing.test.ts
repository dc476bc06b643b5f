import { describe, expect, test } from "vitest";
import { field, idOf } from "../portal-client.ts";
import { codeOf, openOrgSandbox, writeHeaders } from "./org-client.ts";

const lead = { LastName: "Alpha", Company: "Acme", Email: "alpha@example.com" };

describe("one row", () => {
  test("is created, read, changed and deleted", async () => {
    const { api, org } = await openOrgSandbox({ now: () => Date.parse("2026-11-17T09:00:00Z") });
    const made = await api("POST", "/sobjects/Lead", lead);
    expect(made).toMatchObject({ status: 201, body: { success: true, errors: [] } });
    const path = `/sobjects/Lead/${idOf(made.body)}`;
    expect((await api("PATCH", path, { Title: "VP" })).status).toBe(204);
    const read = await api("GET", `${path}?fields=Name,Title,Status,OwnerId,CreatedDate`);
    expect(read.body).toEqual({
      attributes: { type: "Lead", url: `/services/data/v67.0${path}` },
      Name: "Alpha",
      Title: "VP",
      Status: "Open - Not Contacted",
      OwnerId: org.integrationUserId,
      CreatedDate: "2026-11-17T09:00:00.000+0000",
    });
    expect((await api("DELETE", path)).status).toBe(204);
    const gone = await api("GET", path);
    expect([gone.status, codeOf(gone)]).toEqual([404, "ENTITY_IS_DELETED"]);
  });

  test.each([
    ["REQUIRED_FIELD_MISSING", { LastName: "A" }],
    ["STRING_TOO_LONG", { ...lead, Title: "x".repeat(129) }],
    ["INVALID_EMAIL_ADDRESS", { ...lead, Email: "nobody" }],
    ["INVALID_FIELD", { ...lead, Nope: 1 }],
    ["INVALID_FIELD_FOR_INSERT_UPDATE", { ...lead, CreatedDate: "2026-11-17T09:00:00Z" }],
    ["JSON_PARSER_ERROR", { ...lead, NumberOfEmployees: "many" }],
    ["JSON_PARSER_ERROR", { ...lead, IsUnreadByOwner: "true" }],
    ["MALFORMED_ID", { ...lead, OwnerId: "me" }],
    ["FIELD_INTEGRITY_EXCEPTION", { ...lead, OwnerId: "0015g0000000001AAA" }],
    ["INVALID_CROSS_REFERENCE_KEY", { ...lead, OwnerId: "0055g0000009999AAA" }],
  ])("is refused with %s", async (code, values) => {
    const { api, org } = await openOrgSandbox();
    const answer = await api("POST", "/sobjects/Lead", values);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(org.all("Lead")).toEqual([]);
  });

  test("keeps the rules of the org", async () => {
    const { api, org } = await openOrgSandbox();
    const away = org.addUser({ email: "gone@acme.example", IsActive: false });
    const support = org.addQueue("Support", [], ["Case"]);
    const { id } = org.addLead({ LastName: "A" });
    const path = `/sobjects/Lead/${id}`;
    expect(codeOf(await api("PATCH", path, { OwnerId: away.id }))).toBe("INACTIVE_OWNER_OR_USER");
    expect(codeOf(await api("PATCH", path, { OwnerId: support.id }))).toBe("INVALID_CROSS_REFERENCE_KEY");
    org.rules.validation = [
      { object: "Lead", field: "Rating", is: "Cold", message: "Cold leads are not wanted" },
    ];
    const refused = await api("PATCH", path, { Rating: "Cold", Title: "VP" });
    expect(refused.body).toEqual([
      {
        message: "Cold leads are not wanted",
        errorCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        fields: ["Rating"],
      },
    ]);
    expect(org.find(id)?.values).toMatchObject({ Rating: null, Title: null });
    org.rules.lockedIds = [id];
    expect(codeOf(await api("PATCH", path, { Title: "VP" }))).toBe("UNABLE_TO_LOCK_ROW");
    expect((await api("GET", path)).status).toBe(200);
  });

  test("with an id of another kind, or of nothing, is not found", async () => {
    const { api } = await openOrgSandbox();
    expect(codeOf(await api("PATCH", "/sobjects/Lead/0035g0000000001AAA", {}))).toBe("MALFORMED_ID");
    const missing = await api("PATCH", "/sobjects/Lead/00Q5g0000000009", {});
    expect([missing.status, codeOf(missing)]).toEqual([404, "NOT_FOUND"]);
    expect((await api("GET", "/sobjects/Nope/00Q5g0000000009")).status).toBe(404);
  });

  test("that was converted takes no changes", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A", IsConverted: true });
    expect(codeOf(await api("PATCH", `/sobjects/Lead/${id}`, { Title: "VP" }))).toBe(
      "CANNOT_UPDATE_CONVERTED_LEAD",
    );
  });

  test("is not changed where somebody changed it since", async () => {
    let now = Date.parse("2026-11-17T09:00:00Z");
    const { api, org } = await openOrgSandbox({ now: () => now });
    const { id } = org.addLead({ LastName: "A" });
    const since = { ...writeHeaders, "If-Unmodified-Since": new Date(now).toUTCString() };
    expect((await api("PATCH", `/sobjects/Lead/${id}`, { Title: "VP" }, since)).status).toBe(204);
    now += 1000;
    org.change(id, { Title: "CEO" });
    expect((await api("PATCH", `/sobjects/Lead/${id}`, { Title: "VP" }, since)).status).toBe(412);
    expect(org.find(id)?.values["Title"]).toBe("CEO");
  });
});

describe("an upsert by external id", () => {
  const path = "/sobjects/Lead/Baton_HubSpot_Id__c/abc%2F1";

  test("creates once and updates then", async () => {
    const { api, org } = await openOrgSandbox();
    const first = await api("PATCH", path, lead);
    expect(first).toMatchObject({ status: 201, body: { created: true, success: true } });
    expect(await api("PATCH", path, { Title: "VP" })).toMatchObject({
      status: 200,
      body: { id: idOf(first.body), created: false },
    });
    expect(org.all("Lead")).toMatchObject([{ values: { Baton_HubSpot_Id__c: "abc/1", Title: "VP" } }]);
  });

  test("creates nothing with updateOnly, nor with the id in the body too", async () => {
    const { api, org } = await openOrgSandbox();
    expect((await api("PATCH", `${path}?updateOnly=true`, lead)).status).toBe(404);
    expect(codeOf(await api("PATCH", path, { ...lead, Baton_HubSpot_Id__c: "abc/1" }))).toBe("INVALID_FIELD");
    expect(org.all("Lead")).toEqual([]);
  });

  test("that meets two rows answers with their addresses", async () => {
    const { api, org } = await openOrgSandbox();
    org.addCustomField("Lead", "Old_Id__c", "string(20)", { externalId: true });
    const ids = ["A", "B"].map((LastName) => org.addLead({ LastName, Old_Id__c: "7" }).id);
    expect(await api("PATCH", "/sobjects/Lead/Old_Id__c/7", { Title: "VP" })).toMatchObject({
      status: 300,
      body: ids.map((id) => `/services/data/v67.0/sobjects/Lead/${id}`),
    });
  });

  test("needs a field that is one", async () => {
    const { api } = await openOrgSandbox({ org: { package: false } });
    const answer = await api("PATCH", path, lead);
    expect([answer.status, codeOf(answer)]).toEqual([404, "NOT_FOUND"]);
  });

  test("a second row with the same unique value is refused, naming the first", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A", Baton_HubSpot_Id__c: "7" });
    const answer = await api("POST", "/sobjects/Lead", { ...lead, Baton_HubSpot_Id__c: "7" });
    expect(codeOf(answer)).toBe("DUPLICATE_VALUE");
    expect(JSON.stringify(answer.body)).toContain(id.slice(0, 15));
  });
});

describe("rules that Salesforce has of its own accord", () => {
  test("an assignment rule takes a lead away unless the header turns it off", async () => {
    const { api, org } = await openOrgSandbox();
    org.rules.tolerateHeaders = true;
    const other = org.addUser({ email: "other@acme.example" });
    org.rules.assignTo = other.id;
    const { id } = org.addLead({ LastName: "A" });
    const owner = (): unknown => org.find(id)?.values["OwnerId"];
    await api("PATCH", `/sobjects/Lead/${id}`, { OwnerId: org.integrationUserId });
    expect(owner()).toBe(org.integrationUserId);
    await api("PATCH", `/sobjects/Lead/${id}`, { Title: "VP" }, {});
    expect(owner()).toBe(other.id);
  });

  test("a duplicate is refused with the rows it resembles", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addContact({ LastName: "A", Email: "ALPHA@example.com" });
    const answer = await api("POST", "/sobjects/Lead", lead);
    expect(answer).toMatchObject({
      status: 400,
      body: [
        {
          errorCode: "DUPLICATES_DETECTED",
          duplicateResult: {
            allowSave: true,
            matchResults: [{ entityType: "Contact", size: 1, matchRecords: [{ record: { Id: id } }] }],
          },
        },
      ],
    });
    org.rules.misspelled = true;
    expect(JSON.stringify((await api("POST", "/sobjects/Lead", lead)).body)).toContain('"duplicateResut":');
  });

  test("allowSave passes an alert and no block", async () => {
    const { api, org } = await openOrgSandbox();
    org.rules.tolerateHeaders = true;
    org.addLead({ LastName: "A", Email: lead.Email });
    const allow = { "Sforce-Duplicate-Rule-Header": "allowSave=true" };
    expect((await api("POST", "/sobjects/Lead", lead, allow)).status).toBe(201);
    org.rules.duplicates = "block";
    expect(codeOf(await api("POST", "/sobjects/Lead", lead, allow))).toBe("DUPLICATES_DETECTED");
    org.rules.duplicates = "off";
    expect((await api("POST", "/sobjects/Lead", lead)).status).toBe(201);
  });

  test("a tracked field leaves its history", async () => {
    const { api, org, query } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A" });
    await api("PATCH", `/sobjects/Lead/${id}`, { Status: "Working - Contacted" });
    expect(
      await query(`SELECT Field, OldValue, NewValue, CreatedById FROM LeadHistory WHERE LeadId = '${id}'`),
    ).toMatchObject([
      {
        Field: "Status",
        OldValue: "Open - Not Contacted",
        NewValue: "Working - Contacted",
        CreatedById: org.integrationUserId,
      },
    ]);
  });

  test("a task that is completed tells when, and moves the last activity of its lead", async () => {
    const { api, org } = await openOrgSandbox({ now: () => Date.parse("2026-11-17T09:00:00Z") });
    const { id } = org.addLead({ LastName: "A" });
    const task = await api("POST", "/sobjects/Task", { WhoId: id, Subject: "Call" });
    const path = `/sobjects/Task/${idOf(task.body)}`;
    expect((await api("GET", `${path}?fields=Status,Priority,IsClosed`)).body).toMatchObject({
      Status: "Not Started",
      Priority: "Normal",
      IsClosed: false,
    });
    await api("PATCH", path, { Status: "Completed" });
    expect((await api("GET", `${path}?fields=IsClosed,CompletedDateTime`)).body).toMatchObject({
      IsClosed: true,
      CompletedDateTime: "2026-11-17T09:00:00.000+0000",
    });
    expect(org.find(id)?.values["LastActivityDate"]).toBe("2026-11-17");
  });

  test("an opportunity's stage says whether it is open and how likely", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addOpportunity({ Amount: 200 });
    expect(org.find(id)?.values).toMatchObject({ IsClosed: false, Probability: 10, ExpectedRevenue: 20 });
    await api("PATCH", `/sobjects/Opportunity/${id}`, { StageName: "Closed Won" });
    expect(org.find(id)?.values).toMatchObject({ IsClosed: true, IsWon: true, Probability: 100 });
  });

  test("a task of a lead is about nothing else, and an event has its times", async () => {
    const { api, org } = await openOrgSandbox();
    const { id: WhoId } = org.addLead({ LastName: "A" });
    const { id: WhatId } = org.addAccount({ Name: "Acme" });
    expect(codeOf(await api("POST", "/sobjects/Task", { WhoId, WhatId }))).toBe("FIELD_INTEGRITY_EXCEPTION");
    expect(codeOf(await api("POST", "/sobjects/Event", { WhoId }))).toBe("REQUIRED_FIELD_MISSING");
    const times = { StartDateTime: "2026-11-17T09:00:00Z", EndDateTime: "2026-11-17T09:30:00Z" };
    expect((await api("POST", "/sobjects/Event", { WhoId, ...times })).status).toBe(201);
  });

  test("a person is on a campaign once", async () => {
    const { api, org } = await openOrgSandbox();
    const { id: LeadId } = org.addLead({ LastName: "A" });
    const { id: CampaignId } = org.addCampaign("Webinar");
    expect((await api("POST", "/sobjects/CampaignMember", { CampaignId, LeadId })).status).toBe(201);
    expect(codeOf(await api("POST", "/sobjects/CampaignMember", { CampaignId, LeadId }))).toBe(
      "DUPLICATE_VALUE",
    );
  });
});

describe("a collection", () => {
  test("tells of each row in its order", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A" });
    const answer = await api("PATCH", "/composite/sobjects", {
      allOrNone: false,
      records: [
        { attributes: { type: "Lead" }, id, Title: "VP" },
        { attributes: { type: "Lead" }, id: "00Q5g0000000099", Title: "VP" },
        { attributes: { type: "Lead" }, id, Title: "x".repeat(200) },
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      body: [
        { id, success: true, errors: [] },
        { success: false, errors: [{ statusCode: "NOT_FOUND" }] },
        { success: false, errors: [{ statusCode: "STRING_TOO_LONG", fields: ["Title"] }] },
      ],
    });
    expect(org.find(id)?.values["Title"]).toBe("VP");
  });

  test("is refused as a whole where the object changes more than nine times", async () => {
    const { api, org } = await openOrgSandbox();
    const rows = (runs: number) =>
      Array.from({ length: runs }, (_, n) => ({
        attributes: { type: n % 2 === 0 ? "Lead" : "Contact" },
        LastName: "Ruiz",
        ...(n % 2 === 0 ? { Company: "Acme" } : {}),
      }));
    expect(await api("POST", "/composite/sobjects", { records: rows(11) })).toMatchObject({
      status: 400,
      body: [{ errorCode: "LIMIT_EXCEEDED" }],
    });
    expect([org.all("Lead"), org.all("Contact")]).toEqual([[], []]);
    expect(await api("POST", "/composite/sobjects", { records: rows(10) })).toMatchObject({ status: 200 });
  });

  test("with allOrNone leaves nothing when a row fails", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    const answer = await api("POST", "/composite/sobjects", {
      allOrNone: true,
      records: [
        { attributes: { type: "Lead" }, ...lead },
        { attributes: { type: "Lead" }, LastName: "B" },
      ],
    });
    expect(answer.body).toMatchObject([
      { success: false, errors: [{ statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK" }] },
      { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING" }] },
    ]);
    expect(org.all("Lead")).toEqual([]);
    expect(sandbox.ledger.find({ kind: "Lead.create" })).toEqual([]);
    expect(await api("POST", "/sobjects/Lead", lead)).toMatchObject({ status: 201 });
  });

  test("keeps the rows that were taken when an admin's rule refuses another, and tells of those alone", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    org.rules.validation = [{ object: "Lead", field: "Rating", is: "Cold", message: "no" }];
    const answer = await api("POST", "/composite/sobjects", {
      allOrNone: false,
      records: ["Hot", "Cold"].map((Rating) => ({
        attributes: { type: "Lead" },
        ...lead,
        Email: null,
        Rating,
      })),
    });
    expect(answer.body).toMatchObject([{ success: true }, { success: false }]);
    expect(org.all("Lead")).toMatchObject([{ values: { Rating: "Hot" } }]);
    expect(sandbox.ledger.find({ kind: "Lead.create" })).toMatchObject([{ properties: { Rating: "Hot" } }]);
  });

  test("upserts tasks by their key, each once", async () => {
    const { api, org } = await openOrgSandbox();
    const body = {
      allOrNone: false,
      records: ["k1", "k2"].map((key) => ({
        attributes: { type: "Task" },
        Baton_Key__c: key,
        Subject: "Call",
      })),
    };
    const first = await api("PATCH", "/composite/sobjects/Task/Baton_Key__c", body);
    const second = await api("PATCH", "/composite/sobjects/Task/Baton_Key__c", body);
    expect(first.body).toMatchObject([{ created: true }, { created: true }]);
    expect(second.body).toMatchObject([{ created: false }, { created: false }]);
    expect(org.all("Task")).toHaveLength(2);
  });

  test("of more than 200 rows is refused as a whole", async () => {
    const { api } = await openOrgSandbox();
    const all = Array.from({ length: 201 }, () => ({ attributes: { type: "Lead" }, ...lead }));
    expect(codeOf(await api("POST", "/composite/sobjects", { records: all }))).toBe("INVALID_INPUT");
  });

  test("of ids gives their rows, null for what is not there", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A" });
    const body = { ids: [id, "00Q5g0000000099AAA"], fields: ["LastName"] };
    expect((await api("POST", "/composite/sobjects/Lead", body)).body).toMatchObject([
      { LastName: "A" },
      null,
    ]);
    const gone = await api("DELETE", `/composite/sobjects?ids=${id}&allOrNone=false`);
    expect(gone.body).toMatchObject([{ id, success: true }]);
  });

  test("may have rows fail on command", async () => {
    const { api, sandbox } = await openOrgSandbox();
    sandbox.faults.add({
      path: "/**/composite/sobjects",
      fault: { do: "partial", items: [1], code: "INSUFFICIENT_ACCESS" },
    });
    const answer = await api("POST", "/composite/sobjects", {
      records: ["a", "b"].map((LastName) => ({ attributes: { type: "Lead" }, LastName, Company: "x" })),
    });
    expect(answer.body).toMatchObject([
      { success: true },
      { errors: [{ statusCode: "INSUFFICIENT_ACCESS" }] },
    ]);
  });
});

test("ids of changed and of deleted rows are listed with the instant that is covered", async () => {
  let now = Date.parse("2026-11-17T09:00:00Z");
  const { api, org } = await openOrgSandbox({ now: () => now });
  const [a, b] = ["A", "B"].map((LastName) => org.addLead({ LastName }).id);
  now += 30 * 60_000;
  await api("DELETE", `/sobjects/Lead/${b}`);
  const span = "start=2026-11-17T08:50:00%2B00:00&end=2026-11-17T10:00:00Z";
  expect((await api("GET", `/sobjects/Lead/updated/?${span}`)).body).toEqual({
    ids: [a],
    latestDateCovered: "2026-11-17T09:30:00.000+0000",
  });
  const deleted = await api("GET", `/sobjects/Lead/deleted?${span}`);
  expect(field(deleted.body, "deletedRecords")).toEqual([
    { id: b, deletedDate: "2026-11-17T09:30:00.000+0000" },
  ]);
  const narrow = "start=2026-11-17T09:00:00Z&end=2026-11-17T09:00:30Z";
  expect(codeOf(await api("GET", `/sobjects/Lead/updated?${narrow}`))).toBe("INVALID_REPLICATION_DATE");
});
