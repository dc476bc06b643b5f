/**
 * Months of handoffs out of a seed: leads that are tried and not tried, answered well, late, wrongly and never, some recycled and back.
 * What happened is stored as touches, answers and decisions; the handoffs' own columns are what Baton's own folds make of them.
 */
import type { LeadDeal } from "../../src/model/deal.ts";
import type { Disposition } from "../../src/model/disposition.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../src/model/instant.ts";
import type { Touch } from "../../src/model/touch.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { saveLeads } from "../../src/store/leads.ts";
import type { Db } from "../../src/store/schema.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { saveDispositions, saveTouches } from "../../src/store/stories.ts";
import { foldAnswers } from "../../src/track/answers.ts";
import { foldTouches } from "../../src/track/touches.ts";
import { CAPABILITIES } from "../cli/kit.ts";

export interface WorldOptions {
  readonly installation: string;
  readonly tenant: string;
  readonly handoffs: number;
  readonly fromAt: Instant;
  readonly now: Instant;
  readonly seed: number;
  readonly playbook: Playbook;
}

type Dice = () => number;

const TYPES = ["hand-raiser", "marketing-qualified", "marketing-qualified", "partner"];
const SOURCES = ["paid-search", "organic-search", "events", "=referral", "direct"];
const REPS = ["lena@acme.example", "tom@acme.example", "ana@acme.example", "jo@acme.example"];
const REJECTIONS = ["not-fit", "student", "student", "weak-intent", "weak-intent", "wrong-owner", "bad-data"];
const RECYCLINGS = ["timing", "budget", "early-stage"];

/** Fills a database, of an installation made at `fromAt`. @returns What was stored, handoff by handoff. */
export async function fillWorld(db: Db, options: WorldOptions): Promise<readonly HandoffRow[]> {
  const { installation, tenant, now } = options;
  await saveInstallation(
    db,
    { id: installation, crm: "hubspot", tenant, capabilities: CAPABILITIES },
    options.fromAt,
  );
  const dice = diceOf(options.seed);
  const rows: HandoffRow[] = [];
  const returning: { lead: string; at: Instant }[] = [];
  const stepMs = Math.floor((now - options.fromAt) / options.handoffs);
  for (let number = 0; number < options.handoffs; number += 1) {
    const decidedAt = options.fromAt + number * stepMs + Math.floor(dice() * stepMs);
    const due = returning[0];
    const isBack = due !== undefined && due.at < decidedAt;
    if (isBack) returning.shift();
    const lead = isBack ? due.lead : `${10_000 + number}`;
    const row = await storeOne(
      db,
      options,
      { id: `handoff-${String(number).padStart(12, "0")}`, lead, decidedAt },
      dice,
    );
    if (row.ended_as === "recycled" && dice() < 0.5)
      returning.push({ lead, at: (row.closed_at ?? decidedAt) + 3 * DAY_MS });
    rows.push(row);
  }
  return rows;
}

