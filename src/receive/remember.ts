/** Who a request belongs to, asked of the store once for many requests: tenants' webhooks and senders' signals come in floods. */
import type { DurationMs, Instant } from "../model/instant.ts";

/**
 * Remembers what was found for a short while, and nothing of what was not: a removed tenant or a revoked key is noticed
 * when the while is over. Throws what `find` throws.
 */
export function remembering<T extends object>(
  find: (key: string) => Promise<T | undefined>,
  forMs: DurationMs,
  now: () => Instant,
): (key: string) => Promise<T | undefined> {
  const known = new Map<string, { readonly found: T; readonly until: Instant }>();
  return async (key) => {
    const hit = known.get(key);
    if (hit !== undefined && hit.until > now()) return hit.found;
    known.delete(key);
    const found = await find(key);
    if (found !== undefined) known.set(key, { found, until: now() + forMs });
    return found;
  };
}
