/**
 * Over whom the CRM fails. One lead that makes it fail must not hold up all others of its installation, and nobody may be blamed for a
 * CRM that is down.
 *
 *     all together ─ it fails ─▶ does it answer for somebody else? ─ no ──▶ it is down: the turn breaks off, nobody is blamed
 *                                             │
 *                                            yes ─▶ in tenths, then one by one ─ it fails over one alone ─▶ that one is at fault
 *
 * Who is at fault is left out, and comes again ever later (tries.ts); the others are worked on at once. Where the calls that failed have
 * opened the breaker, nobody else can be asked about: the turn breaks off, and the next begins with somebody else, and then one by one.
 */
import { BatonError, type ErrorCode } from "../errors.ts";
import type { LeadRef } from "../model/lead.ts";
import { wanted } from "../playbook/index.ts";
import { chunksOf } from "../store/chunks.ts";
import { lastHandedOff } from "../store/handoff-leads.ts";
import { lastTurn } from "../store/lanes.ts";
import { type Claim, eventsOf, giveBack } from "./claim.ts";
import { inLane, type Lane } from "./lane.ts";
import { alsoSynced } from "./sync.ts";
import { settleFailed } from "./tries.ts";

/** What one record may be the cause of. Everything else the CRM may say is about the whole account, or the connection to it. */
export const OF_ONE: ReadonlySet<string> = new Set<ErrorCode>([
  "crm.server-error",
  "crm.timeout",
  "crm.bad-answer",
]);
/** What may have come of that, too: it has opened the breaker. */
const MAY_BE_OF_ONE: ReadonlySet<string> = new Set<string>([...OF_ONE, "crm.resting" satisfies ErrorCode]);
/** More than these are left to the next turn: each costs a call that fails, some seconds long. */
const MOST_AT_FAULT = 10;
/** So many are asked for one by one where the last turn broke off: whoever it broke over stands in front by now. */
const FIRST = 10;
/** Leads that were read well before, asked for until one is answered: one of them may be what the CRM fails over, too. */
const MOST_WITNESSES = 3;

/** What is left to do where the CRM did not fail. Its failing says nothing about anybody. */
type Rest = () => Promise<void>;

interface AtFault<T> {
  readonly one: T;
  readonly cause: BatonError;
}

/**
 * Works on all that was claimed. Leads over which the CRM fails wait, and hold nobody up; where it fails over everybody, that is thrown.
 * @param work  Of a part, which may be the whole.
 */
export async function workOn(
  lane: Lane,
  claimed: Claim,
  work: (part: Claim, isWhole: boolean) => Promise<Rest>,
): Promise<void> {
  const nobody: Claim = { leads: [], strangers: [], activities: [], taken: claimed.taken };
  const units = [
    ...claimed.leads.map((one) => ({ ...nobody, leads: [one] })),
    ...claimed.strangers.map((one) => ({ ...nobody, strangers: [one] })),
    ...claimed.activities.map((one) => ({ ...nobody, activities: [one] })),
  ];
  const together = (some: readonly Claim[]): Claim => ({
    ...nobody,
    leads: some.flatMap(({ leads }) => leads),
    strangers: some.flatMap(({ strangers }) => strangers),
    activities: some.flatMap(({ activities }) => activities),
  });
  const leads = claimed.leads.map(({ lead }) => lead);
  const { atFault, left } = await inParts(lane, units, leads, (some) => work(together(some), some === units));
  await giveBack(lane, together(left));
  if (atFault.length === 0) return;
  const codes = [...new Set(atFault.map(({ cause }) => cause.code))];
  lane.log.warn(
    { installation: lane.installation.id, codes, count: atFault.length },
    "the CRM fails over single leads: they wait, the others go on",
  );
  await inLane(lane, async (tx) => {
    for (const { one, cause } of atFault) await settleFailed(tx, eventsOf(one), cause.code, lane.now());
  });
}

/**
 * Works on many, and tells over whom alone the CRM fails while it answers for others, and who was not come to.
 * @param leads  Whose work it is.
 * @param most   Of whom it is told at most; whoever else is left is not come to.
 * @throws What the work throws, where nobody alone may be at fault.
 */
