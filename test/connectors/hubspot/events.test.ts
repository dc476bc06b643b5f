import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_WEBHOOK_EVENTS, readWebhook } from "../../../connectors/hubspot/events.ts";
import type { Reading } from "../../../connectors/hubspot/events.ts";
import { BatonError } from "../../../src/errors.ts";
import { DAY_MS } from "../../../src/model/instant.ts";

const APP_ID = "54321";
const AT = 1_715_203_101_896;
const NOW = AT + 1_000;
const BATCH: unknown = JSON.parse(
  readFileSync(new URL("../../../fixtures/hubspot/webhooks/contact-batch.json", import.meta.url), "utf8"),
);

type Entry = Record<string, unknown>;

/** An entry about contact 200 of portal 62515. */
function anEntry(fields: Entry): Entry {
  return {
    eventId: 7,
    subscriptionId: 9,
    portalId: 62_515,
    appId: 54_321,
    occurredAt: AT,
    subscriptionType: "contact.creation",
    attemptNumber: 0,
    objectId: 200,
    changeSource: "CRM_UI",
    ...fields,
  };
}

const aChange = (propertyName: string, fields: Entry = {}): Entry =>
  anEntry({ subscriptionType: "contact.propertyChange", propertyName, propertyValue: "x", ...fields });
const aMerge = (fields: Entry): Entry => anEntry({ subscriptionType: "contact.merge", ...fields });
const aLink = (fields: Entry): Entry =>
  anEntry({
    subscriptionType: "contact.associationChange",
    objectId: undefined,
    associationType: "CONTACT_TO_COMPANY",
    fromObjectId: 200,
    toObjectId: 900,
    associationRemoved: false,
    ...fields,
  });

function read(...entries: unknown[]): Reading {
  return readWebhook(entries, APP_ID, NOW);
}

function only(entry: unknown): Reading["events"][number] {
  const { events, refused } = read(entry);
  expect(refused).toEqual([]);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event === undefined) throw new Error("no event");
  return event;
}

const lead = (id: string): { crm: "hubspot"; id: string } => ({ crm: "hubspot", id });

test("a documented batch becomes events of two portals", () => {
  const { events, refused } = readWebhook(BATCH, "7", NOW);
  expect(refused).toEqual([]);
  expect(events).toEqual([
    {
      kind: "lead-changed",
      key: "webhook:1715203101896:3029365631:891472211:contact.propertyChange:847297356:lifecyclestage",
      tenant: "891472211",
      occurredAt: 1_715_203_101_896,
      urgency: "live",
      lead: lead("847297356"),
      field: "stage",
      property: "lifecyclestage",
      value: "marketingqualifiedlead",
    },
    {
      kind: "lead-created",
      key: "webhook:1564113600000:1:62515:contact.creation:123:",
      tenant: "62515",
      occurredAt: 1_564_113_600_000,
      urgency: "live",
      lead: lead("123"),
    },
    {
      kind: "leads-merged",
      key: "webhook:1715203101896:7:62515:contact.merge:200:200",
      tenant: "62515",
      occurredAt: 1_715_203_101_896,
      urgency: "live",
      lead: lead("200"),
      merged: [lead("101"), lead("102")],
    },
    {
      kind: "lead-linked",
      key: "webhook:1715203101900:8:62515:contact.associationChange:200-900:CONTACT_TO_COMPANY",
      tenant: "62515",
      occurredAt: 1_715_203_101_900,
      urgency: "live",
      lead: lead("200"),
    },
    {
      kind: "lead-changed",
      key: "webhook:1715203101950:9:62515:contact.propertyChange:200:phone",
      tenant: "62515",
      occurredAt: 1_715_203_101_950,
      urgency: "bulk",
      lead: lead("200"),
      field: "other",
      property: "phone",
    },
    {
      kind: "activity-changed",
      key: "webhook:1715203102000:10:62515:task.propertyChange:5001:hs_task_status",
      tenant: "62515",
      occurredAt: 1_715_203_102_000,
      urgency: "live",
      activity: { kind: "task", id: "5001" },
    },
  ]);
});

