/**
 * How a resync of a pair stands, in the cursor `resync`: asked for by people, done by the lane page by page. Samples of what differs
 * are kept apart, by lead, so that they go when the lead is erased.
 *
 *     asked ─▶ one page a turn, while nothing else waits ─▶ ended: done, or stopped, or out of calls ─▶ resumed where it was
 */
import type { ErrorCode } from "../errors.ts";
import type { CallsOfDay } from "../model/capabilities.ts";
import { type Instant, NEVER } from "../model/instant.ts";
import type { FieldOutcome } from "../model/sync.ts";
import { deleteCursor, loadCursor, saveCursor } from "./cursors.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** What is compared. `links`: who is who in both CRMs; `fields`: what both keep of those who are. */
export type ResyncSubject = "fields" | "links";

/** What outcomes are counted as: copies by where they go. */
export const RESYNC_TALLIES = [
  "equal",
  "to-sales",
  "to-marketing",
  "conflict",
  "one-way",
  "held",
  "unreadable",
] as const;
export type ResyncTally = (typeof RESYNC_TALLIES)[number];

/** Fields by name, and how many leads each outcome had there. */
export type FieldCounts = Readonly<Record<string, Readonly<Partial<Record<ResyncTally, number>>>>>;

export interface Resync {
  readonly id: string;
  readonly subject: ResyncSubject;
  /** Whether it only says what would change. */
  readonly isDry: boolean;
  /** Only leads that were modified at this instant or later; absent: all. */
  readonly since?: Instant;
  /** It ends when it has spent so many calls of the CRMs. */
  readonly mostCalls?: number;
  readonly askedAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly because?: "done" | "stopped" | "out-of-calls";
  /** Where the next page begins; absent at the first one. */
  readonly after?: string;
  /** How many leads there are to look at, as far as that is known. */
  readonly total?: number;
  readonly looked: number;
  /** Leads of which something differed, or who were found in both CRMs. */
  readonly differing: number;
  /** Writes that were planned. */
  readonly written: number;
  readonly calls: number;
  /** The calls of the CRM's day, as it said last; absent where it does not say. */
  readonly day?: CallsOfDay;
  /** Why the last page could not be read; absent once one was. */
  readonly trouble?: ErrorCode;
  readonly counts: FieldCounts;
}

/** One difference, as people are shown it. */
export interface ResyncSample extends FieldOutcome {
  readonly lead: string;
}

const RESYNC = "resync";

/** The resync that is asked for, under way, or was the last one. */
export async function loadResync(db: Db, installation: string): Promise<Resync | undefined> {
  const cursor = await loadCursor(db, installation, RESYNC);
  return cursor?.page === undefined ? undefined : ownJson<Resync>(cursor.page);
}

/** Asks for a resync in place of the last one, with its samples. One that is under way ends. */
export async function askResync(db: Db, installation: string, resync: Resync): Promise<void> {
  await db.deleteFrom("resync_samples").where("installation", "=", installation).execute();
  await deleteCursor(db, installation, RESYNC);
  await saveCursor(db, installation, RESYNC, resync.askedAt, resync.askedAt, JSON.stringify(resync));
}

/** @returns Whether `before` was still how it stood; otherwise nothing was changed. @param dueAt  When the next page is wanted. */
export async function replaceResync(
  db: Db,
  installation: string,
  before: Resync,
  after: Resync,
  dueAt: Instant,
): Promise<boolean> {
  const result = await db
    .updateTable("cursors")
    .set({ page: JSON.stringify(after), due_at: dueAt })
    .where("installation", "=", installation)
    .where("name", "=", RESYNC)
    .where("page", "=", JSON.stringify(before))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** When the next page is wanted; undefined where no resync was ever asked for. */
export async function resyncDueAt(db: Db, installation: string): Promise<Instant | undefined> {
  return (await loadCursor(db, installation, RESYNC))?.dueAt;
}

/**
 * Ends a resync that is asked for or under way; the page in hand changes nothing any more. @returns The resync as it ended; undefined
 * where none was open.
 */
export async function stopResync(db: Db, installation: string, now: Instant): Promise<Resync | undefined> {
  for (;;) {
    const open = await loadResync(db, installation);
    if (open === undefined || open.endedAt !== undefined) return undefined;
    const ended: Resync = { ...open, endedAt: now, because: "stopped" };
    if (await replaceResync(db, installation, open, ended, NEVER)) return ended;
  }
}

/**
 * Lets a resync go on that was stopped, or ran out of calls, from the page it had come to. @param mostCalls  How many more calls it may
 * spend; undefined: as many as it takes. @returns The resync; undefined where none waits to go on.
 */
export async function resumeResync(
  db: Db,
  installation: string,
  now: Instant,
  mostCalls?: number,
): Promise<Resync | undefined> {
  for (;;) {
    const ended = await loadResync(db, installation);
    if (ended?.endedAt === undefined || ended.because === "done") return undefined;
    const { endedAt: _, because: __, mostCalls: ___, ...rest } = ended;
    const most = mostCalls === undefined ? {} : { mostCalls: ended.calls + mostCalls };
    const open: Resync = { ...rest, ...most };
    if (await replaceResync(db, installation, ended, open, now)) return open;
  }
}

/** Keeps samples, one of each lead's fields. */
export async function saveSamples(
  db: Db,
  installation: string,
  samples: readonly ResyncSample[],
): Promise<void> {
  if (samples.length === 0) return;
  await db
    .insertInto("resync_samples")
    .values(
      samples.map(({ lead, ...outcome }) => ({
        installation,
        lead,
        field: outcome.field,
        body: JSON.stringify(outcome),
      })),
    )
    .onConflict((oc) => oc.columns(["installation", "lead", "field"]).doNothing())
    .execute();
}

/** The samples of the last resync, by field. */
export async function loadSamples(db: Db, installation: string): Promise<readonly ResyncSample[]> {
  const rows = await db
    .selectFrom("resync_samples")
    .select(["lead", "body"])
    .where("installation", "=", installation)
    .orderBy("field")
    .orderBy("lead")
    .execute();
  return rows.map(({ lead, body }) => ({ lead, ...ownJson<FieldOutcome>(body) }));
}

/** In how many leads the CRMs of pairs differ, by the last comparison of each. Read by pair: it costs what is paired. */
export async function driftingLeads(db: Db): Promise<number> {
  const cursors = await db
    .selectFrom("installations")
    .innerJoin("cursors", "cursors.installation", "installations.serves")
    .select("page")
    .where("installations.serves", "is not", null)
    .where("cursors.name", "=", RESYNC)
    .execute();
  const last = cursors.flatMap(({ page }) => (page === null ? [] : [ownJson<Resync>(page)]));
  return last.reduce((sum, resync) => sum + driftOf(resync), 0);
}

/**
 * In how many leads two CRMs were found to differ and were left so: all of a dry run; of another one at least so many as had their value
 * of one field held back. Throws nothing.
 */
export function driftOf({ subject, isDry, differing, counts }: Resync): number {
  if (subject !== "fields") return 0;
  return isDry ? differing : Math.max(0, ...Object.values(counts).map(({ held = 0 }) => held));
}
