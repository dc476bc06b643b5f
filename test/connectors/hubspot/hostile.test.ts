/**
 * Whatever HubSpot, or something between us and it, answers: each write ends in one outcome, each read in records or a code, with a
 * reason a person can act on, within a bounded number of calls. The answers come over real HTTP from a server that says anything.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hubspotConnector } from "../../../connectors/hubspot/connector.ts";
import type { Connector } from "../../../src/connector.ts";
import { BatonError } from "../../../src/errors.ts";
import { aNote, anUpdate, aTask, EVERYTHING, lead, MARKERS, memoryVault, NOW } from "./kit.ts";

interface Received {
  readonly path: string;
  readonly authorization: string;
  readonly body: { readonly inputs?: readonly Record<string, unknown>[] };
}
type Answer = (response: ServerResponse, call: Received) => void;

const received: Received[] = [];
let answer: Answer = () => undefined;
let server: Server;
let apiUrl = "";
let connector: Connector;

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  apiUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received.length = 0;
  connector = connect();
});

// What is still under way would be taken for the next test's.
afterEach(async () => await connector.close());

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const body: Received["body"] = text === "" ? {} : JSON.parse(text);
  const call = { path: request.url ?? "", authorization: request.headers.authorization ?? "", body };
  received.push(call);
  answer(response, call);
}

function connect(access = "token", capabilities = MARKERS): Connector {
  const tokens = { access, refresh: "refresh", expiresAt: NOW + 1_800_000, scopes: [] };
  return hubspotConnector(
    {
      config: {
        appId: "1",
        clientId: "client",
        clientSecrets: ["secret"],
        publicUrl: "https://baton.example",
        apiUrl,
        authorizeUrl: `${apiUrl}/authorize`,
        now: () => NOW,
      },
      tenant: "62515",
      vault: memoryVault(tokens),
      capabilities,
      refresh: () => Promise.reject(new BatonError("crm.server-error", "not now")),
    },
    {
      timeouts: { connectMs: 500, answerMs: 300, totalMs: 10_000 },
      callsPerWindow: 10_000,
      wait: () => Promise.resolve(),
    },
  );
}

function raw(status: number, text: string, headers: Record<string, string> = {}): Answer {
  return (response) => void response.writeHead(status, headers).end(text);
}
function json(status: number, body: unknown): Answer {
  return raw(status, JSON.stringify(body), { "content-type": "application/json" });
}

const HTML = "<!doctype html><title>Bad gateway</title>";
const CREATED = { results: [{ id: "9001", properties: {}, objectWriteTraceId: "note-of-101" }] };

/** The outcome of one note of which this is the answer. */
const notes: readonly (readonly [string, Answer, object])[] = [
  ["201", json(201, CREATED), { outcome: "applied", id: "9001" }],
  ["200", json(200, CREATED), { outcome: "applied", id: "9001" }],
  ["207", json(207, CREATED), { outcome: "applied", id: "9001" }],
  ["a 400 that lists it as made all the same", json(400, CREATED), { outcome: "applied", id: "9001" }],
  [
    "an id that is a number",
    json(201, { results: [{ id: 9001, properties: {} }] }),
    { outcome: "applied", id: "9001" },
  ],
  [
    "a result without an id",
    json(201, { results: [{ properties: {} }] }),
    { outcome: "unknown", code: "crm.bad-answer" },
  ],
  [
    "results that are no list",
    json(201, { results: "done" }),
    { outcome: "unknown", code: "crm.bad-answer" },
  ],
  ["no results", json(201, {}), { outcome: "unknown", code: "crm.bad-answer" }],
  ["a list", json(201, []), { outcome: "unknown", code: "crm.bad-answer" }],
  ["null", json(201, null), { outcome: "unknown", code: "crm.bad-answer" }],
  ["a word", json(201, "ok"), { outcome: "unknown", code: "crm.bad-answer" }],
  ["a page with 200", raw(200, HTML), { outcome: "unknown", code: "crm.bad-answer" }],
  ["nothing with 200", raw(200, ""), { outcome: "unknown", code: "crm.bad-answer" }],
  ["half a JSON", raw(201, '{"results":[{"id":"9'), { outcome: "unknown", code: "crm.bad-answer" }],
  ["a page with 403", raw(403, HTML), { outcome: "unknown", code: "crm.bad-answer" }],
  ["202 and no more", raw(202, ""), { outcome: "unknown", code: "crm.bad-answer" }],
  [
    "418",
    json(418, { message: "short and stout" }),
    { outcome: "refused", code: "crm.invalid", reason: "short and stout" },
  ],
  ["500", json(500, {}), { outcome: "unknown", code: "crm.server-error" }],
  ["521 as a page", raw(521, HTML), { outcome: "unknown", code: "crm.server-error" }],
  [
    "a redirect",
    raw(308, "", { location: "https://elsewhere.example/" }),
    { outcome: "unknown", code: "crm.redirected" },
  ],
  [
    "an error for it, of a category nobody knows",
    json(207, {
      results: [],
      errors: [
        {
          category: "NEW_IN_2027",
          message: "Ask your admin",
          context: { objectWriteTraceId: ["note-of-101"] },
        },
      ],
    }),
    { outcome: "refused", code: "crm.invalid", reason: "Ask your admin" },
  ],
  [
    "an error without a name, where only one was sent",
    json(207, { results: [], errors: [{ category: "VALIDATION_ERROR", message: "no" }] }),
    { outcome: "refused", reason: "no" },
  ],
  [
    "errors that are no list",
    json(207, { results: [], errors: 7 }),
    { outcome: "unknown", code: "crm.bad-answer" },
  ],
  [
    "a refusal by an admin's rule",
    json(400, { category: "VALIDATION_ERROR", message: "Deal stage needs a value before the owner changes" }),
    { outcome: "refused", code: "crm.invalid", reason: "Deal stage needs a value before the owner changes" },
  ],
  ["a refusal without a word", json(400, {}), { outcome: "refused", reason: "HubSpot answered 400" }],
  [
    "a message that is no text",
    json(400, { message: { en: "no" } }),
    { outcome: "refused", reason: "HubSpot answered 400" },
  ],
  [
    "a limit nobody knows, with a wait of centuries",
    raw(429, '{"policyName":"LUNAR"}', { "retry-after": "99999999999" }),
    { outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 86_400_000 },
  ],
  [
    "a wait that is a date",
    raw(423, "{}", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }),
    { outcome: "not-applied", code: "crm.locked" },
  ],
  ["silence", () => undefined, { outcome: "unknown", code: "crm.timeout" }],
  [
    "a reset",
    (response) => void response.socket?.resetAndDestroy(),
    { outcome: "unknown", code: "crm.unreachable" },
  ],
];