describe("what changed, in Baton's words", () => {
  test.each([
    ["hubspot_owner_id", "owner"],
    ["lifecyclestage", "stage"],
    ["hs_email_optout", "consent"],
    ["recent_conversion_date", "conversion"],
    ["num_conversion_events", "conversion"],
    ["hs_lead_status", "disposition"],
    ["baton_owner_disposition", "disposition"],
    ["baton_disposition_reason", "disposition"],
    ["jobtitle", "other"],
    ["constructor", "other"],
  ])("%s is %s", (property, field) => {
    expect(only(aChange(property))).toMatchObject({ kind: "lead-changed", field, property });
  });

  test.each([
    ["contact.creation", "lead-created"],
    ["contact.deletion", "lead-deleted"],
    ["contact.restore", "lead-restored"],
    ["contact.privacyDeletion", "lead-erased"],
  ])("%s is %s", (subscriptionType, kind) => {
    expect(only(anEntry({ subscriptionType }))).toMatchObject({ kind, lead: lead("200") });
  });

  test("the generic form of a contact's event is the same event", () => {
    const generic = { subscriptionType: "object.creation", objectTypeId: "0-1" };
    expect(only(anEntry(generic))).toEqual(only(anEntry({})));
  });

  test("eventType is taken where subscriptionType is missing", () => {
    const entry = anEntry({ subscriptionType: undefined, eventType: "contact.deletion" });
    expect(only(entry)).toMatchObject({ kind: "lead-deleted" });
  });

  test("ids sent as text are the same ids", () => {
    const asText = anEntry({ portalId: "62515", objectId: "200", eventId: "7" });
    expect(only(asText)).toEqual(only(anEntry({})));
  });

  test.each([
    ["text", "director", "director"],
    ["empty text", "", ""],
    ["a number", 3, "3"],
    ["a boolean", true, "true"],
    ["nothing", null, undefined],
    ["REDACTED", "REDACTED", undefined],
    ["a very long text", "a".repeat(5_000), "a".repeat(1_000)],
    ["text with a NUL, which PostgreSQL refuses", "di\u0000rector", "director"],
    ["half of a surrogate pair, likewise", "\uD83D!", "\uFFFD!"],
    ["a pair cut in half by the limit", `${"a".repeat(999)}\u{1F600}`, `${"a".repeat(999)}\uFFFD`],
  ])("a value that is %s", (_name, propertyValue, value) => {
    const event = only(aChange("jobtitle", { propertyValue }));
    expect(event.kind === "lead-changed" && event.value).toBe(value);
    expect(Object.hasOwn(event, "value")).toBe(value !== undefined);
  });

  test("an import is bulk work, any other source is live", () => {
    expect(only(anEntry({ changeSource: "IMPORT" })).urgency).toBe("bulk");
    expect(only(anEntry({ changeSource: "SOMETHING_NEW" })).urgency).toBe("live");
    expect(only(anEntry({ changeSource: null })).urgency).toBe("live");
  });
});

