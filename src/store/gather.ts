/**
 * What travels together. A few notices go one by one; more of them to one person on one channel within a while go as one digest, and
 * the next digest waits until the while is over. So ten thousand breaches at once are a handful of messages for each person.
 */
import { type RawBuilder, sql } from "kysely";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Notice } from "../model/notice.ts";
import {
  type ChannelRef,
  type ClaimedMessage,
  claimFresh,
  MAYBE_SENT,
  type MessageRef,
} from "./deliveries.ts";
import { toNotice } from "./notices.ts";
import type { DialectName } from "./open.ts";
import type { Db } from "./schema.ts";
import type { DeliveryRow, NoticeRow } from "./schema-notices.ts";

/** How a channel gathers. */
export interface Gathering {
  /** More messages than so many within `windowMs` become a digest. */
  readonly fewCount: number;
  readonly windowMs: DurationMs;
  /** Notices in one digest, at most: only of programs it is less than all. */
  readonly mostCount: number;
}

/** What it takes to claim. */
export interface ClaimMeans {
  readonly claim: string;
  readonly leaseMs: DurationMs;
  /** Names a digest, if it becomes one. */
  readonly digestKey: string;
}

/** What begins the key of every digest. */
const DIGEST = "digest-";

/**
 * Claims what is due next on a channel as a new message. Call in a transaction that holds the channel.
 * @returns undefined when nothing is due any more; what must wait for the end of a window is due then.
 */
export async function claimNext(
  db: Db,
  dialect: DialectName,
  at: ChannelRef,
  gathering: Gathering,
  means: ClaimMeans,
  now: Instant,
): Promise<ClaimedMessage | undefined> {
  for (;;) {
    const first = await firstDue(db, at, now);
    if (first === undefined) return undefined;
    const alone: MessageRef = { ...at, sentAs: `${first.notice}.${at.channel}` };
    // A report is what somebody asked for at this time, not one of many.
    if (first.kind === "report")
      return await claimFresh(db, dialect, alone, among([first.notice]), means, now);

    const [recent, dueCount] = [
      await recentTo(db, first, now - gathering.windowMs),
      await countDue(db, first, now),
    ];
    if (recent.digestAt !== undefined) {
      await holdBack(db, first, recent.digestAt + gathering.windowMs, now);
      continue;
    }
    if (recent.count + dueCount <= gathering.fewCount)
      return await claimFresh(db, dialect, alone, among([first.notice]), means, now);
    const digest: MessageRef = { ...at, sentAs: `${DIGEST}${means.digestKey}` };
    const all = dueCount <= gathering.mostCount;
    const chosen = all ? withIt(first, now) : among(await oldestDue(db, first, now, gathering.mostCount));
    return await claimFresh(db, dialect, digest, chosen, means, now);
  }
}

type Due = Pick<DeliveryRow, "installation" | "channel" | "notice" | "kind" | "recipient" | "role">;

async function firstDue(db: Db, at: ChannelRef, now: Instant): Promise<Due | undefined> {
  return await db
    .selectFrom("deliveries")
    .select(["installation", "channel", "notice", "kind", "recipient", "role"])
    .where("installation", "=", at.installation)
    .where("channel", "=", at.channel)
    .where("settled_at", "is", null)
    .where("state", "=", "planned")
    .where("sent_as", "is", null)
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .orderBy("notice")
    .limit(1)
    .executeTakeFirst();
}

/** The messages this person got, or may have got, after `since`. A window of nothing knows none. */
async function recentTo(
  db: Db,
  { installation, channel, recipient, role }: Due,
  since: Instant,
): Promise<{ readonly count: number; readonly digestAt?: Instant }> {
  const rows = await db
    .selectFrom("deliveries")
    .select(({ fn }) => ["sent_as", fn.max("attempted_at").as("at")])
    .where("installation", "=", installation)
    .where("channel", "=", channel)
    .where("recipient", "=", recipient)
    .where("role", "=", role)
    .where("attempted_at", ">", since)
    .where("state", "in", MAYBE_SENT)
    .where("sent_as", "is not", null)
    .groupBy("sent_as")
    .execute();
  const digests = rows
    .filter(({ sent_as: key }) => key?.startsWith(DIGEST) === true)
    .map(({ at }) => at ?? 0);
  return { count: rows.length, ...(digests.length === 0 ? {} : { digestAt: Math.max(...digests) }) };
}

/** The condition under which a delivery travels with `due`. */
function withIt({ installation, channel, recipient, role }: Due, now: Instant): RawBuilder<boolean> {
  return sql<boolean>`installation = ${installation} and channel = ${channel} and recipient = ${recipient} and role = ${role}
    and settled_at is null and state = 'planned' and sent_as is null and next_at <= ${now} and kind <> 'report'`;
}

async function countDue(db: Db, due: Due, now: Instant): Promise<number> {
  const row = await db
    .selectFrom("deliveries")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where(withIt(due, now))
    .executeTakeFirst();
  return row?.count ?? 0;
}

function among(notices: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`notice in (${sql.join(notices)})`;
}

/** Read first: a planner that knows nothing of the table yet would look for them anew for each row. */
async function oldestDue(db: Db, due: Due, now: Instant, most: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("deliveries")
    .select("notice")
    .where(withIt(due, now))
    .orderBy("next_at")
    .orderBy("notice")
    .limit(most)
    .execute();
  return rows.map(({ notice }) => notice);
}

async function holdBack(db: Db, due: Due, until: Instant, now: Instant): Promise<void> {
  await db.updateTable("deliveries").set({ next_at: until }).where(withIt(due, now)).execute();
}

/** What a message says and to whom, loaded when it is sent. `count` is of all; `notices` are the worst, oldest first among equals. */
export interface MessageContent {
  readonly count: number;
  readonly notices: readonly Notice[];
  readonly recipient: string;
  readonly role: DeliveryRow["role"];
}

/** The worst first: promises broken or about to be, then what waits for an answer, then news. */
const RANK = sql`case n.kind when 'stopped' then 0 when 'escalation' then 1 when 'queued' then 2 when 'answer-due' then 3
  when 'handoff' then 4 else 5 end`;

/** @param most  How many notices to load. A message whose leads were all erased meanwhile has none. */
export async function loadMessage(
  db: Db,
  { installation, channel, sentAs }: MessageRef,
  most: number,
): Promise<MessageContent> {
  const where = sql`d.installation = ${installation} and d.channel = ${channel} and d.sent_as = ${sentAs}`;
  const join = sql`deliveries d join notices n on n.installation = d.installation and n.key = d.notice`;
  const counted = await sql<{ count: number }>`select count(*) as count from ${join} where ${where}`.execute(
    db,
  );
  const { rows } = await sql<NoticeRow & { sent_to: string; role: DeliveryRow["role"] }>`
    select n.*, d.recipient as sent_to, d.role from ${join} where ${where}
    order by ${RANK}, n.at, n.key limit ${most}`.execute(db);
  return {
    count: counted.rows[0]?.count ?? 0,
    notices: rows.map(toNotice),
    recipient: rows[0]?.sent_to ?? "",
    role: rows[0]?.role ?? "named",
  };
}
