/**
 * Enrichment in a lane's turn: what a provider knows of leads that wait for it. Stored answers first; then, for leads that a
 * decision showed to be in need, one round of questions. What a provider supplies is input to the same `decide` as all else.
 *
 * A lead without an answer is decided without it, and looked at again when there may be one: nothing waits for a provider.
 */
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Facts, Snapshot } from "../model/lead.ts";
import { type Asked, expireAsked, loadAsked } from "../store/enrichments.ts";
import { askAll, dayOf, type Reply } from "./enrichment-asking.ts";
import { keepReplies } from "./enrichment-keeping.ts";
import { type Subject, subjectOf } from "./enrichment-subject.ts";
import type { Lane, LaneTools } from "./lane.ts";

/** Lead id to what a provider knows of the lead. Leads of which nothing is known are absent. */
export type Supplied = ReadonlyMap<string, Facts>;

/** Leads with the same subject (a domain, say) are asked about once. `before` is what came of it, the newest first. */
export interface Inquiry {
  readonly subject: Subject;
  readonly leads: readonly string[];
  readonly before: readonly Asked[];
}

/** What stored answers know of these leads, without asking anybody. `snapshots` need no supplied facts. */
export async function recallSupplied(lane: Lane, snapshots: readonly Snapshot[]): Promise<Supplied> {
  return new Map((await inquiriesFor(lane, snapshots)).flatMap(recalled));
}

/**
 * What stored answers, and else the provider, know of leads that want it (`wantsEnrichment`). Takes no longer than the playbook's
 * `timeout`, whatever the provider does. Answers are stored, and so is that there was none; those leads get an event for the
 * instant at which asking again makes sense.
 *
 * Throws `deliver.lost-lane`; never for what a provider does.
 */
export async function supply(lane: Lane, wanted: readonly Snapshot[]): Promise<Supplied> {
  const { enrich } = lane.playbook().fields;
  const inquiries = await inquiriesFor(lane, wanted);
  const known = inquiries.flatMap(recalled);
  const open = inquiries.filter((one) => answerIn(one) === undefined && !isResting(one, lane.now()));
  if (enrich === undefined || lane.provider === undefined || open.length === 0) return new Map(known);

  const questions = open.map(({ subject }) => subject.question);
  const replies = await askAll(lane, lane.provider, enrich, questions);
  const told = open.flatMap((inquiry, index) => {
    const reply = replies[index];
    return reply === undefined ? [] : [{ inquiry, reply }];
  });
  await keepReplies(lane, told);
  logRound(lane, replies);
  return new Map([
    ...known,
    ...told.flatMap(({ inquiry, reply }) => ("facts" in reply ? suppliedTo(inquiry, reply.facts) : [])),
  ]);
}

/** Forgets answers the playbook does not use any more. To be called every hour. @returns How many. */
export async function forgetAnswers(tools: Pick<LaneTools, "store" | "now" | "playbook">): Promise<number> {
  const now = tools.now();
  // A playbook that asks nobody keeps nothing.
  const keepMs: DurationMs = tools.playbook().fields.enrich?.keepMs ?? 0;
  return await expireAsked(tools.store.db, now - keepMs, dayOf(now));
}

async function inquiriesFor(lane: Lane, snapshots: readonly Snapshot[]): Promise<readonly Inquiry[]> {
  const { enrich } = lane.playbook().fields;
  if (enrich === undefined) return [];
  const subjects = snapshots.flatMap((snapshot) => subjectOf(lane, enrich, snapshot) ?? []);
  if (subjects.length === 0) return [];
  const digests = subjects.flatMap((subject) => subject.digests);
  const since = lane.now() - enrich.keepMs;
  const stored = await loadAsked(lane.store.db, lane.installation.id, digests, since);
  return [...Map.groupBy(subjects, ({ digests: [newest] }) => newest).values()].flatMap((same) => {
    const [subject] = same;
    if (subject === undefined) return [];
    const own = new Set<string>(subject.digests);
    return [
      {
        subject,
        leads: [...new Set(same.map(({ lead }) => lead))],
        before: stored.filter((one) => own.has(one.subject)),
      },
    ];
  });
}

function answerIn({ before }: Inquiry): Asked | undefined {
  return before.find(({ code }) => code === undefined);
}

function recalled(inquiry: Inquiry): readonly (readonly [string, Facts])[] {
  const answer = answerIn(inquiry);
  return answer === undefined ? [] : suppliedTo(inquiry, answer.facts);
}

function suppliedTo({ leads }: Inquiry, facts: Facts): readonly (readonly [string, Facts])[] {
  return Object.keys(facts).length === 0 ? [] : leads.map((lead) => [lead, facts] as const);
}

function isResting({ before }: Inquiry, now: Instant): boolean {
  return before.some(({ againAt }) => againAt !== undefined && againAt > now);
}

/** How many were asked for, and of those without an answer, why. */
function logRound(lane: Lane, replies: readonly Reply[]): void {
  const failures = replies.flatMap((reply) => ("failure" in reply ? [reply.failure.code] : []));
  const codes = Object.fromEntries(
    [...Map.groupBy(failures, (code) => code)].map(([code, all]) => [code, all.length]),
  );
  const facts = { installation: lane.installation.id, asked: replies.length, codes };
  if (failures.length === 0) lane.log.debug(facts, "a provider was asked");
  else lane.log.warn(facts, "a provider did not answer every question");
}
