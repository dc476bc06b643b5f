/**
 * Outbound messages: SOAP in, events out.
 *
 * A message is a hint. Salesforce reads the record when it sends, sends late, twice, out of order or not at all, and signs nothing; so
 * only the ids in it count, under the notification's own id, and the record is read again. One wrong notification spoils none of the
 * others, because one Ack covers them all.
 *
 * The XML is a stranger's: a DOCTYPE is refused before anything is parsed, so no entity is ever defined, let alone expanded.
 * Source: https://developer.salesforce.com/docs/platform/api/guide/sforce-api-om-outboundmessaging-wsdl.html
 */
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import type { Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS, type Instant } from "../../src/model/instant.ts";
import { toId, toIdOf } from "./ids.ts";
import { recordEvent } from "./record-event.ts";

/** Salesforce's most notifications in one message. */
export const MOST_NOTIFICATIONS = 100;
/** The element of Salesforce's own namespace, which the parser leaves out. */
const NOTIFICATIONS =
  /<(?:[\w.-]+:)?notifications\s[^<>]*xmlns(?::[\w.-]+)?\s*=\s*"http:\/\/soap\.sforce\.com\/2005\/09\/outbound"/;
/** A message nests seven deep: envelope, body, notifications, notification, sObject, field. Room for compound fields. */
const MOST_DEPTH = 16;
/** The org's clock may be this far ahead of ours. */
const MOST_AHEAD_MS = 5 * MINUTE_MS;

/** What Salesforce takes for "kept": exactly this; anything else is sent again. */
export const ACK =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
  "</soapenv:Body></soapenv:Envelope>";

const parser = new XMLParser({
  ignoreAttributes: false,
  removeNSPrefix: true,
  // A postcode 01234 is no number.
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === "Notification",
  maxNestedTags: MOST_DEPTH,
});

const text = z.string().max(100);
const message = z.object({
  Envelope: z.object({
    Body: z.object({
      notifications: z.object({
        OrganizationId: text,
        ActionId: text,
        Notification: z.array(z.unknown()).min(1),
      }),
    }),
  }),
});
const notification = z.object({
  Id: text,
  sObject: z.object({ Id: text, SystemModstamp: text.optional(), LastModifiedDate: text.optional() }),
});

/**
 * Reads the body of one message.
 * @param org  Whose token the message came with: the org it names must be the same.
 * Throws `receive.bad-body` for what is no message, `receive.too-large` past 100 notifications, and `receive.bad-signature` for
 * a message of another org. Everything else that is wrong is a refused notification.
 */
export function readOutbound(
  bytes: Uint8Array,
  org: string,
  now: Instant,
): Pick<Reception, "events" | "refused"> {
  const { OrganizationId, ActionId, Notification } = parsed(bytes);
  if (toIdOf("Organization", OrganizationId) !== org)
    throw new BatonError(
      "receive.bad-signature",
      "the message is of another org than its address: copy the address from the page of its own org",
    );
  if (toId(ActionId) === undefined) throw badBody("its ActionId is no id");
  if (Notification.length > MOST_NOTIFICATIONS)
    throw new BatonError(
      "receive.too-large",
      `${Notification.length} notifications in one message; at most ${MOST_NOTIFICATIONS}`,
    );
  const read = Notification.map((entry, index) => readOne(entry, index, org, now));
  return {
    events: read.flatMap((one) => ("event" in one ? [one.event] : [])),
    refused: read.flatMap((one) =>
      "detail" in one ? [{ code: "receive.bad-event", detail: one.detail }] : [],
    ),
  };
}

function parsed(bytes: Uint8Array): z.output<typeof message>["Envelope"]["Body"]["notifications"] {
  const xml = decoded(bytes);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml))
    throw badBody("it holds a DOCTYPE, which no message of Salesforce's does");
  if (!NOTIFICATIONS.test(xml)) throw badBody("it is no outbound message");
  const read = message.safeParse(treeOf(xml));
  if (!read.success) throw badBody("it is no outbound message");
  return read.data.Envelope.Body.notifications;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badBody("it is not UTF-8");
  }
}

/** The parser's own message quotes the body, so only that it failed is passed on. */
function treeOf(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch {
    throw badBody("it is not XML");
  }
}

type One = { readonly event: Reception["events"][number] } | { readonly detail: string };

function readOne(entry: unknown, index: number, org: string, now: Instant): One {
  const read = notification.safeParse(entry);
  const id = read.success ? toId(read.data.Id) : undefined;
  if (!read.success || id === undefined)
    return { detail: `notification ${index}: it has no id, or its record none` };
  const { sObject } = read.data;
  const event = recordEvent({
    key: `outbound:${id}`,
    org,
    recordId: sObject.Id,
    occurredAt: instantOf(sObject.SystemModstamp ?? sObject.LastModifiedDate, now),
    by: "outbound message",
  });
  return event === undefined
    ? { detail: `notification ${index}: its record is none that Baton follows` }
    : { event };
}

/** When the record was changed, as far as the message says so and it can be. */
function instantOf(stamp: string | undefined, now: Instant): Instant {
  const at = stamp === undefined ? Number.NaN : Date.parse(stamp);
  return Number.isNaN(at) || at > now + MOST_AHEAD_MS ? now : at;
}

function badBody(why: string): BatonError {
  return new BatonError("receive.bad-body", `the body cannot be taken: ${why}`);
}
