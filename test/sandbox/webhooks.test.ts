import { expect, test } from "vitest";
import type { AppDeclaration } from "../../sandbox/hubspot/app.ts";
import { signV1, signV3 } from "../../sandbox/hubspot/signature.ts";
import type { WebhookMood } from "../../sandbox/hubspot/webhooks/mood.ts";
import type { Heard, Opened } from "./portal-client.ts";
import { listener, open } from "./portal-client.ts";

const watchPhone: NonNullable<AppDeclaration["subscriptions"]> = [
  { subscriptionType: "object.propertyChange", objectType: "contact", propertyName: "phone" },
];

/** Changes one contact's phone `count` times in one turn, as an import would. */
async function ring(opened: Opened, count: number): Promise<void> {
  const { id = "" } = await opened.portal.act({
    do: "create",
    object: "contact",
    properties: { firstname: "Ana" },
  });
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      opened.portal.act({ do: "change", who: id, properties: { phone: String(number) } }),
    ),
  );
}

const phones = (heard: readonly Heard[]): unknown[] =>
  heard.flatMap((each) => each.events).map((event) => event["propertyValue"]);

async function ringInMood(
  mood: Partial<WebhookMood>,
  count: number,
  seed = 7,
): Promise<{ heard: Heard[]; opened: Opened }> {
  const { url, heard } = await listener();
  const opened = await open({ seed, app: { targetUrl: url, subscriptions: watchPhone } });
  Object.assign(opened.sandbox.webhooks.mood, mood);
  await ring(opened, count);
  await opened.sandbox.drained();
  return { heard, opened };
}

test("a change is sent with its documented fields and both signatures over the raw body", async () => {
  const { url, heard } = await listener();
  const now = Date.UTC(2026, 10, 17, 9);
  const opened = await open({ now: () => now, app: { targetUrl: url, subscriptions: watchPhone } });
  await ring(opened, 1);
  await opened.sandbox.drained();
  const [only] = heard;
  expect(heard).toHaveLength(1);
  expect(only?.events).toEqual([
    {
      eventId: expect.any(Number),
      subscriptionId: opened.app.subscriptions[0]?.id,
      portalId: opened.portal.id,
      appId: opened.app.id,
      occurredAt: now,
      subscriptionType: "object.propertyChange",
      attemptNumber: 0,
      objectId: Number(opened.portal.all("contact")[0]?.id),
      objectTypeId: "0-1",
      propertyName: "phone",
      propertyValue: "0",
      changeSource: "CRM_UI",
      sourceId: "userId:123",
    },
  ]);
  const { clientSecret } = opened.app;
  const text = only?.text ?? "";
  expect(only?.headers).toMatchObject({
    "x-hubspot-signature": signV1(clientSecret, text),
    "x-hubspot-signature-version": "v1",
    "x-hubspot-signature-v3": signV3(clientSecret, { method: "POST", url, body: text }, now),
    "x-hubspot-request-timestamp": String(now),
  });
});

test("events leave in batches of at most a hundred, in order", async () => {
  const { heard } = await ringInMood({}, 230);
  expect(heard.map((each) => each.events.length).toSorted((a, b) => a - b)).toEqual([30, 100, 100]);
  expect(new Set(phones(heard)).size).toBe(230);
});

test("an answer other than 2xx is tried again with a higher attempt number", async () => {
  const { url, heard } = await listener((number) => (number < 3 ? 503 : 200));
  const opened = await open({ app: { targetUrl: url, subscriptions: watchPhone } });
  opened.sandbox.webhooks.mood.retryDelayMs = 2;
  await ring(opened, 1);
  await opened.sandbox.drained();
  expect(heard.map((each) => each.events[0]?.["attemptNumber"])).toEqual([0, 1, 2]);
  expect(new Set(heard.map((each) => each.events[0]?.["eventId"])).size).toBe(1);
  expect(opened.sandbox.webhooks.deliveries.map((each) => each.status)).toEqual([503, 503, 200]);
});

test("after the last retry a batch is given up", async () => {
  const { url, heard } = await listener(() => 500);
  const opened = await open({ app: { targetUrl: url, subscriptions: watchPhone } });
  Object.assign(opened.sandbox.webhooks.mood, { retryDelayMs: 1, retries: 2 });
  await ring(opened, 1);
  await opened.sandbox.drained();
  expect(heard).toHaveLength(3);
  expect(opened.sandbox.webhooks.givenUp).toHaveLength(1);
});

test("a target that does not listen is tried again until it does", async () => {
  const opened = await open({ app: { targetUrl: "http://127.0.0.1:9/", subscriptions: watchPhone } });
  opened.sandbox.webhooks.mood.retryDelayMs = 40;
  await ring(opened, 1);
  await expect.poll(() => opened.sandbox.webhooks.deliveries.length).toBeGreaterThan(0);
  const { url, heard } = await listener();
  opened.app.targetUrl = url;
  await opened.sandbox.drained();
  expect(phones(heard)).toEqual(["0"]);
  expect(opened.sandbox.webhooks.deliveries[0]?.status).toBe(0);
});

test("repeated and late events are the same for the same seed", async () => {
  const mood = { duplicateShare: 0.3, reorderShare: 0.3 };
  const first = phones((await ringInMood(mood, 40)).heard);
  expect(first.length).toBeGreaterThan(40);
  expect(new Set(first).size).toBe(40);
  expect(first).not.toEqual(first.toSorted((a, b) => Number(a) - Number(b)));
  expect(phones((await ringInMood(mood, 40)).heard)).toEqual(first);
  expect(phones((await ringInMood(mood, 40, 8)).heard)).not.toEqual(first);
});

