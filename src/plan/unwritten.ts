/** What is left of a plan when the CRM shows that a part of it was written before. Source: docs/decisions/0021-restore.md. */
import type { Plan } from "../model/decision.ts";
import type { WriteBody } from "../model/effect.ts";
import type { Snapshot } from "../model/lead.ts";
import { CRM_WORDS } from "../playbook/crm.ts";

/** Where the CRMs keep a lead's stage. */
const STAGES: ReadonlySet<string> = new Set(
  Object.values(CRM_WORDS).flatMap(({ stageProperty }) => stageProperty ?? []),
);

/**
 * The plan without the task and the note that are there, and without the stage, which people may have moved on since. Baton's own
 * properties are written anew: the link among them leads to a page nobody has any more. No sequence is started, because it may have run
 * and be over: the lead has answered it. Throws nothing.
 */
export function unwritten(plan: Plan, { lost }: Snapshot): Plan {
  if (lost === undefined) return plan;
  const writes = plan.writes.flatMap((write): readonly WriteBody[] => {
    if (write.kind === "create-task" && lost.task !== undefined) return [];
    if (write.kind === "create-note" && lost.note !== undefined) return [];
    if (write.kind === "start-sequence") return [];
    if (write.kind !== "update-lead") return [write];
    const { stage: _, properties, ...update } = write;
    return [{ ...update, properties: withoutStages(properties) }];
  });
  return { ...plan, writes };
}

function withoutStages(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).filter(([path]) => !STAGES.has(path)));
}
