/** Messages that wait for somebody's word, what a person says of them, and how many wait. */
import type { Instant } from "../model/instant.ts";
import type { MessageRef } from "./deliveries.ts";
import type { Db } from "./schema.ts";
import type { ChannelKind } from "./schema-notices.ts";

/** A message that waits for a person: one notice, or several that travelled together. */
export interface StuckMessage extends Omit<MessageRef, "installation"> {
  readonly kind: ChannelKind;
  readonly state: string;
  readonly code: string | null;
  readonly count: number;
  readonly attempts: number;
  readonly plannedAt: Instant;
}

export async function stuckMessages(db: Db, installation: string): Promise<readonly StuckMessage[]> {
  const rows = await db
    .selectFrom("deliveries as d")
    .innerJoin("channels as c", (join) =>
      join.onRef("c.installation", "=", "d.installation").onRef("c.id", "=", "d.channel"),
    )
    .select(({ fn }) => [
      "d.channel",
      "d.sent_as",
      "c.kind",
      "d.state",
      "d.code",
      fn.countAll<number>().as("count"),
      fn.max("d.attempts").as("attempts"),
      fn.min("d.planned_at").as("plannedAt"),
    ])
    .where("d.installation", "=", installation)
    .where("d.state", "in", ["parked", "refused"])
    .groupBy(["d.channel", "d.sent_as", "c.kind", "d.state", "d.code"])
    .orderBy("plannedAt")
    .orderBy("d.sent_as")
    .execute();
  return rows.map(({ sent_as: sentAs, ...row }) => ({ ...row, sentAs: sentAs ?? "" }));
}

/** A person's word: again, even if it has arrived and nobody can tell, or never. @returns How many messages it changed: 0 or 1. */
export async function releaseMessage(
  db: Db,
  { installation, channel, sentAs }: MessageRef,
  to: "retry" | "drop",
  now: Instant,
): Promise<number> {
  const result = await db
    .updateTable("deliveries")
    .set(
      to === "drop"
        ? { state: "dropped", settled_at: now }
        : { state: "planned", attempts: 0, first_at: null, next_at: now, settled_at: null },
    )
    .where("installation", "=", installation)
    .where("channel", "=", channel)
    .where("sent_as", "=", sentAs)
    .where("state", "in", ["parked", "refused"])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n ? 1 : 0;
}

/**
 * What a restored database takes for waiting may have been sent since its backup, alone or with others: it waits for a person.
 * Source: docs/decisions/0021-restore.md.
 */
export async function parkRestored(db: Db, installation: string, now: Instant): Promise<void> {
  await db
    .updateTable("deliveries")
    .set((eb) => ({
      state: "parked",
      sent_as: eb.fn.coalesce("sent_as", eb("notice", "||", eb.val(".restored"))),
      claim: null,
      claimed_until: null,
      code: "notify.interrupted",
      settled_at: now,
    }))
    .where("installation", "=", installation)
    .where("settled_at", "is", null)
    .execute();
}

/** Deliveries that wait, by state, and those that wait for a person. */
export async function countDeliveries(db: Db): Promise<Readonly<Record<string, number>>> {
  const waiting = await db
    .selectFrom("deliveries")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .where("settled_at", "is", null)
    .groupBy("state")
    .execute();
  const stuck = await db
    .selectFrom("deliveries")
    .select(({ fn }) => ["state", fn.countAll<number>().as("count")])
    .where("state", "in", ["parked", "refused"])
    .groupBy("state")
    .execute();
  const none = { planned: 0, attempting: 0, unknown: 0, parked: 0, refused: 0 };
  return { ...none, ...Object.fromEntries([...waiting, ...stuck].map(({ state, count }) => [state, count])) };
}

/** Of each channel of an installation: deliveries that wait to be sent, and those that wait for a person. */
export async function countByChannel(
  db: Db,
  installation: string,
): Promise<ReadonlyMap<string, { readonly waiting: number; readonly stuck: number }>> {
  const rows = await db
    .selectFrom("deliveries")
    .select(({ fn }) => ["channel", "state", fn.countAll<number>().as("count")])
    .where("installation", "=", installation)
    .groupBy(["channel", "state"])
    .execute();
  const sum = (own: typeof rows, states: readonly string[]): number =>
    own.reduce((total, { state, count }) => total + (states.includes(state) ? count : 0), 0);
  return new Map(
    [...Map.groupBy(rows, ({ channel }) => channel)].map(([channel, own]) => [
      channel,
      { waiting: sum(own, ["planned", "attempting", "unknown"]), stuck: sum(own, ["parked", "refused"]) },
    ]),
  );
}
