/**
 * Calls, e-mails and meetings as HubSpot keeps them: made by somebody, or by a machine in somebody's name, and linked to the
 * contact and its company.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/activities/calls/guide
 */
import { associate } from "./association.ts";
import { callOutcomes } from "./definitions/activity.ts";
import type { Owner, PortalState } from "./portal.ts";
import { appActor, human, valueOf, workflowActor } from "./record.ts";
import type { Actor, StoredRecord } from "./record.ts";
import { createRecord } from "./writing.ts";

/** How a call may end; `planned` has not begun. */
export type CallOutcome = keyof typeof callOutcomes | "planned";

/** Who or what makes an activity in the owner's name. */
export type Via = "person" | "sequence" | "workflow" | "integration";

/** The circumstances of an activity. Without an owner it is the contact's; without `at` it is now. */
export interface Circumstances {
  readonly owner?: Owner | undefined;
  readonly via?: Via | undefined;
  readonly at?: number | undefined;
}

/** Logs a call, over or planned. Throws nothing. */
export function logCall(
  portal: PortalState,
  contact: StoredRecord,
  call: Circumstances & { readonly outcome: CallOutcome; readonly direction?: "in" | "out" | undefined },
): StoredRecord {
  const { outcome, direction } = call;
  return log(portal, "call", contact, call, {
    hs_call_title: "Call",
    hs_call_direction: direction === "in" ? "INBOUND" : "OUTBOUND",
    ...(outcome === "planned"
      ? { hs_call_status: "QUEUED" }
      : { hs_call_status: "COMPLETED", hs_call_disposition: callOutcomes[outcome].id }),
  });
}

/** Logs an e-mail of the owner's, or of the contact's. One that a sequence sent carries the sequence's id. Throws nothing. */
export function logEmail(
  portal: PortalState,
  contact: StoredRecord,
  email: Circumstances & { readonly direction: "in" | "out"; readonly sequenceId?: string },
): StoredRecord {
  const { direction, sequenceId } = email;
  return log(portal, "email", contact, email, {
    hs_email_subject: "Your request",
    hs_email_direction: direction === "in" ? "INCOMING_EMAIL" : "EMAIL",
    hs_email_status: "SENT",
    ...(sequenceId === undefined ? {} : { hs_sequence_id: sequenceId }),
  });
}

/** Books a meeting for `startsAt`. Throws nothing. */
export function bookMeeting(
  portal: PortalState,
  contact: StoredRecord,
  meeting: Circumstances & { readonly startsAt: number },
): StoredRecord {
  const { startsAt } = meeting;
  const start = new Date(startsAt).toISOString();
  return log(
    portal,
    "meeting",
    contact,
    { ...meeting, at: startsAt },
    { hs_meeting_title: "Meeting", hs_meeting_start_time: start, hs_meeting_outcome: "SCHEDULED" },
  );
}

/** Who stands behind a change that was made this way. */
export function actorVia(portal: PortalState, via: Via | undefined, owner: Owner | undefined): Actor {
  if (via === "sequence") return { source: "SEQUENCES", sourceId: `portal:${portal.id}` };
  if (via === "workflow") return workflowActor(192_814_115);
  // Some other app than the one under test.
  if (via === "integration") return appActor(1_234_567);
  return human(owner?.userId ?? 123);
}

/** The owner with this address, or the contact's own. */
export function ownerOf(portal: PortalState, contact: StoredRecord, email?: string): Owner | undefined {
  const id = valueOf(contact, "hubspot_owner_id");
  return portal.owners.find((owner) => (email === undefined ? owner.id === id : owner.email === email));
}

function log(
  portal: PortalState,
  type: "call" | "email" | "meeting",
  contact: StoredRecord,
  { owner = ownerOf(portal, contact), via, at = portal.hooks.now() }: Circumstances,
  values: Readonly<Record<string, string>>,
): StoredRecord {
  const context = { actor: actorVia(portal, via, owner) };
  const properties = {
    hs_timestamp: new Date(at).toISOString(),
    ...(owner === undefined ? {} : { hubspot_owner_id: owner.id }),
    ...values,
  };
  const record = createRecord(portal, type, properties, context);
  associate(portal, record, contact, context);
  for (const id of portal.links.of(contact, "company").keys())
    associate(portal, record, { type: "company", id }, context);
  return record;
}
