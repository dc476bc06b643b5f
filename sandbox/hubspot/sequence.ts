/**
 * Sequences: a contact is in one at a time, in the name of a user who has a seat for them. The first e-mail goes out at once.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/automation/sequences/guide
 */
import { logEmail } from "./activity.ts";
import type { Enrollment, Owner, PortalState } from "./portal.ts";
import { problem } from "./problem.ts";
import { appendValue, calculation, valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";
import type { WriteContext } from "./write-context.ts";

/** Who is to be enrolled in what, in whose name. */
export interface Enrolling {
  readonly contact: StoredRecord;
  readonly sequenceId: string;
  readonly userId: number;
  readonly senderEmail: string;
}

/** Enrols a contact. @throws Problem 400, 403 or 404 for what HubSpot refuses. */
export function enrolInSequence(
  portal: PortalState,
  { contact, sequenceId, userId, senderEmail }: Enrolling,
  context: WriteContext,
): Enrollment {
  const sequence = portal.sequences.find(({ id }) => id === sequenceId);
  if (!sequence) throw problem(404, "OBJECT_NOT_FOUND", `No sequence has the id ${sequenceId}`);
  const sender = senderOf(portal, userId, senderEmail);
  const toEmail = valueOf(contact, "email") ?? "";
  if (toEmail === "") throw problem(400, "VALIDATION_ERROR", `Contact ${contact.id} has no email address`);
  if (portal.enrollments.get(contact.id)?.active === true)
    throw problem(400, "VALIDATION_ERROR", `Contact ${contact.id} is already enrolled in a sequence`);
  const at = portal.hooks.now();
  const enrollment: Enrollment = {
    id: portal.nextId(),
    sequenceId,
    userId,
    senderEmail,
    toEmail,
    at,
    active: true,
  };
  portal.enrollments.set(contact.id, enrollment);
  noteState(portal, contact, { enrolled: "true", sequenceId });
  portal.hooks.wrote({
    kind: "sequence.enrol",
    objectId: contact.id,
    properties: { sequenceId, senderEmail, userId: String(userId) },
    who: context.actor.appId === undefined ? { other: context.actor.source } : { app: context.actor.appId },
    traceId: undefined,
    call: context.call,
  });
  logEmail(portal, contact, { direction: "out", via: "sequence", owner: sender, sequenceId });
  return enrollment;
}

/** Ends the running sequence of a contact: it replied, or somebody took it out. Without one nothing changes. */
export function endSequence(portal: PortalState, contact: StoredRecord): void {
  const enrollment = portal.enrollments.get(contact.id);
  if (enrollment === undefined || !enrollment.active) return;
  enrollment.active = false;
  noteState(portal, contact, { enrolled: "false", sequenceId: enrollment.sequenceId });
}

function senderOf(portal: PortalState, userId: number, senderEmail: string): Owner {
  const { sequenceSenders } = portal.rules;
  const sender = portal.owners.find((owner) => owner.userId === userId && !owner.archived);
  if (!sender) throw problem(400, "VALIDATION_ERROR", `No user has the id ${userId}`);
  if (sequenceSenders !== "all" && !sequenceSenders.includes(sender.email))
    throw problem(403, "FORBIDDEN", `User ${userId} has no seat for sequences`);
  if (sender.email !== senderEmail)
    throw problem(400, "VALIDATION_ERROR", `${senderEmail} is not a connected inbox of user ${userId}`);
  return sender;
}

function noteState(
  portal: PortalState,
  contact: StoredRecord,
  state: { readonly enrolled: "true" | "false"; readonly sequenceId: string },
): void {
  const head = { timestamp: portal.hooks.now(), actor: calculation };
  appendValue(contact, "hs_sequences_is_enrolled", { ...head, value: state.enrolled });
  appendValue(contact, "hs_latest_sequence_enrolled", { ...head, value: state.sequenceId });
}
