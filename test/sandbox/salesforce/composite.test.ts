import { describe, expect, test } from "vitest";
import { field } from "../portal-client.ts";
import type { Answered } from "../portal-client.ts";
import { base, codeOf, openOrgSandbox, writeHeaders } from "./org-client.ts";

const httpHeaders = writeHeaders;

/** The answers of a composite call's subrequests. */
function parts(answer: Answered, name = "compositeResponse"): readonly unknown[] {
  const list = field(answer.body, name);
  if (!Array.isArray(list)) throw new TypeError(`no ${name} in ${JSON.stringify(answer.body)}`);
  return list;
}

const query = (soql: string, referenceId: string): unknown => ({
  method: "GET",
  url: `${base}/query?q=${encodeURIComponent(soql)}`,
  referenceId,
});

describe("a composite call", () => {
  test("refuses a part whose address is longer than one may be, and no other", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A" });
    const of = (count: number) =>
      `SELECT Id FROM Lead WHERE Id IN (${Array(count).fill(`'${id}'`).join(",")})`;
    const answer = await api("POST", "/composite", {
      compositeRequest: [query(of(800), "a"), query(of(600), "b")],
    });
    expect(parts(answer)).toMatchObject([
      { httpStatusCode: 414, body: [{ errorCode: "URI_TOO_LONG" }] },
      { httpStatusCode: 200, body: { totalSize: 1 } },
    ]);
  });

  test("runs its parts in order, and later ones use what earlier ones gave", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A", Email: "a@example.com" });
    sandbox.faults.add({ nth: [2], fault: { do: "locked" } });
    const answer = await api("POST", "/composite", {
      allOrNone: true,
      compositeRequest: [
        query("SELECT Id FROM Lead WHERE Email = 'a@example.com'", "found"),
        {
          method: "PATCH",
          url: `${base}/sobjects/Lead/@{found.records[0].Id}`,
          referenceId: "lead",
          httpHeaders,
          body: { Title: "VP" },
        },
        {
          method: "PATCH",
          url: `${base}/sobjects/Task/Baton_Key__c/k1`,
          referenceId: "task",
          httpHeaders,
          body: { Subject: "Call", WhoId: "@{found.records[0].Id}" },
        },
        {
          method: "POST",
          url: `${base}/composite/sobjects`,
          referenceId: "notes",
          httpHeaders,
          body: { records: [{ attributes: { type: "Note" }, ParentId: id, Title: "Task @{task.id}" }] },
        },
        {
          method: "PATCH",
          url: `${base}/sobjects/Note/@{notes[0].id}`,
          referenceId: "note",
          httpHeaders,
          body: { Body: "x" },
        },
      ],
    });
    expect(parts(answer)).toMatchObject([
      { referenceId: "found", httpStatusCode: 200, body: { totalSize: 1 } },
      { referenceId: "lead", httpStatusCode: 204, body: null },
      { referenceId: "task", httpStatusCode: 201, body: { created: true } },
      { referenceId: "notes", httpStatusCode: 200, body: [{ success: true }] },
      { referenceId: "note", httpStatusCode: 204 },
    ]);
    expect(org.all("Task")).toMatchObject([{ values: { WhoId: id, Baton_Key__c: "k1" } }]);
    expect(org.all("Note")).toMatchObject([
      { values: { Title: `Task ${org.all("Task")[0]?.id}`, Body: "x" } },
    ]);
    expect(sandbox.ledger.countCalls({ orgId: org.id })).toBe(1);
    expect(sandbox.ledger.calls[0]?.subrequests?.map(({ status }) => status)).toEqual([
      200, 204, 201, 200, 204,
    ]);
  });

  const update = (id: string, body: unknown): unknown => ({
    method: "PATCH",
    url: `${base}/sobjects/Lead/${id}`,
    referenceId: `l${id}`,
    httpHeaders,
    body,
  });

  test("with allOrNone keeps nothing of a part that went well when another fails", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    const [a = "", b = ""] = ["A", "B"].map((LastName) => org.addLead({ LastName }).id);
    const compositeRequest = [update(a, { Title: "VP" }), update(b, { Nope: 1 })];
    const together = await api("POST", "/composite", { allOrNone: true, compositeRequest });
    expect(together.status).toBe(200);
    expect(parts(together)).toMatchObject([
      { httpStatusCode: 400, body: [{ errorCode: "PROCESSING_HALTED" }] },
      { httpStatusCode: 400, body: [{ errorCode: "INVALID_FIELD" }] },
    ]);
    expect(org.find(a)?.values["Title"]).toBeNull();
    expect(sandbox.ledger.find({ kind: "Lead.update" })).toEqual([]);
    const apart = await api("POST", "/composite", { allOrNone: false, compositeRequest });
    expect(parts(apart)).toMatchObject([{ httpStatusCode: 204 }, { httpStatusCode: 400 }]);
    expect(org.find(a)?.values["Title"]).toBe("VP");
  });

  test("whose reference leads nowhere halts that part", async () => {
    const { api } = await openOrgSandbox();
    const answer = await api("POST", "/composite", {
      compositeRequest: [
        query("SELECT Id FROM Lead", "none"),
        update("@{none.records[0].Id}", { Title: "VP" }),
      ].map((one, place) => ({ ...Object(one), referenceId: place === 0 ? "none" : "lead" })),
    });
    expect(parts(answer)[1]).toMatchObject({
      httpStatusCode: 400,
      body: [{ errorCode: "PROCESSING_HALTED" }],
    });
  });

  test("cannot refer to what a refused part said", async () => {
    const { api, org } = await openOrgSandbox();
    const { id } = org.addLead({ LastName: "A" });
    const refused = {
      method: "PATCH",
      url: `${base}/sobjects/Lead/00Q5g0000000099`,
      referenceId: "no",
      body: {},
    };
    const answer = await api("POST", "/composite", {
      compositeRequest: [refused, update(id, { Title: "@{no[0].errorCode}" })],
    });
    expect(parts(answer)[1]).toMatchObject({
      httpStatusCode: 400,
      body: [{ errorCode: "PROCESSING_HALTED" }],
    });
    expect(org.find(id)?.values["Title"]).toBeNull();
  });

  test.each([
    [
      "26 parts",
      Array.from({ length: 26 }, (_one, place) => ({
        method: "GET",
        url: `${base}/limits`,
        referenceId: `r${place}`,
      })),
    ],
    ["six queries", Array.from({ length: 6 }, (_one, place) => query("SELECT Id FROM Lead", `r${place}`))],
    ["one name twice", ["r", "r"].map((name) => query("SELECT Id FROM Lead", name))],
    ["a part without a name", [{ method: "GET", url: `${base}/limits` }]],
  ])("with %s is refused", async (_name, compositeRequest) => {
    const { api } = await openOrgSandbox();
    expect(codeOf(await api("POST", "/composite", { compositeRequest }))).toBe("INVALID_INPUT");
  });

  test("has one part fail on command, before or after it was kept", async () => {
    const { api, org, sandbox } = await openOrgSandbox();
    const [a = "", b = ""] = ["A", "B"].map((LastName) => org.addLead({ LastName }).id);
    sandbox.faults.add({ subrequest: `**/Lead/${a}`, times: 1, fault: { do: "locked" } });
    sandbox.faults.add({
      subrequest: `**/Lead/${b}`,
      times: 1,
      fault: { do: "server-error", status: 500, commit: true },
    });
    const answer = await api("POST", "/composite", {
      compositeRequest: [update(a, { Title: "VP" }), update(b, { Title: "VP" })],
    });
    expect(parts(answer)).toMatchObject([
      { httpStatusCode: 400, body: [{ errorCode: "UNABLE_TO_LOCK_ROW" }] },
      { httpStatusCode: 500, body: [{ errorCode: "UNKNOWN_EXCEPTION" }] },
    ]);
    expect([a, b].map((id) => org.find(id)?.values["Title"])).toEqual([null, "VP"]);
    expect(sandbox.ledger.calls[0]?.subrequests).toMatchObject([
      { fault: "locked" },
      { fault: "server-error" },
    ]);
  });
});

