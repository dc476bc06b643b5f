/** One lead in sales' hands: from the decision to what came of it. */
import type { Instant } from "./instant.ts";

/** `queued`: nobody can take it yet. `with-sales`: owned. `closed`: done, with a reason. */
export type HandoffState = "queued" | "with-sales" | "closed";

/** The open handoff of a lead, as far as the next decision needs it. */
export interface OpenHandoff {
  readonly id: string;
  readonly state: Exclude<HandoffState, "closed">;
  readonly type: string;
  readonly ownerId?: string;
  readonly startedAt: Instant;
}

/**
 * The seams of a handoff, in order: the instants at which it passed from hand to hand.
 * Delays hide between them. Source: docs/glossary.md, "Seam".
 */
export const SEAMS = ["occurred", "received", "read", "decided", "written"] as const;
export type Seam = (typeof SEAMS)[number];
export type Stamps = Readonly<Partial<Record<Seam, Instant>>>;

/** A promise with a deadline, set when the handoff is decided. `kind` as in `agreement.yaml`. */
export interface Clock {
  readonly kind: "first-attempt" | "meaningful-touch" | "routing";
  readonly dueAt: Instant;
}
