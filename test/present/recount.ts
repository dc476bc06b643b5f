/**
 * The same figures, counted slowly: every table is read whole, and each figure is a filter over plain objects. Shares no code with
 * the fast way but the agreement's words.
 */
import { DAY_MS, type Instant } from "../../src/model/instant.ts";
import type { Db } from "../../src/store/schema.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import type { DispositionRow, TouchRow } from "../../src/store/schema-following.ts";

/** One handoff with all that happened to it. */
interface Told {
  readonly row: HandoffRow;
  readonly touches: readonly TouchRow[];
  readonly answers: readonly DispositionRow[];
  readonly isEnriched: boolean;
  readonly others: readonly HandoffRow[];
}

const OUTCOMES = new Set(["working", "no-response", "meeting", "no-show", "opportunity", "converted"]);
const REASONS: Readonly<Record<string, readonly string[]>> = {
  rejected: [
    "not-fit",
    "duplicate",
    "student",
    "competitor",
    "no-contact-info",
    "wrong-owner",
    "bad-data",
    "weak-intent",
  ],
  recycled: ["timing", "budget", "early-stage"],
};

/** Reads everything of an installation. */
export async function tellAll(db: Db, installation: string): Promise<readonly Told[]> {
  const of = <T extends { installation: string }>(rows: readonly T[]): readonly T[] =>
    rows.filter((row) => row.installation === installation);
  const rows = of(await db.selectFrom("handoffs").selectAll().execute());
  const touches = of(await db.selectFrom("touches").selectAll().execute());
  const answers = of(await db.selectFrom("dispositions").selectAll().execute());
  const decisions = of(await db.selectFrom("decisions").selectAll().execute());
  return rows.map((row) => ({
    row,
    touches: touches.filter(({ handoff }) => handoff === row.id),
    answers: answers.filter(({ handoff }) => handoff === row.id).toSorted((a, b) => a.at - b.at),
    isEnriched: decisions.some(
      ({ id, snapshot }) => id === row.id && snapshot.includes('"from":"enrichment: '),
    ),
    others: rows.filter(({ lead, id }) => lead === row.lead && id !== row.id),
  }));
}

/** The figures of those handed off from one instant up to another, as one plain object. */
export function recount(all: readonly Told[], fromAt: Instant, toAt: Instant, asOf: Instant) {
  const told = all.filter(({ row }) => row.decided_at >= fromAt && row.decided_at < toAt);
  const count = (is: (one: Told) => boolean): number => told.filter(is).length;
  const answer = (one: Told) => lastCounting(one)?.answer;
  const isAccepted = (one: Told): boolean => answer(one) === "accepted" || OUTCOMES.has(answer(one) ?? "");
  return {
    handedOff: told.length,
    queued: count(({ row }) => row.state === "queued"),
    attempted: count((one) => firstAttempt(one) !== undefined),
    inTouch: count((one) => firstReached(one) !== undefined),
    answered: count((one) => answer(one) !== undefined),
    accepted: count(isAccepted),
    rejected: count((one) => answer(one) === "rejected"),
    recycled: count((one) => answer(one) === "recycled"),
    cameBack: count(
      (one) => answer(one) === "recycled" && one.others.some(({ decided_at: at }) => at > one.row.decided_at),
    ),
    requalified: count(({ row, others }) =>
      others.some((other) => other.ended_as === "recycled" && other.decided_at < row.decided_at),
    ),
    withoutReason: count((one) => unclear(one) === "rejected" || unclear(one) === "recycled"),
    unknownWord: count((one) => unclear(one) === "hot-lead"),
    acceptedUntouched: count((one) => isAccepted(one) && firstAttempt(one) === undefined),
    meetings: count(({ touches }) => touches.some(({ kind }) => kind === "meeting")),
    meetingsHeld: count((one) => hasMeeting(one, "reached")),
    meetingsMissed: count((one) => hasMeeting(one, "missed") && !hasMeeting(one, "reached")),
    withOpportunity: count(({ row }) => row.opportunities > 0),
    withWon: count(({ row }) => row.won > 0),
    reassigned: count(({ row }) => row.former_owners !== null),
    complete: count(({ row }) => row.missing === "[]"),
    incomplete: count(({ row }) => row.missing !== null && row.missing !== "[]"),
    enriched: count(({ isEnriched }) => isEnriched),
    opportunities: total(told, ({ row }) => row.opportunities),
    pipelineCents: total(told, ({ row }) => Math.round(row.opportunity_amount * 100)),
    won: total(told, ({ row }) => row.won),
    wonCents: total(told, ({ row }) => Math.round(row.won_amount * 100)),
    reasons: tallied(
      told.flatMap((one) => lastCounting(one) ?? []).map((one) => `${one.answer}/${one.reason ?? ""}`),
    ),
    firstAttempt: standings(told, asOf, ({ row }) => row.first_attempt_due, firstAttempt),
    meaningfulTouch: standings(told, asOf, ({ row }) => row.meaningful_due, firstReached),
    answer: standings(
      told,
      asOf,
      ({ row }) => row.answer_due,
      (one) => counting(one)[0]?.at,
    ),
    attemptSpans: spans(told, ({ row }) => row.decided_at, firstAttempt),
    receivedSpans: spans(
      told,
      ({ row }) => row.occurred_at,
      ({ row }) => row.received_at,
    ),
  };
}

