/** How the resyncs of installations stand, for the command and the API. */
import type { ErrorCode } from "../errors.ts";
import type { CallsOfDay } from "../model/capabilities.ts";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { type Installation, isConnected } from "../store/installations.ts";
import {
  type FieldCounts,
  loadResync,
  loadSamples,
  type Resync,
  type ResyncSample,
  type ResyncSubject,
  resyncDueAt,
} from "../store/resyncs.ts";
import type { Db } from "../store/schema.ts";
import { loadSweep, type Sweep } from "../store/sweeps.ts";

/** `waiting`: the last page could not be read, and is asked for again. */
type ResyncState = "asked" | "under-way" | "waiting" | "done" | "stopped" | "out-of-calls" | "disconnected";

interface Where {
  /** The tenant: a portal's number, or an org's id. */
  readonly portal: string;
  readonly crm: Crm;
  readonly state: ResyncState;
  readonly looked: number;
}

/** The search for changes nobody has told of. `told`: those it found. */
interface LeadsStanding extends Where {
  readonly about: "leads";
  readonly told: number;
}

/** The comparison of a pair. Counts are so far; calls are of both CRMs. */
export interface PairStanding extends Where {
  readonly about: ResyncSubject;
  readonly isDry: boolean;
  /** Modified at this instant or later; absent: all. */
  readonly since?: Instant;
  readonly total?: number;
  readonly differing: number;
  readonly written: number;
  readonly calls: number;
  readonly mostCalls?: number;
  readonly day?: CallsOfDay;
  readonly trouble?: ErrorCode;
  /** When a page that could not be read is asked for again. */
  readonly againAt?: Instant;
  readonly counts: FieldCounts;
  readonly samples: readonly ResyncSample[];
}

export type ResyncStanding = LeadsStanding | PairStanding;

/** What was asked for last in each, leads first. Samples hold what leads' fields hold: never log them. */
export async function resyncStandings(
  db: Db,
  installations: readonly Installation[],
): Promise<readonly ResyncStanding[]> {
  const all: ResyncStanding[] = [];
  for (const installation of installations.filter(({ serves }) => serves === undefined)) {
    const { id, tenant: portal, crm } = installation;
    const sweep = isConnected(installation) ? (await loadSweep(db, id))?.sweep : undefined;
    const { looked = 0, told = 0 } = sweep ?? {};
    if (sweep !== undefined || !isConnected(installation))
      all.push({ portal, crm, about: "leads", state: stateOfSweep(sweep), looked, told });
    const resync = await loadResync(db, id);
    if (resync !== undefined) all.push(await pairStanding(db, installation, resync));
  }
  return all;
}

/** Whether there is something to wait for. Throws nothing. */
export function isOpen({ state }: ResyncStanding): boolean {
  return state === "asked" || state === "under-way" || state === "waiting";
}

async function pairStanding(db: Db, installation: Installation, resync: Resync): Promise<PairStanding> {
  const { id, tenant: portal, crm } = installation;
  const {
    id: _,
    subject,
    askedAt: __,
    startedAt: ___,
    endedAt,
    because: ____,
    after: _____,
    ...rest
  } = resync;
  const again = resync.trouble === undefined || endedAt !== undefined ? undefined : await resyncDueAt(db, id);
  return {
    ...rest,
    portal,
    crm,
    about: subject,
    state: isConnected(installation) || endedAt !== undefined ? stateOf(resync) : "disconnected",
    samples: await loadSamples(db, id),
    ...(again === undefined ? {} : { againAt: again }),
  };
}

function stateOf({ startedAt, endedAt, because, trouble }: Resync): ResyncState {
  if (endedAt !== undefined) return because ?? "done";
  if (trouble !== undefined) return "waiting";
  return startedAt === undefined ? "asked" : "under-way";
}

function stateOfSweep(sweep: Sweep | undefined): ResyncState {
  if (sweep === undefined) return "disconnected";
  if (sweep.endedAt !== undefined) return "done";
  return sweep.startedAt === undefined ? "asked" : "under-way";
}
