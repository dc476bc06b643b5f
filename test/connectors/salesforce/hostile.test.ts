/**
 * Whatever Salesforce, or something between us and it, answers: each write ends in one outcome, each read in records or a code, with
 * a reason a person can act on, within a bounded number of calls. The answers come over real HTTP from a server that says anything.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { salesforceConnector } from "../../../connectors/salesforce/connector.ts";
import type { Connector } from "../../../src/connector.ts";
import { BatonError } from "../../../src/errors.ts";
import type { Write } from "../../../src/model/effect.ts";
import type { Wanted } from "../../../src/model/record.ts";
import { memoryVault } from "../hubspot/kit.ts";
import { aNote, anUpdate, aTask, EVERYTHING, lead } from "./kit.ts";
import { aConfig, errorOf, json, openDesk, raw, someTokens } from "./server.ts";
import type { Answer, Asked, Desk } from "./server.ts";

const LEAD = "00Q5g00000ABCdeEAH";
const OWNER = "0055g000001abcDAAQ";
const NOTHING: Wanted = { properties: ["lead.Title"], history: [], deals: false, lists: false };

interface PartAsked {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body?: { readonly records?: readonly Readonly<Record<string, unknown>>[] };
}
/** What one part of a composite is answered. */
type PartAnswer = { readonly status?: number; readonly body?: unknown };

let desk: Desk;
let connector: Connector;
let describes: Readonly<Record<string, unknown>>;
/** How composites are answered; a function of their parts, or anything else as it stands. */
let answer: ((part: PartAsked) => PartAnswer) | Answer;
let isWhole = false;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.asked.length = 0;
  describes = DESCRIBES;
  parts(() => ({ status: 200, body: page([]) }));
  desk.answer = (response, asked) => route(asked)(response, asked);
  connector = connect();
});
afterEach(() => connector.close());

function connect(access = "token"): Connector {
  return salesforceConnector(
    {
      config: aConfig(desk.url),
      tenant: "00D5g000008ABCDEA4",
      vault: memoryVault(someTokens(desk.url, { access })),
      capabilities: EVERYTHING,
      refresh: () => Promise.reject(new BatonError("crm.server-error", "not now")),
      revoke: () => Promise.resolve(),
    },
    { timeouts: { connectMs: 500, answerMs: 500, totalMs: 10_000 }, wait: () => Promise.resolve() },
  );
}

function parts(each: (part: PartAsked) => PartAnswer): void {
  answer = each;
  isWhole = false;
}
function whole(one: Answer): void {
  answer = one;
  isWhole = true;
}

function route(asked: Asked): Answer {
  if (asked.path.endsWith("/v67.0")) return json({ identity: "https://x.example/id/00D/0055g000009botDAAQ" });
  const [, object = ""] = /sobjects\/([A-Za-z]+)\/describe$/.exec(asked.path) ?? [];
  if (object !== "")
    return json(describes[object] ?? [{ errorCode: "NOT_FOUND" }], describes[object] ? 200 : 404);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by `isWhole`
  if (isWhole) return answer as Answer;
  const { compositeRequest }: { compositeRequest: PartAsked[] } = JSON.parse(asked.text);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- told by `isWhole`
  const each = answer as (part: PartAsked) => PartAnswer;
  return json({
    compositeResponse: compositeRequest.map((part) => {
      const { status = 200, body = null } = each(part);
      return { referenceId: part.referenceId, httpStatusCode: status, httpHeaders: {}, body };
    }),
  });
}

function field(name: string, type = "string", more: object = {}): object {
  return { name, type, length: 255, createable: true, updateable: true, ...more };
}
function anObject(...names: readonly string[]): object {
  const fields = ["Id", "OwnerId", "Email", "Title", "Description", ...names].map((name) => field(name));
  return { queryable: true, createable: true, updateable: true, fields };
}
const DESCRIBES = {
  Lead: anObject("Status", "IsDeleted", "MasterRecordId", "IsConverted", "ConvertedContactId"),
  Contact: anObject("AccountId", "IsDeleted", "MasterRecordId"),
  Account: anObject("Name"),
  Task: anObject("WhoId"),
  Opportunity: anObject("Name"),
};

