/** Bulk API 2.0 of an org, over real HTTP. */
import { expect, test } from "vitest";
import { livingOrg } from "./living-org.ts";
import type { LivingOrg, Told } from "./living-org.ts";

const field = (told: Told, name: string): unknown =>
  typeof told.body === "object" && told.body !== null
    ? new Map(Object.entries(told.body)).get(name)
    : undefined;

/** Looks at a job until it has come to an end. */
async function ended({ api }: LivingOrg, path: string): Promise<Told> {
  for (;;) {
    const told = await api("GET", path);
    if (!["UploadComplete", "InProgress"].includes(String(field(told, "state")))) return told;
  }
}

async function query(opened: LivingOrg, soql: string, operation = "query"): Promise<string> {
  const made = await opened.api("POST", "/jobs/query", { operation, query: soql });
  expect(made.status).toBe(200);
  return `/jobs/query/${String(field(made, "id"))}`;
}

test("a query is a job whose rows come as CSV, page by page by locator", async () => {
  const opened = await livingOrg();
  const { api, org } = opened;
  for (const name of ["Bo", 'Cy "the boss", PhD', "Di"]) org.addLead({ LastName: name });
  const path = await query(opened, "SELECT LastName, Title, Owner.Email FROM Lead ORDER BY LastName LIMIT 3");
  expect((await api("GET", `${path}/results`)).body).toMatchObject([{ errorCode: "INVALIDJOBSTATE" }]);
  expect(field(await api("GET", path), "state")).toBe("InProgress");
  expect((await ended(opened, path)).body).toMatchObject({ state: "JobComplete", numberRecordsProcessed: 3 });
  const first = await api("GET", `${path}/results?maxRecords=2`);
  expect(first.body).toBe(
    '"LastName","Title","Owner.Email"\n"Bo","","admin@' +
      `${org.id.slice(-8).toLowerCase()}.example"\n"Cy ""the boss"", PhD","","admin@${org.id.slice(-8).toLowerCase()}.example"\n`,
  );
  expect(first.headers.get("content-type")).toBe("text/csv");
  expect(first.headers.get("sforce-numberofrecords")).toBe("2");
  const locator = first.headers.get("sforce-locator") ?? "";
  const second = await api("GET", `${path}/results?maxRecords=2&locator=${locator}`);
  expect(second.body).toContain('"Di"');
  expect(second.headers.get("sforce-locator")).toBe("null");
  expect((await api("GET", `${path}/results?locator=x`)).body).toMatchObject([
    { errorCode: "INVALID_QUERY_LOCATOR" },
  ]);
});

test("queryAll also finds what was deleted; what Bulk cannot do is refused", async () => {
  const opened = await livingOrg();
  await opened.org.act({ do: "delete", who: opened.ana });
  for (const [operation, count] of [
    ["query", 0],
    ["queryAll", 1],
  ] as const) {
    const path = await query(opened, "SELECT Id, IsDeleted FROM Lead", operation);
    expect(field(await ended(opened, path), "numberRecordsProcessed")).toBe(count);
  }
  for (const soql of [
    "SELECT COUNT() FROM Lead",
    "SELECT Id, (SELECT Id FROM Tasks) FROM Lead",
    "SELECT Nope FROM Lead",
  ])
    expect((await opened.api("POST", "/jobs/query", { operation: "query", query: soql })).status).toBe(400);
});

test("jobs are aborted and deleted", async () => {
  const opened = await livingOrg();
  const path = await query(opened, "SELECT Id FROM Lead");
  expect(field(await opened.api("PATCH", path, { state: "Aborted" }), "state")).toBe("Aborted");
  expect((await opened.api("DELETE", path)).status).toBe(204);
  expect((await opened.api("GET", path)).status).toBe(404);
});

/** Uploads a CSV and gives the job's path once it has come to an end. */
async function ingest(opened: LivingOrg, job: object, csv: string): Promise<string> {
  const made = await opened.api("POST", "/jobs/ingest", { contentType: "CSV", lineEnding: "LF", ...job });
  const path = `/jobs/ingest/${String(field(made, "id"))}`;
  expect(field(made, "contentUrl")).toBe(`services/data/v67.0${path}/batches`);
  expect((await opened.api("PUT", `${path}/batches`, csv)).status).toBe(201);
  expect(field(await opened.api("PATCH", path, { state: "UploadComplete" }), "state")).toBe("UploadComplete");
  await ended(opened, path);
  return path;
}

