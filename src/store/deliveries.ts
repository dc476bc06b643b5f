/**
 * Deliveries: each notice on each channel is a row before it is a message.
 *
 *     planned ─▶ attempting ─▶ sent                    the other side has it
 *        ▲          │  ├─────▶ refused                 it never will
 *        ├──────────┘  └─────▶ unknown ─▶ attempting   the answer was lost: looked for, or repeated under the same key
 *        later                    └─────▶ parked       nobody can tell, or a day of trying is over
 *
 * Several deliveries travel as one message: `sent_as` binds them to it, and is stored before anything is sent. A message keeps its
 * key for as long as it may have arrived; one that certainly did not is taken apart, and its notices may travel with others.
 *
 * Whoever sends holds a claim, by the database's clock. A claim is not a lock: what a sender says after its claim ran out counts only
 * if it says "sent". Claims on one channel are made one after the other: each begins by holding the channel's row, and so
 * does everything else that changes several deliveries at once, so that two of them never wait for each other.
 */
import { type ExpressionBuilder, type RawBuilder, sql } from "kysely";
import type { DurationMs, Instant } from "../model/instant.ts";
import { type DialectName, databaseNow } from "./open.ts";
import type { Db, Schema } from "./schema.ts";
import type { DeliveryState } from "./schema-notices.ts";

/** A channel by its key. */
export interface ChannelRef {
  readonly installation: string;
  readonly channel: string;
}

/** A message by its key: its deliveries are those that are `sent_as` it. */
export interface MessageRef extends ChannelRef {
  readonly sentAs: string;
}

/** The right to settle a message, until it is claimed again. */
export interface ClaimedMessage extends MessageRef {
  readonly claim: string;
  /** It has been attempted under this key before, and may have arrived. */
  readonly mayBeThere: boolean;
  /** A person has said that it is to be sent again, whatever became of it. */
  readonly isRetried: boolean;
  readonly attempts: number;
  /** When the first of its deliveries was attempted first. */
  readonly firstAt: Instant;
}

/** Which channels have something due: planned, to be looked for, or left behind by a sender that died. Costs what is due. */
export async function dueChannels(
  db: Db,
  dialect: DialectName,
  now: Instant,
): Promise<readonly ChannelRef[]> {
  const leaseNow = await databaseNow(db, dialect);
  const waiting = await sql<ChannelRef>`
    select distinct installation, channel from (
      select installation, channel, claim from deliveries where settled_at is null and next_at <= ${now} order by next_at
    ) as due where claim is null`.execute(db);
  const left = await db
    .selectFrom("deliveries")
    .select(["installation", "channel"])
    .distinct()
    .where("claimed_until", "is not", null)
    .where("claimed_until", "<=", leaseNow)
    .execute();
  const all = [...waiting.rows, ...left];
  return [...new Map(all.map((one) => [`${one.installation}/${one.channel}`, one])).values()];
}

/** Holds the rows of a channel, or of all channels of an installation, until the transaction ends. @returns How many. */
export async function holdChannels(db: Db, installation: string, channel?: string): Promise<number> {
  const held = await db
    .updateTable("channels")
    .set((eb) => ({ created_at: eb.ref("created_at") }))
    .where("installation", "=", installation)
    .$if(channel !== undefined, (query) => query.where("id", "=", channel ?? ""))
    .executeTakeFirst();
  return Number(held.numUpdatedRows);
}

/**
 * Claims a message that was bound before and is due again, oldest first: its answer was lost, or its sender died. Call in a
 * transaction that holds the channel. @returns undefined when there is none.
 */
export async function claimBound(
  db: Db,
  dialect: DialectName,
  at: ChannelRef,
  { claim, leaseMs }: { readonly claim: string; readonly leaseMs: DurationMs },
  now: Instant,
): Promise<ClaimedMessage | undefined> {
  const leaseNow = await databaseNow(db, dialect);
  const found = await db
    .selectFrom("deliveries")
    .select(["sent_as", "state"])
    .where("installation", "=", at.installation)
    .where("channel", "=", at.channel)
    .where("settled_at", "is", null)
    .where("sent_as", "is not", null)
    .where((eb) =>
      eb.or([
        eb.and([eb("claim", "is", null), eb("next_at", "<=", now)]),
        eb("claimed_until", "<=", leaseNow),
      ]),
    )
    .orderBy("next_at")
    .limit(1)
    .executeTakeFirst();
  if (found === undefined || found.sent_as === null) return undefined;
  const message = { ...at, sentAs: found.sent_as };
  const before = await pastOf(db, message, now);
  await mark(db, message, ofMessage(message), { claim, until: leaseNow + leaseMs }, now);
  return {
    ...message,
    ...before,
    claim,
    mayBeThere: true,
    isRetried: found.state === "planned",
    attempts: before.attempts + 1,
  };
}

