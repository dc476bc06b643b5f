/**
 * Notices: planned with the decision that wants them, in its transaction, as one delivery for each channel. Sending them is
 * somebody else's work (notify/), so that no handoff waits for a bell. Source: docs/decisions/0024-notices.md.
 */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Notice, NoticeBody } from "../model/notice.ts";
import { type Channel, listChannels } from "./channels.ts";
import { inChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import { literally, namesOfErased } from "./erased-names.ts";
import { giveWay } from "./give-way.ts";
import type { Db } from "./schema.ts";
import type { DeliveryRow, NoticeRow } from "./schema-notices.ts";
import { type ClearText, withoutNames } from "./without-names.ts";

/** Kept for so long after they were made, the channel's own memory of them apart. Whatever waits still is kept longer. */
export const KEEP_NOTICES_DAYS = 90;

/** Where one conversation or one program gets everything, whoever it is for. */
export const EVERYBODY = "*";

/**
 * Plans notices on every channel that wants their kind, in the caller's transaction. Only inserts rows: a key that is there keeps
 * its row, and where an installation has no channel nothing is stored.
 */
export async function planNotices(
  db: Db,
  installation: string,
  notices: readonly Notice[],
  now: Instant,
): Promise<void> {
  if (notices.length === 0) return;
  const channels = await listChannels(db, installation);
  const wanted = notices.filter((notice) => channels.some((channel) => wants(channel, notice)));
  await inChunks(wanted, (chunk) =>
    db
      .insertInto("notices")
      .values(chunk.map((notice) => noticeRow(installation, notice)))
      .onConflict((oc) => oc.columns(["installation", "key"]).doNothing())
      .execute(),
  );
  const deliveries = wanted.flatMap((notice) =>
    channels.filter((channel) => wants(channel, notice)).map((channel) => deliveryRow(channel, notice, now)),
  );
  await inChunks(deliveries, (chunk) =>
    db
      .insertInto("deliveries")
      .values(chunk)
      .onConflict((oc) => oc.columns(["installation", "channel", "notice"]).doNothing())
      .execute(),
  );
}

function wants({ only }: Channel, { kind }: Notice): boolean {
  return only === undefined || only.includes(kind);
}

function noticeRow(installation: string, { key, lead, handoff, at, ...body }: Notice): NoticeRow {
  return {
    installation,
    key,
    lead: lead ?? null,
    handoff: handoff ?? null,
    kind: body.kind,
    recipient: body.to,
    body: JSON.stringify(body),
    at,
  };
}

function deliveryRow(channel: Channel, notice: Notice, now: Instant): DeliveryRow {
  const isOnePlace = channel.kind === "teams" || channel.kind === "webhook";
  return {
    installation: channel.installation,
    channel: channel.id,
    notice: notice.key,
    lead: notice.lead ?? null,
    kind: notice.kind,
    recipient: isOnePlace ? EVERYBODY : notice.to,
    role: isOnePlace ? "named" : notice.as,
    state: "planned",
    sent_as: null,
    attempts: 0,
    next_at: Math.max(now, notice.notBefore),
    claim: null,
    claimed_until: null,
    code: null,
    planned_at: now,
    first_at: null,
    attempted_at: null,
    settled_at: null,
  };
}

/** A stored notice as it was planned. */
export function toNotice(row: NoticeRow): Notice {
  return {
    ...ownJson<NoticeBody>(row.body),
    key: row.key,
    ...(row.lead === null ? {} : { lead: row.lead }),
    ...(row.handoff === null ? {} : { handoff: row.handoff }),
    at: row.at,
  };
}

/** Forgets notices made before `before`, unless they wait still or for a person. @returns How many. */
export async function expireNotices(db: Db, before: Instant): Promise<number> {
  await sql`
    delete from deliveries where settled_at is not null and state <> 'parked' and (installation, notice) in (
      select installation, key from notices where at < ${before})`.execute(db);
  const result = await sql`
    delete from notices where at < ${before} and not exists (
      select 1 from deliveries d where d.installation = notices.installation and d.notice = notices.key)`.execute(
    db,
  );
  return Number(result.numAffectedRows ?? 0n);
}

/**
 * Takes somebody out of the notices about others: names and addresses are replaced, links to their records go. Call it before the
 * lead's own rows are deleted: they say what it was called.
 * @returns How many notices changed.
 */
export async function redactNotices(
  db: Db,
  installation: string,
  leads: readonly string[],
  emails: readonly string[],
): Promise<number> {
  const names = await namesOfErased(db, installation, leads, emails);
  const needles = [...names.flatMap(beginningsOf), ...leads.map((lead) => `/${inJson(lead)}"`)];
  const clear = withoutNames(names);
  let changed = 0;
  let page = await noticesWith(db, installation, needles, "");
  while (page.length > 0) {
    for (const { key, body } of page) {
      const without = JSON.stringify(withoutLead(ownJson<NoticeBody>(body), leads, clear));
      if (without === body) continue;
      await db
        .updateTable("notices")
        .set({ body: without })
        .where("installation", "=", installation)
        .where("key", "=", key)
        .execute();
      changed += 1;
    }
    await giveWay();
    page = await noticesWith(db, installation, needles, page.at(-1)?.key ?? "");
  }
  return changed;
}

/** Notices read in one go where all are looked through. */
const NOTICES_AT_ONCE = 250;

/** Those in which one of these texts stands, after the key `after`. */
async function noticesWith(
  db: Db,
  installation: string,
  needles: readonly string[],
  after: string,
): Promise<readonly Pick<NoticeRow, "key" | "body">[]> {
  return await db
    .selectFrom("notices")
    .select(["key", "body"])
    .where("installation", "=", installation)
    .where("key", ">", after)
    .where((eb) =>
      eb.or(needles.map((needle) => sql<boolean>`body like ${`%${literally(needle)}%`} escape '\\'`)),
    )
    .orderBy("key")
    .limit(NOTICES_AT_ONCE)
    .execute();
}

/** Characters of a name by which notices are found that may hold it. */
const MOST_OF_A_BEGINNING = 20;

/** How a name may begin in a notice: blanks in it are written anew, a long one is cut, and a template may change its case. */
function beginningsOf(name: string): readonly string[] {
  const first = name.split(/[\p{Cc}\p{Cf}\s]+/u).find((word) => word !== "") ?? "";
  const beginning = first.slice(0, MOST_OF_A_BEGINNING).replace(/[\uD800-\uDBFF]$/, "");
  return [...new Set([beginning, beginning.toLowerCase(), beginning.toUpperCase()])].map(inJson);
}

/** As it stands inside a JSON text. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function withoutLead(body: NoticeBody, leads: readonly string[], clear: ClearText): NoticeBody {
  return {
    ...body,
    subject: clear(body.subject),
    lines: body.lines.map((line) => clear(line)),
    links: body.links
      .filter(({ url }) => !leads.some((lead) => url.endsWith(`/${lead}`)))
      .map(({ says, url }) => ({ says: clear(says), url })),
  };
}
