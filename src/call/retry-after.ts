/** When to come back, as an answer over HTTP says it. Source: RFC 9110, section 10.2.3. */
import { DAY_MS, type DurationMs, type Instant, SECOND_MS } from "../model/instant.ts";

/** Longest wait anybody may ask for. */
const LONGEST_WAIT_MS: DurationMs = DAY_MS;

/** `Retry-After`, in seconds or as a date; undefined when there is none, or none that makes sense. Throws nothing. */
export function retryAfterMs(header: unknown, now: Instant): DurationMs | undefined {
  if (typeof header !== "string") return undefined;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) * SECOND_MS : Date.parse(header) - now;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, LONGEST_WAIT_MS) : undefined;
}
