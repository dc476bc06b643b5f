/**
 * Push webhooks in HubSpot's words → events in Baton's.
 *
 * A batch mixes portals, types, repeats and nonsense; each entry is judged alone and never spoils its neighbours.
 * Order means nothing here: it is neither promised by HubSpot nor needed, since every lead is read before deciding.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
 */
import type { Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Instant } from "../../src/model/instant.ts";
import { contactEntry, meaningOf } from "./contact-change.ts";
import type { ContactEntry, Meaning } from "./contact-change.ts";
import { whyUnreadable } from "../http/reading.ts";
import { subjectOf } from "./subscription.ts";
import type { Subject } from "./subscription.ts";

/** The last page a contact looked at: HubSpot sets it anew with every page. */
const LAST_PAGE = "hs_analytics_last_url";

/** What entries came to: the part of a `Reception` that does not depend on how the request is answered. */
export type Reading = Pick<Reception, "events" | "refused">;

/** HubSpot documents 100 entries a request; ten times that is still believed, more is not HubSpot. */
export const MAX_WEBHOOK_EVENTS = 1_000;
/** One entry read: an event, nothing to do, or the reason it makes no sense. Details never repeat a value. */
type EntryReading =
  | { readonly is: "event"; readonly event: CrmEvent }
  | { readonly is: "ignored" }
  | { readonly is: "refused"; readonly detail: string };

/**
 * Reads the body of one webhook request.
 *
 * @param body   Parsed JSON: an array of entries.
 * @param appId  This app's id: changes it made itself are echoes and are left out.
 * @param now    Entries dated more than a day ahead are refused.
 *
 * Throws `receive.bad-body` when the body is no array and `receive.too-large` past 1,000 entries. Everything else that
 * is wrong is a refused entry.
 */
export function readWebhook(body: unknown, appId: string, now: Instant): Reading {
  if (!Array.isArray(body)) throw new BatonError("receive.bad-body", "a webhook body must be a JSON array");
  if (body.length > MAX_WEBHOOK_EVENTS) {
    throw new BatonError(
      "receive.too-large",
      `${body.length} entries in one request; at most ${MAX_WEBHOOK_EVENTS}`,
    );
  }
  const events: CrmEvent[] = [];
  const refused: { code: string; detail: string }[] = [];
  for (const [index, entry] of body.entries()) {
    const reading = readEntry(entry, appId, now);
    if (reading.is === "event") events.push(reading.event);
    if (reading.is === "refused") {
      refused.push({ code: "receive.bad-event", detail: `entry ${index}: ${reading.detail}` });
    }
  }
  return { events, refused };
}

function readEntry(raw: unknown, appId: string, now: Instant): EntryReading {
  const subject = subjectOf(raw);
  if (subject.is === "ignored" || subject.is === "refused") return subject;
  const parsed = contactEntry.safeParse(raw);
  if (!parsed.success) return { is: "refused", detail: whyUnreadable(parsed.error) };
  const entry = parsed.data;
  if (entry.occurredAt > now + DAY_MS) return { is: "refused", detail: "occurredAt lies in the future" };
  if (isEcho(entry, appId)) return { is: "ignored" };
  const meaning =
    subject.is === "contact" ? meaningOf(subject.change, entry) : activityChanged(subject, entry);
  if (meaning.is !== "event") return meaning;
  const what = `${subject.is === "contact" ? "contact" : subject.kind}.${subject.change}`;
  return {
    is: "event",
    event: {
      key: keyOf(what, entry, meaning.object, meaning.property),
      tenant: entry.portalId,
      occurredAt: entry.occurredAt,
      urgency: isBulk(entry) ? "bulk" : "live",
      ...meaning.body,
    },
  };
}

/** Which lead it was with is asked later: an event names the activity alone. */
function activityChanged(
  { kind, change }: Extract<Subject, { is: "activity" }>,
  { objectId, propertyName }: ContactEntry,
): Meaning {
  if (typeof objectId !== "string") return { is: "refused", detail: "objectId is missing" };
  const body = { kind: "activity-changed", activity: { kind, id: objectId } } as const;
  return { is: "event", body, object: objectId, property: change === "creation" ? "" : (propertyName ?? "") };
}

/** What comes in masses and asks for nobody by itself: imports, and every page that somebody looks at. */
function isBulk({ changeSource, propertyName }: ContactEntry): boolean {
  return changeSource === "IMPORT" || propertyName === LAST_PAGE;
}

/**
 * A change this app made itself comes back as a webhook: the ledger knows it already. Only the exact form is believed;
 * should HubSpot name a source otherwise, the echo costs one read and changes nothing.
 */
function isEcho(entry: ContactEntry, appId: string): boolean {
  return entry.changeSource === "INTEGRATION" && String(entry.sourceId ?? "") === appId;
}

/**
 * `attemptNumber` is left out: a redelivery is the same event. `eventId` alone is not promised to be unique. The instant comes
 * first so that events of one batch lie side by side in the index of keys.
 */
function keyOf(what: string, entry: ContactEntry, object: string, property: string): string {
  return `webhook:${entry.occurredAt}:${entry.eventId}:${entry.portalId}:${what}:${object}:${property}`;
}
