/**
 * Finding what webhooks have dropped: the CRM is asked which leads were modified, and what nobody has told of them becomes an
 * event like any other.
 *
 *     asked ─▶ one page a turn, at most one a second, only while nothing else waits ─▶ ended ─▶ a day later, or when asked again
 *
 * - It is asked for by the clock (a day after the last one began, or what `Capabilities.sweepEveryMs` says), by a silence (the lane has
 *   not been looked after for ten minutes: the server was down, or the tenant had thrown the app out), by a CRM that pushes its changes
 *   and has left some out, and by people (`baton resync`).
 * - It looks a little further back than it must, because the CRM's index is behind and clocks differ. What is found twice is the
 *   same event: its key names lead, property and instant.
 * - Only changes that Baton can hear of at all are told, and only those it has neither heard of nor seen since, nor made itself. So
 *   a lead that somebody merely wrote to is left alone, and one that has been a customer for years is not decided for it.
 * - It goes on after a restart where it was. Somebody may ask anew at any moment; then what stands in the cursor is theirs, and the
 *   page under way changes nothing of it.
 *
 * Of HubSpot's, deletions, merges and erasures leave no modified lead behind: they are not found here. Salesforce lists deleted records
 * for as long as they are in its recycle bin. Source: docs/decisions/0022-sweeps.md.
 */
import type { Connector } from "../connector.ts";
import { type BatonError, crmTrouble, IS_RETRIABLE } from "../errors.ts";
import type { LeadChange, ModifiedLead, ModifiedPage } from "../model/change.ts";
import type { CrmEvent } from "../model/event.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { ownWrites } from "../store/echoes.ts";
import { findErased } from "../store/erase.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { type KnownUntil, knownUntil } from "../store/known-until.ts";
import type { Db } from "../store/schema.ts";
import {
  askSweep,
  loadSweep,
  replaceSweep,
  startSweeps,
  type Sweep,
  type SweepStanding,
} from "../store/sweeps.ts";
import { inParts, isOfOne } from "./at-fault.ts";
import { inLane, type Lane } from "./lane.ts";

const PAGE_EVERY_MS: DurationMs = SECOND_MS;
const SWEEP_EVERY_MS: DurationMs = DAY_MS;
/** How much further back than it must a sweep looks. The CRM's index is behind by seconds, on bad days by minutes. */
const OVERLAP_MS: DurationMs = 10 * MINUTE_MS;
/** A lane that is looked after polls every minute, and rests for five at most. */
const SILENCE_MS: DurationMs = 10 * MINUTE_MS;
/** After a silence, what happened just before its end has to reach the CRM's index first. */
const SETTLE_MS: DurationMs = MINUTE_MS;
/** The CRM's clock and ours differ by this at most, the time between reading a lead and deciding it included. */
const SLACK_MS: DurationMs = 30 * SECOND_MS;
/** After an answer that says to try later. */
const RETRY_MS: DurationMs = MINUTE_MS;
/**
 * When a page is asked for again of which the histories of some could not be read, and all others could. After the last time those are
 * told as modified: whoever works on them then finds out whether they can be read at all.
 */
const AGAIN_MS: readonly DurationMs[] = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 40 * MINUTE_MS];
/** Of how many it is found out in one turn that they cannot be read: each costs some calls that fail, and live leads wait meanwhile. */
const MOST_SHUT = 1;
/** After one that trying again will not change. */
const START_OVER_MS: DurationMs = HOUR_MS;

/**
 * Looks at one more page, if one is due. To be asked when a turn found nothing else to do.
 * @returns Whether there was anything to do: the next page is due a second later at the earliest, so that a lane never spins.
 * Throws `crm.disconnected` and `deliver.lost-lane`; whatever else the CRM says puts the sweep off, and nothing but the sweep.
 */
export async function sweep(lane: Lane): Promise<boolean> {
  const { id } = lane.installation;
  const standing = await loadSweep(lane.store.db, id);
  if (standing === undefined) {
    await sweepFromNow(lane.store.db, id, lane.now());
    return false;
  }
  if (dueOf(lane, standing) > lane.now()) return false;
  const current: Sweep = { startedAt: lane.now(), ...currentOf(standing) };
  try {
    await readPage(lane, standing, current);
  } catch (cause) {
    await putOff(lane, standing, current, crmTrouble(cause));
  }
  return true;
}

/** A new installation is swept for the first time after a day. What was modified before is history, not news. */
export async function sweepFromNow(db: Db, installation: string, now: Instant): Promise<void> {
  await startSweeps(db, installation, now, now + SWEEP_EVERY_MS);
}