describe("merges", () => {
  test.each<{ name: string; fields: Entry; survivor: string; merged: string[] }>([
    {
      name: "into the primary record",
      fields: { primaryObjectId: 200, mergedObjectIds: [101], newObjectId: 200 },
      survivor: "200",
      merged: ["101"],
    },
    {
      name: "into a record never seen before: the primary one is old as well",
      fields: { primaryObjectId: 200, mergedObjectIds: [101, 102], newObjectId: 777 },
      survivor: "777",
      merged: ["101", "102", "200"],
    },
    {
      name: "without newObjectId, the primary record survives",
      fields: { primaryObjectId: 200, mergedObjectIds: [101] },
      survivor: "200",
      merged: ["101"],
    },
    {
      name: "the survivor and repeats are left out of the merged ones",
      fields: { primaryObjectId: 200, mergedObjectIds: [101, 101, 200], newObjectId: 200 },
      survivor: "200",
      merged: ["101"],
    },
    {
      name: "told from the merged record's side",
      fields: { objectId: 101, primaryObjectId: 200, mergedObjectIds: [], newObjectId: 200 },
      survivor: "200",
      merged: ["101"],
    },
  ])("$name", ({ fields, survivor, merged }) => {
    expect(only(aMerge(fields))).toMatchObject({
      kind: "leads-merged",
      lead: lead(survivor),
      merged: merged.map(lead),
    });
  });

  test.each<[string, Entry]>([
    ["nothing was merged", { primaryObjectId: 200, mergedObjectIds: [] }],
    ["nobody survives", { objectId: undefined, mergedObjectIds: [101] }],
    ["ids are no list", { primaryObjectId: 200, mergedObjectIds: "101" }],
    [
      "an absurd number of records",
      { primaryObjectId: 200, mergedObjectIds: Array.from({ length: 1_001 }, (_, index) => index + 1) },
    ],
  ])("refused: %s", (_name, fields) => {
    expect(read(aMerge(fields))).toMatchObject({ events: [], refused: [{ code: "receive.bad-event" }] });
  });
});

describe("associations", () => {
  test("with a company, told from either side, are about the contact", () => {
    expect(only(aLink({}))).toMatchObject({ kind: "lead-linked", lead: lead("200") });
    const fromCompany = { associationType: "COMPANY_TO_CONTACT", fromObjectId: 900, toObjectId: 200 };
    expect(only(aLink(fromCompany))).toMatchObject({ kind: "lead-linked", lead: lead("200") });
  });

  test("making and removing a link are two happenings", () => {
    expect(only(aLink({ associationRemoved: true })).key).not.toBe(only(aLink({})).key);
  });

  test("with anything else mean nothing", () => {
    expect(read(aLink({ associationType: "DEAL_TO_CONTACT" }))).toEqual({ events: [], refused: [] });
  });

  test.each([["associationType"], ["fromObjectId"], ["toObjectId"]])("refused without %s", (field) => {
    expect(read(aLink({ [field]: undefined })).refused).toHaveLength(1);
  });
});

describe("identity", () => {
  test("a redelivery has the same key", () => {
    expect(only(anEntry({ attemptNumber: 4 })).key).toBe(only(anEntry({})).key);
  });

  test.each<[string, Entry]>([
    ["portal", { portalId: 62_516 }],
    ["type", { subscriptionType: "contact.deletion" }],
    ["contact", { objectId: 201 }],
    ["event id", { eventId: 8 }],
    ["instant", { occurredAt: AT - 1 }],
  ])("another %s is another event", (_name, fields) => {
    expect(only(anEntry(fields)).key).not.toBe(only(anEntry({})).key);
  });

  test("two properties changed under one event id are two events", () => {
    expect(only(aChange("email")).key).not.toBe(only(aChange("phone")).key);
  });
});

describe("echoes", () => {
  test("a change this app made is left out, another app's is not", () => {
    const byApp = (sourceId: unknown): Entry =>
      aChange("hubspot_owner_id", { changeSource: "INTEGRATION", sourceId });
    expect(read(byApp("54321"))).toEqual({ events: [], refused: [] });
    expect(read(byApp(54_321)).events).toEqual([]);
    expect(read(byApp("99"), byApp(null)).events).toHaveLength(2);
  });

  test("a person whose id equals the app's is a person", () => {
    const entry = aChange("hubspot_owner_id", { changeSource: "CRM_UI", sourceId: "54321" });
    expect(read(entry).events).toHaveLength(1);
  });
});

