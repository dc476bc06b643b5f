/** A page of a resync: as it is begun, and how it ends. The cursor moves only for whoever has seen what stands in it. */
import { NEVER } from "../model/instant.ts";
import { countLinks } from "../store/links.ts";
import { type FieldCounts, replaceResync, type Resync } from "../store/resyncs.ts";
import type { Tx } from "../store/schema.ts";
import { inLane, type Lane } from "./lane.ts";
import { addCounts } from "./resync-tally.ts";

/** A page in hand: the resync as it was found, as it has begun, and what the connector had spent before. */
export interface Turning {
  readonly asked: Resync;
  readonly current: Resync;
  readonly spentBefore: number;
}

/** What a page came to. Without `next` it was the last one. */
export interface Page {
  readonly looked: number;
  readonly next?: string;
  readonly differing: number;
  readonly written: number;
  readonly counts: FieldCounts;
}

/** Begins a page; with the first one the resync itself. Throws what the database throws. */
export async function begin(lane: Lane, asked: Resync): Promise<Turning> {
  const spentBefore = lane.connector.spent();
  if (asked.startedAt !== undefined) return { asked, current: asked, spentBefore };
  // How many were modified, or are to be linked, nobody knows before the end.
  const isWhole = asked.subject === "fields" && asked.since === undefined;
  const total = isWhole ? { total: await countLinks(lane.store.db, lane.installation.id) } : {};
  return { asked, current: { ...asked, startedAt: lane.now(), ...total }, spentBefore };
}

/** Moves on, or ends, in a transaction of the lane. @returns How it stands then; undefined where somebody has asked anew, or stopped it. */
export async function turnPage(
  lane: Lane,
  tx: Tx,
  { asked, current, spentBefore }: Turning,
  page: Page,
): Promise<Resync | undefined> {
  const { after: _, trouble: __, ...begun } = current;
  const moved: Resync = {
    ...begun,
    looked: current.looked + page.looked,
    differing: current.differing + page.differing,
    written: current.written + page.written,
    counts: addCounts(current.counts, page.counts),
    ...(page.next === undefined ? {} : { after: page.next }),
  };
  const next = withSpent(lane, moved, spentBefore);
  const ended = endOf(next);
  const turned = ended === undefined ? next : { ...next, endedAt: lane.now(), because: ended };
  return (await save(lane, tx, asked, turned)) ? turned : undefined;
}

/** Adds what was spent after the page had turned: on its writes. */
export async function noteSpent(lane: Lane, turned: Resync, spentBefore: number): Promise<void> {
  if (lane.connector.spent() === spentBefore) return;
  const spent = withSpent(lane, turned, spentBefore);
  const ended = turned.because ?? endOf(spent);
  const next = ended === undefined ? spent : { ...spent, endedAt: lane.now(), because: ended };
  await inLane(lane, (tx) => save(lane, tx, turned, next));
}

/** The resync with the calls made since, and the CRM's own count. Throws nothing. */
export function withSpent(lane: Lane, resync: Resync, spentBefore: number): Resync {
  const day = lane.connector.day?.();
  const calls = resync.calls + lane.connector.spent() - spentBefore;
  return { ...resync, calls, ...(day === undefined ? {} : { day }) };
}

function endOf({ after, mostCalls, calls }: Resync): Resync["because"] {
  if (after === undefined) return "done";
  return mostCalls !== undefined && calls >= mostCalls ? "out-of-calls" : undefined;
}

async function save(lane: Lane, tx: Tx, before: Resync, after: Resync): Promise<boolean> {
  const dueAt = after.endedAt === undefined ? lane.now() : NEVER;
  return await replaceResync(tx, lane.installation.id, before, after, dueAt);
}
