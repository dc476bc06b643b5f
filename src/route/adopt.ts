/** Keeping a lead with whoever got it before the database was restored. Source: docs/decisions/0021-restore.md. */
import type { Assignment } from "../model/decision.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Roster } from "../model/rep.ts";
import { repByOwner } from "./reps.ts";

const ADOPTED = "adopted after a restore";

/**
 * The assignment of a lead whose handoff was lost: the owner the CRM shows, whatever the rules say today.
 *
 * The lead's own owner counts before the task's, because a person may have changed it since. A partner has no owner in the
 * CRM: a note without a task stays with the partner the rules name. Where nothing was lost, or the CRM shows no owner, the
 * assignment is left as it is. Throws nothing.
 */
export function adopt(assignment: Assignment, { lost, facts }: Snapshot, roster: Roster): Assignment {
  if (lost === undefined) return assignment;
  if (assignment.outcome === "partner" && lost.task === undefined) return assignment;
  const owner = facts["lead.owner"]?.value ?? lost.task?.ownerId ?? lost.note?.ownerId;
  if (owner === undefined) return assignment;
  const ownerId = String(owner);
  const rep = repByOwner(roster.reps, ownerId);
  const ownerName = rep?.name ?? roster.owners.find(({ id }) => id === ownerId)?.name ?? ownerId;
  return {
    outcome: "assigned",
    rule: ADOPTED,
    because: `the CRM shows Baton's ${shown(lost)} of a time this database does not know`,
    candidates: [],
    findings: assignment.findings,
    ownerId,
    ownerName,
    ...(rep === undefined ? { counts: false } : { rep: rep.id, pool: rep.team, counts: true }),
  };
}

function shown({ task, note }: NonNullable<Snapshot["lost"]>): string {
  const parts = [task && `task ${task.id}`, note && `note ${note.id}`];
  return parts.filter((part) => part !== undefined).join(" and ");
}