test("rows are kept or refused one by one: blank leaves a value, #N/A clears it", async () => {
  const opened = await livingOrg({ rules: { fls: true } });
  const { api, org, ana } = opened;
  const bo = org.addLead({ LastName: "Bo", Title: "CRO", City: "Graz" }).id;
  const csv = `Id,Title,City,Email,HasOptedOutOfEmail\n${bo},,#N/A,,true\n${ana},VP,,nonsense,\n`;
  const path = await ingest(opened, { object: "Lead", operation: "update" }, csv);
  expect(org.find(bo)?.values).toMatchObject({ Title: "CRO", City: null, HasOptedOutOfEmail: true });
  expect(org.find(ana)?.values["Title"]).toBeNull();
  expect((await api("GET", path)).body).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
  expect((await api("GET", `${path}/successfulResults`)).body).toBe(
    `"sf__Id","sf__Created","Id","Title","City","Email","HasOptedOutOfEmail"\n"${bo}","false","${bo}","","#N/A","","true"\n`,
  );
  expect(String((await api("GET", `${path}/failedResults`)).body)).toContain(
    "INVALID_EMAIL_ADDRESS:Email: invalid email address: nonsense:Email --",
  );
  expect((await api("GET", `${path}/unprocessedrecords`)).body).toBe(
    '"Id","Title","City","Email","HasOptedOutOfEmail"\n',
  );
  const [told] = org.stream.newest(1);
  expect(told?.payload["ChangeEventHeader"]).toMatchObject({
    changeOrigin: "com/salesforce/api/bulkapi/67.0;client=Baton",
  });
});

test("an upsert goes by the external id, and an assignment rule runs only where the job names one", async () => {
  const opened = await livingOrg();
  const { org } = opened;
  const jordan = org.addUser({ email: "jordan@acme.example" }).id;
  org.rules.assignTo = jordan;
  const job = { object: "Lead", operation: "upsert", externalIdFieldName: "Baton_HubSpot_Id__c" };
  await ingest(opened, job, "Baton_HubSpot_Id__c,LastName,Company\n101,Bo,B\n102,Cy,C\n");
  await ingest(
    opened,
    { ...job, assignmentRuleId: "01Q5g000000" },
    "Baton_HubSpot_Id__c,LastName,Company\n101,Boo,B\n",
  );
  const leads = org.all("Lead").filter(({ values }) => values["Baton_HubSpot_Id__c"] !== null);
  expect(leads.map(({ values }) => [values["LastName"], values["OwnerId"] === jordan])).toEqual([
    ["Boo", true],
    ["Cy", false],
  ]);
});

test("a job takes no upload once it is closed, and one that is aborted wrote nothing", async () => {
  const opened = await livingOrg();
  const { api, org } = opened;
  const path = await ingest(opened, { object: "Lead", operation: "insert" }, "LastName,Company\nBo,B\n");
  expect((await api("PUT", `${path}/batches`, "LastName,Company\nBo,B\n")).body).toMatchObject([
    { errorCode: "INVALIDJOBSTATE" },
  ]);
  const made = await api("POST", "/jobs/ingest", { object: "Lead", operation: "insert" });
  const other = `/jobs/ingest/${String(field(made, "id"))}`;
  await api("PUT", `${other}/batches`, "LastName,Company\nCy,C\n");
  await api("PATCH", other, { state: "Aborted" });
  expect((await api("GET", `${other}/unprocessedrecords`)).body).toBe('"LastName","Company"\n"Cy","C"\n');
  expect(org.all("Lead")).toHaveLength(2);
});

test("every call of a job counts against the day", async () => {
  const opened = await livingOrg();
  const { org, sandbox } = opened;
  const used = org.state.use.calls;
  await ingest(opened, { object: "Lead", operation: "insert" }, "LastName,Company\nBo,B\n");
  expect(org.state.use.calls - used).toBe(sandbox.ledger.countCalls({ orgId: org.id }));
  expect(org.state.use.calls - used).toBeGreaterThanOrEqual(5);
});
