import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Gateway } from "../../../connectors/http/gateway.ts";
import {
  insertPart,
  rowOutcomes,
  updatePart,
  upsertPart,
} from "../../../connectors/salesforce/collections.ts";
import type { Row } from "../../../connectors/salesforce/collections.ts";
import { readParts, writeParts } from "../../../connectors/salesforce/composite.ts";
import type { Part } from "../../../connectors/salesforce/composite.ts";
import { createGateway } from "../../../connectors/salesforce/gateway.ts";
import { findAll, findRecords, recordsOf } from "../../../connectors/salesforce/queries.ts";
import { memoryVault } from "../hubspot/kit.ts";
import { aConfig, composite, cut, errorOf, json, openDesk, SHORT, someTokens } from "./server.ts";
import type { Desk } from "./server.ts";

const LEAD = "00Q5g00000ABCdeEAH";
const PATH = "/services/data/v67.0";

let desk: Desk;
let gateway: Gateway;
beforeAll(async () => {
  desk = await openDesk();
  const refresh = (): Promise<never> => Promise.reject(new Error("nobody was to renew"));
  const parts = { config: aConfig(desk.url), vault: memoryVault(someTokens(desk.url)), refresh };
  gateway = createGateway(parts, { timeouts: SHORT, wait: () => Promise.resolve() });
});
afterAll(async () => {
  await gateway.close();
  desk.close();
});
beforeEach(() => {
  desk.asked.length = 0;
});

const sent = (index = 0): unknown => JSON.parse(desk.asked[index]?.text ?? "null");
const get = (ref: string): Part => ({ ref, method: "GET", path: `/sobjects/Lead/${ref}` });
const problem = (errorCode: string): unknown => [{ errorCode, message: "said" }];

describe("several requests in one call", () => {
  test("are known by their reference, in whatever order they are answered", async () => {
    desk.answer = (response, asked) => {
      const { compositeRequest }: { compositeRequest: { referenceId: string }[] } = JSON.parse(asked.text);
      const compositeResponse = compositeRequest
        .toReversed()
        .map(({ referenceId }) => ({ body: { of: referenceId }, httpStatusCode: 200, referenceId }));
      json({ compositeResponse: [null, { referenceId: 7 }, ...compositeResponse] })(response, asked);
    };
    const answers = await readParts(gateway, [get("a"), get("b")]);
    expect([...answers]).toEqual([
      ["a", { ok: true, body: { of: "a" } }],
      ["b", { ok: true, body: { of: "b" } }],
    ]);
    expect(sent()).toEqual({
      allOrNone: false,
      compositeRequest: [
        { method: "GET", referenceId: "a", url: `${PATH}/sobjects/Lead/a` },
        { method: "GET", referenceId: "b", url: `${PATH}/sobjects/Lead/b` },
      ],
    });
    expect(desk.asked).toHaveLength(1);
  });

  test("spoil none of the others when one is refused, or not answered at all", async () => {
    desk.answer = composite(({ referenceId }) =>
      referenceId === "b" ? { status: 400, body: problem("INVALID_TYPE") } : { body: {} },
    );
    expect([...(await readParts(gateway, [get("a"), get("b")]))]).toMatchObject([
      ["a", { ok: true }],
      ["b", { ok: false, trouble: { code: "crm.invalid", errorCode: "INVALID_TYPE" } }],
    ]);
    desk.answer = json({ compositeResponse: [{ referenceId: "a", httpStatusCode: 200, body: {} }] });
    expect([...(await readParts(gateway, [get("a"), get("b")]))]).toMatchObject([
      ["a", { ok: true }],
      ["b", { ok: false, trouble: { code: "crm.bad-answer" } }],
    ]);
  });

  test("that write carry each the header that keeps the owner, besides their own", async () => {
    desk.answer = composite(() => ({ status: 204, body: null }));
    const part: Part = { ref: "w", method: "PATCH", path: `/sobjects/Lead/${LEAD}`, body: { Title: "VP" } };
    const answers = await writeParts(gateway, [part, { ...part, ref: "x", headers: { "If-Match": "1" } }]);
    expect(sent()).toMatchObject({
      compositeRequest: [
        { httpHeaders: { "Sforce-Auto-Assign": "FALSE" }, body: { Title: "VP" } },
        { httpHeaders: { "Sforce-Auto-Assign": "FALSE", "If-Match": "1" } },
      ],
    });
    expect([...answers.values()].map(({ outcome }) => outcome)).toEqual(["answered", "answered"]);
  });

  test("may be answered without a body", async () => {
    desk.answer = json({ compositeResponse: [{ referenceId: "a", httpStatusCode: 204 }] });
    expect([...(await readParts(gateway, [get("a")]))]).toEqual([["a", { ok: true, body: undefined }]]);
  });

  test("that write have each an answer, whatever became of the call", async () => {
    const parts = ["w", "x"].map((ref): Part => ({ ...get(ref), method: "PATCH", body: {} }));
    desk.answer = composite(({ referenceId }) =>
      referenceId === "w"
        ? { status: 400, body: problem("UNABLE_TO_LOCK_ROW") }
        : { status: 500, body: problem("UNKNOWN_EXCEPTION") },
    );
    expect([...(await writeParts(gateway, parts)).values()]).toEqual([
      { outcome: "not-applied", code: "crm.locked" },
      { outcome: "unknown", code: "crm.server-error" },
    ]);
    desk.answer = cut;
    expect([...(await writeParts(gateway, parts)).values()].map(({ outcome }) => outcome)).toEqual([
      "unknown",
      "unknown",
    ]);
    desk.answer = json({ compositeResponse: "none" });
    expect([...(await writeParts(gateway, parts)).values()]).toEqual([
      { outcome: "unknown", code: "crm.bad-answer" },
      { outcome: "unknown", code: "crm.bad-answer" },
    ]);
    desk.answer = json(problem("API_DISABLED_FOR_ORG"), 403);
    expect([...(await writeParts(gateway, parts)).values()].map(({ outcome }) => outcome)).toEqual([
      "refused",
      "refused",
    ]);
  });

  test("are none when there is nothing to ask, and no more than a call takes", async () => {
    expect([...(await readParts(gateway, []))]).toEqual([]);
    expect([...(await writeParts(gateway, []))]).toEqual([]);
    const many = Array.from({ length: 26 }, (_, index) => get(`p${index}`));
    expect((await errorOf(readParts(gateway, many))).code).toBe("crm.invalid");
    expect(desk.asked).toEqual([]);
  });
});

