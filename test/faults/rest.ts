/** Waits until a run has come to rest: every webhook answered, every event taken, every effect ended. */
import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "./rig.ts";

/** Longer than most rests of a lane, shorter than most of an effect. */
const STEP_MS = 31_000;
const STEP_EVERY_MS = 100;
const LOOKS = 3;

/** Forms are polled once a minute, and lanes look whether that is due once a second. */
const POLL_MS = 61_000;
const TICK_MS = 1_300;

/**
 * Lets business time pass in steps until nothing waits, and nothing comes of a poll of the forms either.
 * @param patienceMs  Of real time. @returns What still waits when it is over; nothing when all is at rest.
 */
export async function comeToRest(rig: Rig, patienceMs: number): Promise<string | undefined> {
  const until = performance.now() + patienceMs;
  for (let polls = 0; polls < 2; polls += 1) {
    const waits = await untilQuiet(rig, until);
    if (waits !== undefined) return waits;
    rig.pass(POLL_MS);
    await pause(TICK_MS);
  }
  return await untilQuiet(rig, until);
}

/**
 * The same where no form was filled in.
 * @param lookEveryMs  Shorter where there is little to look through. It is quiet when three looks in a row find it so.
 */
export async function untilQuiet(
  rig: Rig,
  until: number,
  lookEveryMs = STEP_EVERY_MS,
): Promise<string | undefined> {
  let steppedAt = performance.now();
  for (let quietFor = 0; quietFor < LOOKS;) {
    await pause(lookEveryMs);
    const waits = await whatWaits(rig);
    quietFor = waits === "" ? quietFor + 1 : 0;
    if (waits === "") continue;
    const now = performance.now();
    if (now > until) return waits;
    if (now - steppedAt < STEP_EVERY_MS) continue;
    steppedAt = now;
    rig.pass(STEP_MS);
  }
  return undefined;
}

async function whatWaits({ watch: { db }, sandbox, crms }: Rig): Promise<string> {
  const events = await db
    .selectFrom("events")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("state", "=", "pending")
    .executeTakeFirstOrThrow();
  const effects = await db
    .selectFrom("effects")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("state", "in", ["planned", "attempting", "ambiguous"])
    .executeTakeFirstOrThrow();
  return [
    ...(events.count > 0 ? [`${events.count} events`] : []),
    ...(effects.count > 0 ? [`${effects.count} effects`] : []),
    ...(sandbox.webhooks.isIdle() ? [] : ["webhooks"]),
    ...(crms.org?.outbound.isIdle() === false ? ["outbound messages"] : []),
  ].join(", ");
}
