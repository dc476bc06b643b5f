/** The task a handoff gives its owner. */
import type { Brief } from "../model/decision.ts";
import type { WriteBody } from "../model/effect.ts";
import type { Instant } from "../model/instant.ts";
import type { Play } from "../playbook/brief.ts";
import { accountOf, ownerSeen, type PlanInput } from "./input.ts";

/** The task by which the owner is to act. Shared by a first handoff and one that passes on. */
export function taskOf(
  { snapshot, now }: PlanInput,
  ownerId: string,
  { taskSubject, taskHtml }: Brief,
  dueAt: Instant,
  { task: { priority, action, remindBeforeMs = Infinity } }: Play,
): WriteBody {
  const seen = ownerSeen(snapshot);
  const remindAt = dueAt - remindBeforeMs;
  return {
    kind: "create-task",
    ownerId,
    ...(seen !== undefined && { ownerSeen: seen }),
    subject: taskSubject,
    html: taskHtml,
    dueAt,
    ...(remindAt > now && { remindAt }),
    priority,
    action,
    ...accountOf(snapshot),
  };
}
