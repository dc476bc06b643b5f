/**
 * How the search for what webhooks dropped stands, in the cursor `sweep`. A server takes it on and people may ask for another one
 * at any moment, so it is replaced only by whoever has seen what is there.
 *
 *     at      everything modified up to here was looked at: when the last sweep began that left no gap behind it
 *     due_at  when the next page is wanted
 *     page    the sweep under way, or the last one
 */
import type { Instant } from "../model/instant.ts";
import { loadCursor, saveCursor } from "./cursors.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** One sweep. Asked for, it has no `startedAt`; ended, it has an `endedAt`. */
export interface Sweep {
  /** What was modified at this instant or later is looked at. */
  readonly since: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** The CRM's name for the next page; absent at the first one. */
  readonly after?: string;
  /** Leads of the page whose histories the CRM does not give, though it gives others'; and how often all but such were come to. */
  readonly shut?: readonly string[];
  readonly failures?: number;
  /** Leads that were modified, and events made of what nobody had told. */
  readonly looked: number;
  readonly told: number;
}

export interface SweepStanding {
  readonly sweptAt: Instant;
  readonly dueAt: Instant;
  readonly sweep?: Sweep;
}

const SWEEP = "sweep";

/** @returns Nothing for an installation that was never asked to sweep. */
export async function loadSweep(db: Db, installation: string): Promise<SweepStanding | undefined> {
  const cursor = await loadCursor(db, installation, SWEEP);
  if (cursor === undefined) return undefined;
  const { at, dueAt, page } = cursor;
  return { sweptAt: at, dueAt, ...(page === undefined ? {} : { sweep: ownJson<Sweep>(page) }) };
}

/** @returns Whether `before` was still how it stood; otherwise nothing was changed. */
export async function replaceSweep(
  db: Db,
  installation: string,
  before: SweepStanding,
  after: SweepStanding,
): Promise<boolean> {
  const result = await db
    .updateTable("cursors")
    .set({ at: after.sweptAt, due_at: after.dueAt, page: textOf(after.sweep) })
    .where("installation", "=", installation)
    .where("name", "=", SWEEP)
    .where("page", before.sweep === undefined ? "is" : "=", textOf(before.sweep))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The first sweep comes when `dueAt` is over; what was modified before `now` is history. One that is known stays as it is. */
export async function startSweeps(db: Db, installation: string, now: Instant, dueAt: Instant): Promise<void> {
  if ((await loadSweep(db, installation)) === undefined)
    await saveCursor(db, installation, SWEEP, now, dueAt);
}

/**
 * Asks for a sweep of what was modified at `since` or later. One under way begins again, so that it is complete, and goes as far
 * back as either of the two.
 */
export async function askSweep(db: Db, installation: string, since: Instant, dueAt: Instant): Promise<void> {
  for (;;) {
    const before = await loadSweep(db, installation);
    if (before === undefined) {
      await startSweeps(db, installation, since, dueAt);
      continue;
    }
    const open = before.sweep?.endedAt === undefined ? before.sweep : undefined;
    const sweep: Sweep = { since: Math.min(since, open?.since ?? since), looked: 0, told: 0 };
    if (await replaceSweep(db, installation, before, { sweptAt: before.sweptAt, dueAt, sweep })) return;
  }
}

function textOf(sweep: Sweep | undefined): string | null {
  return sweep === undefined ? null : JSON.stringify(sweep);
}
