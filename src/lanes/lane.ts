/**
 * A lane: one installation's line of work, as the worker that holds it sees it. At most one worker holds a lane at any time,
 * so order per lead comes for free and every call of the CRM can be a batch.
 */
import type { Logger } from "pino";
import type { Connector } from "../connector.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Owner } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { Provider } from "../enrich/provider.ts";
import type { Installation } from "../store/installations.ts";
import { keepLane, type LaneHold } from "../store/lanes.ts";
import type { Store } from "../store/open.ts";
import type { Tx } from "../store/schema.ts";
import type { SecretKeys } from "../store/seal.ts";

/** What every lane of the process shares. Time and ids are passed in, so that a turn can be repeated. */
export interface LaneTools {
  readonly store: Store;
  readonly keys: SecretKeys;
  readonly log: Logger;
  readonly now: () => Instant;
  /** A random id that nobody can guess; it names decisions, handoffs and turns. */
  readonly newId: () => string;
  /** Where people reach this server. */
  readonly publicUrl: string;
  /** How long a call whose answer was lost may still be running in the CRM. */
  readonly settleMs: DurationMs;
  /** How long activities gather that come one after the other. */
  readonly gatherMs: DurationMs;
  /** Whom to ask for what the CRM does not know; absent where nobody is set up for it. */
  readonly provider?: Provider;
  /** The version that decides now. */
  readonly playbook: () => Playbook;
}

export interface Lane extends LaneTools {
  readonly installation: Installation;
  readonly hold: LaneHold;
  readonly connector: Connector;
  /** Whether the lease surely lasts at this moment. Absent where nobody else can take the lane. */
  readonly mayWrite?: () => boolean;
  readonly owners: () => Promise<readonly Owner[]>;
  /** Says that the installation can do other things than its connector thinks: after this turn it is connected anew. */
  readonly reconnect: () => void;
}

/** Runs one transaction of this lane. Throws `deliver.lost-lane`, with nothing written, if the lane has moved. */
export async function inLane<T>(lane: Lane, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await lane.store.db.transaction().execute(async (tx) => {
    await keepLane(tx, lane.store.dialect, lane.hold);
    return await work(tx);
  });
}