/** Asks for a sweep where a lane was not looked after for a while. @param pollDueAt  When it should have polled last. */
export async function sweepAfterSilence(
  db: Db,
  installation: string,
  pollDueAt: Instant,
  now: Instant,
): Promise<void> {
  if (now - pollDueAt <= SILENCE_MS) return;
  await askSweep(db, installation, pollDueAt - OVERLAP_MS, now + SETTLE_MS);
}

/**
 * When the next page is wanted. What the CRM can do may have been found out after the next sweep was appointed; lanes take a turn every
 * minute, so none waits for it.
 */
function dueOf(lane: Lane, { sweptAt, dueAt, sweep: last }: SweepStanding): Instant {
  if (last !== undefined && last.endedAt === undefined) return dueAt;
  return Math.min(dueAt, Math.max(sweptAt + spanOf(lane), (last?.endedAt ?? sweptAt) + PAGE_EVERY_MS));
}

function spanOf({ connector }: Lane): DurationMs {
  return connector.capabilities.sweepEveryMs ?? SWEEP_EVERY_MS;
}

/**
 * Asks for a sweep where a CRM that pushes its changes has left some out: from where the last one began. One that is asked for or under
 * way already stays as it is, because the next one follows it soon; so gaps in swarms never keep it from ending.
 */
export async function sweepAfterGap(db: Db, installation: string, now: Instant): Promise<void> {
  const standing = await loadSweep(db, installation);
  if (standing?.sweep !== undefined && standing.sweep.endedAt === undefined) return;
  await askSweep(db, installation, (standing?.sweptAt ?? now) - OVERLAP_MS, now + SETTLE_MS);
}

/** The sweep that was asked for or is under way; else the regular one, which leaves no gap to the one before. */
function currentOf({ sweep: last, sweptAt }: SweepStanding): Sweep {
  if (last !== undefined && last.endedAt === undefined) return last;
  return { since: sweptAt - OVERLAP_MS, looked: 0, told: 0 };
}

async function readPage(lane: Lane, standing: SweepStanding, current: Sweep): Promise<void> {
  const { id } = lane.installation;
  const connector = lane.connector.asBulk();
  const page = await connector.changedSince(current.since, current.after);
  const { news, shut, isWhole } = await newsOf(lane, connector, page.leads, current);
  const { failures = 0 } = current;
  const againMs = shut.length === 0 || !isWhole ? undefined : AGAIN_MS[failures];
  const isRead = isWhole && againMs === undefined;
  // Better a lead is looked at that has no news than that one is lost.
  const late = isRead ? shut.map(modification) : [];
  const events = [...news, ...late].map((change) => eventOf(lane, change));
  await inLane(lane, async (tx) => {
    const told = current.told + (await insertOwnEvents(tx, id, events, lane.now()));
    const standingNow = isRead
      ? behind(lane, standing, { ...current, told }, page)
      : {
          sweptAt: standing.sweptAt,
          dueAt: lane.now() + (againMs ?? PAGE_EVERY_MS),
          sweep: isWhole
            ? { ...current, told, failures: failures + 1, shut: [] }
            : { ...current, told, shut: shut.map(({ lead }) => lead.id) },
        };
    const isOurs = await replaceSweep(tx, id, standing, standingNow);
    if (isOurs && isRead && page.next === undefined)
      lane.log.info(
        { installation: id, looked: standingNow.sweep?.looked, told },
        "a sweep for what nobody told has ended",
      );
  });
}

/** The next page, or the end. */
function behind(
  lane: Lane,
  standing: SweepStanding,
  current: Sweep,
  { leads, next }: ModifiedPage,
): SweepStanding {
  const begun = { ...fromTheFirst(current), looked: current.looked + leads.length };
  if (next === undefined) return ended(lane, standing, { ...begun, endedAt: lane.now() });
  const dueAt = lane.now() + PAGE_EVERY_MS;
  return { sweptAt: standing.sweptAt, dueAt, sweep: { ...begun, after: next } };
}

/** The sweep without the page it has come to. */
function fromTheFirst(current: Sweep): Sweep {
  const { after: _, failures: __, shut: ___, ...begun } = current;
  return begun;
}

/** One that began after the end of the last one would leave a gap: then the regular one is due when it was. */
function ended(
  lane: Lane,
  { sweptAt }: SweepStanding,
  last: Sweep & { readonly endedAt: Instant },
): SweepStanding {
  const through = last.since <= sweptAt ? (last.startedAt ?? sweptAt) : sweptAt;
  const dueAt = Math.max(through + spanOf(lane), last.endedAt + PAGE_EVERY_MS);
  return { sweptAt: through, dueAt, sweep: last };
}

