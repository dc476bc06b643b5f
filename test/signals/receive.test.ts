import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { MOST_MESSAGE_BYTES, MOST_MESSAGES } from "../../src/signals/receive.ts";
import { KEEP_DAYS, NOW, take } from "./kit.ts";

const page = { type: "page", messageId: "m-1", anonymousId: "a-1" };
const iso = (at: number): string => new Date(at).toISOString();

async function only(message: object): Promise<unknown> {
  const { sightings } = await take({ batch: [message] });
  expect(sightings).toHaveLength(1);
  return sightings[0];
}

describe("what somebody did", () => {
  test.each<[string, object, object]>([
    [
      "a page view has the path alone, never the query",
      { ...page, properties: { url: "https://www.acme.example/pricing?email=vera@example.com#top" } },
      { kind: "page-viewed", page: "/pricing" },
    ],
    [
      "a page view takes the path of the browser's page",
      { ...page, context: { page: { path: "/security", url: "https://acme.example/x" } } },
      { kind: "page-viewed", page: "/security" },
    ],
    [
      "an address without a path is the front page",
      { ...page, properties: { url: "https://acme.example" } },
      { kind: "page-viewed", page: "/" },
    ],
    [
      "an event named after a kind of signal is of that kind",
      { ...page, type: "track", event: "Webinar Attended", properties: { engagement: "Strong" } },
      { kind: "webinar-attended", event: "Webinar Attended", engagement: "strong" },
    ],
    [
      "a form's name is written as the playbook writes it",
      { ...page, type: "track", event: "Form Submitted", properties: { form_name: "Demo request" } },
      { kind: "form-submitted", form: "demo-request" },
    ],
    [
      "a title is kept as the playbook writes names: whether it is an asset is for fields.yaml to say",
      { ...page, type: "track", event: "Asset Opened", properties: { title: "Compliance checklist" } },
      { kind: "product", event: "Asset Opened", title: "compliance-checklist" },
    ],
    [
      "somebody joined a campaign",
      { ...page, type: "track", event: "Campaign Joined", properties: { campaign: "autumn-launch" } },
      { kind: "campaign-joined", event: "Campaign Joined", campaign: "autumn-launch" },
    ],
    [
      "any other event is product use, under its own name",
      {
        ...page,
        type: "track",
        event: "Workspace Activated",
        properties: { campaign: null },
        context: { campaign: { name: "autumn-launch" } },
      },
      { kind: "product", event: "Workspace Activated", campaign: "autumn-launch" },
    ],
  ])("%s", async (_name, message, expected) => {
    expect(await only(message)).toMatchObject({ signal: { at: NOW, ...expected } });
  });

  test.each(["identify", "group", "alias", "screen"])("%s tells no deed", async (type) => {
    expect(await only({ ...page, type, properties: { path: "/pricing" } })).not.toHaveProperty("signal");
  });
});

describe("who it was", () => {
  const anonymous = expect.stringMatching(/^anonymous:[\w-]{22}$/);
  const user = expect.stringMatching(/^user:[\w-]{22}$/);
  const vera = "email:vera@northwind.example";

  test.each<[string, object, unknown, readonly unknown[]]>([
    ["an anonymous id alone", {}, anonymous, []],
    ["a user's id is the better name", { userId: 97 }, user, [{ visitor: anonymous, is: user }]],
    [
      "a user's id that is an address",
      { userId: "Vera@Northwind.example" },
      vera,
      [{ visitor: anonymous, is: vera }],
    ],
    [
      "the address of identify's traits, by way of the user's id",
      { type: "identify", userId: "97", traits: { email: "vera@northwind.example" } },
      vera,
      [
        { visitor: anonymous, is: user },
        { visitor: user, is: vera },
      ],
    ],
    [
      "the address of a context's traits",
      { context: { traits: { email: "vera@northwind.example" } } },
      vera,
      [{ visitor: anonymous, is: vera }],
    ],
    [
      "a company's address is nobody's",
      { type: "group", traits: { email: "vera@northwind.example" } },
      anonymous,
      [],
    ],
    [
      "what is no address names nobody",
      { type: "identify", traits: { email: "vera at home" } },
      anonymous,
      [],
    ],
    [
      "a list of addresses names nobody",
      { type: "identify", traits: { email: "a@b.example,c@d.example" } },
      anonymous,
      [],
    ],
  ])("%s", async (_name, over, visitor, links) => {
    expect(await only({ ...page, ...over })).toMatchObject({ visitor, links });
  });
});

