/** Who writes, when, and how loudly. */
import type { Actor } from "./record.ts";

/** The circumstances of one write. */
export interface WriteContext {
  readonly actor: Actor;
  /** The instant to stamp (epoch milliseconds); the portal's clock when absent. */
  readonly at?: number;
  /** True while a world is being laid out: no webhooks and no ledger entries. */
  readonly quiet?: boolean;
  /** The ledger number of the API call that carries the write. */
  readonly call?: number;
  readonly traceId?: string;
}
