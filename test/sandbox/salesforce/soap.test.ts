/** Converting Leads over SOAP, as jsforce calls it. */
import { Connection } from "@jsforce/jsforce-node";
import "@jsforce/jsforce-node/lib/api/soap.js";
import { expect, test } from "vitest";
import { livingOrg, texts } from "./living-org.ts";
import type { LivingOrg } from "./living-org.ts";

const CONVERTED = "Closed - Converted";

function connection({ sandbox, accessToken }: LivingOrg): Connection {
  return new Connection({
    instanceUrl: sandbox.url,
    accessToken,
    version: "67.0",
    callOptions: { client: "Baton" },
  });
}

async function raw({ sandbox }: LivingOrg, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${sandbox.url}/services/Soap/u/67.0`, {
    method: "POST",
    headers: { "content-type": "text/xml", soapaction: '""' },
    body,
  });
  return { status: response.status, text: await response.text() };
}

function envelope(sessionId: string, inner: string): string {
  return `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header xmlns="urn:partner.soap.sforce.com"><SessionHeader><sessionId>${sessionId}</sessionId></SessionHeader></soapenv:Header><soapenv:Body xmlns="urn:partner.soap.sforce.com">${inner}</soapenv:Body></soapenv:Envelope>`;
}

test("jsforce converts a Lead, and the events name its client", async () => {
  const opened = await livingOrg();
  const { org, ana, sandbox } = opened;
  const result = await connection(opened).soap.convertLead({
    leadId: ana,
    convertedStatus: CONVERTED,
    opportunityName: "New",
  });
  const lead = org.find(ana)?.values ?? {};
  expect(result).toMatchObject({
    success: true,
    leadId: ana,
    accountId: lead["ConvertedAccountId"],
    contactId: lead["ConvertedContactId"],
    opportunityId: lead["ConvertedOpportunityId"],
  });
  const [told] = org.stream.newest(1);
  expect(told?.payload["ChangeEventHeader"]).toMatchObject({
    changeOrigin: "com/salesforce/api/soap/67.0;client=Baton",
    commitUser: org.integrationUserId,
  });
  expect(sandbox.ledger.find({ kind: "Lead.convert", by: "app" })).toHaveLength(1);
  expect(sandbox.ledger.countCalls({ orgId: org.id, route: "/services/Soap" })).toBe(1);
});

test("without an opportunity, into a known account", async () => {
  const opened = await livingOrg();
  const { org, ana } = opened;
  const accountId = org.addAccount({ Name: "Known" }).id;
  const result = await connection(opened).soap.convertLead({
    leadId: ana.slice(0, 15),
    convertedStatus: CONVERTED,
    accountId,
    doNotCreateOpportunity: true,
  });
  expect(result).toMatchObject({ success: true, accountId, opportunityId: null });
  expect(org.all("Opportunity")).toEqual([]);
});

test("each Lead converts or fails alone, with its code", async () => {
  const opened = await livingOrg();
  const { org, ana, accessToken } = opened;
  const queue = org.addQueue("Inbound").id;
  const waiting = org.addLead({ LastName: "Q", OwnerId: queue }).id;
  const lead = (id: string, status = CONVERTED): string =>
    `<leadConverts><leadId>${id}</leadId><convertedStatus>${status}</convertedStatus></leadConverts>`;
  const { text, status } = await raw(
    opened,
    envelope(
      accessToken,
      `<convertLead>${lead(ana)}${lead(ana)}${lead(waiting)}${lead(waiting, "Open - Not Contacted")}${lead("00Q5g00000zzzzzAAA")}</convertLead>`,
    ),
  );
  expect(status).toBe(200);
  expect(texts(text, "success")).toEqual(["true", "false", "false", "false", "false"]);
  expect(texts(text, "statusCode")).toEqual([
    "CANNOT_UPDATE_CONVERTED_LEAD",
    "REQUIRED_FIELD_MISSING",
    "INVALID_STATUS",
    "INVALID_CROSS_REFERENCE_KEY",
  ]);
});

test.each([
  ["a session that is none", "nonsense", "<convertLead/>", "sf:INVALID_SESSION_ID"],
  ["a method it does not have", undefined, "<login/>", "sf:UNKNOWN_EXCEPTION"],
  [
    "more than a hundred Leads",
    undefined,
    `<convertLead>${"<leadConverts/>".repeat(101)}</convertLead>`,
    "sf:EXCEEDED_ID_LIMIT",
  ],
])("%s is a fault", async (_name, session, inner, code) => {
  const opened = await livingOrg();
  const { status, text } = await raw(opened, envelope(session ?? opened.accessToken, inner));
  expect(status).toBe(500);
  expect(texts(text, "faultcode")).toEqual([code]);
});

test("a body with a document type is not read", async () => {
  const opened = await livingOrg();
  const { text } = await raw(
    opened,
    `<!DOCTYPE x [<!ENTITY a "b">]>${envelope(opened.accessToken, "<convertLead/>")}`,
  );
  expect(texts(text, "faultcode")).toEqual(["sf:MALFORMED_SOAP"]);
});