describe("one write", () => {
  test.each(notes)("%s", async (_name, given, outcome) => {
    answer = given;
    expect(await connector.apply([aNote("101")])).toEqual([expect.objectContaining(outcome)]);
    expect(received).toHaveLength(1);
  });
});

describe("a batch", () => {
  const three = ["101", "102", "103"].map((id) => aNote(id));
  const made = (id: string, of: string) => ({ id, properties: {}, objectWriteTraceId: `note-of-${of}` });

  test("one result that makes no sense leaves only its own item unknown", async () => {
    answer = json(201, { results: [made("1", "101"), { id: null, properties: 7 }, made("3", "103")] });
    expect((await connector.apply(three)).map(({ outcome }) => outcome)).toEqual([
      "applied",
      "unknown",
      "applied",
    ]);
  });

  test("results and errors for the same item: the error is believed, for it says why", async () => {
    const errors = [
      { category: "VALIDATION_ERROR", message: "no", context: { objectWriteTraceId: ["note-of-101"] } },
    ];
    answer = json(207, { results: [made("2", "102"), made("3", "103")], errors });
    expect((await connector.apply(three)).map(({ outcome }) => outcome)).toEqual([
      "refused",
      "applied",
      "applied",
    ]);
  });

  test("the same result twice is one item made, not two", async () => {
    answer = json(201, { results: [made("1", "101"), made("1", "101")] });
    expect((await connector.apply(three)).map(({ outcome }) => outcome)).toEqual([
      "applied",
      "unknown",
      "unknown",
    ]);
  });

  test("results of somebody else's items are nobody's", async () => {
    answer = json(201, { results: [made("7", "777"), made("8", "888")] });
    expect((await connector.apply(three)).map(({ outcome }) => outcome)).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
  });

  test("every kind of write has a receipt when nothing that comes back can be read", async () => {
    answer = raw(200, HTML);
    const onList = { kind: "add-to-list", key: "l", lead: lead("101"), list: "7" } as const;
    const writes = [anUpdate("101", { owner: { to: "1" } }), aTask("101", "1"), aNote("101"), onList];
    const receipts = await connector.apply(writes);
    expect(receipts).toEqual(writes.map(({ key }) => ({ key, outcome: "unknown", code: "crm.bad-answer" })));
  });
});

/** What each thing that is read makes of an answer: a code, or nothing where it can live with it. */
const readings: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["leads", () => connector.read([lead("101")], { properties: [], history: [], deals: false, lists: false })],
  ["addresses", () => connector.findByEmail(["ana@example.com"])],
  ["owners", () => connector.owners()],
  ["accounts", () => connector.accounts({ properties: [], history: [], deals: false, lists: false })],
  ["submissions", () => connector.submissions(NOW)],
];
const unreadable: readonly (readonly [string, Answer, string])[] = [
  ["a page", raw(200, HTML), "crm.bad-answer"],
  ["nothing", raw(200, ""), "crm.bad-answer"],
  ["half a JSON", raw(200, '{"results":[{"id":"1'), "crm.bad-answer"],
  ["results that are no list", json(200, { results: {} }), "crm.bad-answer"],
  ["a list", json(200, []), "crm.bad-answer"],
  ["null", json(200, null), "crm.bad-answer"],
  ["a refusal", json(400, { message: "no" }), "crm.invalid"],
  ["a missing tier", json(403, { category: "MISSING_SCOPES" }), "crm.forbidden"],
  ["a redirect", raw(301, "", { location: "https://elsewhere.example/" }), "crm.redirected"],
  ["502", raw(502, HTML), "crm.server-error"],
  ["silence", () => undefined, "crm.timeout"],
];

