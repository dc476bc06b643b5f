/** How much waits, for an operator's alarms. Every figure is read from a partial index: it costs what waits, not what is stored. */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import { driftingLeads } from "./resyncs.ts";
import type { Db } from "./schema.ts";

export interface Figures {
  readonly waitingEvents: number;
  /** When the oldest of them arrived, or fell due; absent when none waits. It may be still to come. */
  readonly oldestEventAt?: Instant;
  /** Effects that are not written yet, by state; and those that wait for a person. */
  readonly effects: Readonly<Record<"planned" | "attempting" | "ambiguous" | "parked" | "refused", number>>;
  /** Portals by state. */
  readonly installations: Readonly<Record<"active" | "disconnected", number>>;
  /** Leads in which the CRMs of pairs differ, by the last comparison. */
  readonly driftingLeads: number;
}

export async function readFigures(db: Db): Promise<Figures> {
  const events = await db
    .selectFrom("events")
    .select(({ fn }) => [
      fn.countAll<number>().as("count"),
      // One that is raised for later has not waited while its time has not come.
      sql<Instant | null>`min(case kind when 'enrichment-due' then not_before else received_at end)`.as(
        "oldest",
      ),
    ])
    .where("state", "=", "pending")
    .executeTakeFirstOrThrow();
  const effects = await Promise.all([
    countByState(db, ["planned", "attempting", "ambiguous"]),
    countByState(db, ["parked", "refused"]),
  ]);
  const installations = await db
    .selectFrom("installations")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  const portals = new Map(installations.map(({ state, count }) => [state, count]));
  return {
    waitingEvents: events.count,
    ...(events.oldest === null ? {} : { oldestEventAt: events.oldest }),
    effects: {
      planned: 0,
      attempting: 0,
      ambiguous: 0,
      parked: 0,
      refused: 0,
      ...Object.fromEntries(effects.flat()),
    },
    installations: { active: portals.get("active") ?? 0, disconnected: portals.get("disconnected") ?? 0 },
    driftingLeads: await driftingLeads(db),
  };
}

/** Events of one installation that a lane may take now: how many, and since when the first of them. */
export async function readDue(
  db: Db,
  installation: string,
  now: Instant,
): Promise<{ readonly count: number; readonly since?: Instant }> {
  const { count, oldest } = await db
    .selectFrom("events")
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min("not_before").as("oldest")])
    .where("installation", "=", installation)
    .where("state", "=", "pending")
    .where("not_before", "<=", now)
    .executeTakeFirstOrThrow();
  return { count, ...(oldest === null ? {} : { since: oldest }) };
}

async function countByState(
  db: Db,
  states: readonly (keyof Figures["effects"])[],
): Promise<readonly (readonly [string, number])[]> {
  const rows = await db
    .selectFrom("effects")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .where("state", "in", states)
    .groupBy("state")
    .execute();
  return rows.map(({ state, count }) => [state, count]);
}