describe("activities and deals", () => {
  test.each([
    ["object.creation", "0-48", "call"],
    ["object.propertyChange", "0-48", "call"],
    ["object.creation", "0-49", "email"],
    ["object.creation", "0-47", "meeting"],
    ["object.propertyChange", "0-47", "meeting"],
    ["object.propertyChange", "0-27", "task"],
    ["object.creation", "0-3", "deal"],
    ["deal.creation", undefined, "deal"],
    ["deal.propertyChange", undefined, "deal"],
  ])("%s of %s names the activity", (subscriptionType, objectTypeId, kind) => {
    expect(only(anEntry({ subscriptionType, objectTypeId, objectId: 77, propertyName: "x" }))).toMatchObject({
      kind: "activity-changed",
      activity: { kind, id: "77" },
      urgency: "live",
    });
  });

  test("two changes of one activity are two events, and a redelivery is the same", () => {
    const change = (fields: Entry): string =>
      only(anEntry({ subscriptionType: "object.propertyChange", objectTypeId: "0-48", ...fields })).key;
    const status = change({ propertyName: "hs_call_status" });
    expect(change({ propertyName: "hs_call_disposition" })).not.toBe(status);
    expect(change({ propertyName: "hs_call_status", attemptNumber: 3 })).toBe(status);
    expect(only(anEntry({ subscriptionType: "object.creation", objectTypeId: "0-48" })).key).not.toBe(
      only(anEntry({ subscriptionType: "object.creation", objectTypeId: "0-49" })).key,
    );
  });

  test("what this app changed itself is an echo, and an import is bulk work", () => {
    const task = { subscriptionType: "object.propertyChange", objectTypeId: "0-27", propertyName: "x" };
    expect(read(anEntry({ ...task, changeSource: "INTEGRATION", sourceId: APP_ID })).events).toEqual([]);
    expect(only(anEntry({ ...task, changeSource: "IMPORT" })).urgency).toBe("bulk");
  });

  test("one without an id is refused", () => {
    const { events, refused } = read(
      anEntry({ subscriptionType: "deal.creation", objectId: undefined }),
      anEntry({ subscriptionType: "deal.creation", objectId: 1 }),
    );
    expect(events).toHaveLength(1);
    expect(refused).toMatchObject([{ code: "receive.bad-event" }]);
  });
});

describe("known, and nothing to do with a lead", () => {
  test.each([
    ["deal.deletion"],
    ["company.propertyChange"],
    ["ticket.merge"],
    ["line_item.restore"],
    ["product.deletion"],
    ["conversation.newMessage"],
    ["event.completed"],
  ])("%s is quietly ignored", (subscriptionType) => {
    expect(read({ subscriptionType, portalId: "odd" })).toEqual({ events: [], refused: [] });
  });

  test("other objects in the generic form are ignored", () => {
    const ticket = anEntry({ subscriptionType: "object.propertyChange", objectTypeId: "0-5" });
    const gone = anEntry({ subscriptionType: "object.deletion", objectTypeId: "0-48" });
    const linked = anEntry({ subscriptionType: "object.associationChange", objectTypeId: "0-3" });
    const custom = anEntry({ subscriptionType: "object.creation", objectTypeId: "2-1234567" });
    expect(read(ticket, gone, linked, custom)).toEqual({ events: [], refused: [] });
  });
});

const HOSTILE = JSON.parse(
  '{"__proto__":{"portalId":1,"subscriptionType":"contact.creation","objectId":1},"constructor":1}',
) as unknown;

