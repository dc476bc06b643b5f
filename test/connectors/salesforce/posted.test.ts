import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outboundToken } from "../../../connectors/salesforce/outbound-key.ts";
import { MOST_EVENTS, orgOf, readPosted } from "../../../connectors/salesforce/posted.ts";
import type { RawRequest } from "../../../src/crm-app.ts";
import { BatonError } from "../../../src/errors.ts";
import { NOW, ORG } from "./server.ts";

const SECRETS = ["newest-secret", "older-secret"];
const OTHER = "00D000000000001EAA";
const LEAD = "00Q5g00000ABCdeEAH";

const entry = (more: object = {}): object => ({
  v: 1,
  eventId: "3f1e-1",
  orgId: ORG,
  object: "Lead",
  recordId: LEAD,
  event: "lead.changed",
  occurredAt: "2026-11-17T09:00:00Z",
  fields: { Status: "Open" },
  ...more,
});

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "taken";
}

describe("who speaks", () => {
  const body = Buffer.from(JSON.stringify(entry()));
  const request = (headers: RawRequest["headers"], bytes: Uint8Array = body): RawRequest => ({
    method: "POST",
    url: "https://baton.example.com/salesforce/events",
    headers,
    body: bytes,
  });
  const bearer = (token: string) => request({ authorization: `Bearer ${token}` });
  function signed(
    {
      secret = "newest-secret",
      org = ORG,
      at = NOW / 1_000,
    }: { secret?: string; org?: string; at?: number } = {},
    more: RawRequest["headers"] = {},
    bytes: Uint8Array = body,
  ): RawRequest {
    const mac = createHmac("sha256", outboundToken(secret, org)).update(`${at}.`).update(body).digest("hex");
    const headers = {
      "x-baton-org": org,
      "x-baton-timestamp": String(at),
      "x-baton-signature": `sha256=${mac}`,
    };
    return request({ ...headers, ...more }, bytes);
  }

  test.each([
    ["its token", bearer(outboundToken("newest-secret", ORG))],
    ["its token under the older secret", bearer(outboundToken("older-secret", ORG))],
    ["a signature", signed()],
    ["a signature under the older secret", signed({ secret: "older-secret" })],
    ["a signature of four minutes ago", signed({ at: NOW / 1_000 - 240 })],
    ["a signature of a clock that is ahead", signed({ at: NOW / 1_000 + 240 })],
    ["a signature, and its org's short id", signed({}, { "x-baton-org": ORG.slice(0, 15) })],
  ])("is shown by %s", (_what, asked) => {
    expect(orgOf(asked, SECRETS, NOW)).toBe(ORG);
  });

  test.each([
    ["nothing", request({}), "receive.bad-signature"],
    ["another secret's token", bearer(outboundToken("stolen", ORG)), "receive.bad-signature"],
    [
      "another org's key",
      bearer(ORG + outboundToken("newest-secret", OTHER).slice(18)),
      "receive.bad-signature",
    ],
    ["a token that goes on for ever", bearer("x".repeat(100_000)), "receive.bad-signature"],
    ["a password", request({ authorization: "Basic eDp5" }), "receive.bad-signature"],
    ["a signature of another body", signed({}, {}, Buffer.from("{}")), "receive.bad-signature"],
    ["a signature of another org", signed({ org: OTHER }, { "x-baton-org": ORG }), "receive.bad-signature"],
    ["a signature in two headers", signed({}, { "x-baton-signature": ["a", "b"] }), "receive.bad-signature"],
    [
      "a signature moved to another minute",
      signed({}, { "x-baton-timestamp": String(NOW / 1_000 + 60) }),
      "receive.bad-signature",
    ],
    ["a time that is no number", signed({}, { "x-baton-timestamp": "NaN" }), "receive.bad-signature"],
    ["a signature of six minutes ago", signed({ at: NOW / 1_000 - 360 }), "receive.bad-timestamp"],
    ["a signature of a clock far ahead", signed({ at: NOW / 1_000 + 360 }), "receive.bad-timestamp"],
  ])("is not shown by %s", (_what, asked, code) => {
    expect(codeOf(() => orgOf(asked, SECRETS, NOW))).toBe(code);
  });
});

