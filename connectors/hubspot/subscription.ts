/**
 * Which subscriptions there are, and which of them speak of a contact, or of something that passed between it and sales.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
 */
import { z } from "zod";
import { kindOfType } from "./activity.ts";
import type { ActivityKind } from "./activity.ts";
import { whyUnreadable } from "../http/reading.ts";

/** What can happen to any record, as the second half of a subscription type. */
const RECORD_CHANGES = [
  "creation",
  "deletion",
  "merge",
  "restore",
  "propertyChange",
  "associationChange",
] as const;
type RecordChange = (typeof RECORD_CHANGES)[number];

/** What can happen to a contact. */
export type ContactChange = RecordChange | "privacyDeletion";

/** Changes of an activity or deal that may say something new about a lead. */
const ACTIVITY_CHANGES = ["creation", "propertyChange"] as const;
type ActivityChange = (typeof ACTIVITY_CHANGES)[number];

/** What an entry is about: a change of a contact or an activity, something that says nothing about a lead, or nonsense. */
export type Subject =
  | { readonly is: "contact"; readonly change: ContactChange }
  | { readonly is: "activity"; readonly kind: ActivityKind; readonly change: ActivityChange }
  | { readonly is: "ignored" }
  | { readonly is: "refused"; readonly detail: string };

const RECORDS: ReadonlySet<string> = new Set([
  "contact",
  "company",
  "deal",
  "line_item",
  "product",
  "ticket",
  "object",
]);
/** Subscriptions that exist and say nothing about a lead (yet). Anything else unknown is refused, to be noticed. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  "conversation.creation",
  "conversation.deletion",
  "conversation.newMessage",
  "conversation.privacyDeletion",
  "conversation.propertyChange",
  "event.completed",
]);
const CONTACT_TYPE_ID = "0-1";

const typed = z.object({
  subscriptionType: z.string().nullish(),
  /** Some of HubSpot's tables call it so. */
  eventType: z.string().nullish(),
  objectTypeId: z.string().nullish(),
});

/**
 * Tells what one webhook entry is about, in either spelling: `contact.merge`, or `object.merge` with a type id.
 * Throws nothing.
 */
export function subjectOf(raw: unknown): Subject {
  const parsed = typed.safeParse(raw);
  if (!parsed.success) return { is: "refused", detail: whyUnreadable(parsed.error) };
  const type = parsed.data.subscriptionType ?? parsed.data.eventType ?? "";
  if (type === "contact.privacyDeletion") return { is: "contact", change: "privacyDeletion" };
  if (OTHER_TYPES.has(type)) return { is: "ignored" };
  const [record = "", change = "", ...rest] = type.split(".");
  if (!RECORDS.has(record) || !isRecordChange(change) || rest.length > 0) {
    return { is: "refused", detail: "its subscription type is not one HubSpot documents" };
  }
  if (record === "contact") return { is: "contact", change };
  if (record === "deal") return activitySubject("deal", change);
  return record === "object" ? genericSubject(parsed.data.objectTypeId ?? "", change) : { is: "ignored" };
}

function genericSubject(typeId: string, change: RecordChange): Subject {
  if (typeId === CONTACT_TYPE_ID) return { is: "contact", change };
  const kind = kindOfType(typeId);
  if (kind !== undefined) return activitySubject(kind, change);
  return /^\d+-\d+$/u.test(typeId)
    ? { is: "ignored" }
    : { is: "refused", detail: "objectTypeId is missing, so nobody knows what changed" };
}

function activitySubject(kind: ActivityKind, change: RecordChange): Subject {
  const told = ACTIVITY_CHANGES.find((known) => known === change);
  return told === undefined ? { is: "ignored" } : { is: "activity", kind, change: told };
}

function isRecordChange(change: string): change is RecordChange {
  return RECORD_CHANGES.some((known) => known === change);
}
