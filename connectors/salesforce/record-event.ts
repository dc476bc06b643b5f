/** What is told of one record of an org, as an event. Whatever else was said of it, it is read again before anything is decided. */
import type { CrmEvent } from "../../src/model/event.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { ActivityRef } from "../../src/model/touch.ts";
import { storable } from "../http/reading.ts";
import { objectOf, toId } from "./ids.ts";

/** Longest text of an admin's that is kept with a request, in characters. */
const MOST_POLICY = 200;

/** What is asked of whom it is about. */
const ACTIVITIES: ReadonlyMap<string | undefined, ActivityRef["kind"]> = new Map<
  string | undefined,
  ActivityRef["kind"]
>([
  ["Task", "task"],
  ["Event", "meeting"],
  ["Opportunity", "deal"],
]);

/** Something told of a record. */
export interface Told {
  /** Identity within the org: a repetition has the same. */
  readonly key: string;
  readonly org: string;
  /** As it was sent: 15 or 18 characters. */
  readonly recordId: string;
  readonly occurredAt: Instant;
  /** By what it was told, for explanations: `outbound message`. */
  readonly by: string;
}

/**
 * A lead that changed, or an activity or deal that did: by the record's id alone, because what a message says of its object is only
 * what its author chose. Undefined for a record Baton does not follow. Throws nothing.
 */
export function recordEvent({ key, org, recordId, occurredAt, by }: Told): CrmEvent | undefined {
  const id = toId(recordId);
  if (id === undefined) return undefined;
  const head = { key, tenant: org, occurredAt, urgency: "live" } as const;
  const object = objectOf(id);
  if (object === "Lead" || object === "Contact")
    return { ...head, kind: "lead-changed", lead: { crm: "salesforce", id }, field: "other", property: by };
  const kind = ACTIVITIES.get(object);
  return kind && { ...head, kind: "activity-changed", activity: { kind, id, crm: "salesforce" } };
}

/**
 * A request to hand this Lead or Contact off. `policy` is what its author typed beside it, cut to 200 characters. Undefined for a record
 * that is neither. Throws nothing.
 */
export function requestEvent({ key, org, recordId, occurredAt }: Told, policy = ""): CrmEvent | undefined {
  const id = toId(recordId);
  const object = id === undefined ? undefined : objectOf(id);
  if (id === undefined || (object !== "Lead" && object !== "Contact")) return undefined;
  const typed = storable(policy, MOST_POLICY).trim();
  return {
    kind: "handoff-requested",
    key,
    tenant: org,
    occurredAt,
    urgency: "live",
    lead: { crm: "salesforce", id },
    request: { via: "workflow", ...(typed === "" ? {} : { policy: typed }) },
  };
}
