/** Waiting for an answer, but not for ever. */
import type { DurationMs } from "./model/instant.ts";

/**
 * Waits for work for so long. What comes of it later is dropped, a failure too: whoever needs the work itself to end has to end it.
 *
 * @param otherwise  What stands for the answer that did not come; it may throw instead.
 * Rejects as the work does, when it does so in time, and with what `otherwise` throws.
 */
export async function within<T>(work: Promise<T>, ms: DurationMs, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, ms, SILENCE);
  });
  try {
    const answer = await Promise.race([work, silence]);
    return answer === SILENCE ? otherwise() : answer;
  } finally {
    clearTimeout(timer);
  }
}

const SILENCE = Symbol("silence");