test("lead.ready asks for a handoff, everything else is news of the record; the answer names the first", () => {
  const { events, refused, eventId } = readPosted(
    [
      entry({ event: "lead.ready", policy: " demo " }),
      entry({ eventId: "2" }),
      entry({ eventId: "3", recordId: "00T5g00000ABCdeEAH" }),
    ],
    ORG,
    NOW,
  );
  expect([refused, eventId]).toEqual([[], "3f1e-1"]);
  expect(events).toMatchObject([
    {
      kind: "handoff-requested",
      key: "posted:3f1e-1",
      occurredAt: NOW - 1_800_000,
      lead: { crm: "salesforce", id: LEAD },
      request: { via: "workflow", policy: "demo" },
    },
    { kind: "lead-changed", key: "posted:2", property: "lead.changed" },
    { kind: "activity-changed", activity: { kind: "task" } },
  ]);
});

test("what is to come happened now, and what names no time as well", () => {
  const times = [entry({ occurredAt: "2027-01-01T00:00:00Z" }), entry({ occurredAt: undefined })];
  expect(readPosted(times, ORG, NOW).events.map(({ occurredAt }) => occurredAt)).toEqual([NOW, NOW]);
});

test.each([
  ["of another org", entry({ orgId: OTHER }), "receive.unknown-tenant"],
  ["of an org written small", entry({ orgId: ORG.toLowerCase() }), "receive.unknown-tenant"],
  ["whose id leads elsewhere", entry({ recordId: "../Account/001" }), "receive.bad-event"],
  [
    "that asks for a task's handoff",
    entry({ event: "lead.ready", recordId: "00T5g00000ABCdeEAH" }),
    "receive.bad-event",
  ],
  ["of a version to come", entry({ v: 2 }), "receive.bad-event"],
  ["with an id that is a text of its own", entry({ eventId: "x".repeat(101) }), "receive.bad-event"],
  ["with a name that is none", entry({ event: "DROP TABLE" }), "receive.bad-event"],
  ["with a time that is none", entry({ occurredAt: "soon" }), "receive.bad-event"],
  ["that is nothing", null, "receive.bad-event"],
  [
    "that means something to JavaScript",
    JSON.parse(`{"__proto__":${JSON.stringify(entry())}}`),
    "receive.bad-event",
  ],
])("an entry %s costs its neighbours nothing, and is not repeated", (_what, strange, code) => {
  const { events, refused } = readPosted([entry(), strange, entry({ eventId: "2" })], ORG, NOW);
  expect(events).toHaveLength(2);
  expect(refused).toMatchObject([{ code, detail: expect.stringMatching(/^entry 1: /) }]);
  expect(refused[0]?.detail).not.toMatch(/DROP|soon|Account/);
});

test("two hundred events are taken at once, and two hundred and one are not", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, serial) => entry({ eventId: `e-${serial}` }));
  expect(readPosted(many(MOST_EVENTS), ORG, NOW).events).toHaveLength(200);
  expect(codeOf(() => readPosted(many(MOST_EVENTS + 1), ORG, NOW))).toBe("receive.too-large");
});

test("whatever is posted, it is events of this org or a refusal", () => {
  const nearly = fc.record(
    {
      eventId: fc.anything(),
      recordId: fc.anything(),
      orgId: fc.anything(),
      occurredAt: fc.anything(),
      policy: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(nearly.map((more) => entry(more)))), (body) => {
      const outcome = codeOf(() => {
        for (const { tenant } of readPosted(body, ORG, NOW).events) expect(tenant).toBe(ORG);
      });
      expect(outcome).toMatch(/^(?:taken|receive\..*)$/);
    }),
  );
});
