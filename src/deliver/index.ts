/**
 * Delivery: the effect ledger's rows become writes in the CRM, once each. States and invariants: store/effects.ts.
 *
 * Effects of the turn under way go out at once: the turn has just read their leads. Effects that come later (an earlier
 * answer said "not now", or a worker died) look at their leads again first. An unknown outcome is never written again before
 * a look has said that it is not there, and never looked at before the lost call can no longer be running. What nobody waits for goes
 * last, and in the bulk part of the call budget.
 */
import { crmTrouble } from "../errors.ts";
import { inLane, type Lane } from "../lanes/lane.ts";
import { MOST_TRIES } from "../lanes/tries.ts";
import type { Urgency } from "../model/event.ts";
import { type DurationMs, MINUTE_MS } from "../model/instant.ts";
import { dueEffects } from "../store/due-effects.ts";
import { type Effect, putOffEffects, type Settlement } from "../store/effects.ts";
import { attempt, settle } from "./attempt.ts";
import { deliverLate } from "./late.ts";
import { afterLook, afterReading } from "./settle.ts";

/** Effects looked after in one go; a lead has at most six. */
const MOST_EFFECTS = 600;
/** After an answer that says to try later, where nobody waits. */
const PUT_OFF_MS: DurationMs = MINUTE_MS;
/** How long a reading counts as now. A turn takes a fraction of it from reading to writing, unless it was held up. */
export const FRESH_MS: DurationMs = 5_000;

/** Writes the effects of a turn. @param sinceRead  How long ago their leads were read: `countElapsed`. */
export async function deliver(
  lane: Lane,
  effects: readonly Effect[],
  sinceRead: () => DurationMs,
): Promise<void> {
  if (sinceRead() > FRESH_MS) await deliverLate(lane, effects);
  else await attempt(lane, effects);
}

/**
 * Looks after effects that wait, and for which somebody waits: first those nobody knows the fate of, then those to be written again.
 * @returns How many. Throws what the CRM says where leads cannot be read.
 */
export async function deliverDue(lane: Lane): Promise<number> {
  const ambiguous = await dueOf(lane, "ambiguous", { urgency: "live" });
  if (ambiguous.length > 0) await lookFor(lane, ambiguous);
  const late = await lateOf(lane, "live");
  if (late.length > 0) await deliverLate(lane, late);
  return ambiguous.length + late.length;
}

/**
 * The same for effects that nobody waits for, in the bulk part of the call budget. To be asked when a turn found nothing else to do.
 * @returns How many. What the CRM cannot be asked for now is put off, and breaks no turn; `crm.disconnected` is thrown.
 */
export async function deliverBulk(holder: Lane): Promise<number> {
  const lane = { ...holder, connector: holder.connector.asBulk() };
  const ambiguous = await dueOf(lane, "ambiguous", { urgency: "bulk" });
  if (ambiguous.length > 0) await orPutOff(lane, "ambiguous", ambiguous, lookFor);
  const late = await lateOf(lane, "bulk");
  if (late.length > 0) await orPutOff(lane, "planned", late, deliverLate);
  return ambiguous.length + late.length;
}

/** However many have failed often, those that have not are among them. */
async function lateOf(lane: Lane, urgency: Urgency): Promise<readonly Effect[]> {
  const fresh = await dueOf(lane, "planned", { urgency, below: MOST_TRIES });
  return [...fresh, ...(await dueOf(lane, "planned", { urgency, from: MOST_TRIES }))];
}

async function dueOf(
  lane: Lane,
  state: "ambiguous" | "planned",
  which: Parameters<typeof dueEffects>[6],
): Promise<readonly Effect[]> {
  const { id, crm } = lane.installation;
  const unreadable: Settlement[] = [];
  const due = await dueEffects(lane.store.db, id, crm, [state], lane.now(), MOST_EFFECTS, which, (key) =>
    unreadable.push(afterReading(key)),
  );
  if (unreadable.length > 0) await settle(lane, [], unreadable);
  return due;
}

/** Puts off those that the work has not come to: what it has written, or tried to, has a fate of its own by now. */
async function orPutOff(
  lane: Lane,
  state: "ambiguous" | "planned",
  effects: readonly Effect[],
  work: (lane: Lane, effects: readonly Effect[]) => Promise<void>,
): Promise<void> {
  try {
    await work(lane, effects);
  } catch (cause) {
    const { code, retryAfterMs = 0 } = crmTrouble(cause);
    const now = lane.now();
    const nextAt = now + Math.max(PUT_OFF_MS, retryAfterMs);
    const keys = effects.map(({ write }) => write.key);
    await inLane(lane, (tx) => putOffEffects(tx, lane.installation.id, keys, { state, now, nextAt, code }));
  }
}

async function lookFor(lane: Lane, effects: readonly Effect[]): Promise<void> {
  const sightings = new Map(
    (await lane.connector.look(effects.map(({ write }) => write))).map((one) => [one.key, one]),
  );
  const now = lane.now();
  await settle(
    lane,
    effects,
    effects.map((effect) => {
      const { key } = effect.write;
      return afterLook(
        sightings.get(key) ?? { key, seen: "unsure", code: "crm.bad-answer" },
        effect,
        now,
        lane.settleMs,
      );
    }),
  );
}