describe("entries that make no sense are refused and spoil no neighbour", () => {
  test.each<[string, unknown]>([
    ["null", null],
    ["a number", 7],
    ["a text", "contact.creation"],
    ["a list", [anEntry({})]],
    ["an empty object", {}],
    ["a polluted prototype", HOSTILE],
    ["an unknown subscription", anEntry({ subscriptionType: "contact.exploded" })],
    ["a subscription with a tail", anEntry({ subscriptionType: "contact.creation.now" })],
    ["a subscription named like a built-in", anEntry({ subscriptionType: "__proto__.constructor" })],
    ["a subscription that is a number", anEntry({ subscriptionType: 5 })],
    ["a generic one without a type id", anEntry({ subscriptionType: "object.creation" })],
    [
      "a generic one with a wild type id",
      anEntry({ subscriptionType: "object.creation", objectTypeId: "0-1;" }),
    ],
    ["a portal that is missing", anEntry({ portalId: undefined })],
    ["a portal of zero", anEntry({ portalId: 0 })],
    ["a portal of words", anEntry({ portalId: "acme" })],
    ["a contact that is missing", anEntry({ objectId: undefined })],
    ["a contact past 2^53", anEntry({ objectId: 2 ** 53 })],
    ["a contact past every number", anEntry({ objectId: 1e308 })],
    ["a negative contact", anEntry({ objectId: -5 })],
    ["half a contact", anEntry({ objectId: 1.5 })],
    ["a contact of 400 digits", anEntry({ objectId: "1".repeat(400) })],
    ["a contact that is an object", anEntry({ objectId: { id: 1 } })],
    ["an event id that is a list", anEntry({ eventId: [1] })],
    ["an instant as text", anEntry({ occurredAt: "yesterday" })],
    ["an instant of zero", anEntry({ occurredAt: 0 })],
    ["an instant far ahead", anEntry({ occurredAt: NOW + DAY_MS + 1 })],
    ["an instant past every calendar", anEntry({ occurredAt: 1e300 })],
    ["a property without a name", anEntry({ subscriptionType: "contact.propertyChange" })],
    ["a property with an endless name", aChange("p".repeat(256))],
    ["a property with a NUL", aChange("life\u0000cycle")],
    ["a property with half a surrogate pair", aChange("life\uD83Dcycle")],
    ["a value that is an object", aChange("email", { propertyValue: { a: 1 } })],
  ])("%s", (_name, entry) => {
    const { events, refused } = read(anEntry({ eventId: 1 }), entry, anEntry({ eventId: 2 }));
    expect(events.map((event) => event.key.split(":")[2])).toEqual(["1", "2"]);
    expect(refused).toEqual([{ code: "receive.bad-event", detail: expect.stringMatching(/^entry 1: \S/u) }]);
  });

  test("a refusal never repeats a value", () => {
    const entry = aChange("email", {
      propertyValue: { secret: "ana@example.com" },
      portalId: "ana@example.com",
    });
    expect(JSON.stringify(read(entry).refused)).not.toContain("ana@example.com");
  });
});

describe("bodies as a whole", () => {
  function codeOf(body: unknown): string {
    try {
      readWebhook(body, APP_ID, NOW);
    } catch (error) {
      if (error instanceof BatonError) return error.code;
      throw error;
    }
    return "read";
  }
  const entries = (count: number): unknown[] =>
    Array.from({ length: count }, (_, eventId) => anEntry({ eventId }));

  test.each<[string, unknown, string]>([
    ["an object", anEntry({}), "receive.bad-body"],
    ["null", null, "receive.bad-body"],
    ["a text", "[]", "receive.bad-body"],
    ["an empty list", [], "read"],
    ["as many as are believed", entries(MAX_WEBHOOK_EVENTS), "read"],
    ["one more", entries(MAX_WEBHOOK_EVENTS + 1), "receive.too-large"],
  ])("%s", (_name, body, code) => {
    expect(codeOf(body)).toBe(code);
  });

  test("any JSON is read, entry by entry, without another exception", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (body) => {
        const { events, refused } = readWebhook(body, APP_ID, NOW);
        expect(events.length + refused.length).toBeLessThanOrEqual(body.length);
      }),
    );
  });

  test("any field of a good entry may be anything", () => {
    const types = [
      "contact.creation",
      "contact.propertyChange",
      "contact.merge",
      "contact.associationChange",
    ];
    const fields = Object.keys({ ...aChange("email"), ...aMerge({ mergedObjectIds: [1] }), ...aLink({}) });
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...fields, "primaryObjectId", "newObjectId"), fc.jsonValue()),
        (subscriptionType, odd) => {
          const { events, refused } = read(aLink({ ...aChange("email"), subscriptionType, ...odd }));
          expect(events.length + refused.length).toBeLessThanOrEqual(1);
          expect(refused.every((one) => one.code === "receive.bad-event")).toBe(true);
        },
      ),
    );
  });
});
