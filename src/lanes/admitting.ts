/**
 * People whom only sales' CRM knows, and who become leads of marketing's where fields.yaml says so (`create_in_hubspot`). What was told of
 * them waits in the inbox until each is linked, is nobody's lead, or waits for a person; then it is news of the lead like any other.
 *
 * The event is the intent that outlives a death, and their address is what makes a repetition harmless: whoever was made and not linked is
 * found by it. So no effect stands for the making: it could name no lead before there is one.
 */
import { IS_RETRIABLE } from "../errors.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import type { Admission } from "../model/newcomer.ts";
import { inStep } from "../playbook/in-step.ts";
import { findErased } from "../store/erase.ts";
import {
  countTries,
  postponeEvents,
  settleEvents,
  uncountTries,
  type WaitingEvent,
} from "../store/events.ts";
import { saveLinks } from "../store/links.ts";
import type { Tx } from "../store/schema.ts";
import { inLane, type Lane } from "./lane.ts";
import { isExcused, MOST_BREAKS, MOST_TRIES } from "./tries.ts";

/** The size of the CRMs' batches. Others come with the next turn: live leads wait for a handful of calls at most. */
const MOST_PEOPLE = 100;
const RETRY_MS: DurationMs = MINUTE_MS;
/** Somebody who can be neither found nor made for so long waits for a person. */
const LATER_FOR_MS: DurationMs = DAY_MS;

/** What was told of one person of sales' CRM. */
interface Stranger {
  readonly ref: LeadRef;
  readonly events: readonly WaitingEvent[];
}
type Admitted = Extract<Admission, { is: "lead" }>;

/** Whether whom only sales' CRM knows becomes a lead. Throws nothing. */
export function admitsStrangers(lane: Lane): boolean {
  if (lane.installation.sales === undefined || lane.connector.admit === undefined) return false;
  return inStep(lane.playbook().fields.sync, lane.connector.capabilities.syncsItself === true).admits;
}

/**
 * Finds or makes the leads of those first in line, and links them. @returns The lead of each, by the id their events name; whoever is
 * absent has been seen to, or comes with a later turn. Throws `crm.disconnected`, `deliver.lost-lane`, and faults.
 */
export async function admitStrangers(
  lane: Lane,
  waiting: readonly (WaitingEvent & { readonly ref: LeadRef })[],
): Promise<ReadonlyMap<string, string>> {
  const strangers = await firstInLine(lane, waiting);
  if (strangers.length === 0) return new Map();
  const seqs = seqsOf(strangers);
  await countTries(lane.store.db, seqs);
  const isBulk = strangers.every(({ events }) => events.every(({ event }) => event.urgency === "bulk"));
  const { connector } = isBulk ? { connector: lane.connector.asBulk() } : lane;
  try {
    const told = await connector.admit?.(
      strangers.map(({ ref }) => ref),
      lane.mayWrite === undefined ? {} : { mayWrite: lane.mayWrite },
    );
    return await inLane(lane, (tx) => note(lane, tx, strangers, told ?? []));
  } catch (cause) {
    if (!isExcused(cause)) throw cause;
    const { retryAfterMs = 0, code } = cause;
    if (!IS_RETRIABLE[cause.remedy]) {
      await uncountTries(lane.store.db, seqs);
      throw cause;
    }
    // Those who are leads already are not held up by it.
    lane.log.warn(
      { installation: lane.installation.id, code },
      "people of sales' CRM could not be looked for",
    );
    const nextAt = lane.now() + Math.max(RETRY_MS, retryAfterMs);
    await inLane(lane, (tx) => postponeEvents(tx, seqs, nextAt, code, false));
    return new Map();
  }
}

/** By person; one alone that may be what breaks turns. Who broke too many waits for a person. */
async function firstInLine(
  lane: Lane,
  waiting: readonly (WaitingEvent & { readonly ref: LeadRef })[],
): Promise<readonly Stranger[]> {
  const broken = waiting.filter(({ attempts }) => attempts > MOST_BREAKS);
  if (broken.length > 0)
    await inLane(lane, (tx) =>
      settleEvents(
        tx,
        broken.map(({ seq }) => seq),
        "parked",
        "lanes.failed",
      ),
    );
  const sound = waiting.filter(({ attempts }) => attempts <= MOST_BREAKS);
  const strangers = [...Map.groupBy(sound, ({ ref }) => ref.id).values()].flatMap(
    (events): readonly Stranger[] => {
      const [first] = events;
      return first === undefined ? [] : [{ ref: first.ref, events }];
    },
  );
  const suspect = strangers.find(({ events }) => events.some(({ attempts }) => attempts > MOST_TRIES));
  return suspect === undefined ? strangers.slice(0, MOST_PEOPLE) : [suspect];
}

