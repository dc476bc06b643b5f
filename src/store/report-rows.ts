/** Handoffs as reports count them, row by row: what the handoff's row says, and what only other rows know. */
import { type SelectQueryBuilder, sql } from "kysely";
import type { HandoffFigure } from "../model/handoff-figure.ts";
import type { Pause } from "../model/handoff.ts";
import { DAY_MS, type Instant } from "../model/instant.ts";
import { giveWay } from "./give-way.ts";
import { ownJson } from "./json.ts";
import type { HandoffRow } from "./schema-decisions.ts";
import type { Db, Schema } from "./schema.ts";

/** Rows read at once: some five milliseconds, in which a server on SQLite does nothing else. */
const PAGE = 250;

/** The handoffs of these days (UTC, `toDay` excluded) in pages, by when they were handed off. */
export async function* figurePages(
  db: Db,
  installation: string,
  fromDay: number,
  toDay: number,
): AsyncGenerator<readonly HandoffFigure[]> {
  let after = { at: fromDay * DAY_MS, id: "" };
  for (;;) {
    const rows = await figureRows(db, installation, after, toDay * DAY_MS);
    yield rows.map(figureOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = { at: last.decided_at, id: last.id };
    await giveWay();
  }
}

type Row = Awaited<ReturnType<typeof figureRows>>[number];

/** Of a handoff that was answered more than once, the answer given last, whether it counts or not. */
const LAST_SAID = sql`from dispositions d where d.installation = h.installation and d.handoff = h.id
  order by d.at desc, d.key desc limit 1`;

async function figureRows(db: Db, installation: string, after: { at: Instant; id: string }, before: Instant) {
  return await withOthers(db.selectFrom("handoffs as h").select(COLUMNS))
    .where("h.installation", "=", installation)
    .where("h.decided_at", ">=", after.at)
    .where("h.decided_at", "<", before)
    .where((eb) => eb.or([eb("h.decided_at", ">", after.at), eb("h.id", ">", after.id)]))
    .orderBy("h.decided_at")
    .orderBy("h.id")
    .limit(PAGE)
    .execute();
}

const COLUMNS = [
  "h.id",
  "h.type",
  "h.source",
  "h.team",
  "h.rep",
  "h.owner_name",
  "h.campaign_first",
  "h.campaign_last",
  "h.answer",
  "h.answer_reason",
  "h.missing",
  "h.state",
  "h.former_owners",
  "h.pauses",
  "h.occurred_at",
  "h.received_at",
  "h.read_at",
  "h.decided_at",
  "h.written_at",
  "h.first_attempt_at",
  "h.first_attempt_due",
  "h.meaningful_at",
  "h.meaningful_due",
  "h.attempts_due",
  "h.answered_at",
  "h.answer_due",
  "h.accepted_at",
  "h.meeting_booked_at",
  "h.meeting_held_at",
  "h.opportunity_at",
  "h.won_at",
  "h.closed_at",
  "h.attempts",
  "h.attempts_in_time",
  "h.attempts_owed",
  "h.missed_meetings",
  "h.opportunities",
  "h.opportunity_amount",
  "h.won",
  "h.won_amount",
] as const;

/**
 * Handoffs of a lead follow one another, so when one ended says which came first: the index over those that ended is by lead and end.
 * Adds what other rows know: the lead's other handoffs, whether a provider was of use, and what was said last.
 */
function withOthers<Output>(query: SelectQueryBuilder<Schema & { h: HandoffRow }, "h", Output>) {
  return query.select([
    sql<number>`case when exists (select 1 from handoffs o where o.installation = h.installation and o.lead = h.lead
      and o.ended_as = 'recycled' and o.closed_at <= h.decided_at) then 1 else 0 end`.as("again"),
    sql<number>`case when h.ended_as = 'recycled' and (exists (select 1 from handoffs o where o.installation = h.installation
      and o.lead = h.lead and o.ended_as is not null and o.closed_at > h.closed_at) or exists (select 1 from handoffs o
      where o.installation = h.installation and o.lead = h.lead and o.closed_at is null)) then 1 else 0 end`.as(
      "came_back",
    ),
    sql<number>`case when exists (select 1 from decisions d where d.installation = h.installation and d.id = h.id
      and d.snapshot like '%"from":"enrichment: %') then 1 else 0 end`.as("enriched"),
    sql<string | null>`(select d.answer ${LAST_SAID})`.as("said"),
    sql<string | null>`(select d.reason ${LAST_SAID})`.as("said_reason"),
  ]);
}

function figureOf(row: Row): HandoffFigure {
  return {
    ...wordsOf(row),
    ...instantsOf(row),
    attempts: row.attempts,
    attemptsInTime: row.attempts_in_time,
    attemptsOwed: row.attempts_owed,
    missedMeetings: row.missed_meetings,
    opportunities: row.opportunities,
    opportunityCents: Math.round(row.opportunity_amount * 100),
    won: row.won,
    wonCents: Math.round(row.won_amount * 100),
    isQueued: row.state === "queued",
    isAgain: row.again === 1,
    cameBack: row.came_back === 1,
    isEnriched: row.enriched === 1,
    isReassigned: (row.former_owners ?? "[]") !== "[]",
    isPaused: row.closed_at === null && hasOpenPause(row.pauses),
  };
}

function wordsOf(row: Row) {
  return {
    type: row.type,
    source: row.source ?? undefined,
    team: row.team ?? undefined,
    rep: row.rep ?? row.owner_name ?? undefined,
    campaignFirst: row.campaign_first ?? undefined,
    campaignLast: row.campaign_last ?? undefined,
    answer: row.answer ?? undefined,
    reason: row.answer_reason ?? undefined,
    missing: row.missing === null ? undefined : ownJson<readonly string[]>(row.missing).join(","),
    unclear: unclearOf(row),
  };
}

/** What was said last, where another answer counts or none does. */
function unclearOf({ said, said_reason: reason, answer, answer_reason: counts }: Row): string | undefined {
  if (said === null || (said === answer && reason === counts)) return undefined;
  return reason === null ? said : `${said}: ${reason}`;
}

function instantsOf(row: Row) {
  return {
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    readAt: row.read_at,
    decidedAt: row.decided_at,
    writtenAt: row.written_at ?? undefined,
    firstAttemptAt: row.first_attempt_at ?? undefined,
    firstAttemptDue: row.first_attempt_due ?? undefined,
    meaningfulAt: row.meaningful_at ?? undefined,
    meaningfulDue: row.meaningful_due ?? undefined,
    attemptsDue: row.attempts_due ?? undefined,
    answeredAt: row.answered_at ?? undefined,
    answerDue: row.answer_due ?? undefined,
    acceptedAt: row.accepted_at ?? undefined,
    meetingBookedAt: row.meeting_booked_at ?? undefined,
    meetingHeldAt: row.meeting_held_at ?? undefined,
    opportunityAt: row.opportunity_at ?? undefined,
    wonAt: row.won_at ?? undefined,
    closedAt: row.closed_at ?? undefined,
  };
}

function hasOpenPause(pauses: string | null): boolean {
  return pauses !== null && ownJson<readonly Pause[]>(pauses).some(({ toAt }) => toAt === undefined);
}
