import { describe, expect, test } from "vitest";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { idOf } from "../portal-client.ts";
import { base, call, codeOf, openOrgSandbox, records, writeHeaders } from "./org-client.ts";

const lead = { LastName: "Alpha", Company: "Acme" };

describe("limits", () => {
  test("every answer tells how much of the day is used", async () => {
    const { api, org } = await openOrgSandbox();
    org.rules.otherUse = 10;
    org.rules.dailyLimit = 12;
    expect((await api("GET", "/limits")).headers.get("sforce-limit-info")).toBe("api-usage=11/12");
    const { body, headers } = await api("GET", "/limits");
    expect(headers.get("sforce-limit-info")).toBe("api-usage=12/12");
    expect(body).toMatchObject({ DailyApiRequests: { Max: 12, Remaining: 0 } });
    const refused = await api("GET", "/limits");
    expect([refused.status, codeOf(refused)]).toEqual([403, "REQUEST_LIMIT_EXCEEDED"]);
    expect(refused.headers.get("retry-after")).toBeNull();
  });

  test("a new day begins with none", async () => {
    let now = Date.parse("2026-11-17T23:59:00Z");
    const { api, org } = await openOrgSandbox({ now: () => now });
    org.rules.dailyLimit = 1;
    await api("GET", "/limits");
    expect((await api("GET", "/limits")).status).toBe(403);
    now += 2 * 60_000;
    expect((await api("GET", "/limits")).status).toBe(200);
  });
});

describe("a call", () => {
  test("without a session is refused, and stands in the ledger", async () => {
    const { sandbox } = await openOrgSandbox();
    const answer = await call(`${sandbox.url}${base}/limits`, "GET", "nobody");
    expect(answer).toMatchObject({ status: 401, body: [{ errorCode: "INVALID_SESSION_ID" }] });
    expect(sandbox.ledger.calls).toMatchObject([{ status: 401, route: `${base}/limits` }]);
  });

  test("of another version or of nothing is not found", async () => {
    const { sandbox, token, api } = await openOrgSandbox();
    expect((await call(`${sandbox.url}/services/data/v50.0/limits`, "GET", token)).status).toBe(404);
    expect(codeOf(await api("GET", "/nothing"))).toBe("NOT_FOUND");
    expect((await api("DELETE", "/limits")).status).toBe(405);
  });

  test("reaches the org of its session and no other", async () => {
    const { sandbox, org, client, api, query } = await openOrgSandbox();
    const other = sandbox.createOrg();
    const { accessToken } = sandbox.installOrg(client, other.id);
    await call(`${sandbox.url}${base}/sobjects/Lead`, "POST", accessToken, lead, writeHeaders);
    expect(await query("SELECT Id FROM Lead")).toEqual([]);
    expect(other.all("Lead")).toHaveLength(1);
    expect(sandbox.ledger.find({ orgId: other.id, by: "app" })).toHaveLength(1);
    expect(sandbox.ledger.find({ orgId: org.id, by: "app" })).toEqual([]);
    expect((await api("GET", "/limits")).headers.get("sforce-limit-info")).toContain("api-usage=2/");
  });
});

describe("faults", () => {
  const cases: readonly (readonly [string, Fault, number, unknown])[] = [
    ["a 503", { do: "server-error", status: 503 }, 503, "SERVER_UNAVAILABLE"],
    ["an ended session", { do: "unauthorized" }, 401, "INVALID_SESSION_ID"],
    ["too many calls at once", { do: "rate-limited", policy: "SECONDLY" }, 403, "REQUEST_LIMIT_EXCEEDED"],
    ["a locked row", { do: "locked" }, 400, "UNABLE_TO_LOCK_ROW"],
    [
      "an answer of one's own",
      { do: "answer", status: 400, body: [{ errorCode: "TXN_SECURITY_BLOCK" }] },
      400,
      "TXN_SECURITY_BLOCK",
    ],
  ];
  test.each(cases)("%s before the write leaves nothing", async (_name, fault, status, code) => {
    const { api, org, sandbox } = await openOrgSandbox();
    sandbox.faults.add({ orgId: org.id, times: 1, fault });
    const answer = await api("POST", "/sobjects/Lead", lead);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(org.all("Lead")).toEqual([]);
    expect((await api("POST", "/sobjects/Lead", lead)).status).toBe(201);
  });

  test.each<Fault>([
    { do: "reset", commit: true },
    { do: "hang", ms: 20, commit: true },
  ])("$do after the write keeps it and says nothing", async (fault) => {
    const { api, org, sandbox } = await openOrgSandbox();
    sandbox.faults.add({ method: "POST", times: 1, fault });
    await expect(api("POST", "/sobjects/Lead", lead)).rejects.toThrow("");
    expect(org.all("Lead")).toHaveLength(1);
    expect(sandbox.ledger.calls).toMatchObject([{ status: 0, fault: fault.do }]);
  });

  test("an outage may be a page", async () => {
    const { sandbox, token } = await openOrgSandbox();
    sandbox.faults.add({ fault: { do: "html", status: 503 } });
    const answer = await fetch(`${sandbox.url}${base}/limits`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([answer.status, (await answer.text()).slice(0, 9)]).toEqual([503, "<!doctype"]);
  });

  test("a record may be missing from a result", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    const [a, b] = ["A", "B"].map((LastName) => org.addLead({ LastName }).id);
    sandbox.faults.add({ fault: { do: "mangled-record", id: a ?? "", into: "left-out" } });
    const { body } = await api("GET", "/query?q=SELECT+Id+FROM+Lead");
    expect(records(body).map(({ Id }) => Id)).toEqual([b]);
  });

  test("may meet only the part of a call that writes records of one object", async () => {
    const { api, sandbox } = await openOrgSandbox();
    sandbox.faults.add({ subrequest: "**", method: "POST", object: "Task", fault: { do: "locked" } });
    const rows = (type: string, method = "POST") => ({
      method,
      url: `${base}/composite/sobjects`,
      referenceId: `${method}${type}`,
      httpHeaders: writeHeaders,
      body: { allOrNone: false, records: [{ attributes: { type }, ...(type === "Lead" ? lead : {}) }] },
    });
    const compositeRequest = [rows("Lead"), rows("Task"), rows("Task", "PATCH")];
    await api("POST", "/composite", { allOrNone: false, compositeRequest });
    const parts = sandbox.ledger.calls.at(-1)?.subrequests ?? [];
    expect(parts.map(({ fault }) => fault)).toEqual([undefined, "locked", undefined]);
  });

  test("the token endpoint fails on command too", async () => {
    const { sandbox } = await openOrgSandbox();
    sandbox.faults.add({ path: "/services/oauth2/**", fault: { do: "server-error", status: 503 } });
    expect((await fetch(`${sandbox.url}/services/oauth2/token`, { method: "POST" })).status).toBe(503);
  });

  test.each([
    ["a portal", { portalId: 1 }],
    ["another org", { orgId: "00D5g0000009999AAA" }],
    ["subrequests", { subrequest: "**" }],
  ])("of %s leave a call to the org alone", async (_name, rule) => {
    const { api, sandbox } = await openOrgSandbox();
    sandbox.faults.add({ ...rule, fault: { do: "locked" } });
    expect((await api("GET", "/limits")).status).toBe(200);
  });
});