describe("when it happened", () => {
  const HOUR = 3_600_000;
  test.each<[string, object, number]>([
    ["now, when nobody says", {}, NOW],
    ["as the sender says", { timestamp: iso(NOW - HOUR) }, NOW - HOUR],
    [
      "by our clock, when the sender's is fast",
      { timestamp: iso(NOW + HOUR), sentAt: iso(NOW + 2 * HOUR) },
      NOW - HOUR,
    ],
    [
      "by our clock, when the sender's is slow",
      { timestamp: iso(NOW - 3 * HOUR), sentAt: iso(NOW - 2 * HOUR) },
      NOW - HOUR,
    ],
    [
      "as another receiver has put it right",
      { timestamp: iso(NOW - HOUR), originalTimestamp: iso(NOW - 9 * HOUR), sentAt: iso(NOW - 9 * HOUR) },
      NOW - HOUR,
    ],
    ["never in the future", { timestamp: iso(NOW + HOUR) }, NOW],
    [
      "as it says, when the time of sending is nonsense",
      { timestamp: iso(NOW - HOUR), sentAt: "soon" },
      NOW - HOUR,
    ],
  ])("%s", async (_name, over, at) => {
    expect(await only({ ...page, ...over })).toMatchObject({ at, signal: { at } });
  });

  test("a batch's time of sending counts for messages without one", async () => {
    const message = { ...page, timestamp: iso(NOW + HOUR) };
    const { sightings } = await take({ batch: [message], sentAt: iso(NOW + 2 * HOUR) });
    expect(sightings).toMatchObject([{ at: NOW - HOUR }]);
  });
});

describe("what is refused", () => {
  test.each<[string, unknown, RegExp]>([
    ["text", "page", /no object/],
    ["a list", [page], /no object/],
    ["null", null, /no object/],
    ["an unknown type", { ...page, type: "import" }, /"type" is none of track/],
    ["a message of nobody", { ...page, anonymousId: "  " }, /neither userId nor anonymousId/],
    ["an event without a name", { ...page, type: "track", event: { name: "x" } }, /"event"/],
    ["a time that is none", { ...page, timestamp: "yesterday" }, /"timestamp" is no time/],
    [
      "what is older than signals are kept",
      { ...page, timestamp: iso(NOW - (KEEP_DAYS + 1) * 86_400_000) },
      /older/,
    ],
    ["a large message", { ...page, properties: { text: "x".repeat(MOST_MESSAGE_BYTES) } }, /larger/],
  ])("%s, and its neighbours are kept", async (_name, bad, reason) => {
    const { received, sightings } = await take({ batch: [page, bad, { ...page, messageId: "m-2" }] });
    expect(received).toMatchObject({
      stored: 2,
      refused: [{ index: 1, reason: expect.stringMatching(reason) }],
    });
    expect(sightings).toHaveLength(2);
  });

  test("a message on its own is refused by its code", async () => {
    await expect(take({ messageId: "m" }, "track")).rejects.toMatchObject({ code: "receive.bad-event" });
  });

  test.each([
    ["no JSON", Buffer.from("{")],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["nothing", Buffer.alloc(0)],
    ["a batch that is no list", Buffer.from('{"batch":{}}')],
    ["a list instead of a batch", Buffer.from("[]")],
  ])("a body that is %s", async (_name, body) => {
    await expect(take(body)).rejects.toMatchObject({ code: "receive.bad-body" });
  });

  test("a batch of too many is refused as a whole, before any of it is looked at", async () => {
    const of = (count: number): Buffer => Buffer.from(`{"batch":[${Array(count).fill("{}").join()}]}`);
    await expect(take(of(MOST_MESSAGES + 1))).rejects.toMatchObject({
      code: "receive.too-large",
      message: "The batch has 2501 messages, and none was kept: send at most 2500 at once.",
    });
    expect((await take(of(MOST_MESSAGES))).received.refused).toHaveLength(MOST_MESSAGES);
  });

  test("a message nested ten thousand deep costs only itself", async () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const body = `{"batch":[{"type":"page","anonymousId":"a","properties":${deep}},${JSON.stringify(page)}]}`;
    const { received } = await take(Buffer.from(body));
    expect(received.stored + received.refused.length).toBe(2);
    expect(received.stored).toBeGreaterThan(0);
  });
});

