/**
 * The way a lead travels. Read this file first.
 *
 *     CRM ── receive ──▶ inbox ══ lane ══▶ resolve ─▶ qualify ─▶ route ─▶ plan ──▶ effect ledger ══ deliver ──▶ CRM
 *               1          (durable)          2          3         4        5        (durable)           6
 *
 * 1 lives in `receive/`: events are verified, stored and answered before anything here begins. A lane then takes turns:
 * each turn claims what waits, looks at the leads, decides them in memory, commits every decision with its planned effects,
 * and only then writes to the CRM. `decide` is pure and every input to it is stored, so the same function serves live
 * leads, dry runs, explanations and repetitions. Nothing else in Baton decides: what reps did and what clocks rang comes in
 * by 1 as well, and 7 (`track`) is the part of `decide` that follows the handoff a lead is in. 8 (`report`) only counts.
 */
import { deliver, deliverBulk, deliverDue } from "./deliver/index.ts";
import { importAccounts } from "./lanes/accounts.ts";
import { lookBack } from "./lanes/adopt.ts";
import { workOn } from "./lanes/at-fault.ts";
import { type Claim, claim, giveBack, isBulk } from "./lanes/claim.ts";
import { requestOf } from "./lanes/lead-work.ts";
import { commit, type Outcome, type Turn } from "./lanes/commit.ts";
import { formerOf, givenIn } from "./lanes/following.ts";
import type { Lane } from "./lanes/lane.ts";
import { type Memory, recall } from "./lanes/memory.ts";
import { supply } from "./lanes/enrichment.ts";
import { isPollDue, raiseDue } from "./lanes/polls.ts";
import { type ReadLead, readBeyond, readLeads } from "./lanes/reading.ts";
import { sweep } from "./lanes/reconcile.ts";
import { resync } from "./lanes/resync.ts";
import { surroundingsOf } from "./lanes/surroundings.ts";
import { isExcused } from "./lanes/tries.ts";
import type { Assignment, Decision, Plan, Verdict } from "./model/decision.ts";
import type { Instant } from "./model/instant.ts";
import type { LeadRef, Snapshot } from "./model/lead.ts";
import type { Progress } from "./model/progress.ts";
import type { Owner, Roster } from "./model/rep.ts";
import { plan } from "./plan/index.ts";
import { unwritten } from "./plan/unwritten.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { qualify } from "./qualify/index.ts";
import { wantsEnrichment } from "./qualify/wants.ts";
import { afterDecision } from "./resolve/activity.ts";
import { resolve } from "./resolve/index.ts";
import { adopt } from "./route/adopt.ts";
import { credit, formRoster, passOn, route } from "./route/index.ts";
import { countElapsed } from "./store/elapsed.ts";
import { giveWay } from "./store/give-way.ts";
import { syncPairs } from "./lanes/sync.ts";
import { track } from "./track/index.ts";

/** What a decision needs beside the lead: the agreement, the people, the time, and where Baton is reached. */
interface Circumstances {
  readonly playbook: Playbook;
  readonly roster: Roster;
  readonly now: Instant;
  readonly publicUrl: string;
}

const NOTHING_TO_DO: Plan = { writes: [], clocks: [], notices: [] };

/** Decides one lead: the same snapshot and circumstances give the same decision, today and in a repetition. */
export function decide(snapshot: Snapshot, { playbook, roster, now, publicUrl }: Circumstances): Decision {
  const progress = track(snapshot, playbook, roster, now); // 7, of the handoff the lead is in
  const verdict = qualify(snapshot, playbook, now); // 3
  const assignment = assign(snapshot, { verdict, progress }, { playbook, roster, now }); // 4
  const saidBefore =
    verdict.outcome !== "ready" &&
    progress === undefined &&
    snapshot.request === undefined &&
    snapshot.last?.outcome === verdict.outcome &&
    snapshot.last?.reason === verdict.reason;
  const input = {
    snapshot,
    verdict,
    roster,
    // Promises count from when the lead was handed off, not from when Baton learnt of it again.
    now: snapshot.lost?.at ?? now,
    publicUrl,
    ...(assignment === undefined ? {} : { assignment }),
    ...(progress === undefined ? {} : { progress }),
  };
  return {
    verdict,
    ...(assignment === undefined ? {} : { assignment }),
    ...(progress === undefined ? {} : { progress }),
    plan: saidBefore ? NOTHING_TO_DO : unwritten(plan(input, playbook), snapshot), // 5
    playbookVersion: playbook.version,
    decidedAt: now,
  };
}

/** A lead that is ready gets an owner; one whose owner did not act in time gets another. */
function assign(
  snapshot: Snapshot,
  { verdict, progress }: { readonly verdict: Verdict; readonly progress: Progress | undefined },
  { playbook, roster, now }: Omit<Circumstances, "publicUrl">,
): Assignment | undefined {
  if (verdict.outcome === "ready")
    return adopt(route(verdict.type, snapshot, playbook, roster, now), snapshot, roster);
  const { handoff } = snapshot;
  if (progress === undefined || handoff === undefined || progress.isContested) return undefined;
  const isPassedOn = progress.isForAnother || progress.steps.some(({ reassigns }) => reassigns);
  return isPassedOn ? passOn(handoff, playbook, roster, now) : undefined;
}

