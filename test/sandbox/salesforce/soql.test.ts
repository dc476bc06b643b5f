import { describe, expect, test } from "vitest";
import { field } from "../portal-client.ts";
import { codeOf, openOrgSandbox, records } from "./org-client.ts";
import type { OpenedOrg } from "./org-client.ts";

async function threeLeads(): Promise<OpenedOrg> {
  const opened = await openOrgSandbox({ now: () => Date.parse("2026-11-17T09:00:00Z") });
  const { org } = opened;
  const ana = org.addUser({ email: "ana.alpha@acme.example" });
  const queue = org.addQueue("Inbound", [ana.id]);
  org.addLead({
    LastName: "Älpha",
    Email: "a@example.com",
    Company: "100%_x",
    OwnerId: ana.id,
    NumberOfEmployees: 5,
  });
  org.addLead({
    LastName: "O'Brien",
    Email: "B@example.com",
    Company: "B\\C",
    OwnerId: queue.id,
    Rating: "Hot",
  });
  org.addLead({ LastName: "Gamma", Company: "1005x", NumberOfEmployees: 70 });
  return opened;
}

const names = async (opened: OpenedOrg, where: string): Promise<readonly unknown[]> =>
  (await opened.query(`SELECT LastName FROM Lead ${where}`)).map((row) => row["LastName"]);

describe("which leads a condition finds", () => {
  test.each([
    ["text whatever its case", "WHERE Email = 'b@EXAMPLE.com'", ["O'Brien"]],
    ["a quote that was escaped", String.raw`WHERE LastName = 'O\'Brien'`, ["O'Brien"]],
    ["a backslash that was escaped", String.raw`WHERE Company = 'B\\C'`, ["O'Brien"]],
    ["LIKE with wildcards", "WHERE Company LIKE '100%x'", ["Älpha", "Gamma"]],
    ["LIKE with escaped wildcards", String.raw`WHERE Company LIKE '100\%\_x'`, ["Älpha"]],
    ["LIKE with a backslash before a wildcard", String.raw`WHERE Company LIKE 'B\\%'`, ["O'Brien"]],
    ["numbers and AND", "WHERE NumberOfEmployees >= 5 AND NumberOfEmployees < 70", ["Älpha"]],
    ["null", "WHERE NumberOfEmployees = null", ["O'Brien"]],
    ["what is not a value, the empty ones too", "WHERE Rating != 'Cold'", ["Älpha", "O'Brien", "Gamma"]],
    ["NOT IN", "WHERE LastName NOT IN ('Gamma', 'älpha')", ["O'Brien"]],
    [
      "OR in brackets",
      "WHERE (LastName = 'Gamma' OR Rating = 'Hot') AND IsConverted = false",
      ["O'Brien", "Gamma"],
    ],
    ["NOT", "WHERE NOT (LastName = 'Gamma')", ["Älpha", "O'Brien"]],
    ["a path over a parent of two kinds", "WHERE Owner.Type = 'Queue'", ["O'Brien"]],
    ["a semi-join", "WHERE OwnerId IN (SELECT Id FROM User WHERE Email LIKE 'ana%')", ["Älpha"]],
    ["a date literal", "WHERE CreatedDate = TODAY AND LastName LIKE 'G%'", ["Gamma"]],
    ["a datetime", "WHERE SystemModstamp >= 2026-11-17T09:00:01Z", []],
    ["order and limit", "ORDER BY NumberOfEmployees DESC NULLS LAST, Id LIMIT 2", ["Gamma", "Älpha"]],
    ["empty first in rising order", "ORDER BY NumberOfEmployees LIMIT 1", ["O'Brien"]],
    ["an offset", "ORDER BY LastName OFFSET 2", ["Älpha"]],
  ])("%s", async (_name, where, expected) => {
    expect(await names(await threeLeads(), where)).toEqual(expected);
  });

  test("an id of fifteen characters is the id of eighteen", async () => {
    const opened = await threeLeads();
    const id = opened.org.all("Lead")[0]?.id ?? "";
    expect(await names(opened, `WHERE Id = '${id.slice(0, 15)}'`)).toEqual(["Älpha"]);
    expect(await names(opened, `WHERE Id IN ('${id}')`)).toEqual(["Älpha"]);
  });
});