/** The next number from 0 to 1, always the same for a seed. Source: Tommy Ettinger's mulberry32. */
function diceOf(seed: number): Dice {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Begun {
  readonly id: string;
  readonly lead: string;
  readonly decidedAt: Instant;
}

async function storeOne(db: Db, options: WorldOptions, begun: Begun, dice: Dice): Promise<HandoffRow> {
  const { installation, now, playbook } = options;
  const { agreement } = playbook;
  const touches = touchesOf(begun, dice).filter(({ at }) => at <= now);
  const answers = answersOf(begun, dice).filter(({ at }) => at <= now);
  const row = rowOf(options, begun, dice);
  const folded = foldTouches(touches, agreement, begun.decidedAt, now);
  const said = foldAnswers(answers, agreement, begun.decidedAt);
  const deals = said.acceptedAt !== undefined && dice() < 0.4 ? dealsOf(said.acceptedAt, dice) : [];
  const isQueued = row.state === "queued";
  const full: HandoffRow = isQueued
    ? row
    : {
        ...row,
        ...(said.ending === undefined
          ? {}
          : {
              state: "closed",
              closed_at: said.ending.at,
              closed_because: said.ending.answer,
              ended_as: said.ending.answer,
            }),
        first_attempt_at: folded.firstAttemptAt ?? null,
        meaningful_at: folded.meaningfulAt ?? null,
        attempts: folded.attempts,
        attempts_in_time: folded.attemptedAt.filter((at) => at <= (row.attempts_due ?? Infinity)).length,
        meeting_booked_at: folded.meetingBookedAt ?? null,
        meeting_held_at: folded.meetingHeldAt ?? null,
        missed_meetings: folded.missedMeetings,
        answer: said.answer?.answer ?? null,
        answer_reason: said.answer?.reason ?? null,
        answered_at: said.answeredAt ?? null,
        accepted_at: said.acceptedAt ?? null,
        opportunities: deals.length,
        opportunity_amount: deals.reduce((sum, { amount = 0 }) => sum + amount, 0),
        opportunity_at: deals[0]?.createdAt ?? null,
        won: deals.filter(({ state }) => state === "won").length,
        won_amount: deals.reduce((sum, { state, amount = 0 }) => sum + (state === "won" ? amount : 0), 0),
      };
  await saveHandoffs(db, [full]);
  const { id: handoff, lead } = begun;
  if (isQueued) return full;
  await saveTouches(
    db,
    installation,
    touches.map((touch) => ({ lead, handoff, touch })),
  );
  await saveDispositions(
    db,
    installation,
    answers.map((disposition) => ({ lead, handoff, disposition })),
  );
  return full;
}

function rowOf(
  { installation, now, playbook }: WorldOptions,
  { id, lead, decidedAt }: Begun,
  dice: Dice,
): HandoffRow {
  const pick = (from: readonly string[]): string => from[Math.floor(dice() * from.length)] ?? "";
  const type = pick(TYPES);
  const promise = playbook.agreement.sales.promises.get(type) ?? playbook.agreement.sales.otherwise;
  const isQueued = decidedAt > now - 2 * DAY_MS && dice() < 0.1;
  const rep = isQueued ? null : pick(REPS);
  const receivedAt = decidedAt - 1_200 - Math.floor(dice() * 2_000);
  return {
    ...NO_COURSE,
    installation,
    id,
    lead,
    account: null,
    scope: "lead",
    state: isQueued ? "queued" : "with-sales",
    type,
    rule: "EMEA",
    reason: isQueued ? "everybody is away" : "largest weighted shortfall",
    rep,
    owner: rep === null ? null : `5-${rep}`,
    owner_name: rep,
    playbook: playbook.version,
    // One clock in twenty is ahead of ours.
    occurred_at: dice() < 0.05 ? receivedAt + 700 : receivedAt - Math.floor(dice() * 9_000),
    received_at: receivedAt,
    read_at: decidedAt - 300,
    decided_at: decidedAt,
    written_at: dice() < 0.02 ? null : decidedAt + 400 + Math.floor(dice() * 3_000),
    closed_at: null,
    closed_because: null,
    owned_at: isQueued ? null : decidedAt,
    team: rep === null ? null : rep < "k" ? "emea-sdr" : "dach-sdr",
    ...(isQueued
      ? {}
      : {
          first_attempt_due: decidedAt + (type === "hand-raiser" ? HOUR_MS : 8 * HOUR_MS),
          meaningful_due: decidedAt + 2 * DAY_MS,
          attempts_due: promise.attempts === undefined ? null : decidedAt + 10 * DAY_MS,
          attempts_owed: promise.attempts?.atLeast ?? 0,
          answer_due: decidedAt + 7 * DAY_MS,
        }),
    source: dice() < 0.05 ? null : pick(SOURCES),
    campaign_first: dice() < 0.5 ? "autumn-launch" : "webinar-march",
    campaign_last: "pricing-page",
    missing: dice() < 0.1 ? JSON.stringify(["lead.role"]) : "[]",
    former_owners: dice() < 0.05 ? JSON.stringify(["5-old"]) : null,
  };
}

function touchesOf({ id, decidedAt }: Begun, dice: Dice): readonly Touch[] {
  if (dice() < 0.15) return [];
  const count = 1 + Math.floor(dice() * 5);
  let at = decidedAt + Math.floor(dice() * dice() * 20 * HOUR_MS) + MINUTE_MS;
  return Array.from({ length: count }, (_, number): Touch => {
    const made = at;
    at += Math.floor((0.2 + dice()) * 1.5 * DAY_MS);
    const key = `call:${id}-${number}`;
    const luck = dice();
    if (luck < 0.1) return { key, kind: "email", result: "tried", at: made, byPerson: false };
    if (luck < 0.3)
      return { key, kind: "meeting", result: luck < 0.14 ? "missed" : "reached", at: made, byPerson: true };
    return { key, kind: "call", result: luck < 0.6 ? "tried" : "reached", at: made, byPerson: true };
  });
}

function answersOf({ id, decidedAt }: Begun, dice: Dice): readonly Disposition[] {
  const luck = dice();
  if (luck < 0.2) return [];
  const at = decidedAt + Math.floor(dice() * 9 * DAY_MS) + HOUR_MS;
  const pick = (from: readonly string[]): string => from[Math.floor(dice() * from.length)] ?? "";
  const given = { key: `answer:${id}`, via: "crm", at } as const;
  if (luck < 0.58) return [{ ...given, answer: dice() < 0.5 ? "accepted" : "working" }];
  if (luck < 0.82) return [{ ...given, answer: "rejected", reason: pick(REJECTIONS) }];
  if (luck < 0.92) return [{ ...given, answer: "recycled", reason: pick(RECYCLINGS) }];
  if (luck < 0.96) return [{ ...given, answer: "rejected" }];
  return [
    { ...given, answer: "accepted" },
    { ...given, key: `later:${id}`, at: at + HOUR_MS, answer: "hot-lead" },
  ];
}

function dealsOf(acceptedAt: Instant, dice: Dice): readonly LeadDeal[] {
  const createdAt = acceptedAt + Math.floor(dice() * 5 * DAY_MS);
  const amount = Math.round(dice() * 4_000_000) / 100;
  return [{ id: "d", state: dice() < 0.4 ? "won" : "open", amount, createdAt }];
}

/** Names the leads of open handoffs, as decisions would have. */
export async function nameLeads(
  db: Db,
  installation: string,
  rows: readonly HandoffRow[],
  name: string,
): Promise<void> {
  const leads = [...new Set(rows.map(({ lead }) => lead))];
  await saveLeads(
    db,
    installation,
    leads.map((lead) => ({
      lead,
      email: `lead-${lead}@example.com`,
      name,
      role: null,
      account: null,
      outcome: "ready",
      reason: "hand-raiser",
      decision: `h-${lead}`,
      surroundings: null,
    })),
    rows[0]?.decided_at ?? 0,
  );
}
