/** The real HubSpot app behind the real server: what HubSpot signs goes in, everything else stays out. */
import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hubspotApp } from "../../connectors/hubspot/index.ts";
import { stepKey } from "../../connectors/hubspot/step-key.ts";
import { NOW, startServer, type TestServer } from "./kit.ts";

const PUBLIC_URL = "https://baton.example";
const SECRET = "sandbox-secret";
const WEBHOOKS = "/hubspot/webhooks";
const WORKFLOW = "/hubspot/workflow";

let server: TestServer;
beforeEach(async () => {
  const app = hubspotApp({
    appId: "54321",
    clientId: "client",
    clientSecrets: [SECRET],
    publicUrl: PUBLIC_URL,
    apiUrl: "http://127.0.0.1:9",
    authorizeUrl: "http://127.0.0.1:9/oauth/authorize",
    now: () => NOW,
  });
  const many = { max: 100_000, timeWindow: 60_000 };
  server = await startServer({ apps: [app], limits: { failedSignatures: many } });
});
afterEach(async () => {
  await server.app.close();
});

const change = (eventId: number, more: object = {}): object => ({
  eventId,
  subscriptionId: 12_345,
  portalId: 62_515,
  appId: 54_321,
  occurredAt: NOW - 1_000,
  subscriptionType: "contact.propertyChange",
  attemptNumber: 0,
  objectId: 123,
  propertyName: "lifecyclestage",
  propertyValue: "marketingqualifiedlead",
  changeSource: "CRM_UI",
  ...more,
});

function v3(path: string, body: Uint8Array | string, at: number | string = NOW): Record<string, string> {
  const hmac = createHmac("sha256", SECRET)
    .update(`POST${PUBLIC_URL}${path}`)
    .update(body)
    .update(String(at));
  return { "x-hubspot-signature-v3": hmac.digest("base64"), "x-hubspot-request-timestamp": String(at) };
}