function page(records: unknown, more: object = {}): object {
  return { totalSize: 1, done: true, records, ...more };
}
function calls(): number {
  return desk.asked.filter(({ path }) => path.endsWith("/composite")).length;
}
function refused(errorCode: string, status = 400): PartAnswer {
  return { status, body: [{ errorCode, message: `because ${errorCode}`, fields: ["Title"] }] };
}
function row(statusCode: string): object {
  return { success: false, errors: [{ statusCode, message: `because ${statusCode}`, fields: ["Title"] }] };
}

const HTML = "<!doctype html><title>Bad gateway</title>";
const APPLIED = { success: true, id: LEAD, errors: [] };

describe("one write, whatever is answered", () => {
  const UPDATE = anUpdate(LEAD, { owner: { to: OWNER } });
  const rows =
    (body: unknown, status = 200): (() => void) =>
    () =>
      parts(() => ({ status, body }));
  const cases: readonly (readonly [string, () => void, object])[] = [
    ["a row that was written", rows([APPLIED]), { outcome: "applied", id: LEAD }],
    ["a row without an id", rows([{ success: true }]), { outcome: "unknown", code: "crm.bad-answer" }],
    ["a row with another thing for an id", rows([{ success: true, id: "../x" }]), { outcome: "unknown" }],
    ["no rows", rows([]), { outcome: "unknown", code: "crm.bad-answer" }],
    ["too many rows", rows([APPLIED, APPLIED]), { outcome: "unknown" }],
    ["a word", rows("ok"), { outcome: "unknown" }],
    ["null", rows(null), { outcome: "unknown" }],
    ["rows that are words", rows(["ok"]), { outcome: "unknown" }],
    ["success that is a word", rows([{ success: "true", id: LEAD }]), { outcome: "unknown" }],
    [
      "a failure without a reason",
      rows([{ success: false, errors: [] }]),
      { outcome: "refused", code: "crm.invalid" },
    ],
    ["a failure without a word", rows([{ success: false }]), { outcome: "refused", code: "crm.invalid" }],
    [
      "a failure of a kind nobody knows",
      rows([row("NEW_IN_2028")]),
      { outcome: "refused", code: "crm.invalid", reason: "because NEW_IN_2028 (Title)" },
    ],
    ["a lock", rows([row("UNABLE_TO_LOCK_ROW")]), { outcome: "not-applied", code: "crm.locked" }],
    [
      "a limit half way",
      rows([row("REQUEST_LIMIT_EXCEEDED")]),
      { outcome: "not-applied", code: "crm.rate-limited" },
    ],
    ["a rule", rows([row("FIELD_CUSTOM_VALIDATION_EXCEPTION")]), { outcome: "refused", code: "crm.invalid" }],
    [
      "a restricted pick list",
      rows([row("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]),
      { outcome: "refused", code: "crm.invalid" },
    ],
    ["a deleted record", rows([row("ENTITY_IS_DELETED")]), { outcome: "not-applied", code: "crm.conflict" }],
    ["a part that failed", () => parts(() => refused("SERVER_UNAVAILABLE", 503)), { outcome: "unknown" }],
    ["a part that was halted", () => parts(() => refused("PROCESSING_HALTED")), { outcome: "not-applied" }],
    [
      "a dead session in a part",
      () => parts(() => refused("INVALID_SESSION_ID", 401)),
      { outcome: "not-applied" },
    ],
    ["a page with 200", () => whole(raw(HTML)), { outcome: "unknown", code: "crm.bad-answer" }],
    ["nothing with 200", () => whole(raw("")), { outcome: "unknown", code: "crm.bad-answer" }],
    ["half a JSON", () => whole(raw('{"compositeResponse":[{"body":')), { outcome: "unknown" }],
    ["a list", () => whole(json([])), { outcome: "unknown", code: "crm.bad-answer" }],
    [
      "an answer to other parts",
      () => whole(json({ compositeResponse: [{ referenceId: "x" }] })),
      { outcome: "unknown" },
    ],
    ["503 as a page", () => whole(raw(HTML, 503)), { outcome: "unknown", code: "crm.server-error" }],
    ["403 as a page", () => whole(raw(HTML, 403)), { outcome: "unknown", code: "crm.bad-answer" }],
    [
      "a redirect",
      () => whole(raw("", 307, { location: "https://elsewhere.example/" })),
      { outcome: "unknown", code: "crm.redirected" },
    ],
    ["a body of 40 MB", () => whole(raw(`{"a":"${"x".repeat(40_000_000)}"}`)), { outcome: "unknown" }],
  ];
  test.each(cases)("%s", async (_name, set, expected) => {
    set();
    const [receipt] = await connector.apply([UPDATE]);
    expect(receipt).toMatchObject({ key: UPDATE.key, ...expected });
    expect(calls()).toBeLessThanOrEqual(3);
  });

  test("a deleted record is refused once it is sure that nobody took its place", async () => {
    const gone = { Id: LEAD, IsDeleted: true, MasterRecordId: null };
    parts(({ method }) => ({ body: method === "GET" ? page([gone]) : [row("ENTITY_IS_DELETED")] }));
    expect(await connector.apply([UPDATE])).toMatchObject([{ outcome: "refused", code: "crm.not-found" }]);
  });
});

describe("many writes", () => {
  const ids = Array.from({ length: 50 }, (_, n) => `00Q5g000000${String(1_000 + n)}AAA`.slice(0, 18));
  const writes = ids.map((id) => anUpdate(id, { properties: { "lead.Title": id } }));

  test("a row that spoils its whole collection is found, and costs the others nothing", async () => {
    const bad = ids[17]?.slice(0, 15) ?? "";
    parts(({ body }) => {
      const records = body?.records ?? [];
      const isSpoiled = records.some(({ id }) => String(id).startsWith(bad));
      return isSpoiled
        ? refused("JSON_PARSER_ERROR")
        : { body: records.map(({ id }) => ({ ...APPLIED, id })) };
    });
    const receipts = await connector.apply(writes);
    expect(receipts.map(({ outcome }) => outcome).filter((outcome) => outcome !== "applied")).toEqual([
      "refused",
    ]);
    expect(receipts[17]?.outcome).toBe("refused");
    expect(calls()).toBeLessThan(20);
  });

  test("when every collection is refused, it ends, and what was not tried comes again", async () => {
    parts(() => refused("JSON_PARSER_ERROR"));
    const more = Array.from({ length: 12 }, (_, n) =>
      writes.map((write) => ({ ...write, key: `${n} ${write.key}` })),
    );
    const receipts = await connector.apply(more.flat());
    expect(new Set(receipts.map(({ outcome }) => outcome))).toEqual(new Set(["refused", "not-applied"]));
    expect(calls()).toBeLessThanOrEqual(27);
  });

  test("a session that dies in the middle leaves what was written written, and the rest for later", async () => {
    parts(({ method, body }) => {
      if (method === "GET") return { body: page([]) };
      return method === "POST"
        ? refused("INVALID_SESSION_ID", 401)
        : { body: (body?.records ?? []).map(() => APPLIED) };
    });
    const receipts = await connector.apply([
      anUpdate(LEAD, { owner: { to: OWNER } }),
      aTask(LEAD, OWNER),
      aNote(LEAD),
    ]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(["applied", "not-applied", "not-applied"]);
  });

  test("an org that cannot be described is written nothing to", async () => {
    describes = { ...DESCRIBES, Lead: { fields: "many" } };
    const [receipt] = await connector.apply([anUpdate(LEAD, { owner: { to: OWNER } })]);
    expect(receipt).toMatchObject({ outcome: "not-applied", code: "crm.bad-answer" });
    expect(calls()).toBe(0);
  });
});

describe("reads", () => {
  test("rows of wrong types are unsure or read as far as they make sense", async () => {
    const record = { Id: LEAD, OwnerId: 42, Status: { a: 1 }, Title: ["CFO"], LastModifiedDate: "yesterday" };
    parts(() => ({ body: page([record]) }));
    const [read] = await connector.read([lead(LEAD)], NOTHING);
    expect(read).toMatchObject({ found: true, values: {} });
    expect(read).not.toHaveProperty("ownerId");
    expect(read).not.toHaveProperty("modifiedAt");
    parts(() => ({ body: page([{ Title: "no id" }]) }));
    expect(await connector.read([lead(LEAD)], NOTHING)).toMatchObject([{ found: "unsure" }]);
  });

  test.each([
    ["records that are none", { records: "many" }],
    ["no records", {}],
    ["a list", []],
    ["a next page elsewhere", page([], { done: false, nextRecordsUrl: "https://elsewhere.example/q" })],
    [
      "a next page with a way out",
      page([], { done: false, nextRecordsUrl: "/services/data/v67.0/query/../sobjects" }),
    ],
  ])("%s is an error, never nobody", async (_name, body) => {
    parts(() => ({ body }));
    expect((await errorOf(connector.read([lead(LEAD)], NOTHING))).code).toBe("crm.bad-answer");
  });

  test("pages that lead in a circle end", async () => {
    parts(() => ({
      body: page([], { done: false, nextRecordsUrl: "/services/data/v67.0/query/01g5g00000A-2000" }),
    }));
    expect((await errorOf(connector.owners())).code).toBe("crm.bad-answer");
    expect(calls()).toBeLessThanOrEqual(101);
  });

  test("leads that are merged into one another in a circle are unsure", async () => {
    const other = "00Q5g00000ABCdfEAH";
    parts(() => ({
      body: page([
        { Id: LEAD, IsDeleted: true, MasterRecordId: other },
        { Id: other, IsDeleted: true, MasterRecordId: LEAD },
      ]),
    }));
    expect(await connector.read([lead(LEAD)], NOTHING)).toMatchObject([{ found: "unsure" }]);
  });

  test("what is not an id never gets into a query, and what means something in SOQL means itself", async () => {
    const asked: string[] = [];
    parts(({ url }) => {
      asked.push(decodeURIComponent(url));
      return { body: page([]) };
    });
    const hostile = ["../x", "00Q' OR Id != '", "00Q5g00000ABCdeEAH/../../Account", "' UNION"];
    await connector.read(hostile.map(lead), NOTHING);
    await connector.touches(hostile.map(lead), 0);
    await connector.leadsOf(hostile.map((id) => ({ kind: "task", id })));
    await connector.ownRecords(hostile.map(lead), 0);
    expect(asked).toEqual([]);
    await connector.findByEmail(["o'hara\\@example.com"]);
    await connector.counterpartsOf?.([{ crm: "hubspot", id: "1' OR Id != '" }]);
    expect(asked.length).toBeGreaterThan(0);
    for (const text of asked) expect(text.replaceAll(/\\./g, "")).not.toMatch(/'[^',()]*'[^',() ]/);
    expect(asked.some((text) => text.includes(String.raw`'o\'hara\\@example.com'`))).toBe(true);
    const writes: Write[] = hostile.map((id) => anUpdate(id, { owner: { to: OWNER } }));
    expect((await connector.apply(writes)).map(({ outcome }) => outcome)).toEqual(
      hostile.map(() => "refused"),
    );
  });

  test("a lead's names in fields.yaml that are no names are not asked for", async () => {
    const wanted = { ...NOTHING, properties: ["lead.Title", "lead.Title FROM User--", "lead.__proto__"] };
    parts(() => ({ body: page([{ Id: LEAD, Title: "CFO" }]) }));
    expect(await connector.read([lead(LEAD)], wanted)).toMatchObject([{ values: { "lead.Title": "CFO" } }]);
  });

  test("a look that cannot be made tells nothing", async () => {
    whole(raw(HTML, 502));
    expect(
      await connector.look([aTask(LEAD, OWNER), anUpdate(LEAD, { owner: { to: OWNER } })]),
    ).toMatchObject([
      { seen: "unsure", code: "crm.server-error" },
      { seen: "unsure", code: "crm.server-error" },
    ]);
  });
});
