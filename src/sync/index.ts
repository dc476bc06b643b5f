/**
 * Sync: two records of one person and what was last agreed, to the writes that make them agree. Pure: it never says when to
 * look, and whoever writes must have read what it saw. Source: docs/sync.md.
 */
import type { GuardedValue } from "../model/effect.ts";
import type { Instant } from "../model/instant.ts";
import type { Agreed, FieldOutcome, FieldState, SideState, SyncField, SyncPlan } from "../model/sync.ts";
import { SIDES, type Side } from "../model/version.ts";
import { canonical } from "./canonical.ts";
import { otherThan, syncField } from "./field.ts";

/** A pair as it was read. */
export interface PairState {
  readonly fields: readonly SyncField[];
  readonly marketing: SideState;
  readonly sales: SideState;
  readonly agreed: Agreed;
}

/**
 * Compares a pair field by field. Once its writes are confirmed, the same pair read again asks for no more. Each write carries the
 * value it was decided by. Throws nothing.
 */
export function syncPair({ fields, marketing, sales, agreed }: PairState): SyncPlan {
  const writes: Record<Side, Record<string, GuardedValue>> = { marketing: {}, sales: {} };
  const next: Record<string, string | null> = {};
  const outcomes: FieldOutcome[] = [];
  for (const field of fields) {
    const [here, there] = [marketing.get(field.marketing), sales.get(field.sales)];
    const one = syncField(field, {
      ...(here === undefined ? {} : { marketing: here }),
      ...(there === undefined ? {} : { sales: there }),
      agreed: agreed[field.name],
    });
    const { outcome } = one;
    outcomes.push(outcome);
    if (one.agreed !== undefined) next[field.name] = one.agreed;
    if (outcome.to === undefined || outcome.winner === undefined) continue;
    const side = otherThan(outcome.winner);
    const seen = outcome[side];
    writes[side][field[side]] = { to: outcome.to, ...(seen === undefined ? {} : { seen }) };
  }
  return { writes, agreed: next, outcomes };
}

/** The part of a plan's agreement that holds once the writes of one side are confirmed. Throws nothing. */
export function agreedBy({ agreed, outcomes }: SyncPlan, side: Side): Agreed {
  const learnt = outcomes.filter(({ to, winner }) => to !== undefined && winner === otherThan(side));
  return Object.fromEntries(learnt.map(({ field }) => [field, agreed[field] ?? null]));
}

/** What was agreed of the same fields when the plan was made. Throws nothing. */
export function agreedBefore(plan: SyncPlan, side: Side): Agreed {
  const learnt = agreedBy(plan, side);
  return Object.fromEntries(
    plan.outcomes.flatMap(({ field, agreed }) =>
      field in learnt && agreed !== undefined ? [[field, agreed] as const] : [],
    ),
  );
}

/**
 * What is still agreed of a pair of which one side's record has become another one, merged or converted. What the other side holds was
 * agreed with the former record, and only where this one holds the same does that say who has changed since: elsewhere the two have
 * never agreed. So nothing is emptied because a merge left it empty, and where both have a value the field's rule decides. What was not
 * read is not agreed. Throws nothing.
 */
export function stillAgreed(
  fields: readonly SyncField[],
  agreed: Agreed,
  side: Side,
  state: SideState,
): Agreed {
  const isSame = (field: SyncField): boolean => {
    const now = state.get(field[side]);
    return now !== undefined && canonical(field, side, now.value) === agreed[field.name];
  };
  const left = fields.filter((field) => field.name in agreed && isSame(field));
  return Object.fromEntries(left.map(({ name }) => [name, agreed[name] ?? null]));
}

/** A record of a CRM as far as fields are concerned. */
interface Readable {
  readonly values: Readonly<Record<string, string>>;
  readonly history: Readonly<Record<string, readonly { readonly at: Instant }[]>>;
  readonly unreadable?: readonly string[];
  readonly modifiedAt?: Instant;
}

/**
 * One side of a pair. Where no history of a field is kept, the record's own last change stands for the field's: it was not
 * changed later than that. Throws nothing.
 */
export function sideState(record: Readable, paths: readonly string[]): SideState {
  const unreadable = new Set(record.unreadable);
  return new Map(
    paths.filter((path) => !unreadable.has(path)).map((path) => [path, stateOf(record, path)] as const),
  );
}

function stateOf({ values, history, modifiedAt }: Readable, path: string): FieldState {
  const value = values[path];
  const newest = (history[path] ?? []).reduce<Instant | undefined>(
    (latest, { at }) => (latest === undefined || at > latest ? at : latest),
    undefined,
  );
  const changedAt = newest ?? modifiedAt;
  return {
    ...(value === undefined ? {} : { value }),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

/** Whether either side has something to learn. Throws nothing. */
export function hasWrites(plan: SyncPlan | undefined): boolean {
  return plan !== undefined && SIDES.some((side) => Object.keys(plan.writes[side]).length > 0);
}

export { agreedWithout, lateSync } from "./late.ts";
export { newcomerValues, optOutOf, withOptOutsOf } from "./newcomer.ts";
