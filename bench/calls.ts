/** What the sandbox's ledger says about calls: how many, how deep, how long, and what they were. */
import type { Sandbox } from "../sandbox/index.ts";

type Call = Sandbox["ledger"]["calls"][number];

/** A call with its end. Times are monotonic milliseconds of the bench's own clock. */
export interface EndedCall {
  readonly startMs: number;
  readonly endMs: number;
  readonly status: number;
  readonly what: string;
  readonly inputs: number;
}

/** The calls that began at or after `sinceMs` and have ended. */
export function callsSince(sandbox: Sandbox, sinceMs: number): readonly EndedCall[] {
  return sandbox.ledger.calls.flatMap((call) => {
    const { startMs, endMs, status, inputs } = call;
    if (endMs === undefined || startMs < sinceMs) return [];
    return [{ startMs, endMs, status, inputs, what: whatOf(call) }];
  });
}

/**
 * Round trips: the most calls of which each began after the one before had ended. Calls in parallel count once. Measured with a
 * latency far above what the sandbox itself takes, or calls in parallel look as if they came one after the other.
 */
export function roundTrips(calls: readonly EndedCall[]): number {
  let depth = 0;
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of calls.toSorted((a, b) => a.endMs - b.endMs)) {
    if (startMs < lastEndMs) continue;
    depth += 1;
    lastEndMs = endMs;
  }
  return depth;
}

/** Milliseconds in which at least one call was open. */
export function openMs(calls: readonly EndedCall[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { startMs, endMs } of calls.toSorted((a, b) => a.startMs - b.startMs)) {
    sum += Math.max(0, endMs - Math.max(startMs, until));
    until = Math.max(until, endMs);
  }
  return sum;
}

/** How often each kind of call was made, the most frequent first. */
export function kindsOf(calls: readonly EndedCall[]): readonly (readonly [what: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { what } of calls) counts.set(what, (counts.get(what) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

/** `POST /crm/objects/contacts/batch/read`: the path without its version, and `:id` for ids. */
function whatOf({ method, path }: Call): string {
  const versionless = path.replaceAll(/\/(20\d\d-\d\d|v\d)(?=\/)/g, "");
  return `${method} ${versionless.replaceAll(/\/(?=[^/]*\d)[0-9a-f-]+(?=\/|$)/g, "/:id")}`;
}
