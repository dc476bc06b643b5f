import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_NOTIFICATIONS, readOutbound } from "../../../connectors/salesforce/outbound.ts";
import { BatonError } from "../../../src/errors.ts";
import { NOW, ORG } from "./server.ts";

const LEAD = "00Q5g00000ABCdeEAH";
const NAMESPACE = "http://soap.sforce.com/2005/09/outbound";

/** One notification as Salesforce sends it; `fields` are elements of the record. */
function notification(
  serial: number,
  fields = `<sf:Id>${LEAD}</sf:Id><sf:Company>Acme &amp; Co</sf:Company>`,
): string {
  return `<Notification><Id>04l5g0000${String(serial).padStart(6, "0")}AAA</Id>
    <sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>`;
}

interface Parts {
  readonly org?: string;
  readonly action?: string;
  readonly namespace?: string;
  readonly notifications?: string;
  readonly before?: string;
}

/** A message in the shape of Salesforce's guide. Source: sforce_api_om_outboundmessaging_notifications, read 2026-11. */
function message({
  org = ORG,
  action = "04k5g000000PqRsAAK",
  namespace = NAMESPACE,
  notifications = notification(1),
  before = "",
}: Parts = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${before}
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body><notifications xmlns="${namespace}">
  <OrganizationId>${org}</OrganizationId><ActionId>${action}</ActionId><SessionId xsi:nil="true"/>
  <EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/67.0/00D5g000008ABCD</EnterpriseUrl>
  <PartnerUrl>https://acme.my.salesforce.com/services/Soap/u/67.0/00D5g000008ABCD</PartnerUrl>
  ${notifications}
 </notifications></soapenv:Body></soapenv:Envelope>`;
}

const read = (xml: string | Uint8Array) =>
  readOutbound(typeof xml === "string" ? Buffer.from(xml) : xml, ORG, NOW);
function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "taken";
}

test("a notification is one event, known by the notification's own id", () => {
  expect(read(message())).toEqual({
    refused: [],
    events: [
      {
        kind: "lead-changed",
        key: expect.stringMatching(/^outbound:04l5g0000000001\w{3}$/),
        tenant: ORG,
        occurredAt: NOW,
        urgency: "live",
        lead: { crm: "salesforce", id: LEAD },
        field: "other",
        property: "outbound message",
      },
    ],
  });
});

test.each([
  ["003", { kind: "lead-changed" }],
  ["00T", { kind: "activity-changed", activity: { kind: "task", crm: "salesforce" } }],
  ["00U", { kind: "activity-changed", activity: { kind: "meeting", crm: "salesforce" } }],
  ["006", { kind: "activity-changed", activity: { kind: "deal", crm: "salesforce" } }],
])("a record whose id begins with %s", (prefix, event) => {
  const fields = `<sf:Id>${prefix}5g00000ABCdeEAH</sf:Id>`;
  expect(read(message({ notifications: notification(1, fields) })).events).toMatchObject([event]);
});

test.each([
  ["its time", "2026-11-17T09:00:00.000Z", NOW - 1_800_000],
  ["a time that is still to come", "2027-01-01T00:00:00.000Z", NOW],
  ["a time that is none", "yesterday", NOW],
])("a change that carries %s happened then, or now at the latest", (_what, stamp, at) => {
  const fields = `<sf:Id>${LEAD}</sf:Id><sf:SystemModstamp>${stamp}</sf:SystemModstamp>`;
  expect(read(message({ notifications: notification(1, fields) })).events[0]?.occurredAt).toBe(at);
});

test("ids of 15 characters are the ids of 18, and an id in other letters is another one", () => {
  const keyed = (id: string, lead: string) =>
    read(
      message({
        notifications: notification(1, `<sf:Id>${lead}</sf:Id>`).replace(/<Id>[^<]*/, `<Id>${id}`),
      }),
    ).events[0];
  const long = keyed("04l5g00002nrC5BAAU", LEAD);
  expect(keyed("04l5g00002nrC5B", LEAD.slice(0, 15))).toEqual(long);
  expect(keyed("04l5g00002nrC5BAAU".replace("nrC", "nrc"), LEAD)?.key).not.toBe(long?.key);
});

test.each([
  ["an id that leads elsewhere", notification(2, "<sf:Id>../Account/001x</sf:Id>")],
  ["a record nobody follows", notification(2, "<sf:Id>5005g00000ABCdeEAH</sf:Id>")],
  ["no record", "<Notification><Id>04l5g0000000002AAA</Id></Notification>"],
  ["two ids", notification(2, `<sf:Id>${LEAD}</sf:Id><sf:Id>${LEAD}</sf:Id>`)],
  ["an id that is none", notification(2).replace("04l5g0000000002AAA", "x".repeat(2_000))],
  ["nothing at all", "<Notification/>"],
])("a notification with %s costs its neighbours nothing", (_what, strange) => {
  const { events, refused } = read(message({ notifications: notification(1) + strange + notification(3) }));
  expect(events).toHaveLength(2);
  expect(refused).toMatchObject([
    { code: "receive.bad-event", detail: expect.stringContaining("notification 1") },
  ]);
});

test("a hundred notifications are taken, and a hundred and one are not", () => {
  const many = (count: number) =>
    message({ notifications: Array.from({ length: count }, (_, serial) => notification(serial)).join("") });
  expect(read(many(MOST_NOTIFICATIONS)).events).toHaveLength(100);
  expect(codeOf(() => read(many(MOST_NOTIFICATIONS + 1)))).toBe("receive.too-large");
});

const BOMB = `<!DOCTYPE b [${Array.from({ length: 9 }, (_, level) => `<!ENTITY b${level} "${`&b${level - 1};`.repeat(9)}">`).join("")}]>`;
const XXE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
const deep = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);

test.each([
  ["of another org", message({ org: "00D000000000001EAA" }), "receive.bad-signature"],
  ["whose org is no id", message({ org: "00D" }), "receive.bad-signature"],
  ["whose org is written small", message({ org: ORG.toLowerCase() }), "receive.bad-signature"],
  ["whose action is no id", message({ action: "04k?" }), "receive.bad-body"],
  ["in another namespace", message({ namespace: "urn:partner.soap.sforce.com" }), "receive.bad-body"],
  [
    "that reads a file",
    message({ before: XXE, notifications: notification(1, "<sf:Id>&x;</sf:Id>") }),
    "receive.bad-body",
  ],
  [
    "that grows a billionfold",
    message({ before: BOMB, notifications: notification(1, "<sf:Id>&b8;</sf:Id>") }),
    "receive.bad-body",
  ],
  ["with a document type in small letters", message({ before: "<!doctype x>" }), "receive.bad-body"],
  ["that breaks off", message().slice(0, -20), "receive.bad-body"],
  ["with tags that cross", message({ notifications: "<a><b></a></b>" }), "receive.bad-body"],
  [
    "that is deeper than any message",
    message({ notifications: notification(1, deep(50)) }),
    "receive.bad-body",
  ],
  [
    "that hides its depth",
    message({ notifications: notification(1, '<a b="/>">'.repeat(50) + "</a>".repeat(50)) }),
    "receive.bad-body",
  ],
  [
    "with a name that means something to JavaScript",
    message({ notifications: "<__proto__><Id>1</Id></__proto__>" }),
    "receive.bad-body",
  ],
  ["without notifications", message({ notifications: "" }), "receive.bad-body"],
  ["that is JSON", '{"Envelope":{}}', "receive.bad-body"],
  ["that is empty", "", "receive.bad-body"],
  ["in UTF-16", Buffer.from(message(), "utf16le"), "receive.bad-body"],
])("a message %s is refused", (_what, xml, code) => {
  expect(codeOf(() => read(xml))).toBe(code);
});

test("a short id of the org is its long one", () => {
  expect(codeOf(() => read(message({ org: ORG.slice(0, 15) })))).toBe("taken");
});

test("a mebibyte of tags is refused before long", () => {
  const tags = message({ notifications: '<a b="/>">'.repeat(100_000) });
  expect(codeOf(() => read(tags))).toBe("receive.bad-body");
});

test("whatever the bytes, they are events of this org or a refusal", () => {
  const good = message({ notifications: [1, 2, 3].map((serial) => notification(serial)).join("") });
  const spoilt = fc
    .tuple(
      fc.nat(good.length),
      fc.nat(60),
      fc.oneof(fc.string(), fc.constantFrom("<", "&#0;", "]]>", "<!--", "<Id>", "</sObject>")),
    )
    .map(([at, cut, put]) => Buffer.from(good.slice(0, at) + put + good.slice(at + cut)));
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 500 })), (bytes) => {
      const outcome = codeOf(() => {
        for (const { tenant, key } of read(bytes).events)
          expect([tenant, /^outbound:\w{18}$/.test(key)]).toEqual([ORG, true]);
      });
      expect(outcome).toMatch(/^(?:taken|receive\..*)$/);
    }),
    { numRuns: 400 },
  );
});
