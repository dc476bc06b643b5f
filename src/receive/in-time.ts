/** Storing against the clock: who sends is told "not stored" before they lose patience, and sends again. */
import { BatonError } from "../errors.ts";
import type { DurationMs } from "../model/instant.ts";

/**
 * Waits for a store for so long. Every failure, and too long a silence, means "not stored": said late, it is a repeat at worst.
 * @param what  What is stored, for the message: `events`.
 * Throws `receive.not-stored` only.
 */
export async function inTime<T>(what: string, work: () => Promise<T>, withinMs: DurationMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const notStored = (how: string, cause?: unknown): BatonError =>
    new BatonError("receive.not-stored", `Storing the ${what} ${how}. Send them again later.`, { cause });
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(notStored(`took longer than ${withinMs} ms`)), withinMs);
  });
  try {
    return await Promise.race([work(), silence]);
  } catch (cause) {
    const isOurs = cause instanceof BatonError && cause.code === "receive.not-stored";
    throw isOurs ? cause : notStored("failed", cause);
  } finally {
    clearTimeout(timer);
  }
}