/** A page that cannot be read now is asked for again; one that never can be begins the sweep anew. */
async function putOff(lane: Lane, standing: SweepStanding, current: Sweep, cause: BatonError): Promise<void> {
  const { id } = lane.installation;
  lane.log.warn({ installation: id, code: cause.code }, "modified leads could not be read");
  const now = lane.now();
  const again = IS_RETRIABLE[cause.remedy]
    ? { dueAt: now + Math.max(RETRY_MS, cause.retryAfterMs ?? 0), sweep: current }
    : { dueAt: now + START_OVER_MS, sweep: { ...fromTheFirst(current), looked: 0, told: 0 } };
  await inLane(lane, (tx) => replaceSweep(tx, id, standing, { sweptAt: standing.sweptAt, ...again }));
}

interface Untold {
  /** Of each property only the last change, as an event is a hint to look. */
  readonly news: readonly LeadChange[];
  /** Those whose history the CRM does not give, though it gives others'. */
  readonly shut: readonly ModifiedLead[];
  /** Whether all others were come to. */
  readonly isWhole: boolean;
}

/** What of these leads nobody has told. */
async function newsOf(
  lane: Lane,
  connector: Connector,
  modified: readonly ModifiedLead[],
  { since, shut = [] }: Sweep,
): Promise<Untold> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const ids = modified.map(({ lead }) => lead.id);
  const [known, erased] = [await knownUntil(db, id, ids), await findErased(db, lane.keys, id, ids)];
  const unexplained = modified
    // That somebody is gone of whom Baton knew nothing is nobody's news: people clear out records by the thousand.
    .filter(({ lead, isGone }) => !erased.has(lead.id) && (isGone !== true || known.has(lead.id)))
    .filter(({ lead, modifiedAt }) => modifiedAt > explainedUntil(known.get(lead.id)));
  if (unexplained.length === 0) return { news: [], shut: [], isWhole: true };

  const shutBefore = unexplained.filter(({ lead }) => shut.includes(lead.id));
  const others = unexplained.filter(({ lead }) => !shut.includes(lead.id));
  const names = others.map(({ lead }) => lead.id);
  const changes: LeadChange[] = [];
  const read = async (some: readonly ModifiedLead[]) => {
    const leads = some.map(({ lead }) => lead);
    const part = await connector.changesOf(leads, since);
    return () => Promise.resolve(void changes.push(...part));
  };
  const { atFault, left } =
    others.length === 1
      ? { atFault: await orShut(read, others), left: [] }
      : await inParts(lane, others, names, read, MOST_SHUT);
  const isOwn = await ownWrites(db, id, names);
  const fresh = changes
    .filter(({ lead, at }) => at > explainedUntil(known.get(lead.id)))
    .filter(({ lead, ...change }) => !isOwn({ ...change, lead: lead.id }));
  const last = new Map(fresh.map((change) => [JSON.stringify([change.lead.id, change.property]), change]));
  return {
    news: [...last.values()],
    shut: [...shutBefore, ...atFault.map(({ one }) => one)],
    isWhole: left.length === 0,
  };
}

/** Reads the history of one. The CRM has just said who was modified, so it is not down, whatever it says of this one. */
async function orShut(
  read: (some: readonly ModifiedLead[]) => Promise<() => Promise<void>>,
  some: readonly ModifiedLead[],
): Promise<readonly { readonly one: ModifiedLead }[]> {
  try {
    await (
      await read(some)
    )();
    return [];
  } catch (cause) {
    if (!isOfOne(cause)) throw cause;
    return some.map((one) => ({ one }));
  }
}

/** All that is known of somebody whose history cannot be read. */
function modification({ lead, modifiedAt }: ModifiedLead): LeadChange {
  return { lead, field: "other", property: "modified", at: modifiedAt };
}

/** What happened up to here was read since, or is about to be. */
function explainedUntil(known: KnownUntil = {}): Instant {
  const { heardAt = 0, decidedAt = 0 } = known;
  return Math.max(heardAt, decidedAt - SLACK_MS);
}

function eventOf(lane: Lane, { lead, field, property, value, at }: LeadChange): CrmEvent {
  return {
    key: `sweep:${at}:${lead.id}:${property}`,
    tenant: lane.installation.tenant,
    occurredAt: at,
    urgency: "bulk",
    kind: "lead-changed",
    lead,
    field,
    property,
    ...(value === undefined ? {} : { value }),
  };
}