test("event ids may repeat for different events", async () => {
  const { heard } = await ringInMood({ repeatedIdShare: 0.9 }, 30);
  const ids = heard.flatMap((each) => each.events).map((event) => event["eventId"]);
  expect(new Set(ids).size).toBeLessThan(30);
});

test("a redacted property hides its value", async () => {
  const { heard } = await ringInMood({ redactedProperties: ["phone"] }, 1);
  expect(heard[0]?.events).toMatchObject([{ propertyValue: "REDACTED", isSensitive: true }]);
});

test.each([
  [true, 1],
  [false, 2],
])("with mixPortals %s two portals share %i request(s)", async (mixPortals, requests) => {
  const { url, heard } = await listener();
  const opened = await open({
    app: { targetUrl: url, subscriptions: [{ subscriptionType: "contact.creation" }] },
  });
  opened.sandbox.webhooks.mood.mixPortals = mixPortals;
  const other = opened.sandbox.createPortal();
  opened.sandbox.install(opened.app, other.id);
  for (const portal of [opened.portal, other])
    await portal.act({ do: "create", object: "contact", properties: {} });
  await opened.sandbox.drained();
  expect(heard).toHaveLength(requests);
  expect(new Set(heard.flatMap((each) => each.events).map((event) => event["portalId"])).size).toBe(2);
});

test.each([
  [true, 1],
  [false, 0],
])("with echoOwnWrites %s an app hears %i of its own writes", async (echoOwnWrites, count) => {
  const { url, heard } = await listener();
  const opened = await open({ app: { targetUrl: url, subscriptions: watchPhone } });
  opened.sandbox.webhooks.mood.echoOwnWrites = echoOwnWrites;
  await opened.contact({ phone: "1" });
  await opened.sandbox.drained();
  const events = heard.flatMap((each) => each.events);
  expect(events).toHaveLength(count);
  expect(
    events.every(
      (event) => event["changeSource"] === "INTEGRATION" && event["sourceId"] === String(opened.app.id),
    ),
  ).toBe(true);
});

test("nothing leaves while paused, and everything leaves afterwards", async () => {
  const { heard, opened } = await ringInMood({ paused: true }, 3);
  expect(heard).toEqual([]);
  opened.sandbox.webhooks.mood.paused = false;
  opened.sandbox.webhooks.wake();
  await opened.sandbox.drained();
  expect(phones(heard)).toEqual(["0", "1", "2"]);
});

test("a privacy deletion is announced twice, once as a deletion", async () => {
  const { url, heard } = await listener();
  const opened = await open({
    app: {
      targetUrl: url,
      subscriptions: [
        { subscriptionType: "contact.deletion" },
        { subscriptionType: "contact.privacyDeletion" },
      ],
    },
  });
  const id = await opened.contact({ email: "ana@example.com" });
  await opened.portal.act({ do: "forget", who: id });
  await opened.sandbox.drained();
  const kinds = heard.flatMap((each) => each.events).map((event) => event["subscriptionType"]);
  expect(kinds.map(String).toSorted()).toEqual(["contact.deletion", "contact.privacyDeletion"]);
});

test("an association change is announced on both sides, plain and primary", async () => {
  const { url, heard } = await listener();
  const subscriptions = [
    { subscriptionType: "contact.associationChange" },
    { subscriptionType: "company.associationChange" },
  ];
  const opened = await open({ app: { targetUrl: url, subscriptions } });
  await opened.portal.act({ do: "create", object: "company", properties: { domain: "acme.example" } });
  await opened.contact({ email: "ana@acme.example" });
  await opened.sandbox.drained();
  const links = heard
    .flatMap((each) => each.events)
    .map((event) => `${String(event["associationType"])} ${String(event["isPrimaryAssociation"])}`);
  expect(links.toSorted()).toEqual([
    "COMPANY_TO_CONTACT false",
    "COMPANY_TO_CONTACT true",
    "CONTACT_TO_COMPANY false",
    "CONTACT_TO_COMPANY true",
  ]);
});

test("calculated properties fire only where the portal lets them", async () => {
  const { url, heard } = await listener();
  const app = {
    targetUrl: url,
    subscriptions: [
      {
        subscriptionType: "object.propertyChange",
        objectType: "contact",
        propertyName: "num_conversion_events",
      },
    ],
  } as const;
  const opened = await open({ app });
  opened.portal.addForm("Demo request");
  const page = { url: "https://www.acme.example/demo", title: "Demo" };
  for (const fire of [true, false]) {
    opened.portal.rules.calculatedPropertiesFire = fire;
    await opened.portal.act({
      do: "submit-form",
      form: "Demo request",
      fields: { email: "ana@example.com" },
      page,
    });
  }
  await opened.sandbox.drained();
  expect(phones(heard)).toEqual(["1"]);
});

test("an uninstalled app hears nothing more", async () => {
  const { url, heard } = await listener();
  const opened = await open({ app: { targetUrl: url, subscriptions: watchPhone } });
  opened.sandbox.uninstall(opened.app, opened.portal.id);
  await ring(opened, 1);
  await opened.sandbox.drained();
  expect(heard).toEqual([]);
});

test("at most the app's number of requests of one portal are open at a time", async () => {
  const { url } = await listener();
  const opened = await open({ app: { targetUrl: url, subscriptions: watchPhone, maxConcurrentRequests: 1 } });
  Object.assign(opened.sandbox.webhooks.mood, { batchSize: 5 });
  await ring(opened, 25);
  await opened.sandbox.drained();
  expect(opened.sandbox.webhooks.deliveries.map((each) => each.events[0]?.["propertyValue"])).toEqual([
    "0",
    "5",
    "10",
    "15",
    "20",
  ]);
});
