/** Storing against the clock: who sends is told "not stored" before they lose patience, and sends again. */
import { BatonError } from "../errors.ts";
import type { DurationMs } from "../model/instant.ts";
import { within } from "../within.ts";

/**
 * Waits for a store for so long. Every failure, and too long a silence, means "not stored": said late, it is a repeat at worst.
 * @param doing  What is waited for, for the message: `Storing the events`.
 * Throws `receive.not-stored` only.
 */
export async function inTime<T>(doing: string, work: () => Promise<T>, withinMs: DurationMs): Promise<T> {
  const notStored = (how: string, cause?: unknown): BatonError =>
    new BatonError("receive.not-stored", `${doing} ${how}. Send again later.`, { cause });
  try {
    return await within(work(), withinMs, () => {
      throw notStored(`took longer than ${withinMs} ms`);
    });
  } catch (cause) {
    const isOurs = cause instanceof BatonError && cause.code === "receive.not-stored";
    throw isOurs ? cause : notStored("failed", cause);
  }
}