describe.each(readings)("reading %s", (_what, read) => {
  test.each(unreadable)("%s", async (_name, given, code) => {
    answer = given;
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BatonError);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("token");
    // Three lists in parallel, four attempts each.
    expect(received.length).toBeLessThanOrEqual(12);
  });

  test("pages that lead back to themselves end", async () => {
    const results = [{ id: "101", name: "Demo", properties: {}, submittedAt: NOW }];
    answer = json(200, { results, paging: { next: { after: "again" } } });
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(["crm.bad-answer", "read"]).toContain(error instanceof BatonError ? error.code : "read");
    expect(received.length).toBeLessThanOrEqual(8);
  });
});

// Four lists in parallel are ten faults before the fourth attempt: then the account is left alone for a while.
test.each(
  unreadable.map(([name, given, code]) => [name, given, name === "502" ? "crm.resting" : code] as const),
)("touches out of %s are an error, never no touches", async (_name, given, code) => {
  answer = given;
  await expect(connector.touches([lead("101")], 0)).rejects.toMatchObject({ code });
  expect(received.length).toBeLessThanOrEqual(12);
});

test("a batch of which HubSpot failed on one record is no proof that it is gone", async () => {
  answer = json(207, { results: [], errors: [{ category: "SOMETHING_NEW", context: { ids: ["101"] } }] });
  const reading = connector.read([lead("101")], { properties: [], history: [], deals: false, lists: false });
  await expect(reading).rejects.toMatchObject({ code: "crm.server-error" });
});

test("an answer of ten million bytes is read, one of seventeen is not", async () => {
  const wanted = { properties: [], history: [], deals: false, lists: false };
  const padded = (bytes: number): Answer => json(200, { results: [], padding: "x".repeat(bytes) });
  answer = padded(10_000_000);
  expect(await connector.accounts(wanted)).toEqual({ accounts: [] });
  answer = padded(17_000_000);
  await expect(connector.accounts(wanted)).rejects.toMatchObject({ code: "crm.bad-answer" });
});

test("a redirect to another host is not followed, and the token stays at home", async () => {
  const strangers: unknown[] = [];
  const elsewhere = createServer((request, response) => {
    strangers.push(request.headers);
    response.end("{}");
  });
  await new Promise<void>((resolve) => void elsewhere.listen(0, "127.0.0.1", resolve));
  const address = elsewhere.address();
  const location = `http://localhost:${typeof address === "object" ? address?.port : 0}/crm/owners/2026-03`;
  for (const status of [301, 302, 303, 307, 308]) {
    answer = raw(status, "", { location });
    await expect(connect().owners()).rejects.toMatchObject({ code: "crm.redirected" });
    expect(await connect().apply([aNote("101")])).toMatchObject([
      { outcome: "unknown", code: "crm.redirected" },
    ]);
  }
  expect(strangers).toEqual([]);
  elsewhere.close();
});

test("a token of four thousand characters is carried whole", async () => {
  const access = "CNi".padEnd(4_000, "x");
  answer = json(200, { results: [] });
  await connect(access).owners();
  expect(received[0]?.authorization).toBe(`Bearer ${access}`);
});

describe("form submissions", () => {
  const form = { id: "f-1", name: "Demo", fieldGroups: [] };
  const values = [{ name: "email", value: "ana@example.com" }];
  const submitted = (items: readonly unknown[]): void => {
    answer = (response, call) =>
      json(200, { results: call.path.startsWith("/marketing") ? [form] : items })(response, call);
    connector = connect("token", EVERYTHING);
  };

  test("from a clock that is ahead count as of now, so that the next ones are still read", async () => {
    submitted([{ conversionId: "c-1", submittedAt: NOW + 86_400_000, values }]);
    expect(await connector.submissions(NOW)).toMatchObject([{ id: "c-1", submittedAt: NOW }]);
  });

  test("without a time, or of no shape at all, keep none of the others back", async () => {
    submitted([{ values }, 7, null, { conversionId: "c-2", submittedAt: NOW + 0.5, values }]);
    expect(await connector.submissions(NOW)).toMatchObject([{ id: "c-2", submittedAt: NOW }]);
  });
});

test("a lead's record that is none is a lead nobody can tell about, and never one that is gone", async () => {
  answer = json(200, { results: [{ id: "101", properties: "none" }] });
  const reading = connector.read([lead("101")], { properties: [], history: [], deals: false, lists: false });
  expect(await reading).toEqual([{ found: "unsure", asked: lead("101"), code: "crm.bad-answer" }]);
});