function total(told: readonly Told[], of: (one: Told) => number): number {
  return told.reduce((sum, one) => sum + of(one), 0);
}

function tallied(words: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

function firstAttempt(one: Told): Instant | undefined {
  const tries = one.touches
    .filter(({ by_person: person, kind }) => person === 1 && kind !== "reply")
    .map(({ at }) => at);
  return tries.length === 0 ? undefined : Math.min(...tries);
}

function firstReached({ touches }: Told): Instant | undefined {
  const reached = touches.filter(
    ({ by_person: person, kind, result }) =>
      person === 1 && result === "reached" && ["call", "meeting"].includes(kind),
  );
  return reached.length === 0 ? undefined : Math.min(...reached.map(({ at }) => at));
}

function hasMeeting({ touches }: Told, result: string): boolean {
  return touches.some((touch) => touch.kind === "meeting" && touch.result === result);
}

function counting({ answers }: Told): readonly DispositionRow[] {
  return answers.filter(
    ({ answer, reason }) =>
      answer === "accepted" ||
      OUTCOMES.has(answer) ||
      (reason !== null && REASONS[answer]?.includes(reason) === true),
  );
}

function lastCounting(one: Told): DispositionRow | undefined {
  return counting(one).at(-1);
}

function unclear(one: Told): string | undefined {
  const last = one.answers.at(-1);
  return last === undefined || last === lastCounting(one) ? undefined : last.answer;
}

function standings(
  told: readonly Told[],
  asOf: Instant,
  dueOf: (one: Told) => Instant | null,
  doneOf: (one: Told) => Instant | undefined,
) {
  const result = { none: 0, met: 0, breached: 0, running: 0, excused: 0 };
  for (const one of told) {
    const [due, done, { closed_at: closed }] = [dueOf(one), doneOf(one), one.row];
    if (due === null) result.none += 1;
    else if (done !== undefined) result[done <= due ? "met" : "breached"] += 1;
    else if (closed !== null && closed <= due) result.excused += 1;
    else result[due < asOf ? "breached" : "running"] += 1;
  }
  return result;
}

/** Percentiles as a textbook has them: sorted, then the value at the rank. */
function spans(
  told: readonly Told[],
  fromOf: (one: Told) => Instant,
  toOf: (one: Told) => Instant | undefined,
) {
  const values = told.flatMap((one) => {
    const to = toOf(one);
    return to === undefined ? [] : [to - fromOf(one)];
  });
  const sorted = values.toSorted((a, b) => a - b);
  const at = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  const negative = values.filter((value) => value < 0);
  return {
    count: values.length,
    p50: at(50),
    p90: at(90),
    sumMs: values.filter((value) => value >= 0).reduce((sum, value) => sum + value, 0),
    skewedCount: negative.length,
    ...(negative.length === 0 ? {} : { worstSkewMs: Math.min(...negative) }),
  };
}

/** Midnight of a day in UTC. */
export function midnight(day: number): Instant {
  return day * DAY_MS;
}
