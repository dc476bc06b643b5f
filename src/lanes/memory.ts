/** What Baton already knows of the leads of a turn, loaded for all of them at once. */
import type { FormerHandoff, OpenHandoff } from "../model/handoff.ts";
import type { Standings } from "../model/rep.ts";
import type { Signal } from "../model/signal.ts";
import type { Identity } from "../resolve/identity.ts";
import { resolve } from "../resolve/index.ts";
import { type Activities, rememberedMs } from "../resolve/activity.ts";
import { loadColleagues } from "../store/account-signals.ts";
import { loadAccountHandoffs, loadOpenHandoffs } from "../store/handoffs.ts";
import { loadLeads, type SeenLead } from "../store/leads.ts";
import { loadSignals } from "../store/signals.ts";
import { loadFormer, withStories } from "../store/stories.ts";
import { loadStandings } from "../store/standings.ts";
import type { Lost } from "./adopt.ts";
import { recallSupplied, type Supplied } from "./enrichment.ts";
import { recallIdentities } from "./identities.ts";
import { readTouches, type ReadTouches } from "./following.ts";
import type { Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

/** By lead id; the fairness ledger is the lane's as a whole. */
export interface Memory {
  readonly signals: ReadonlyMap<string, readonly Signal[]>;
  /** Those that sales has, with their stories. */
  readonly handoffs: ReadonlyMap<string, OpenHandoff>;
  /** The last handoff of each lead that ended by an answer. */
  readonly formers: ReadonlyMap<string, FormerHandoff>;
  readonly touches: ReadTouches;
  readonly seen: ReadonlyMap<string, SeenLead>;
  readonly standings: Standings;
  /** By account id. */
  readonly activities: Activities;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly supplied: Supplied;
  /** Only after a restore. */
  readonly lost?: Lost;
}

export async function recall(lane: Lane, read: readonly ReadLead[]): Promise<Memory> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const leads = read.map(({ work, record }) => (record.found === true ? record.lead.id : work.lead));
  const identities = await recallIdentities(lane, read);
  const handoffs = await withStories(db, id, await loadOpenHandoffs(db, id, leads));
  return {
    signals: await loadSignals(db, id, leads),
    handoffs,
    formers: await loadFormer(db, id, leads),
    touches: await readTouches(lane, read, handoffs),
    seen: await loadLeads(db, id, leads),
    standings: await loadStandings(db, id),
    activities: await recallAccounts(lane, read, identities),
    identities,
    supplied: await recallAnswers(lane, read, identities),
  };
}

/** What colleagues did is loaded only where some condition counts it; their open handoffs always, for routing. */
async function recallAccounts(
  lane: Lane,
  read: readonly ReadLead[],
  identities: Memory["identities"],
): Promise<Activities> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const { watches } = lane.playbook();
  const linked = read.flatMap(({ record }) => (record.found === true ? (record.accountId ?? []) : []));
  const matched = [...identities.values()].flatMap(({ account }) => account?.id ?? []);
  const accounts = [...new Set([...linked, ...matched])];
  const since = lane.now() - rememberedMs(watches);
  const colleagues =
    watches.length === 0 ? new Map<string, never>() : await loadColleagues(db, id, accounts, since);
  const handoffs = await loadAccountHandoffs(db, id, accounts);
  return new Map(
    accounts.map((account) => [
      account,
      { colleagues: colleagues.get(account) ?? [], handoffs: handoffs.get(account) ?? [] },
    ]),
  );
}

/** Whom a provider was asked about is found by what the CRM says of the lead. */
async function recallAnswers(
  lane: Lane,
  read: readonly ReadLead[],
  identities: Memory["identities"],
): Promise<Supplied> {
  const playbook = lane.playbook();
  if (playbook.fields.enrich === undefined) return new Map();
  const asked = { signals: [], activities: new Map<string, never>(), decisionId: "", leadUrl: "" };
  const snapshots = read.flatMap(({ record }) => {
    if (record.found !== true) return [];
    const identity = identities.get(record.lead.id);
    return [resolve({ record, ...asked, ...(identity && { identity }) }, playbook)];
  });
  return await recallSupplied(lane, snapshots);
}