describe("the ledger", () => {
  test("keeps what was written, by whom, with which headers, by which call", async () => {
    const { api, org, client, sandbox } = await openOrgSandbox();
    const { body } = await api("POST", "/sobjects/Lead", { ...lead, NumberOfEmployees: 5 });
    org.change(idOf(body), { Title: "VP" });
    expect(sandbox.ledger.find({ orgId: org.id, objectId: idOf(body) })).toMatchObject([
      {
        kind: "Lead.create",
        properties: { LastName: "Alpha", NumberOfEmployees: "5" },
        who: { client: client.clientId },
        call: sandbox.ledger.calls[0]?.number,
        headers: { "sforce-auto-assign": "FALSE", "sforce-call-options": "client=Baton" },
      },
      { kind: "Lead.update", properties: { Title: "VP" }, who: { other: "person" }, call: undefined },
    ]);
  });

  test.each([
    ["Sforce-Auto-Assign", "Lead", lead],
    ["Sforce-Call-Options", "Task", {}],
    ["Sforce-Duplicate-Rule-Header", "Account", { Name: "Acme" }],
  ] as const)(
    "holds a write without %s against its writer when the sandbox closes",
    async (name, type, body) => {
      const sandbox = await startSandbox();
      const org = sandbox.createOrg();
      const { accessToken } = sandbox.installOrg(sandbox.registerClient(), org.id);
      const { [name]: _left, ...headers } = writeHeaders;
      await call(`${sandbox.url}${base}/sobjects/${type}`, "POST", accessToken, body, headers);
      await expect(sandbox.close()).rejects.toThrow(new RegExp(`POST .*${type}.create .*${name}`));
      org.rules.tolerateHeaders = true;
    },
  );

  test("holds a write against its writer though the ledger was cleared since", async () => {
    const sandbox = await startSandbox();
    const org = sandbox.createOrg();
    const { accessToken } = sandbox.installOrg(sandbox.registerClient(), org.id);
    await call(`${sandbox.url}${base}/sobjects/Task`, "POST", accessToken, {});
    sandbox.ledger.clear();
    await expect(sandbox.close()).rejects.toThrow(/Task.create .*Sforce-Auto-Assign/);
    org.rules.tolerateHeaders = true;
  });

  test("asks a subrequest for its own headers", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    org.rules.tolerateHeaders = true;
    await api("POST", "/composite", {
      compositeRequest: [{ method: "POST", url: `${base}/sobjects/Lead`, referenceId: "lead", body: lead }],
    });
    expect(sandbox.ledger.find({ kind: "Lead.create" })[0]?.headers).toEqual({
      "sforce-call-options": "client=Baton",
    });
  });
});

test("twenty thousand leads are found by id, by address and by their tasks without a search", async () => {
  const { org, query } = await openOrgSandbox();
  const ids: string[] = [];
  for (let number = 0; number < 20_000; number += 1)
    ids.push(org.addLead({ LastName: `L${number}`, Email: `l${number}@example.com` }).id);
  const wanted = ids.filter((_id, place) => place % 200 === 0).map((id) => `'${id}'`);
  expect(await query(`SELECT Id FROM Lead WHERE Email = 'l7777@example.com'`)).toMatchObject([
    { Id: ids[7777] },
  ]);
  expect(await query(`SELECT Id FROM Lead WHERE Id IN (${wanted.join(",")})`)).toHaveLength(100);
  expect(await query(`SELECT Id FROM Task WHERE WhoId IN (${wanted.join(",")})`)).toEqual([]);
  expect(await query("SELECT Id FROM Lead ORDER BY SystemModstamp, Id LIMIT 2000")).toHaveLength(2000);
});