/** One turn of a lane. @returns Whether there was anything to do. */
export async function takeTurn(lane: Lane): Promise<boolean> {
  const readiness = await raiseDue(lane);
  if (readiness !== "ready") return readiness === "renewed";
  const delivered = await deliverDue(lane);
  const claimed = await claim(lane);
  const polls = await isPollDue(lane);
  if (claimed.taken === 0 && !polls)
    return (
      (await deliverBulk(lane)) > 0 ||
      (await importAccounts(lane)) ||
      (await sweep(lane)) ||
      (await resync(lane)) ||
      delivered > 0
    );

  try {
    const owners = await lane.owners();
    await workOn(
      lane,
      claimed,
      // What gathers has been waited for before a part is worked on.
      async (part, isWhole) =>
        await workOff(isWhole ? lane : { ...lane, gatherMs: 0 }, part, owners, isWhole && polls),
    );
  } catch (cause) {
    if (isExcused(cause)) await giveBack(lane, claimed);
    throw cause;
  }
  return true;
}

/** Decides what was claimed, or a part of it. @returns What is then to be done: to deliver it. */
async function workOff(
  holder: Lane,
  claimed: Claim,
  owners: readonly Owner[],
  polls: boolean,
): Promise<() => Promise<void>> {
  const lane = isBulk(claimed) ? { ...holder, connector: holder.connector.asBulk() } : holder;
  const looked = await readLeads(lane, claimed, polls);
  const sinceRead = countElapsed();
  const memory = await recall(lane, looked);
  const glimpsed = await decideAll(lane, looked, memory, owners); // 2–5
  const read = await readBeyond(lane, looked, glimpsed.outcomes);
  const first = read === looked ? glimpsed : await decideAll(lane, read, memory, owners);
  const supplied = await supply(lane, inNeed(first));
  const fuller = { ...memory, supplied: new Map([...memory.supplied, ...supplied]) };
  const second = supplied.size === 0 ? first : await decideAll(lane, read, fuller, owners);
  const lost = await lookBack(lane, second.outcomes);
  const turn = lost.size === 0 ? second : await decideAll(lane, read, { ...fuller, lost }, owners);
  const syncs = await syncPairs(lane, read, turn.playbook);
  const effects = await commit(lane, turn, syncs);
  return async () => await deliver(lane, effects, sinceRead); // 6
}

/** Leads that are not ready for want of what a provider could know. */
function inNeed({ outcomes, playbook }: Turn): readonly Snapshot[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== "decided") return [];
    const { snapshot, decision } = outcome;
    return wantsEnrichment(decision.verdict, snapshot, playbook).length > 0 ? [snapshot] : [];
  });
}

/**
 * Decides the leads of a turn one after the other, each with the fairness ledger as the one before left it. Others are let in
 * between two leads; nobody else decides for this installation meanwhile, because the lane is held.
 */
async function decideAll(
  lane: Lane,
  read: readonly ReadLead[],
  memory: Memory,
  owners: readonly Owner[],
): Promise<Turn> {
  const [now, playbook] = [lane.now(), lane.playbook()];
  const roster = formRoster(playbook.team, owners, memory.standings, now);
  // The turn's own copy: what one decision changes is in it before the next one reads it.
  const standings = new Map(roster.standings);
  const current = { ...roster, standings };
  let { activities } = memory;

  const decideOne = ({ work, record, fresh }: ReadLead): Outcome => {
    if (record.found === false) return { kind: "missing", work };
    if (record.found === "unsure") return { kind: "failed", work, code: record.code };
    try {
      const snapshot = snapshotOf(lane, { work, record, fresh }, { ...memory, activities });
      const decision = decide(snapshot, { playbook, roster: current, now, publicUrl: lane.publicUrl });
      if (decision.assignment !== undefined)
        for (const [rep, standing] of credit(current, decision.assignment, now)) standings.set(rep, standing);
      activities = afterDecision(activities, snapshot, decision, playbook);
      return { kind: "decided", work, snapshot, decision, fresh, surroundings: surroundingsOf(record) };
    } catch (cause) {
      lane.log.error(
        { installation: lane.installation.id, code: "decide.failed", err: cause },
        "a lead could not be decided",
      );
      return { kind: "failed", work, code: "decide.failed" };
    }
  };
  const outcomes: Outcome[] = [];
  for (const one of read) {
    outcomes.push(decideOne(one));
    await giveWay();
  }
  return { id: lane.newId(), outcomes, roster, standings, playbook, decidedAt: now };
}

type FoundLead = ReadLead & { readonly record: { readonly found: true } };

/** Everything one decision looks at: the record, what Baton remembers of the lead, and what was asked for. */
function snapshotOf(lane: Lane, { work, record, fresh }: FoundLead, memory: Memory): Snapshot {
  const { id } = record.lead;
  const handoff = memory.handoffs.get(id);
  const request = requestOf(work);
  const identity = memory.identities.get(id);
  const former = formerOf(work, memory.formers.get(id));
  const supplied = memory.supplied.get(id);
  const snapshot = resolve(
    {
      record,
      signals: [...fresh, ...(memory.signals.get(id) ?? [])],
      decisionId: lane.newId(),
      leadUrl: lane.connector.leadUrl(whereSalesWorks(record)),
      activities: memory.activities,
      touches: memory.touches.get(id) ?? [],
      given: givenIn(work, handoff),
      ...(handoff === undefined ? {} : { handoff }),
      ...(former === undefined ? {} : { former }),
      ...(request === undefined ? {} : { request }),
      ...(identity === undefined ? {} : { identity }),
      ...(supplied === undefined ? {} : { supplied }),
    },
    lane.playbook(),
  ); // 2
  const { outcome, reason } = memory.seen.get(id) ?? {};
  const lost = memory.lost?.get(id);
  return {
    ...snapshot,
    ...(outcome && reason ? { last: { outcome, reason } } : {}),
    ...(lost === undefined ? {} : { lost }),
  };
}

/** The record that people open: sales' own, where that is another one. */
function whereSalesWorks({ lead, sales }: FoundLead["record"]): LeadRef {
  return sales === undefined || sales.isGone ? lead : sales.lead;
}