async function post(
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<Response> {
  const bytes = typeof body === "string" ? body : Buffer.from(body);
  return await fetch(`${server.origin}${path}`, { method: "POST", body: bytes, headers });
}

const keys = (): readonly string[] => [...server.memory.events.keys()];

test("a signed batch is stored by portal, and a strange event costs its neighbours nothing", async () => {
  const body = JSON.stringify([
    change(1),
    null,
    change(2, { portalId: 62_516 }),
    change(3, { portalId: 999 }),
    change(4, { subscriptionType: "contact.teleported" }),
    change(5, { objectId: { $gt: "" } }),
  ]);
  expect((await post(WEBHOOKS, body, v3(WEBHOOKS, body))).status).toBe(200);
  expect(keys().map((key) => key.split(" ")[0])).toEqual(["i-1", "i-2"]);
});

test("a redelivery is stored once", async () => {
  for (const attemptNumber of [0, 1]) {
    const body = JSON.stringify([change(1, { attemptNumber })]);
    expect((await post(WEBHOOKS, body, v3(WEBHOOKS, body))).status).toBe(200);
  }
  expect(keys()).toHaveLength(1);
});

test("the older signature is taken where no v3 came", async () => {
  const body = JSON.stringify([change(1)]);
  const signature = createHash("sha256").update(SECRET).update(body).digest("hex");
  const headers = { "x-hubspot-signature": signature, "x-hubspot-signature-version": "v1" };
  expect((await post(WEBHOOKS, body, headers)).status).toBe(200);
});

test("a workflow step of anybody, aimed at the webhooks' address, says nothing of a portal", async () => {
  const body = JSON.stringify([change(1, { subscriptionType: "contact.privacyDeletion" })]);
  const signature = createHash("sha256").update(`${SECRET}POST${PUBLIC_URL}${WEBHOOKS}${body}`).digest("hex");
  const headers = { "x-hubspot-signature": signature, "x-hubspot-signature-version": "v2" };
  expect((await post(WEBHOOKS, body, { ...headers, ...v3(WEBHOOKS, body) })).status).toBe(401);
  expect(keys()).toEqual([]);
});

const FIVE_MINUTES = 300_000;
test.for([
  ["five minutes old", NOW - FIVE_MINUTES, 200],
  ["older", NOW - FIVE_MINUTES - 1, 401],
  ["five minutes ahead", NOW + FIVE_MINUTES, 200],
  ["further ahead", NOW + FIVE_MINUTES + 1, 401],
  ["no number", "yesterday", 401],
  ["empty", "", 401],
  ["negative", -1, 401],
  ["beyond numbers", "9".repeat(400), 401],
] as const)("a signed timestamp that is %s", async ([, at, status]) => {
  const body = JSON.stringify([change(1)]);
  expect((await post(WEBHOOKS, body, v3(WEBHOOKS, body, at))).status).toBe(status);
});

test("a workflow's execution is held, with the callback stored", async () => {
  const path = "/hubspot/actions/hand-off";
  const body = JSON.stringify({
    callbackId: "ap-62515-1-2-0",
    origin: { portalId: 62_515, actionDefinitionId: 1, actionDefinitionVersion: 1 },
    context: { source: "WORKFLOWS", workflowId: 1 },
    object: { objectId: 904, properties: {}, objectType: "CONTACT" },
    inputFields: {},
  });
  const answer = await post(path, body, v3(path, body));
  expect(await answer.json()).toMatchObject({ outputFields: { hs_execution_state: "BLOCK" } });
  expect([...server.memory.events.values()]).toMatchObject([
    { kind: "handoff-requested", lead: { id: "904" } },
  ]);
});

async function step(entry: object): Promise<{ status: number; body: string }> {
  const body = JSON.stringify(entry);
  const answer = await post(WORKFLOW, body, v3(WORKFLOW, body));
  return { status: answer.status, body: await answer.text() };
}

test("a step with its portal's key is stored there, and the key is nowhere in what is stored, logged or answered", async () => {
  const key = stepKey(SECRET, "62515");
  const taken = await step({ portalId: 62_515, key, contactId: 904 });
  const misdirected = await step({ portalId: 62_516, key, contactId: 904 });
  expect([taken.status, misdirected.status]).toEqual([200, 400]);
  expect([...server.memory.events.values()]).toMatchObject([{ tenant: "62515", lead: { id: "904" } }]);
  const stored = JSON.stringify([...server.memory.events]);
  const metrics = await server.scrape();
  expect(metrics).toContain('baton_refused_total{crm="hubspot",code="receive.unknown-tenant"} 1');
  expect([stored, server.logged(), taken.body, misdirected.body, metrics].join("\n")).not.toContain(key);
});

test("a wrong key is refused alike for a portal that is here and one that is not", async () => {
  const key = stepKey(SECRET, "7");
  const here = await step({ portalId: 62_515, key, contactId: 904 });
  const nowhere = await step({ portalId: 999, key, contactId: 904 });
  expect(here.status).toBe(400);
  expect(nowhere).toEqual(here);
  expect(server.memory.events.size).toBe(0);
});

test("no answer says BLOCK while the request is not on disk", async () => {
  server.memory.beforeStore = async () => {
    throw new Error("disk full");
  };
  const body = JSON.stringify([change(1)]);
  const answer = await post(WEBHOOKS, body, v3(WEBHOOKS, body));
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("disk full");
});

test("no signed bytes on any address bring a 5xx", async () => {
  const paths = fc.constantFrom(WEBHOOKS, WORKFLOW, "/hubspot/actions/hand-off");
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc.string().map((text) => Buffer.from(`[{"__proto__":${JSON.stringify(text)},"portalId":62515}]`)),
  );
  await fc.assert(
    fc.asyncProperty(paths, bytes, async (path, body) => {
      expect((await post(path, body, v3(path, body))).status).toBeLessThan(500);
    }),
    { numRuns: 120 },
  );
});

test("no event whose fields have wrong types brings a 5xx or spoils its neighbour", async () => {
  const field = fc.constantFrom(...Object.keys(change(0)));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(field, fc.jsonValue({ maxDepth: 1 }), { minKeys: 1 }), async (wrong) => {
      count += 1;
      const before = keys().length;
      const good = change(1_000 + count, { portalId: 62_516, objectId: 5_000 + count });
      const body = JSON.stringify([change(count, wrong), good]);
      expect((await post(WEBHOOKS, body, v3(WEBHOOKS, body))).status).toBe(200);
      expect(keys().length).toBeGreaterThan(before);
    }),
    { numRuns: 120 },
  );
});
