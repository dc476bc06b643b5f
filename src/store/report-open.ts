/** Open handoffs, for finding those that go nowhere; and leads with their names, for the operator's own eyes. */
import { sql } from "kysely";
import type { Pause } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { OpenCourse } from "../model/open-course.ts";
import { loadInChunks } from "./chunks.ts";
import { giveWay } from "./give-way.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** Rows read at once: a few milliseconds, in which a server on SQLite does nothing else. */
const PAGE = 250;
/** Snapshots read and parsed at once, for the same reason: each takes some kilobytes. */
const SNAPSHOTS_AT_ONCE = 100;

/** Every open handoff, the oldest first. Lets others work between two pages. */
export async function openCourses(db: Db, installation: string): Promise<readonly OpenCourse[]> {
  const rows: Row[] = [];
  for (let after = ""; ;) {
    const page = await openRows(db, installation, after);
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.lead;
    await giveWay();
  }
  const ordered = rows.toSorted((a, b) => a.decided_at - b.decided_at || (a.id < b.id ? -1 : 1));
  return ordered.map((row) => ({
    handoff: row.id,
    lead: row.lead,
    type: row.type,
    ...optional("rep", row.rep ?? row.owner_name),
    isQueued: row.state === "queued",
    ...optional("because", row.reason),
    ownedAt: row.owned_at ?? row.decided_at,
    ...optional("firstAttemptAt", row.first_attempt_at),
    ...optional("firstAttemptDue", row.first_attempt_due),
    ...optional("lastTouchAt", row.last_touch_at),
    isPaused:
      row.pauses !== null && ownJson<readonly Pause[]>(row.pauses).some(({ toAt }) => toAt === undefined),
  }));
}

type Row = Awaited<ReturnType<typeof openRows>>[number];

/** A lead has one open handoff at most, so a page ends with a lead: the index over open ones is by lead. */
async function openRows(db: Db, installation: string, after: string) {
  return await db
    .selectFrom("handoffs as h")
    .select([
      "h.id",
      "h.lead",
      "h.type",
      "h.rep",
      "h.owner_name",
      "h.state",
      "h.reason",
      "h.decided_at",
      "h.owned_at",
      "h.first_attempt_at",
      "h.first_attempt_due",
      "h.pauses",
      sql<Instant | null>`(select max(t.at) from touches t where t.installation = h.installation and t.handoff = h.id
        and (t.by_person = 1 or t.kind = 'reply'))`.as("last_touch_at"),
    ])
    .where("h.installation", "=", installation)
    .where("h.closed_at", "is", null)
    .where("h.lead", ">", after)
    .orderBy("h.lead")
    .limit(PAGE)
    .execute();
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | null,
): { readonly [N in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one key is the one named
  return (value === null ? {} : { [name]: value }) as { readonly [N in Name]?: Value };
}

/** A lead as people know it, with its page in the CRM. Either may be unknown. */
export interface LeadPage {
  readonly name?: string;
  readonly url?: string;
}

/** Lead id to what people call it and where they find it, as the last decision saw it. */
export async function leadPages(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, LeadPage>> {
  const load = async (chunk: readonly string[]): Promise<readonly (readonly [string, LeadPage])[]> => {
    const rows = await db
      .selectFrom("leads as l")
      .leftJoin("decisions as d", (join) =>
        join.onRef("d.installation", "=", "l.installation").onRef("d.id", "=", "l.decision"),
      )
      .select(["l.lead", "l.name", "d.snapshot"])
      .where("l.installation", "=", installation)
      .where("l.lead", "in", chunk)
      .execute();
    return rows.map(({ lead, name, snapshot }) => [
      lead,
      {
        ...optional("name", name),
        ...optional("url", snapshot === null ? null : ownJson<Snapshot>(snapshot).leadUrl),
      },
    ]);
  };
  return new Map(await loadInChunks(leads, load, SNAPSHOTS_AT_ONCE));
}

/** How many leads wait with marketing because something is missing. */
export async function countHeld(db: Db, installation: string): Promise<number> {
  const row = await db
    .selectFrom("leads")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("installation", "=", installation)
    // Said to the letter: the index is over these only.
    .where(sql<boolean>`outcome = 'held'`)
    .executeTakeFirstOrThrow();
  return row.count;
}
