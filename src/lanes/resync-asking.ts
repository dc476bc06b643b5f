/** Asking for a resync, stopping one, letting one go on: what the command and the API have in common. The lanes do the work. */
import { BatonError } from "../errors.ts";
import { DAY_MS, type DurationMs, type Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import type { Installation } from "../store/installations.ts";
import { askResync, type ResyncSubject, resumeResync, stopResync } from "../store/resyncs.ts";
import type { Db } from "../store/schema.ts";
import { askSweep } from "../store/sweeps.ts";

/** What can be asked for. `leads`: a look for changes nobody has told of. */
export const RESYNC_WISHES = ["leads", "fields", "links"] as const;

export interface ResyncWish {
  /** Absent: leads, and fields too where the portal is paired; of a dry run, fields. */
  readonly only?: (typeof RESYNC_WISHES)[number];
  /** How far back; absent: a day for leads, everything for the others. */
  readonly sinceMs?: DurationMs;
  readonly isDry: boolean;
  readonly mostCalls?: number;
}

/** Who asks, and when. `newId` makes the name of a resync: nobody else has it. */
export interface Asking {
  readonly db: Db;
  readonly actor: string;
  readonly now: Instant;
  readonly newId: () => string;
}

/**
 * Asks for it in all these installations that are active. A resync under way is replaced; a search for leads goes as far back as
 * either. Throws `resync.bad-question` for what cannot be, with nothing asked.
 */
export async function askForResync(
  { db, actor, now, newId }: Asking,
  installations: readonly Installation[],
  wish: ResyncWish,
): Promise<void> {
  const active = withOwnLeads(installations).filter(({ state }) => state === "active");
  const subjects = subjectsOf(active, wish);
  for (const { id, sales } of active) {
    if (wish.only === "leads" || (wish.only === undefined && !wish.isDry)) {
      await askSweep(db, id, now - (wish.sinceMs ?? DAY_MS), now);
      await note(db, { id, actor, action: "sweep-asked", detail: spanOf(wish.sinceMs ?? DAY_MS) }, now);
    }
    if (sales === undefined) continue;
    for (const subject of subjects) {
      const fresh = { id: newId(), subject, isDry: wish.isDry, askedAt: now };
      const since = wish.sinceMs === undefined ? {} : { since: now - wish.sinceMs };
      const most = wish.mostCalls === undefined ? {} : { mostCalls: wish.mostCalls };
      const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
      await db.transaction().execute((tx) => askResync(tx, id, { ...fresh, ...since, ...most, ...nothing }));
      const how = [
        subject,
        wish.isDry ? "dry run" : "",
        wish.sinceMs === undefined ? "all" : spanOf(wish.sinceMs),
      ];
      await note(db, { id, actor, action: "resync-asked", detail: how.filter(Boolean).join(", ") }, now);
    }
  }
}

/** Ends what is open. Throws `resync.bad-question` where nothing is. */
export async function endResyncs(
  { db, actor, now }: Omit<Asking, "newId">,
  installations: readonly Installation[],
): Promise<void> {
  let count = 0;
  for (const { id } of installations) {
    if ((await stopResync(db, id, now)) === undefined) continue;
    count += 1;
    await note(db, { id, actor, action: "resync-stopped", detail: "" }, now);
  }
  if (count === 0) throw refused("There is no resync of fields or links to stop.");
}

/** Lets those go on that were stopped or ran out of calls. Throws `resync.bad-question` where none was. */
export async function continueResyncs(
  { db, actor, now }: Omit<Asking, "newId">,
  installations: readonly Installation[],
  mostCalls?: number,
): Promise<void> {
  let count = 0;
  for (const { id } of installations) {
    if ((await resumeResync(db, id, now, mostCalls)) === undefined) continue;
    count += 1;
    await note(db, { id, actor, action: "resync-resumed", detail: "" }, now);
  }
  if (count === 0)
    throw refused("No resync of fields or links waits to go on: none was stopped, or ran out of calls.");
}

/** Where sales works on a portal's leads there are none of its own: the portal is asked, and looks at both. */
function withOwnLeads(installations: readonly Installation[]): readonly Installation[] {
  const own = installations.filter(({ serves }) => serves === undefined);
  const [first] = installations;
  if (own.length === 0 && first !== undefined)
    throw refused(`Org ${first.tenant} is paired with a portal: ask for that portal, which looks at both.`);
  return own;
}

function subjectsOf(
  active: readonly Installation[],
  { only, isDry, mostCalls }: ResyncWish,
): readonly ResyncSubject[] {
  if (only === "leads") {
    if (isDry) throw refused("A dry run is of fields or links: looking for leads writes nothing by itself.");
    if (mostCalls !== undefined) throw refused("A bound on calls is for fields or links.");
    return [];
  }
  const isAsked = only !== undefined || isDry || mostCalls !== undefined;
  if (isAsked && !active.some(({ sales }) => sales !== undefined))
    throw refused(
      "Fields and links are compared where a portal is paired with an org. See: baton pair --help",
    );
  return [only ?? "fields"];
}

function spanOf(ms: DurationMs): string {
  return ms % DAY_MS === 0 ? `the last ${ms / DAY_MS} d` : `the last ${Math.round(ms / 60_000)} m`;
}

async function note(
  db: Db,
  {
    id,
    ...entry
  }: { readonly id: string; readonly actor: string; readonly action: string; readonly detail: string },
  now: Instant,
): Promise<void> {
  await record(db, { installation: id, ...entry }, now);
}

function refused(message: string): BatonError {
  return new BatonError("resync.bad-question", message);
}
