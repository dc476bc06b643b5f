/** Timers are rows with a due instant and an index: a tick costs what is due, not what waits. */
import type { Clock } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import { chunksOf } from "./chunks.ts";
import type { ClockRow, Db } from "./schema.ts";

export async function saveClocks(
  db: Db,
  installation: string,
  clocks: readonly { handoff: string; lead: string; clock: Clock }[],
): Promise<void> {
  for (const chunk of chunksOf(clocks, 500)) {
    await db
      .insertInto("clocks")
      .values(
        chunk.map(({ handoff, lead, clock }) => ({
          installation,
          handoff,
          lead,
          kind: clock.kind,
          due_at: clock.dueAt,
        })),
      )
      .onConflict((oc) =>
        oc
          .columns(["installation", "handoff", "kind"])
          .doUpdateSet((eb) => ({ due_at: eb.ref("excluded.due_at") })),
      )
      .execute();
  }
}

/** Takes the due clocks of one kind out, in the caller's transaction. */
export async function takeDueClocks(
  db: Db,
  installation: string,
  kind: Clock["kind"],
  now: Instant,
): Promise<readonly ClockRow[]> {
  return await db
    .deleteFrom("clocks")
    .where("installation", "=", installation)
    .where("kind", "=", kind)
    .where("due_at", "<=", now)
    .returningAll()
    .execute();
}

export async function clocksOfHandoff(
  db: Db,
  installation: string,
  handoff: string,
): Promise<readonly Clock[]> {
  const rows = await db
    .selectFrom("clocks")
    .select(["kind", "due_at"])
    .where("installation", "=", installation)
    .where("handoff", "=", handoff)
    .orderBy("due_at")
    .execute();
  return rows.map((row) => ({ kind: row.kind, dueAt: row.due_at }));
}

export async function stopClocks(db: Db, installation: string, handoff: string): Promise<void> {
  await db
    .deleteFrom("clocks")
    .where("installation", "=", installation)
    .where("handoff", "=", handoff)
    .execute();
}
