/** Timers are rows with an instant to look at and an index: a tick costs what is due, not what waits. */
import type { Clock, ClockKind } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";
import type { ClockRow } from "./schema-following.ts";

/** The clocks of one handoff. Those that are not among them stop. */
export interface HandoffClocks {
  readonly handoff: string;
  readonly lead: string;
  readonly clocks: readonly Clock[];
}

/** Sets the clocks of handoffs: what ran before and is not given here has stopped. */
export async function setClocks(
  db: Db,
  installation: string,
  handoffs: readonly HandoffClocks[],
): Promise<void> {
  await inChunks(handoffs, (chunk) =>
    db
      .deleteFrom("clocks")
      .where("installation", "=", installation)
      .where(
        "handoff",
        "in",
        chunk.map(({ handoff }) => handoff),
      )
      .execute(),
  );
  const rows = handoffs.flatMap(({ handoff, lead, clocks }) =>
    clocks.map((clock) => toRow(installation, handoff, lead, clock)),
  );
  await inChunks(rows, (chunk) => db.insertInto("clocks").values(chunk).execute());
}

/** Clocks that Baton is to look at now. Each is told once: whoever looks sets the next instant. */
export async function takeDueClocks(
  db: Db,
  installation: string,
  now: Instant,
): Promise<readonly ClockRow[]> {
  return await db
    .updateTable("clocks")
    .set({ look_at: null })
    .where("installation", "=", installation)
    .where("look_at", "<=", now)
    .returningAll()
    .execute();
}

/** When the next clock of any installation is to be looked at; undefined where none waits. */
export async function nextLookAt(db: Db): Promise<Instant | undefined> {
  const row = await db
    .selectFrom("clocks")
    .select(({ fn }) => fn.min("look_at").as("at"))
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/** Leads, of any installation, of which a clock of one of these kinds is to be looked at by now. */
export async function leadsWithDueClocks(
  db: Db,
  kinds: readonly ClockKind[],
  now: Instant,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("clocks")
    .select("lead")
    .distinct()
    .where("look_at", "<=", now)
    .where("kind", "in", kinds)
    .orderBy("lead")
    .execute();
  return rows.map(({ lead }) => lead);
}

/** Handoff id to its clocks, the earliest first. */
export async function loadClocks(
  db: Db,
  installation: string,
  handoffs: readonly string[],
): Promise<ReadonlyMap<string, readonly Clock[]>> {
  const found = await loadInChunks(handoffs, (chunk) =>
    db
      .selectFrom("clocks")
      .selectAll()
      .where("installation", "=", installation)
      .where("handoff", "in", chunk)
      .orderBy("due_at")
      .orderBy("kind")
      .execute(),
  );
  const byHandoff = Map.groupBy(found, ({ handoff }) => handoff);
  return new Map([...byHandoff].map(([handoff, rows]) => [handoff, rows.map(fromRow)]));
}

export async function clocksOfHandoff(
  db: Db,
  installation: string,
  handoff: string,
): Promise<readonly Clock[]> {
  return (await loadClocks(db, installation, [handoff])).get(handoff) ?? [];
}

export async function stopClocks(db: Db, installation: string, handoff: string): Promise<void> {
  await db
    .deleteFrom("clocks")
    .where("installation", "=", installation)
    .where("handoff", "=", handoff)
    .execute();
}

/** Kinds whose deadline is itself the instant to look. */
const LOOKED_AT_WHEN_DUE: ReadonlySet<ClockKind> = new Set<ClockKind>(["routing", "wake"]);

function toRow(installation: string, handoff: string, lead: string, clock: Clock): ClockRow {
  const { kind, dueAt, lookAt, taken, calendar } = clock;
  return {
    installation,
    handoff,
    lead,
    kind,
    due_at: dueAt,
    look_at: LOOKED_AT_WHEN_DUE.has(kind) ? dueAt : (lookAt ?? null),
    taken: taken ?? null,
    calendar: calendar ?? null,
  };
}

function fromRow({ kind, due_at, look_at, taken, calendar }: ClockRow): Clock {
  return {
    kind,
    dueAt: due_at,
    ...(look_at === null ? {} : { lookAt: look_at }),
    ...(taken === null ? {} : { taken }),
    ...(calendar === null ? {} : { calendar }),
  };
}
