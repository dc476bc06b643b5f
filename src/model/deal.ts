/** What came of a handoff in money. Amounts are in the CRM account's own currency. */
import type { Instant } from "./instant.ts";

export interface LeadDeal {
  readonly id: string;
  readonly state: "open" | "won" | "lost";
  readonly name?: string;
  readonly amount?: number;
  readonly ownerId?: string;
  readonly createdAt?: Instant;
  readonly closedAt?: Instant;
}

/** The deals of one handoff that count as opportunities. */
export interface Opportunities {
  readonly count: number;
  readonly amount: number;
  readonly firstAt: Instant;
  readonly wonCount: number;
  readonly wonAmount: number;
  readonly wonAt?: Instant;
}
