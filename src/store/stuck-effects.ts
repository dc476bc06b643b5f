/** Effects as people see them: those that wait for somebody's word, and what became of a handoff's, or of a decision's. */
import type { Instant } from "../model/instant.ts";
import type { EffectRow } from "./schema-decisions.ts";
import type { Db } from "./schema.ts";

/** An effect that waits for a person. */
export interface StuckEffect {
  readonly key: string;
  readonly lead: string;
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly plannedAt: Instant;
}

export async function stuckEffects(db: Db, installation: string): Promise<readonly StuckEffect[]> {
  const rows = await db
    .selectFrom("effects")
    .select(["key", "lead", "kind", "state", "code", "reason", "attempts", "planned_at"])
    .where("installation", "=", installation)
    .where("state", "in", ["parked", "refused"])
    .orderBy("planned_at")
    .orderBy("key")
    .execute();
  return rows.map(({ planned_at, ...row }) => ({ ...row, plannedAt: planned_at }));
}

/** A person's word on a parked or refused effect: again, or never. A parked one is looked at before it is written. */
export async function releaseEffect(
  db: Db,
  installation: string,
  key: string,
  to: "retry" | "drop",
  now: Instant,
): Promise<number> {
  const result = await db
    .updateTable("effects")
    .set((eb) =>
      to === "drop"
        ? { state: "dropped" as const, reason: "dropped by a person", settled_at: now }
        : {
            state: eb
              .case()
              .when("state", "=", "parked")
              .then("ambiguous" as const)
              .else("planned" as const)
              .end(),
            attempts: 0,
            next_at: now,
            settled_at: null,
          },
    )
    .where("installation", "=", installation)
    .where("key", "=", key)
    .where("state", "in", ["parked", "refused"])
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function effectsOfHandoff(
  db: Db,
  installation: string,
  handoff: string,
): Promise<readonly EffectRow[]> {
  return await db
    .selectFrom("effects")
    .selectAll()
    .where("installation", "=", installation)
    .where("handoff", "=", handoff)
    .orderBy("planned_at")
    .orderBy("key")
    .execute();
}

/** What one decision about a lead planned. */
export async function effectsOfDecision(
  db: Db,
  installation: string,
  lead: string,
  decision: string,
): Promise<readonly EffectRow[]> {
  return await db
    .selectFrom("effects")
    .selectAll()
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("decision", "=", decision)
    .orderBy("key")
    .execute();
}
