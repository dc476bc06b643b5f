import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CHANNELS, readHeard, REQUESTS } from "../../../connectors/salesforce/change-event.ts";
import { NOW, ORG } from "./server.ts";

const [LEADS = ""] = CHANNELS;
const LEAD = "00Q5g00000ABCdeEAH";
const where = { org: ORG, now: NOW };

/** A change as Salesforce's documentation shows one. */
function change(
  header: object = {},
  fields: object = {},
  replayId: unknown = 18_098_167,
): { channel: string; data: unknown } {
  return {
    channel: LEADS,
    data: {
      schema: "abc123",
      event: { replayId },
      payload: {
        ChangeEventHeader: {
          entityName: "Lead",
          recordIds: [LEAD],
          changeType: "UPDATE",
          changeOrigin: "",
          transactionKey: "000046c7-a642-11e2-c29b-229c6786473e",
          sequenceNumber: 1,
          commitTimestamp: NOW - 1_000,
          commitNumber: 11_657_372_702_432,
          commitUser: "00558000000yFyDAAU",
          changedFields: ["OwnerId", "LastModifiedDate"],
          nulledFields: [],
          diffFields: [],
          ...header,
        },
        OwnerId: "0055g000001abcDAAQ",
        ...fields,
      },
    },
  };
}
const read = (...told: { channel: string; data: unknown }[]) => readHeard(LEADS, "7", told, where);

test("a change is known by its transaction, its number in it, the record and the field", () => {
  expect(read(change())).toEqual({
    channel: LEADS,
    replay: "18098167",
    isGap: false,
    events: [
      {
        kind: "lead-changed",
        key: `cdc:000046c7-a642-11e2-c29b-229c6786473e:1:${LEAD}:OwnerId`,
        tenant: ORG,
        occurredAt: NOW - 1_000,
        urgency: "live",
        lead: { crm: "salesforce", id: LEAD },
        field: "owner",
        property: "OwnerId",
        value: "0055g000001abcDAAQ",
      },
    ],
  });
});

test.each([
  ["only stamps", ["LastModifiedDate", "LastModifiedById"], []],
  ["only what Baton keeps there", ["Baton_Why_Now__c", "Baton_Deadline__c", "LastModifiedDate"], []],
  ["an answer of sales", ["Baton_Disposition__c"], ["Baton_Disposition__c"]],
  ["several fields that mean nothing by themselves", ["Title", "Phone"], ["Title"]],
  ["a conversion, without its stamp", ["Status", "IsConverted"], ["Status", "IsConverted"]],
])("of %s is told what can matter", (_what, changedFields, properties) => {
  const { events, isGap } = read(change({ changedFields }));
  expect(events.map((event) => event.kind === "lead-changed" && event.property)).toEqual(properties);
  expect(isGap).toBe(false);
});

const OWN = "com/salesforce/api/rest/67.0;client=Baton";

test.each([
  ["its hand-off", ["OwnerId", "Status", "Baton_Why_Now__c", "LastModifiedDate"], []],
  ["an opt-out of an automation", ["OwnerId", "HasOptedOutOfEmail", "Title"], ["HasOptedOutOfEmail"]],
  ["another address", ["Email", "LastModifiedDate"], ["Email"]],
])(
  "of Baton's own transaction, with %s, is told what no hand-off writes",
  (_what, changedFields, properties) => {
    const { events, isGap } = read(change({ changeOrigin: OWN, changedFields }));
    expect(events.map((event) => event.kind === "lead-changed" && event.property)).toEqual(properties);
    expect(isGap).toBe(false);
  },
);

test.each([
  ["REST", OWN, 0, undefined],
  ["another client", "com/salesforce/api/rest/67.0;client=Batons", 1, "live"],
  [
    "a client that names ours in its own name",
    "com/salesforce/api/rest/67.0;client=x;client=Baton;y",
    1,
    "live",
  ],
  ["an import", "com/salesforce/api/bulkapi/67.0", 1, "bulk"],
])("a change by %s", (_what, changeOrigin, count, urgency) => {
  const { events, replay } = read(change({ changeOrigin }));
  expect([events.length, events[0]?.urgency, replay]).toEqual([count, urgency, "18098167"]);
});

test.each([
  ["without a header", { channel: LEADS, data: { event: { replayId: 9 }, payload: {} } }, "9"],
  ["with a place that is no number", change({}, {}, "soon"), "7"],
  ["with a place that JSON cannot hold", change({}, {}, 2 ** 60), "7"],
  ["of nobody", change({ recordIds: [] }), "18098167"],
  ["of an id that is none", change({ recordIds: ["../Account/001"] }), "18098167"],
])("an event %s is a gap", (_what, told, replay) => {
  expect(read(told)).toEqual({ channel: LEADS, replay, events: [], isGap: true });
});

test("an org whose clock is ahead changes nothing in the future", () => {
  expect(read(change({ commitTimestamp: NOW + 3_600_000 })).events[0]?.occurredAt).toBe(NOW);
});

test("an id of 15 characters and one of 18 are the same record", () => {
  const [short, long] = [LEAD.slice(0, 15), LEAD].map((id) => read(change({ recordIds: [id] })).events);
  expect(short).toEqual(long);
});

test("a request is known by its event's own id, and never by its place where it has one", () => {
  const told = (replayId: number, EventUuid?: string) => ({
    channel: REQUESTS,
    data: {
      event: { replayId, EventUuid },
      payload: { CreatedDate: "2026-11-17T09:29:00Z", Record_Id__c: LEAD },
    },
  });
  const keys = [told(1, "u-1"), told(2, "u-1"), told(3)].map(
    (one) => readHeard(REQUESTS, "-1", [one], where).events[0]?.key,
  );
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("whatever comes is read or a gap, and stays of this org", () => {
  const anything = fc.anything({ withNullPrototype: true });
  const nearly = fc
    .record({
      header: fc.dictionary(
        fc.constantFrom("recordIds", "changeType", "transactionKey", "changedFields"),
        anything,
      ),
      fields: fc.dictionary(fc.string(), anything),
      replayId: anything,
    })
    .map(({ header, fields, replayId }) => change(header, fields, replayId).data);
  fc.assert(
    fc.property(fc.constantFrom(...CHANNELS), fc.array(fc.oneof(anything, nearly)), (channel, datas) => {
      const heard = readHeard(
        channel,
        "7",
        datas.map((data) => ({ channel, data })),
        where,
      );
      expect(heard.replay).toMatch(/^\d+$/);
      for (const { tenant, occurredAt } of heard.events)
        expect([tenant, occurredAt > NOW + 300_000]).toEqual([ORG, false]);
    }),
  );
});