describe("a graph", () => {
  const create = (referenceId: string, body: unknown): unknown => ({
    method: "POST",
    url: `${base}/sobjects/Lead`,
    referenceId,
    httpHeaders,
    body,
  });

  test("stands or falls as a whole, apart from the others", async () => {
    const { api, org } = await openOrgSandbox();
    const answer = await api("POST", "/composite/graph", {
      graphs: [
        { graphId: "1", compositeRequest: [create("a", { LastName: "A", Company: "x" }), create("b", {})] },
        { graphId: "2", compositeRequest: [create("a", { LastName: "C", Company: "x" })] },
      ],
    });
    expect(parts(answer, "graphs")).toMatchObject([
      { graphId: "1", isSuccessful: false },
      { graphId: "2", isSuccessful: true, graphResponse: { compositeResponse: [{ httpStatusCode: 201 }] } },
    ]);
    expect(org.all("Lead")).toMatchObject([{ values: { LastName: "C" } }]);
  });

  test("is refused past 500 nodes", async () => {
    const { api } = await openOrgSandbox();
    const compositeRequest = Array.from({ length: 501 }, (_one, place) => create(`r${place}`, {}));
    const answer = await api("POST", "/composite/graph", { graphs: [{ graphId: "1", compositeRequest }] });
    expect(codeOf(answer)).toBe("INVALID_INPUT");
  });
});
