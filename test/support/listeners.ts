/** Sees who is still listened to: a listener that is never taken off is memory that is never given back. */
import { getEventListeners } from "node:events";
import { vi } from "vitest";

/**
 * From now on every signal of a new `AbortController` is watched, until `vi.unstubAllGlobals()`.
 * @returns Asks how many listeners the one with most of them has.
 */
export function watchSignals(): () => number {
  const signals: AbortSignal[] = [];
  class Watched extends AbortController {
    constructor() {
      super();
      signals.push(this.signal);
    }
  }
  vi.stubGlobal("AbortController", Watched);
  return () => Math.max(0, ...signals.map((signal) => getEventListeners(signal, "abort").length));
}