describe("queries", () => {
  const rows = (...ids: readonly string[]): unknown => ({ records: ids.map((Id) => ({ Id })), done: true });

  test("are five a call, in bodies and not in addresses", async () => {
    desk.answer = composite(({ url }) => ({ body: rows(url) }));
    const asks = ["a", "b", "c", "d", "e", "f"].map((ref) => ({
      ref,
      text: `SELECT Id FROM Lead WHERE A = '${ref}&'`,
    }));
    const found = await findAll(gateway, asks);
    expect(desk.asked.map(({ path }) => path)).toEqual([`${PATH}/composite`, `${PATH}/composite`]);
    expect(recordsOf(found, "f")).toEqual([
      { Id: `${PATH}/query?q=SELECT%20Id%20FROM%20Lead%20WHERE%20A%20%3D%20'f%26'` },
    ]);
  });

  test("with further pages get them, those of several together", async () => {
    desk.answer = composite(({ url, referenceId }) => {
      const isLast = url.endsWith("-4000") || (referenceId === "b" && url.endsWith("-2000"));
      if (isLast) return { body: rows(`${referenceId} last`) };
      const next = url.endsWith("-2000") ? "-4000" : "-2000";
      const nextRecordsUrl = `${PATH}/query/01gRM${next}`;
      return { body: { records: [{ Id: `${referenceId} more` }], done: false, nextRecordsUrl } };
    });
    const found = await findAll(gateway, [
      { ref: "a", text: "SELECT Id FROM Lead" },
      { ref: "b", text: "SELECT Id FROM Task" },
    ]);
    expect(recordsOf(found, "a").map(({ Id }) => Id)).toEqual(["a more", "a more", "a last"]);
    expect(recordsOf(found, "b").map(({ Id }) => Id)).toEqual(["b more", "b last"]);
    expect(desk.asked).toHaveLength(3);
  });

  test("that want the first page only, or what was deleted, are asked so", async () => {
    const body = { records: [{ Id: "1" }], done: false, nextRecordsUrl: `${PATH}/query/01gRM-2000` };
    desk.answer = composite(() => ({ body }));
    const options = { firstPageOnly: true, withDeleted: true };
    expect(await findRecords(gateway, "SELECT Id FROM Lead", options)).toHaveLength(1);
    expect(sent()).toMatchObject({
      compositeRequest: [{ url: `${PATH}/queryAll?q=SELECT%20Id%20FROM%20Lead` }],
    });
  });

  test("that can match nothing are not asked", async () => {
    expect(await findRecords(gateway, undefined)).toEqual([]);
    expect(desk.asked).toEqual([]);
  });

  test("that are refused say so, and spoil none of the others", async () => {
    desk.answer = composite(({ referenceId }) =>
      referenceId === "a" ? { status: 400, body: problem("INVALID_FIELD") } : { body: rows("1") },
    );
    const found = await findAll(gateway, [
      { ref: "a", text: "SELECT Nope FROM Lead" },
      { ref: "b", text: "SELECT Id FROM Task" },
    ]);
    expect(() => recordsOf(found, "a")).toThrow(expect.objectContaining({ code: "crm.invalid" }));
    expect(recordsOf(found, "b")).toEqual([{ Id: "1" }]);
  });

  test.each([
    ["https://evil.example/services/data/v67.0/query/01g-2000"],
    [`${PATH}/query/../sobjects/User/005`],
    [`${PATH}/query?q=SELECT+Id+FROM+User`],
    ["/services/data/v50.0/query/01g-2000"],
  ])("whose next page is at %s end there", async (nextRecordsUrl) => {
    desk.answer = composite(() => ({ body: { records: [], done: false, nextRecordsUrl } }));
    expect((await errorOf(findRecords(gateway, "SELECT Id FROM Lead"))).code).toBe("crm.bad-answer");
    expect(desk.asked).toHaveLength(1);
  });

  test("whose pages never end do", async () => {
    desk.answer = composite(() => ({
      body: { records: [], done: false, nextRecordsUrl: `${PATH}/query/01gRM-1` },
    }));
    expect((await errorOf(findRecords(gateway, "SELECT Id FROM Lead"))).message).toContain(
      "more than 100 pages",
    );
  });

  test.each([[{ records: "none" }], [null], [{ records: [7] }]])(
    "answered with %j make no sense",
    async (body) => {
      desk.answer = composite(() => ({ body }));
      expect((await errorOf(findRecords(gateway, "SELECT Id FROM Lead"))).code).toBe("crm.bad-answer");
    },
  );
});