/** Claims the chosen among the planned deliveries of a channel as a new message. Call in a transaction that holds the channel. */
export async function claimFresh(
  db: Db,
  dialect: DialectName,
  message: MessageRef,
  chosen: RawBuilder<boolean>,
  { claim, leaseMs }: { readonly claim: string; readonly leaseMs: DurationMs },
  now: Instant,
): Promise<ClaimedMessage> {
  const until = (await databaseNow(db, dialect)) + leaseMs;
  await mark(db, message, planned(message, chosen), { claim, until }, now);
  const { firstAt, attempts } = await pastOf(db, message, now);
  return { ...message, claim, mayBeThere: false, isRetried: false, attempts, firstAt };
}

type Where = (eb: ExpressionBuilder<Schema, "deliveries">) => ReturnType<typeof eb.and>;

function ofMessage({ installation, channel, sentAs }: MessageRef): Where {
  return (eb) =>
    eb.and([
      eb("installation", "=", installation),
      eb("channel", "=", channel),
      eb("sent_as", "=", sentAs),
      eb("settled_at", "is", null),
    ]);
}

function planned({ installation, channel }: ChannelRef, chosen: RawBuilder<boolean>): Where {
  return (eb) =>
    eb.and([
      eb("installation", "=", installation),
      eb("channel", "=", channel),
      eb("state", "=", "planned"),
      eb("sent_as", "is", null),
      chosen,
    ]);
}

async function mark(
  db: Db,
  { sentAs }: MessageRef,
  where: Where,
  { claim, until }: { readonly claim: string; readonly until: Instant },
  now: Instant,
): Promise<void> {
  await db
    .updateTable("deliveries")
    .set((eb) => ({
      state: "attempting",
      sent_as: sentAs,
      claim,
      claimed_until: until,
      attempts: eb("attempts", "+", 1),
      first_at: eb.fn.coalesce("first_at", eb.val(now)),
      attempted_at: now,
    }))
    .where(where)
    .execute();
}

async function pastOf(
  db: Db,
  { installation, channel, sentAs }: MessageRef,
  now: Instant,
): Promise<Pick<ClaimedMessage, "attempts" | "firstAt">> {
  const row = await db
    .selectFrom("deliveries")
    .select(({ fn }) => [fn.max("attempts").as("attempts"), fn.min("first_at").as("first")])
    .where("installation", "=", installation)
    .where("channel", "=", channel)
    .where("sent_as", "=", sentAs)
    .executeTakeFirst();
  return { attempts: row?.attempts ?? 0, firstAt: row?.first ?? now };
}

/** What became of an attempt or a look. `nextAt` belongs to what waits. */
export type Settlement =
  | { readonly state: "sent" }
  /** Certainly not delivered: taken apart, to be gathered anew. */
  | { readonly state: "planned"; readonly nextAt: Instant; readonly code: string }
  | { readonly state: "unknown"; readonly nextAt: Instant; readonly code: string }
  | { readonly state: "refused" | "parked"; readonly code: string };

/** Settles a message, in one transaction. Without the claim only "sent" is believed, of what has not ended. @returns Whether it counted. */
export async function settleMessage(
  db: Db,
  message: ClaimedMessage,
  settlement: Settlement,
  now: Instant,
): Promise<boolean> {
  const waits = settlement.state === "planned" || settlement.state === "unknown";
  const result = await db
    .updateTable("deliveries")
    .set({
      state: settlement.state,
      claim: null,
      claimed_until: null,
      code: settlement.state === "sent" ? null : settlement.code,
      settled_at: waits ? null : now,
      ...(waits ? { next_at: settlement.nextAt } : {}),
      ...(settlement.state === "planned" ? { sent_as: null } : {}),
    })
    .where(ofMessage(message))
    .$if(settlement.state !== "sent", (query) => query.where("claim", "=", message.claim))
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** States in which a message has been sent, or may have been. */
export const MAYBE_SENT: readonly DeliveryState[] = ["attempting", "unknown", "sent", "parked"];
