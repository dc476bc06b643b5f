/** The real Salesforce app behind the real server, and an org that tells it things; a token in an address stays out of every log. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { salesforceApp } from "../../connectors/salesforce/index.ts";
import { ACK } from "../../connectors/salesforce/outbound.ts";
import { outboundToken } from "../../connectors/salesforce/outbound-key.ts";
import { startSandbox, type Org, type Sandbox } from "../../sandbox/index.ts";
import { NOW, rawRequest, startServer, type TestServer } from "./kit.ts";

const SECRET = "consumer-secret";
const MEBIBYTE = 1024 * 1024;

let server: TestServer;
let sandbox: Sandbox;
let org: Org;
let token: string;
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => NOW, seed: 7 });
  org = sandbox.createOrg();
  token = outboundToken(SECRET, org.id);
  const app = salesforceApp({
    clientId: "consumer-key",
    clientSecrets: [SECRET],
    publicUrl: "https://baton.example",
    loginUrl: sandbox.url,
    grant: { kind: "web" },
    now: () => NOW,
  });
  const many = { max: 100_000, timeWindow: 60_000 };
  server = await startServer({ apps: [app], limits: { failedSignatures: many } });
  server.memory.tenants.set(org.id, "i-org");
});
afterEach(async () => {
  await sandbox.close();
  await server.app.close();
});

const messagesAt = (key = token): string => `/salesforce/outbound/${key}`;
const stored = (): readonly string[] => [...server.memory.events.keys()];

/** An org whose Leads are told to Baton. */
function telling(mood: Partial<Org["outbound"]["mood"]> = {}): string {
  Object.assign(org.outbound.mood, { retryDelayMs: 2, longestRetryDelayMs: 4, ...mood });
  org.outbound.define({ object: "Lead", url: server.origin + messagesAt(), fields: ["SystemModstamp"] });
  return org.addLead({ LastName: "Ruiz" }).id;
}

test("messages that come twice, out of order and by the hundred are one event each, and all are acknowledged", async () => {
  const ana = telling({ duplicateShare: 0.5, reorderShare: 0.5, batchSize: 3, batchDelayMs: 2 });
  for (let serial = 0; serial < 20; serial += 1)
    await org.act({ do: "change", who: ana, values: { Phone: String(serial) } });
  await sandbox.drained();
  const sent = org.outbound.deliveries.flatMap(({ notifications }) => notifications.map(({ id }) => id));
  expect(new Set(sent).size).toBeLessThan(sent.length);
  expect(stored().toSorted()).toEqual([...new Set(sent)].map((id) => `i-org outbound:${id}`).toSorted());
  expect(org.outbound.deliveries.every(({ acknowledged }) => acknowledged)).toBe(true);
});

test("a message is acknowledged after it is stored; what could not be stored comes again", async () => {
  let failures = 2;
  server.memory.beforeStore = async () => {
    if ((failures -= 1) >= 0) throw new Error("disk full");
  };
  telling();
  await sandbox.drained();
  expect(org.outbound.deliveries.map(({ status, acknowledged }) => [status, acknowledged])).toEqual([
    [503, false],
    [503, false],
    [200, true],
  ]);
  expect(stored()).toHaveLength(1);
});

test("the answer is the one Salesforce takes, as XML", async () => {
  telling();
  await sandbox.drained();
  const answer = await fetch(server.origin + messagesAt(), { method: "POST", body: messageOf(org.id) });
  expect(answer.headers.get("content-type")).toBe("text/xml; charset=utf-8");
  expect(await answer.text()).toBe(ACK);
});

const messageOf = (orgId: string, padding = ""): string =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${orgId}</OrganizationId><ActionId>04k5g000000PqRsAAK</ActionId><Notification><Id>04l5g00002nrC5BAAU</Id><sObject><Id>00Q5g00000ABCdeEAH</Id></sObject></Notification>${padding}</notifications></e:Body></e:Envelope>`;

test.each([
  ["a forged token", () => `${org.id}.${"A".repeat(43)}`, 401],
  ["another org's key", () => org.id + outboundToken(SECRET, "00D000000000001EAA").slice(18), 401],
  ["no token", () => "", 401],
  ["a token longer than any", () => "x".repeat(3_000), 401],
  ["a path of its own", () => `../events/${token}`, 404],
])("%s is refused, and nothing is stored", async (_what, key, status) => {
  const answer = await rawRequest(server, {
    method: "POST",
    path: messagesAt(key()),
    body: messageOf(org.id),
  });
  expect([answer.status, stored()]).toEqual([status, []]);
});

test("a message of another org, though with this one's token, is refused", async () => {
  const answer = await fetch(server.origin + messagesAt(), {
    method: "POST",
    body: messageOf("00D000000000001EAA"),
  });
  expect([answer.status, stored()]).toEqual([401, []]);
});

test("an org that Baton is not installed in is told so, so that it sends again", async () => {
  server.memory.tenants.delete(org.id);
  const answer = await fetch(server.origin + messagesAt(), { method: "POST", body: messageOf(org.id) });
  expect(answer.status).toBe(404);
});

test("a mebibyte is taken, and a byte more is not", async () => {
  const empty = messageOf(org.id, "<!---->").length;
  const sized = (bytes: number) => messageOf(org.id, `<!--${"x".repeat(bytes - empty)}-->`);
  const statuses = [];
  for (const bytes of [MEBIBYTE, MEBIBYTE + 1])
    statuses.push((await fetch(server.origin + messagesAt(), { method: "POST", body: sized(bytes) })).status);
  expect([statuses, stored().length]).toEqual([[200, 413], 1]);
});

test("JSON events are answered with one shape, whatever came of them", async () => {
  const post = async (
    body: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(`${server.origin}/salesforce/events`, { method: "POST", body: text, headers });
    return [answer.status, await answer.json()] as const;
  };
  const event = { v: 1, eventId: "e-1", orgId: org.id, recordId: "00Q5g00000ABCdeEAH", event: "lead.ready" };
  expect(await post(event)).toEqual([200, { ok: true, eventId: "e-1", accepted: 1, refused: [] }]);
  expect(await post([event, { ...event, v: 2 }])).toMatchObject([
    200,
    { ok: true, accepted: 1, refused: [expect.any(String)] },
  ]);
  expect(await post({ ...event, recordId: "nobody" })).toMatchObject([
    400,
    { ok: false, eventId: "", accepted: 0 },
  ]);
  expect(await post("{")).toMatchObject([400, { error: { code: "receive.bad-body" } }]);
  expect(await post(event, {})).toMatchObject([401, { error: { code: "receive.bad-signature" } }]);
  expect(stored()).toEqual(["i-org posted:e-1"]);
});

test("no line of the log holds a token, whether it was taken or refused", async () => {
  telling();
  await sandbox.drained();
  const forged = `${org.id}.${"B".repeat(43)}`;
  for (const key of [token, forged, `${token}/more`])
    for (const method of ["POST", "GET"])
      await rawRequest(server, { method, path: messagesAt(key), body: method === "POST" ? "<broken" : "" });
  expect(server.logged()).toContain("/salesforce/outbound/:token");
  for (const key of [token, forged]) expect(server.logged()).not.toContain(key.slice(19));
});
