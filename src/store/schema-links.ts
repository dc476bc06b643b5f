/** The tables of leads that are in two CRMs. */
import type { Instant } from "../model/instant.ts";

/** How two records were found to be one person. `carried`: one bears the other's id. */
export type LinkedBy = "carried" | "email" | "made";

/** A lead of marketing's CRM and the record it is in sales' CRM. */
export interface LinkRow {
  installation: string;
  lead: string;
  /** Its id in sales' CRM: the lead, or what it was converted or merged into. */
  counterpart: string;
  by: LinkedBy;
  /** JSON of `Agreed`. */
  agreed: string;
  linked_at: Instant;
  /** When sales' CRM first said that the record is not there; null while it is. */
  gone_at: Instant | null;
}

/** Every id a linked lead has had in sales' CRM: a converted one is still spoken of by the old one. */
export interface LinkNameRow {
  installation: string;
  counterpart: string;
  lead: string;
}

/** Something that differed between both CRMs when a resync looked, as people are shown it. */
export interface ResyncSampleRow {
  installation: string;
  lead: string;
  field: string;
  /** JSON of the `FieldOutcome`. */
  body: string;
}
