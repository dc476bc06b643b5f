/**
 * Events that a flow's HTTP callout or Apex posts as JSON: one, or up to 200 in an array.
 *
 *     { "v": 1, "eventId": "…", "orgId": "00D…", "object": "Lead", "recordId": "00Q…", "event": "lead.ready",
 *       "occurredAt": "2026-11-20T10:00:00Z" }
 *
 * `lead.ready` asks for a handoff; every other event says that the record changed. What comes twice with one eventId is one event:
 * the platform does not repeat callouts, but people and fault paths do.
 *
 * Who speaks is shown by the org's token in the header `Authorization: Bearer …`, or by an HMAC under it, which Apex can make and a
 * flow cannot:
 *
 *     X-Baton-Org: 00D…   X-Baton-Timestamp: <seconds>   X-Baton-Signature: sha256=<hex of hmac(token, timestamp + "." + body)>
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import type { RawRequest, Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import { isSameSecret } from "../../src/same-secret.ts";
import { whyUnreadable } from "../http/reading.ts";
import { toIdOf } from "./ids.ts";
import { orgOfToken, outboundToken } from "./outbound-key.ts";
import { recordEvent, requestEvent } from "./record-event.ts";

/** As many as one collection of Salesforce's holds. */
export const MOST_EVENTS = 200;
/** A signature is good for so long, and for clocks that differ by so much. */
const FRESH_MS: DurationMs = 5 * MINUTE_MS;

const entry = z.object({
  v: z.literal(1),
  eventId: z.string().regex(/^[\w.:-]{1,100}$/, { error: "expected up to 100 letters, digits and .:_-" }),
  orgId: z.string().max(18),
  recordId: z.string().max(18),
  event: z
    .string()
    .regex(/^[a-z]+(\.[a-z-]+)+$/, { error: "expected a name such as lead.ready" })
    .max(60),
  occurredAt: z.iso.datetime({ offset: true }).optional(),
  policy: z.string().optional(),
});

/**
 * The org a request speaks for. Throws `receive.bad-signature` when it shows none, `receive.bad-timestamp` for a signature that is not
 * of these minutes.
 */
export function orgOf(request: RawRequest, clientSecrets: readonly string[], now: Instant): string {
  const bearer = /^Bearer (\S{1,200})$/i.exec(headerOf(request, "authorization"))?.[1];
  const org =
    bearer === undefined ? signedBy(request, clientSecrets, now) : orgOfToken(bearer, clientSecrets);
  if (org !== undefined) return org;
  throw new BatonError(
    "receive.bad-signature",
    "the request does not show which org sent it: its header Authorization must be Bearer and the org's token",
  );
}

function signedBy(request: RawRequest, clientSecrets: readonly string[], now: Instant): string | undefined {
  const org = toIdOf("Organization", headerOf(request, "x-baton-org"));
  const timestamp = headerOf(request, "x-baton-timestamp");
  const given = headerOf(request, "x-baton-signature");
  if (org === undefined || !/^\d{1,12}$/.test(timestamp)) return undefined;
  let isMatch = false;
  for (const secret of clientSecrets) {
    const mac = createHmac("sha256", outboundToken(secret, org)).update(`${timestamp}.`).update(request.body);
    isMatch = isSameSecret(given, `sha256=${mac.digest("hex")}`) || isMatch;
  }
  if (!isMatch) return undefined;
  if (Math.abs(Number(timestamp) * SECOND_MS - now) > FRESH_MS)
    throw new BatonError(
      "receive.bad-timestamp",
      "the signature is not of the last five minutes: sign each request anew",
    );
  return org;
}

function headerOf({ headers }: RawRequest, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value.trim() : "";
}

/** What was posted, and the id to name in the answer. */
export interface Posted extends Pick<Reception, "events" | "refused"> {
  readonly eventId?: string;
}

/**
 * Reads the parsed body of a request that speaks for `org`. Throws `receive.bad-body` when it is neither an object nor an array,
 * `receive.too-large` past 200 entries. Everything else that is wrong is a refused entry.
 */
export function readPosted(body: unknown, org: string, now: Instant): Posted {
  if (typeof body !== "object" || body === null)
    throw new BatonError("receive.bad-body", "the body must be an event or an array of events");
  const entries: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (entries.length > MOST_EVENTS)
    throw new BatonError(
      "receive.too-large",
      `${entries.length} events in one request; at most ${MOST_EVENTS}`,
    );
  const read = entries.map((one) => readEntry(one, org, now));
  const events = read.flatMap((one) => ("event" in one ? [one.event] : []));
  const refused = read.flatMap((one, index) =>
    "detail" in one ? [{ code: one.code, detail: `entry ${index}: ${one.detail}` }] : [],
  );
  const eventId = read.flatMap((one) => ("event" in one ? [one.eventId] : []))[0];
  return { events, refused, ...(eventId === undefined ? {} : { eventId }) };
}

type Entry =
  | { readonly event: CrmEvent; readonly eventId: string }
  | { readonly code: string; readonly detail: string };

function readEntry(raw: unknown, org: string, now: Instant): Entry {
  const parsed = entry.safeParse(raw);
  const bad = (detail: string): Entry => ({ code: "receive.bad-event", detail });
  if (!parsed.success) return bad(whyUnreadable(parsed.error));
  const { eventId, orgId, recordId, event: name, occurredAt, policy } = parsed.data;
  if (toIdOf("Organization", orgId) !== org)
    return { code: "receive.unknown-tenant", detail: "orgId is not the org whose token the request has" };
  const said = occurredAt === undefined ? now : Date.parse(occurredAt);
  const at = said > now + FRESH_MS ? now : said;
  const told = { key: `posted:${eventId}`, org, recordId, occurredAt: at, by: name };
  const event = name === "lead.ready" ? requestEvent(told, policy) : recordEvent(told);
  return event === undefined ? bad("recordId is none of a record that Baton follows") : { event, eventId };
}
