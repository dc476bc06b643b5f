/** The latest decision about every lead: what the demo, reports and people ask first. */
import type { Decision } from "../model/decision.ts";
import type { Snapshot } from "../model/lead.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

export interface LeadOutcome {
  readonly lead: string;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
}

/** In the order in which they were decided. */
export async function listOutcomes(db: Db, installation: string): Promise<readonly LeadOutcome[]> {
  const rows = await db
    .selectFrom("leads")
    .innerJoin("decisions", (join) =>
      join
        .onRef("decisions.installation", "=", "leads.installation")
        .onRef("decisions.id", "=", "leads.decision"),
    )
    .select(["leads.lead", "decisions.snapshot", "decisions.decision"])
    .where("leads.installation", "=", installation)
    .orderBy("decisions.decided_at")
    .orderBy("decisions.ordinal")
    .execute();
  return rows.map(({ lead, snapshot, decision }) => ({
    lead,
    snapshot: ownJson<Snapshot>(snapshot),
    decision: ownJson<Decision>(decision),
  }));
}