/** Links whoever is a lead now, and ends or puts off what was told of the others. */
async function note(
  lane: Lane,
  tx: Tx,
  strangers: readonly Stranger[],
  told: readonly Admission[],
): Promise<ReadonlyMap<string, string>> {
  const linked = await linkAdmitted(lane, tx, told);
  const leads = new Map<string, string>();
  for (const [index, { ref, events }] of strangers.entries()) {
    const one = told[index];
    const lead = linked.get(ref.id);
    if (lead !== undefined) {
      leads.set(ref.id, lead);
      await uncountTries(
        tx,
        events.map(({ seq }) => seq),
      );
    } else await settle(lane, tx, events, one);
  }
  logTold(lane, told);
  return leads;
}

/** How many became leads, and why the others did not: whoever operates Baton sees it nowhere else while nobody is parked. */
function logTold(lane: Lane, told: readonly Admission[]): void {
  const groups = Map.groupBy(told, (one) => {
    if (one.is === "lead") return one.by;
    return one.is === "nobody" ? one.why : one.is;
  });
  const counts = Object.fromEntries([...groups].map(([name, some]) => [name, some.length]));
  lane.log.info(
    { installation: lane.installation.id, counts },
    "people of sales' CRM were looked for among marketing's leads",
  );
}

/** Keeps who is whose record. @returns The lead of each, by the id that was asked for; those of erased leads are absent. */
export async function linkAdmitted(
  lane: Lane,
  tx: Tx,
  told: readonly Admission[],
): Promise<ReadonlyMap<string, string>> {
  const { id } = lane.installation;
  const admitted = told.filter((one): one is Admitted => one.is === "lead");
  const erased = await findErased(
    tx,
    lane.keys,
    id,
    admitted.map(({ lead }) => lead.id),
  );
  const alive = admitted.filter(({ lead }) => !erased.has(lead.id));
  const fresh = new Map(
    alive.flatMap(({ lead, counterpart, by }) =>
      by === "link" ? [] : [[lead.id, { lead: lead.id, counterpart: counterpart.id, by }] as const],
    ),
  );
  const own = await saveLinks(tx, id, [...fresh.values()], lane.now());
  const linked = alive.filter(({ lead, by }) => by === "link" || own.has(lead.id));
  return new Map(linked.map(({ asked, lead }) => [asked.id, lead.id]));
}

async function settle(
  lane: Lane,
  tx: Tx,
  events: readonly WaitingEvent[],
  one: Admission | undefined,
): Promise<void> {
  const seqs = events.map(({ seq }) => seq);
  switch (one?.is) {
    case undefined:
      return await putOff(lane, tx, events, { code: "crm.bad-answer" });
    case "nobody":
      return await settleEvents(tx, seqs, "done", one.why);
    case "refused":
      return await settleEvents(tx, seqs, "parked", one.code);
    case "later":
      return await putOff(lane, tx, events, one);
    case "lead":
    case "expected":
      return await settleEvents(tx, seqs, "done", "whoever it is was erased, or is another lead by now");
  }
}

/** Ever more slowly, for a day. */
async function putOff(
  lane: Lane,
  tx: Tx,
  events: readonly WaitingEvent[],
  { code, retryAfterMs = 0 }: { readonly code: string; readonly retryAfterMs?: DurationMs },
): Promise<void> {
  const now = lane.now();
  const ageMs = now - Math.min(...events.map(({ receivedAt }) => receivedAt));
  const seqs = events.map(({ seq }) => seq);
  if (ageMs >= LATER_FOR_MS) return await settleEvents(tx, seqs, "parked", code);
  const nextAt: Instant = now + Math.max(lane.settleMs, retryAfterMs, Math.min(ageMs, HOUR_MS));
  await postponeEvents(tx, seqs, nextAt, code, false);
}

function seqsOf(strangers: readonly Stranger[]): readonly number[] {
  return strangers.flatMap(({ events }) => events.map(({ seq }) => seq));
}