test("the address's type wins over what a single message says of itself", async () => {
  const { sightings } = await take({ ...page, type: "identify" }, "page");
  expect(sightings).toMatchObject([{ signal: { kind: "page-viewed" } }]);
});

test("one message id is one key, and messages without one are told apart by a made-up one", async () => {
  const { sightings } = await take({ batch: [page, page, { ...page, messageId: "m-2" }] });
  const [first, again, other] = sightings.map(({ key }) => key);
  expect(first).toBe(again);
  expect(first).not.toBe(other);
  expect(await only({ ...page, messageId: undefined })).toMatchObject({
    key: expect.stringMatching(/^message:[\w-]{22}$/),
  });
});

test("whatever is posted is kept or refused with a reason, and nothing of it but what Baton reads is kept", async () => {
  const anything = fc.record(
    {
      type: fc.constantFrom("page", "track", "identify", "group", "alias", "nonsense"),
      messageId: fc.anything(),
      anonymousId: fc.oneof(fc.string({ unit: "binary" }), fc.anything()),
      userId: fc.oneof(fc.emailAddress(), fc.anything()),
      event: fc.oneof(fc.string({ unit: "binary" }), fc.anything()),
      timestamp: fc.oneof(fc.string(), fc.anything()),
      sentAt: fc.anything(),
      properties: fc.oneof(
        fc.dictionary(fc.constantFrom("path", "form", "secret"), fc.anything()),
        fc.anything(),
      ),
      traits: fc.anything(),
      context: fc.anything(),
    },
    { requiredKeys: ["type"] },
  );
  const known = new Set(["key", "kind", "at", "page", "form", "asset", "campaign", "engagement", "event"]);
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (batch) => {
      let body: string;
      try {
        body = JSON.stringify({ batch });
      } catch {
        return;
      }
      const { received, sightings } = await take(Buffer.from(body));
      expect(received.stored + received.refused.length).toBe(batch.length);
      for (const { at, signal, visitor, key } of sightings) {
        expect(at).toBeLessThanOrEqual(NOW);
        expect(`${visitor} ${key}`).not.toMatch(/\p{Cc}/u);
        expect(Object.keys(signal ?? {}).filter((name) => !known.has(name))).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

test("storing that fails, and storing that hangs, are told as not stored", async () => {
  const { receiveSignals } = await import("../../src/signals/receive.ts");
  const body = Buffer.from(JSON.stringify(page));
  const context = { now: () => NOW, newId: () => "x", keepMs: 1, storeWithinMs: 20 };
  const sender = { key: "k", installation: "i", tenant: "t" };
  for (const store of [
    () => Promise.reject(new Error("disk full")),
    () => new Promise<never>(() => undefined),
  ]) {
    const failed = receiveSignals(body, "page", sender, { ...context, inbox: { store } });
    await expect(failed).rejects.toBeInstanceOf(BatonError);
    await expect(failed).rejects.toMatchObject({ code: "receive.not-stored" });
  }
});
