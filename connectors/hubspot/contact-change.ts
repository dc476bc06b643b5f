/** What one change of a contact means to Baton. The lead is read before anything is decided, so a hint is enough. */
import { z } from "zod";
import type { ChangedField, EventBody } from "../../src/model/event.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import { storable } from "../http/reading.ts";
import { identifier } from "./identifier.ts";
import type { ContactChange } from "./subscription.ts";

/** Values are kept for explanations only, so a pasted novel is cut. Characters. */
const MAX_VALUE_LENGTH = 1_000;
const MAX_MERGED = 1_000;

/** What the properties Baton subscribes to mean; every other one is `other`. */
export const FIELD_OF_PROPERTY: ReadonlyMap<string, ChangedField> = new Map<string, ChangedField>([
  ["hubspot_owner_id", "owner"],
  ["lifecyclestage", "stage"],
  ["email", "email"],
  ["hs_email_optout", "consent"],
  ["recent_conversion_event_name", "conversion"],
  ["recent_conversion_date", "conversion"],
  ["num_conversion_events", "conversion"],
  ["baton_owner_disposition", "disposition"],
  ["baton_disposition_reason", "disposition"],
  ["hs_lead_status", "disposition"],
]);

/** A name of HubSpot's: printable, and short enough to be part of a key. */
const nameText = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u, { error: "expected up to 255 printable characters" });
/** An entry about a contact or an activity as HubSpot sends it; every field past the head belongs to one or two kinds of change. */
export const contactEntry = z.object({
  portalId: identifier,
  eventId: z.union([identifier, z.literal(0).transform(String), z.literal("0")]),
  occurredAt: z.int().positive(),
  objectId: identifier.nullish(),
  changeSource: z.string().nullish(),
  sourceId: z.union([z.string(), z.number()]).nullish(),
  propertyName: nameText.nullish(),
  propertyValue: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  primaryObjectId: identifier.nullish(),
  mergedObjectIds: z.array(identifier).max(MAX_MERGED).nullish(),
  newObjectId: identifier.nullish(),
  associationType: nameText.nullish(),
  fromObjectId: identifier.nullish(),
  toObjectId: identifier.nullish(),
  associationRemoved: z.boolean().nullish(),
});
/** A contact entry with its ids as text. */
export type ContactEntry = z.infer<typeof contactEntry>;

/**
 * An event without its head; or nothing, or nonsense. `object` and `property` are what this kind of change adds to the
 * event's identity.
 */
export type Meaning =
  | { readonly is: "event"; readonly body: EventBody; readonly object: string; readonly property: string }
  | { readonly is: "ignored" }
  | { readonly is: "refused"; readonly detail: string };

/** Reads one change (`propertyChange`, `merge`…) of a contact. Throws nothing: what is missing is a refusal. */
export function meaningOf(change: ContactChange, entry: ContactEntry): Meaning {
  switch (change) {
    case "creation":
      return aboutLead("lead-created", entry);
    case "deletion":
      return aboutLead("lead-deleted", entry);
    case "restore":
      return aboutLead("lead-restored", entry);
    case "privacyDeletion":
      return aboutLead("lead-erased", entry);
    case "propertyChange":
      return propertyChange(entry);
    case "merge":
      return merge(entry);
    case "associationChange":
      return associationChange(entry);
  }
}

function aboutLead(
  kind: "lead-created" | "lead-deleted" | "lead-restored" | "lead-erased",
  entry: ContactEntry,
): Meaning {
  const id = entry.objectId ?? undefined;
  if (id === undefined) return { is: "refused", detail: "objectId is missing" };
  return { is: "event", body: { kind, lead: leadRef(id) }, object: id, property: "" };
}

function propertyChange(entry: ContactEntry): Meaning {
  const id = entry.objectId ?? undefined;
  const property = entry.propertyName ?? undefined;
  if (id === undefined || property === undefined) {
    return { is: "refused", detail: "objectId or propertyName is missing" };
  }
  const field = FIELD_OF_PROPERTY.get(property) ?? "other";
  const value = shownValue(entry.propertyValue);
  const body = { kind: "lead-changed", lead: leadRef(id), field, property } as const;
  return {
    is: "event",
    body: value === undefined ? body : { ...body, value },
    object: id,
    property,
  };
}

/** HubSpot hides sensitive values behind the word REDACTED; the record has them. */
function shownValue(value: ContactEntry["propertyValue"]): string | undefined {
  if (value === null || value === undefined || value === "REDACTED") return undefined;
  return storable(String(value), MAX_VALUE_LENGTH);
}

/** The survivor may be a record nobody has seen before; then even the primary one is an old id. */
function merge(entry: ContactEntry): Meaning {
  const primary = entry.primaryObjectId ?? entry.objectId ?? undefined;
  const survivor = entry.newObjectId ?? primary;
  const old = new Set(entry.mergedObjectIds);
  if (primary !== undefined) old.add(primary);
  if (typeof entry.objectId === "string") old.add(entry.objectId);
  if (survivor !== undefined) old.delete(survivor);
  if (survivor === undefined || primary === undefined || old.size === 0) {
    return { is: "refused", detail: "a merge without a survivor or without merged records" };
  }
  return {
    is: "event",
    body: { kind: "leads-merged", lead: leadRef(survivor), merged: [...old].map(leadRef) },
    object: primary,
    property: survivor,
  };
}

/** Only the link to a company moves a lead; HubSpot tells it from both sides. */
function associationChange(entry: ContactEntry): Meaning {
  const { associationType, fromObjectId, toObjectId } = entry;
  if (
    typeof associationType !== "string" ||
    typeof fromObjectId !== "string" ||
    typeof toObjectId !== "string"
  ) {
    return { is: "refused", detail: "associationType, fromObjectId or toObjectId is missing" };
  }
  const contact =
    associationType === "CONTACT_TO_COMPANY"
      ? fromObjectId
      : associationType === "COMPANY_TO_CONTACT"
        ? toObjectId
        : undefined;
  if (contact === undefined) return { is: "ignored" };
  return {
    is: "event",
    body: { kind: "lead-linked", lead: leadRef(contact) },
    object: `${fromObjectId}-${toObjectId}`,
    property: `${associationType}${entry.associationRemoved === true ? "-removed" : ""}`,
  };
}

function leadRef(id: string): LeadRef {
  return { crm: "hubspot", id };
}
