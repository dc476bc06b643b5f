/** Time passed since an instant, for whoever holds something for a limited time and must know when that is over. */
import type { DurationMs } from "../model/instant.ts";

/**
 * Starts counting. The answer is called to read it: milliseconds by whichever clock saw more of them, as one stands still while the
 * machine sleeps and the other may be set back. A clock that is set ahead only makes careful. Throws nothing.
 */
export function countElapsed(): () => DurationMs {
  const [steadyMs, wallMs] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steadyMs, Date.now() - wallMs);
}
