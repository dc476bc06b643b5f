/** What a report is: the figures of some days, as a whole and by one grouping. */
import type { Instant } from "../model/instant.ts";
import type { DaySpan } from "./days.ts";
import type { Figures } from "./figures.ts";
import type { SeamSpan } from "./seams.ts";
import type { Dimension } from "./tally.ts";

/** Figures of one time: of everything, and of each group. */
export interface Report {
  readonly span: DaySpan;
  readonly asOf: Instant;
  readonly by: Dimension;
  readonly total: Figures;
  readonly groups: readonly Figures[];
  readonly seams: readonly SeamSpan[];
}