describe("rows of a collection", () => {
  const lead = (id: string): Row => ({
    object: "Lead",
    id,
    fields: { Title: "VP", Baton_Deadline__c: null },
  });
  const two = [lead(LEAD), lead("00Q5g00000ABCdfEAH")];
  const answered = (body: unknown) => ({ outcome: "answered", body }) as const;

  test("are sent with their kind, and empty what is null", () => {
    expect(updatePart("leads", two.slice(0, 1))).toEqual({
      ref: "leads",
      method: "PATCH",
      path: "/composite/sobjects",
      body: {
        allOrNone: false,
        records: [{ attributes: { type: "Lead" }, id: LEAD, Title: "VP", Baton_Deadline__c: null }],
      },
    });
  });

  test("of tasks are upserted by their key, and nothing in it leads elsewhere", () => {
    const task: Row = { object: "Task", fields: { Baton_Key__c: "k1", Subject: "Call" } };
    expect(upsertPart("tasks", "Task", "Baton_Key__c", [task])).toMatchObject({
      method: "PATCH",
      path: "/composite/sobjects/Task/Baton_Key__c",
      body: { records: [{ attributes: { type: "Task" }, Baton_Key__c: "k1" }] },
    });
    expect(upsertPart("tasks", "../User", "a/b", [task]).path).toBe("/composite/sobjects/..%2FUser/a%2Fb");
    expect(insertPart("notes", [{ object: "Note", fields: { Title: "n" } }]).headers).toBeUndefined();
  });

  test("of people obey duplicate rules when they are made", () => {
    const person: Row = { object: "Contact", fields: { LastName: "Ruiz" } };
    const headers = {
      "Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true",
    };
    expect(insertPart("people", [person]).headers).toEqual(headers);
    expect(upsertPart("people", "Contact", "Baton_HubSpot_Id__c", [person]).headers).toEqual(headers);
  });

  test("have each an outcome of their own, in their order", () => {
    const body = [
      { success: true, id: LEAD, created: false, errors: [] },
      { success: false, errors: [{ statusCode: "UNABLE_TO_LOCK_ROW", message: "", fields: [] }] },
      { success: false, errors: [{ statusCode: "STRING_TOO_LONG", message: "long", fields: ["Title"] }] },
      { success: true, id: "no id" },
      null,
    ];
    expect(rowOutcomes(answered(body), [...two, ...two, lead(LEAD)])).toEqual([
      { outcome: "applied", id: expect.stringContaining("00Q5g00000ABCde"), created: false },
      { outcome: "not-applied", code: "crm.locked" },
      {
        outcome: "refused",
        code: "crm.invalid",
        reason: "The text is longer than the field: long (Title)",
        errorCode: "STRING_TOO_LONG",
      },
      { outcome: "unknown", code: "crm.bad-answer" },
      { outcome: "unknown", code: "crm.bad-answer" },
    ]);
  });

  test.each([[[{ success: true, id: LEAD }]], [[]], [{}], ["none"], [undefined]])(
    "of which the answer is %j are unknown: which is whose cannot be told",
    (body) => {
      const unknown = { outcome: "unknown", code: "crm.bad-answer" };
      expect(rowOutcomes(answered(body), two)).toEqual([unknown, unknown]);
    },
  );

  test("share what became of the whole", () => {
    const outcomes = [
      { outcome: "unknown", code: "crm.timeout" } as const,
      { outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 7 } as const,
      { outcome: "refused", code: "crm.forbidden", reason: "no", body: null } as const,
      undefined,
    ].map((answer) => rowOutcomes(answer, two));
    expect(outcomes.map(([first]) => first)).toEqual([
      { outcome: "unknown", code: "crm.timeout" },
      { outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 7 },
      { outcome: "refused", code: "crm.forbidden", reason: "no" },
      { outcome: "unknown", code: "crm.bad-answer" },
    ]);
    expect(outcomes.every(([first, second]) => first === second)).toBe(true);
  });
});
