/** A change of the definition that figures suggest. It is never made by itself: two teams read it and decide. */
import type { Playbook } from "../playbook/playbook.ts";
import type { Figures } from "./figures.ts";
import type { MarketingStanding } from "./marketing.ts";

export interface Proposal {
  /** What to do: `Ask for fit before a hand-raiser goes to sales`. */
  readonly says: string;
  /** The counts it stands on: `not-fit is 30 % of 40 rejections; 9 of 12 came as hand-raiser`. */
  readonly evidence: string;
  /** The file and the line it would touch. */
  readonly file: string;
  readonly line: string;
  /** How many handoffs speak for it: the order of proposals. */
  readonly weight: number;
}

/** What proposals are drawn from. */
export interface Evidence {
  readonly playbook: Pick<Playbook, "definition" | "agreement">;
  readonly total: Figures;
  readonly byType: readonly Figures[];
  readonly bySource: readonly Figures[];
  readonly marketing: MarketingStanding;
}