export async function inParts<T>(
  lane: Lane,
  items: readonly T[],
  leads: readonly string[],
  work: (some: readonly T[]) => Promise<Rest>,
  most = MOST_AT_FAULT,
): Promise<{ readonly atFault: readonly AtFault<T>[]; readonly left: readonly T[] }> {
  const atFault: AtFault<T>[] = [];
  // Whether the CRM has answered for anybody in this turn: without that, nobody is at fault.
  let isAnswering = items.length > 0 && (await isAnsweringAgain(lane, leads));
  let waiting = isAnswering ? firstAlone(items) : [items];
  while (waiting.length > 0 && atFault.length < (isAnswering ? most : MOST_AT_FAULT)) {
    const [part = [], ...others] = waiting;
    waiting = others;
    const done = await orFailure(work, part);
    if (typeof done === "function") {
      isAnswering ||= part.length > 0;
      await done();
      continue;
    }
    const isResting = done.code === "crm.resting";
    if (part.length === 0 || (isResting && (!isAnswering || part.length > 1))) throw done;
    if (!isResting) isAnswering = (await answersForAnother(lane, leads)) || isAnswering;
    if (part.length > 1) waiting = [...inTenths(part), ...waiting];
    else atFault.push(...part.map((one) => ({ one, cause: done })));
    if (isResting) break;
  }
  const [first] = atFault;
  if (first !== undefined && !isAnswering) throw first.cause;
  return { atFault, left: waiting.flat() };
}

/** What is left to do, or why nothing of it was done, if that may be because of one record. */
async function orFailure<T>(
  work: (some: readonly T[]) => Promise<Rest>,
  part: readonly T[],
): Promise<Rest | BatonError> {
  try {
    return await work(part);
  } catch (cause) {
    if (mayBeOfOne(cause)) return cause;
    throw cause;
  }
}

/** Whether one record may be the cause of it, and the CRM was asked. Throws nothing. */
export function isOfOne(cause: unknown): cause is BatonError {
  return cause instanceof BatonError && OF_ONE.has(cause.code);
}

function mayBeOfOne(cause: unknown): cause is BatonError {
  return cause instanceof BatonError && MAY_BE_OF_ONE.has(cause.code);
}

/** After a turn that may have broken off over one, somebody else is asked for before anything is done. Throws as `answersForAnother`. */
async function isAnsweringAgain(lane: Lane, leads: readonly string[]): Promise<boolean> {
  const { code = "" } = await lastTurn(lane.store.db, lane.installation.id);
  return MAY_BE_OF_ONE.has(code) && (await answersForAnother(lane, leads));
}

function firstAlone<T>(items: readonly T[]): readonly (readonly T[])[] {
  return [...items.slice(0, FIRST).map((one) => [one]), ...inTenths(items.slice(FIRST))];
}

function inTenths<T>(some: readonly T[]): readonly (readonly T[])[] {
  return chunksOf(some, Math.ceil(some.length / 10));
}

/**
 * Asks the CRM for another lead, by all that a turn asks of one: for those that sales was given last, until one is answered.
 * @returns False where nobody is known who could be asked for.
 * @throws  What the CRM says, where it answers for none of them.
 */
async function answersForAnother(lane: Lane, leads: readonly string[]): Promise<boolean> {
  const { id, crm } = lane.installation;
  const failures: BatonError[] = [];
  for (const witness of await lastHandedOff(lane.store.db, id, leads, MOST_WITNESSES)) {
    try {
      await askFor(lane, { crm, id: witness });
      return true;
    } catch (cause) {
      if (!isOfOne(cause)) throw cause;
      failures.push(cause);
    }
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return false;
}

async function askFor(lane: Lane, lead: LeadRef): Promise<void> {
  const { connector } = lane;
  const { fields, lists } = lane.playbook();
  const all = alsoSynced(lane, wanted(fields, lists.length > 0));
  const [record] = await connector.read([lead], all);
  if (record?.found === "unsure")
    throw new BatonError("crm.server-error", "The CRM fails over other leads, too.");
  if (connector.capabilities.touches) await connector.touches([lead], lane.now());
}
