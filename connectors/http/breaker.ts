/**
 * Whether an account is worth calling. States:
 *
 *     closed ── ten faults in a row  ─▶ open ── after a while ─▶ one probe ── answered ─▶ closed
 *                                        ▲                           │
 *                                        └────── fault: longer ──────┘
 *
 * A fault is a 5xx, a timeout or a broken connection: nobody answered. Every other answer closes the breaker, a refusal too.
 * Apart from that the CRM may name a time to come back (its daily limit, a move to another data centre): until then the
 * account **rests**. What is refused here was certainly not sent, so no work is lost: it is done later.
 * Times are the business clock's, because that is what lanes rest by.
 */
import type { Answering } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";

/** Proof that a call was let through. */
export interface Pass {
  readonly isProbe: boolean;
}

/** How a call ended: with an answer of whatever kind, with none, or before a byte of it was sent. */
export type Ending = "answered" | "fault" | "unsent";

export interface Breaker {
  /** How it stands now. An account that rests counts as `resting`, whatever else it is. */
  state(): Answering;
  /** Why no call is made now, with how long that lasts; undefined when one may be. */
  refusal(): BatonError | undefined;
  /** Lets a call through. @throws BatonError as `refusal` gives it: `crm.resting`, or the code of the rest. */
  admit(): Pass;
  /** Says how a call ended that was let through. Throws nothing. */
  note(pass: Pass, ending: Ending): void;
  /** The CRM wants no call for this long. `code` is why, and what refused calls are told. */
  rest(code: ErrorCode, ms: DurationMs): void;
}

/** More than calls can be open: one hiccup that cuts every connection is ridden out by repeating the reads. */
const FAULTS_TO_OPEN = 10;
/** How long it stays open: the first time, after a first failed probe, and so on. */
const OPEN_MS: readonly DurationMs[] = [SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS];
/** While a probe is under way, the others look again after this long. */
const PROBE_MS: DurationMs = SECOND_MS;

interface Closure {
  readonly from: Instant;
  readonly until: Instant;
  readonly code: ErrorCode;
}

/** Makes a closed breaker. `crm` is what its refusals call the CRM. Throws nothing. */
export function createBreaker(crm: string, now: () => Instant): Breaker {
  let faults = 0;
  let openings = 0;
  let opened: Closure | undefined;
  let resting: Closure | undefined;
  let isProbing = false;

  const open = (): void => {
    const from = now();
    const ms = OPEN_MS[Math.min(openings, OPEN_MS.length - 1)] ?? MINUTE_MS;
    opened = { from, until: from + ms, code: "crm.resting" };
    openings += 1;
  };
  const refusal = (): BatonError | undefined => {
    const at = now();
    if (resting !== undefined && holds(resting, at)) return refused(crm, resting, resting.until - at);
    if (opened === undefined) return undefined;
    if (holds(opened, at)) return refused(crm, opened, opened.until - at);
    return isProbing ? refused(crm, opened, PROBE_MS) : undefined;
  };

  return {
    state() {
      const at = now();
      if (resting !== undefined && holds(resting, at)) return "resting";
      if (opened === undefined) return "closed";
      return holds(opened, at) ? "open" : "half-open";
    },
    refusal,
    admit() {
      const error = refusal();
      if (error !== undefined) throw error;
      const isProbe = opened !== undefined;
      isProbing ||= isProbe;
      return { isProbe };
    },
    note({ isProbe }, ending) {
      if (isProbe) isProbing = false;
      if (ending === "answered") {
        [faults, openings, opened] = [0, 0, undefined];
      } else if (ending === "fault") {
        faults += 1;
        // Calls that were under way when it opened say nothing new.
        if (isProbe || (opened === undefined && faults >= FAULTS_TO_OPEN)) open();
      }
    },
    rest(code, ms) {
      const from = now();
      if (resting === undefined || resting.until < from + ms) resting = { from, until: from + ms, code };
    },
  };
}

/** A clock that was set back ends it early, instead of prolonging it by as much. */
function holds({ from, until }: Closure, at: Instant): boolean {
  return from <= at && at < until;
}

function refused(crm: string, { code }: Closure, retryAfterMs: DurationMs): BatonError {
  const why =
    code === "crm.resting"
      ? `${crm} has not answered several times in a row`
      : `${crm} has named a time to come back`;
  return new BatonError(
    code,
    `${why}: no call is made for another ${Math.ceil(retryAfterMs / SECOND_MS)} s. Nothing was sent; it goes on by itself.`,
    { retryAfterMs },
  );
}
