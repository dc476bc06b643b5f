/**
 * Lanes: who may work for an installation.
 *
 * A lane is held by one worker, until the worker lets it go or its lease runs out. A lease is not a lock: a worker that was
 * paused past it does not know. Therefore every change of hands raises `fence`, and every transaction that marks work done,
 * and the one just before each CRM write, begins with `keepLane`: a worker with an older number fails there.
 * Leases are measured by the database's clock, the one clock all workers share.
 */
import { sql } from "kysely";
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { NEVER_READY, PREPARATION } from "./cursors.ts";
import { type DialectName, databaseNow } from "./open.ts";
import type { Db } from "./schema.ts";

/** Proof of holding a lane. */
export interface LaneHold {
  readonly installation: string;
  readonly fence: number;
}

/** How long a lane is held without a word of its holder, in milliseconds. */
export const LEASE_MS = 10_000;

/** Takes the lane if it is free, its lease has run out, or it is already ours. @returns Nothing if another holds it. */
export async function holdLane(
  db: Db,
  dialect: DialectName,
  installation: string,
  holder: string,
): Promise<LaneHold | undefined> {
  const now = await databaseNow(db, dialect);
  const lease = { holder, held_until: now + LEASE_MS };
  const row = await db
    .insertInto("lanes")
    .values({ installation, fence: 1, ...lease, retry_at: 0, failures: 0, code: null })
    .onConflict((oc) =>
      oc
        .column("installation")
        .doUpdateSet((eb) => ({
          ...lease,
          fence: eb
            .case()
            .when("lanes.holder", "=", holder)
            .then(eb.ref("lanes.fence"))
            .else(eb("lanes.fence", "+", 1))
            .end(),
        }))
        .where((eb) =>
          eb.or([
            eb("lanes.holder", "is", null),
            eb("lanes.holder", "=", holder),
            eb("lanes.held_until", "<=", now),
          ]),
        ),
    )
    .returning("fence")
    .executeTakeFirst();
  return row && { installation, fence: row.fence };
}

/** Extends the lease, in the caller's transaction. Throws `deliver.lost-lane` when another holds the lane by now. */
export async function keepLane(db: Db, dialect: DialectName, hold: LaneHold): Promise<void> {
  const until =
    dialect === "sqlite"
      ? sql<number>`cast(unixepoch('subsec') * 1000 as integer) + ${LEASE_MS}`
      : sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + ${LEASE_MS}`;
  const kept = await db
    .updateTable("lanes")
    .set({ held_until: until })
    .where("installation", "=", hold.installation)
    .where("fence", "=", hold.fence)
    .executeTakeFirst();
  if (kept.numUpdatedRows !== 1n) {
    throw new BatonError(
      "deliver.lost-lane",
      `Another worker holds the lane of installation ${hold.installation} (our number was ${hold.fence}). Nothing was written; it goes on there.`,
    );
  }
}

export async function releaseLane(db: Db, hold: LaneHold): Promise<void> {
  await db
    .updateTable("lanes")
    .set({ holder: null, held_until: 0 })
    .where("installation", "=", hold.installation)
    .where("fence", "=", hold.fence)
    .execute();
}

/** Takes a lane from whoever holds it: what their turn has not committed yet, it never will. The next one gets it at once. */
export async function recallLane(db: Db, installation: string): Promise<void> {
  await db
    .updateTable("lanes")
    .set((eb) => ({ fence: eb("fence", "+", 1), holder: null, held_until: 0 }))
    .where("installation", "=", installation)
    .execute();
}

/** SQLite has one process: lanes its predecessor held when it died are free at once. */
export async function freeAllLanes(db: Db): Promise<void> {
  await db.updateTable("lanes").set({ holder: null, held_until: 0 }).execute();
}

/** Notes how the last turn went: `failures` in a row and when to try again; 0 and now after a good one. */
export async function noteTurn(
  db: Db,
  installation: string,
  turn: { failures: number; retryAt: Instant; code: string | null },
): Promise<void> {
  await db
    .updateTable("lanes")
    .set({ failures: turn.failures, retry_at: turn.retryAt, code: turn.code })
    .where("installation", "=", installation)
    .execute();
}

/** How the last turns of a lane went, whoever took them. */
export interface LastTurn {
  /** Whether anybody ever held it. */
  readonly hasWorked: boolean;
  /** In a row. */
  readonly failures: number;
  /** The lane rests until then. */
  readonly restsUntil: Instant;
  /** Why the last one failed. */
  readonly code?: string;
}

export async function lastTurn(db: Db, installation: string): Promise<LastTurn> {
  const row = await db
    .selectFrom("lanes")
    .select(["failures", "retry_at", "code"])
    .where("installation", "=", installation)
    .executeTakeFirst();
  return {
    hasWorked: row !== undefined,
    failures: row?.failures ?? 0,
    restsUntil: row?.retry_at ?? 0,
    ...(row?.code ? { code: row.code } : {}),
  };
}

/**
 * Active installations with anything due: waiting events, effects, clocks or polls. Of one whose tenant was never made ready nothing is
 * due before that is, and of one whose sales' account refuses our tokens before it is connected again.
 */
export async function dueLanes(db: Db, now: Instant): Promise<readonly string[]> {
  const rows = await sql<{ id: string }>`
    select i.id from installations i left join lanes l on l.installation = i.id
    where i.state = 'active' and coalesce(l.retry_at, 0) <= ${now}
    and not exists (select 1 from installations s where s.serves = i.id and s.state = 'disconnected')
    and not exists (
      select 1 from cursors p where p.installation = i.id and p.name = ${PREPARATION} and p.at = ${NEVER_READY} and p.due_at > ${now}
    ) and (
      exists (select 1 from events e where e.installation = i.id and e.state = 'pending' and e.not_before <= ${now})
      or exists (select 1 from effects f where f.installation = i.id and f.settled_at is null and f.state in ('planned', 'ambiguous') and f.next_at <= ${now})
      or exists (select 1 from clocks c where c.installation = i.id and c.look_at <= ${now})
      or exists (select 1 from cursors k where k.installation = i.id and k.due_at <= ${now})
    ) order by i.id`.execute(db);
  return rows.rows.map((row) => row.id);
}
