/** Versions of a playbook: which one decides, since when, and who said yes to it. Source: docs/decisions/0018-versions.md. */
import type { Instant } from "./instant.ts";

/** The two teams a playbook is agreed between. */
export const SIDES = ["marketing", "sales"] as const;
export type Side = (typeof SIDES)[number];

/** One yes to one version. `by` is a lower-case e-mail address. */
export interface Signature {
  readonly side: Side;
  readonly by: string;
}

/** A signature as it is kept. */
export interface Approval extends Signature {
  readonly version: string;
  readonly at: Instant;
}

/**
 * A version going live: it decides until the next one. `first` is the first of a database, which nobody could sign; a `rollback`
 * is a version that was live before.
 */
export interface Publication {
  /** Rises by one with each publication: the highest is the live one. */
  readonly seq: number;
  readonly version: string;
  readonly at: Instant;
  /** Who did it: an address, a user of the machine, or `serve`. */
  readonly by: string;
  readonly because: "first" | "publish" | "rollback";
}
