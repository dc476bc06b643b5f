/**
 * Enrolling contacts in sequences, and whether one is.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/automation/sequences/enroll-contact
 */
import { z } from "zod";
import { objectNotFound, problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import type { Enrollment } from "../portal.ts";
import { findRecord } from "../reading.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { enrolInSequence } from "../sequence.ts";
import { apiVersion } from "../version.ts";
import { parseBody, sentId } from "./parsing.ts";

const root = `/automation/sequences/${apiVersion}/enrollments`;

/** The routes of sequences. */
export const sequenceRoutes: readonly ApiRoute[] = [
  {
    kind: "api",
    method: "POST",
    path: root,
    scopes: () => ["automation.sequences.enrollments.write"],
    handle: enrol,
  },
  {
    kind: "api",
    method: "GET",
    path: `${root}/contact/:id`,
    scopes: () => ["automation.sequences.read"],
    handle: readEnrollment,
  },
];

const enrolling = z.object({ contactId: sentId, sequenceId: sentId, senderEmail: z.string().min(1) });

function enrol(call: ApiCall): Answer {
  const userId = Number(call.query.get("userId") ?? Number.NaN);
  if (!Number.isInteger(userId)) throw problem(400, "VALIDATION_ERROR", "userId is required in the query");
  const { contactId, sequenceId, senderEmail } = parseBody(enrolling, call);
  const contact = findRecord(call.portal, "contact", contactId);
  if (!contact) throw objectNotFound("contact", contactId);
  const enrolled = enrolInSequence(call.portal, { contact, sequenceId, userId, senderEmail }, call.context);
  return { status: 200, body: lite(enrolled) };
}

/** Says nothing of whether it still runs. A contact that was never in one has none to show. */
function readEnrollment(call: ApiCall): Answer {
  const id = call.params["id"] ?? "";
  const contact = findRecord(call.portal, "contact", id);
  const enrollment = contact && call.portal.enrollments.get(contact.id);
  if (!enrollment) throw problem(404, "OBJECT_NOT_FOUND", `Contact ${id} is in no sequence`);
  const { sequenceId, userId, senderEmail } = enrollment;
  const sequenceName = call.portal.sequences.find((each) => each.id === sequenceId)?.name ?? "";
  return {
    status: 200,
    body: {
      ...lite(enrollment),
      sequenceId,
      sequenceName,
      enrolledBy: String(userId),
      enrolledByEmail: senderEmail,
    },
  };
}

function lite({ id, at, toEmail }: Enrollment): Record<string, unknown> {
  const instant = new Date(at).toISOString();
  return { id, toEmail, enrolledAt: instant, updatedAt: instant };
}