test.each([
  ["MALFORMED_QUERY", "SELECT FROM Lead"],
  ["MALFORMED_QUERY", "SELECT Id FROM Lead WHERE Id IN ()"],
  ["MALFORMED_QUERY", "SELECT Id FROM Lead WHERE LastName = 'x"],
  ["MALFORMED_QUERY", String.raw`SELECT Id FROM Lead WHERE LastName = '\x'`],
  ["MALFORMED_QUERY", "SELECT Id FROM Lead WHERE LastName = 'a' AND Title = 'b' OR Title = 'c'"],
  ["INVALID_FIELD", "SELECT Nope FROM Lead"],
  ["INVALID_FIELD", "SELECT HasOptedOutOfEmail FROM Lead"],
  ["INVALID_FIELD", "SELECT Id FROM Lead WHERE Description = 'x'"],
  ["INVALID_FIELD", "SELECT Id FROM Lead WHERE CreatedDate > '2026-11-17T09:00:00Z'"],
  ["INVALID_FIELD", "SELECT Id FROM Lead WHERE LastName = 5"],
  ["INVALID_TYPE", "SELECT Id FROM Nope"],
  ["INVALID_QUERY_FILTER_OPERATOR", "SELECT Id FROM Lead WHERE OwnerId = 'nobody'"],
  ["NUMBER_OUTSIDE_VALID_RANGE", "SELECT Id FROM Lead OFFSET 2001"],
])("%s refuses: %s", async (code, soql) => {
  const { api } = await openOrgSandbox();
  const answer = await api("GET", `/query?q=${encodeURIComponent(soql)}`);
  expect([answer.status, codeOf(answer)]).toEqual([400, code]);
});

test("parents and children are nested as the API does", async () => {
  const { org, query } = await openOrgSandbox();
  const account = org.addAccount({ Name: "Acme" });
  const contact = org.addContact({ LastName: "Alpha", AccountId: account.id });
  org.addContact({ LastName: "Alone" });
  org.addOpportunity({ Name: "Deal", AccountId: account.id }, [contact.id]);
  const rows = await query(
    "SELECT Id, Account.Name, Account.Owner.Name, (SELECT Opportunity.Name, IsPrimary FROM OpportunityContactRoles) FROM Contact ORDER BY LastName DESC",
  );
  expect(rows).toMatchObject([
    {
      attributes: { type: "Contact", url: `/services/data/v67.0/sobjects/Contact/${contact.id}` },
      Account: { attributes: { type: "Account" }, Name: "Acme", Owner: { Name: "Ada Admin" } },
      OpportunityContactRoles: {
        totalSize: 1,
        records: [{ IsPrimary: true, Opportunity: { Name: "Deal" } }],
      },
    },
    { Account: null, OpportunityContactRoles: null },
  ]);
});

test("a result is read page by page, as it was when it began", async () => {
  const { org, api } = await openOrgSandbox();
  for (let number = 0; number < 450; number += 1) org.addLead({ LastName: `L${number}` });
  const first = await api("GET", "/query?q=SELECT+LastName+FROM+Lead", undefined, {
    "Sforce-Query-Options": "batchSize=200",
  });
  expect(first.body).toMatchObject({ totalSize: 450, done: false });
  org.addLead({ LastName: "late" });
  const second = await api(
    "GET",
    String(field(first.body, "nextRecordsUrl")).replace("/services/data/v67.0", ""),
  );
  expect(second.body).toMatchObject({ totalSize: 450, done: true });
  expect(records(first.body).length + records(second.body).length).toBe(450);
  expect(codeOf(await api("GET", "/query/01gNOPE-200"))).toBe("INVALID_QUERY_LOCATOR");
});

test("COUNT() gives the number and no rows", async () => {
  const { org, api } = await openOrgSandbox();
  org.addLead({ LastName: "A" });
  const { body } = await api("GET", "/query?q=SELECT+COUNT()+FROM+Lead");
  expect(body).toEqual({ totalSize: 1, done: true, records: [] });
});

test("queryAll finds what lies in the recycle bin, query does not", async () => {
  const { org, api, query } = await openOrgSandbox();
  const { id } = org.addLead({ LastName: "A" });
  await api("DELETE", `/sobjects/Lead/${id}`);
  expect(await query("SELECT Id FROM Lead")).toEqual([]);
  const { body } = await api("GET", "/queryAll?q=SELECT+Id,IsDeleted+FROM+Lead");
  expect(records(body)).toMatchObject([{ Id: id, IsDeleted: true }]);
});

test("a statement longer than a request may be is refused before it is read", async () => {
  const { api } = await openOrgSandbox();
  const ids = Array.from({ length: 900 }, () => "'00Q5g0000000001AAA'").join(",");
  const response = await api(
    "GET",
    `/query?q=${encodeURIComponent(`SELECT Id FROM Lead WHERE Id IN (${ids})`)}`,
  ).catch(() => ({ status: 431 }));
  expect(response.status).toBe(431);
});
