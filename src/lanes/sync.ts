/**
 * Keeping the fields of a pair equal: every lead that was read in both CRMs is compared with what was last agreed, and what makes the
 * two agree is planned beside its decision. `sync/` says what; the effect ledger writes it, like everything else.
 */
import type { Write } from "../model/effect.ts";
import type { Snapshot } from "../model/lead.ts";
import type { CrmRecord, Wanted } from "../model/record.ts";
import type { Agreed, SideState, SyncField, SyncPlan } from "../model/sync.ts";
import { SIDES } from "../model/version.ts";
import { inStep } from "../playbook/in-step.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { type Link, leadsLinkedWith, loadLinks } from "../store/links.ts";
import { agreedBefore, agreedBy, hasWrites, sideState, stillAgreed, syncPair } from "../sync/index.ts";
import type { Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

/** The same properties with those that both CRMs keep, where leads are in two; and with the times of their changes, where they count. */
export function alsoSynced(lane: Lane, wanted: Wanted): Wanted {
  if (lane.installation.sales === undefined) return wanted;
  const fields = fieldsInStep(lane, lane.playbook());
  const paths = (some: readonly SyncField[]): string[] =>
    some.flatMap(({ marketing, sales }) => [marketing, sales]);
  const timed = fields.filter(({ winner, direction }) => winner === "latest" && direction === "both");
  return {
    ...wanted,
    properties: [...new Set([...wanted.properties, ...paths(fields)])],
    history: [...new Set([...wanted.history, ...paths(timed)])],
  };
}

/** What Baton keeps in step itself. */
export function fieldsInStep(lane: Lane, { fields }: Pick<Playbook, "fields">): readonly SyncField[] {
  return inStep(fields.sync, lane.connector.capabilities.syncsItself === true).fields;
}

/** What makes the pairs of a turn agree, by lead. Leads that are in one CRM only are absent. */
export type Syncs = ReadonlyMap<string, SyncPlan>;

/** Throws what the database throws. */
export async function syncPairs(
  lane: Lane,
  read: readonly ReadLead[],
  playbook: Pick<Playbook, "fields">,
): Promise<Syncs> {
  return await syncRecords(
    lane,
    // What is remembered of an account is as old as it may be: nothing is copied from it.
    read.flatMap(({ record }) => (isFromMemory(record) ? [] : [record])),
    fieldsInStep(lane, playbook),
  );
}

/**
 * Those of the leads that a glimpse has read whose records are not as they were last agreed. A glimpse reads what both CRMs keep of the
 * lead itself, so whoever asks later what has changed since need not ask again; but only a whole reading says what to copy.
 * Throws what the database throws.
 */
export async function outOfStep(lane: Lane, read: readonly ReadLead[]): Promise<ReadonlySet<string>> {
  const glimpsed = read.flatMap(({ record }) => (isFromMemory(record) ? [record] : []));
  const syncs = await syncRecords(lane, glimpsed, fieldsInStep(lane, lane.playbook()));
  return new Set([...syncs].flatMap(([lead, plan]) => (hasWrites(plan) || isNews(plan) ? [lead] : [])));
}

function isFromMemory(record: CrmRecord): boolean {
  return record.found === true && record.surroundedAt !== undefined;
}

/** The same of records, by the fields that are to be kept in step. Throws what the database throws. */
export async function syncRecords(
  lane: Lane,
  records: readonly CrmRecord[],
  fields: readonly SyncField[],
): Promise<Syncs> {
  const pairs = fields.length === 0 ? [] : await ownPairs(lane, records.filter(isPair));
  if (pairs.length === 0) return new Map();
  const links = await loadLinks(
    lane.store.db,
    lane.installation.id,
    pairs.map(({ lead }) => lead.id),
  );
  const here = fields.map(({ marketing }) => marketing);
  return new Map(
    pairs.map((record) => {
      const sales = salesState(record, fields);
      const agreed = agreedWith(record, links.get(record.lead.id), fields);
      return [
        record.lead.id,
        syncPair({ fields, marketing: sideState(record, here), sales, agreed }),
      ] as const;
    }),
  );
}

/** What sales' CRM holds. Its record has a last change of its own. */
function salesState(record: Pair, fields: readonly SyncField[]): SideState {
  const { modifiedAt } = record.sales;
  const { modifiedAt: _, ...rest } = record;
  const there = fields.map(({ sales }) => sales);
  return sideState(modifiedAt === undefined ? rest : { ...rest, modifiedAt }, there);
}

/** What is agreed of a pair as it was read: of a record that has become another one, only what still holds. Throws nothing. */
export function agreedWith(record: Pair, link: Link | undefined, fields: readonly SyncField[]): Agreed {
  const { agreed = {}, counterpart } = link ?? {};
  return counterpart === record.sales.lead.id
    ? agreed
    : stillAgreed(fields, agreed, "sales", salesState(record, fields));
}

/**
 * Without those whose record is another lead's: the record it was has lost a merge, and the two leads are perhaps one person. What is the
 * other's is not copied into it, nor the other way round, before somebody has merged them.
 */
async function ownPairs(lane: Lane, pairs: readonly Pair[]): Promise<readonly Pair[]> {
  if (pairs.length === 0) return pairs;
  const { id } = lane.installation;
  const holders = await leadsLinkedWith(
    lane.store.db,
    id,
    pairs.map(({ sales }) => sales.lead.id),
  );
  return pairs.filter(({ lead, sales }) => (holders.get(sales.lead.id) ?? lead.id) === lead.id);
}

/** A lead of which sales' CRM has a record, as both were read. */
export type Pair = Extract<CrmRecord, { found: true }> & {
  readonly sales: NonNullable<Extract<CrmRecord, { found: true }>["sales"]>;
};

/** Whether sales' CRM has a record of it. Throws nothing. */
export function isPair(record: CrmRecord): record is Pair {
  return record.found === true && record.sales !== undefined && !record.sales.isGone;
}

/** The writes of a plan, one for each side that has something to learn, named by the decision they go with. */
export function syncWrites(
  { decisionId, lead }: Pick<Snapshot, "decisionId" | "lead">,
  plan: SyncPlan,
): readonly Write[] {
  return SIDES.flatMap((side): readonly Write[] => {
    const values = plan.writes[side];
    if (Object.keys(values).length === 0) return [];
    const agreed = { agreed: agreedBy(plan, side), agreedBefore: agreedBefore(plan, side) };
    return [{ kind: "sync-fields", side, values, ...agreed, key: `${decisionId}.sync-${side}`, lead }];
  });
}

/** What needs no write to be agreed, because both sides were read equal, of those leads of which it is not known already. */
export function newlyAgreed(syncs: Syncs): ReadonlyMap<string, Agreed> {
  return new Map(
    [...syncs].filter(([, plan]) => isNews(plan)).map(([lead, plan]) => [lead, agreedAlready(plan)]),
  );
}

/** Whether both sides hold the same of which it is not known that they agree. */
function isNews({ outcomes, agreed }: SyncPlan): boolean {
  return outcomes.some(
    (one) => one.kind === "equal" && one.field in agreed && one.agreed !== agreed[one.field],
  );
}

function agreedAlready({ agreed, outcomes }: SyncPlan): Agreed {
  const equal = outcomes.filter(({ kind, field }) => kind === "equal" && field in agreed);
  return Object.fromEntries(equal.map(({ field }) => [field, agreed[field] ?? null]));
}
