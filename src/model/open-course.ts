/** An open handoff, with what finding the stuck ones takes, and without anybody's name. */
import type { Instant } from "./instant.ts";

export interface OpenCourse {
  readonly handoff: string;
  readonly lead: string;
  readonly type: string;
  readonly rep?: string;
  readonly isQueued: boolean;
  /** Why nobody could take it. */
  readonly because?: string;
  /** Since when the present owner has it, or it waits. */
  readonly ownedAt: Instant;
  readonly firstAttemptAt?: Instant;
  readonly firstAttemptDue?: Instant;
  /** The last thing that passed between both, also one that is still to come. */
  readonly lastTouchAt?: Instant;
  readonly isPaused: boolean;
}
