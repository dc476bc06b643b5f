/**
 * Two CRMs in a few lines, as a model for the property of sync: each keeps fields with the time of their last change, spells some
 * values its own way, and may lose answers or fail. Baton is the loop that looks, plans and writes.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { Agreed, FieldState, SideState, SyncField, SyncPlan } from "../../src/model/sync.ts";
import { SIDES, type Side } from "../../src/model/version.ts";
import { agreedBy, stillAgreed, syncPair } from "../../src/sync/index.ts";

/** What happens: a person edits, or Baton looks. `lost`: the write is kept and nobody hears of it; `failed`: it is not kept. */
export type Happening =
  | { readonly does: "edit"; readonly side: Side; readonly field: number; readonly value: string }
  | { readonly does: "look"; readonly write: "kept" | "lost" | "failed" }
  /** Baton reads, a person edits, and only then Baton writes: the write carries what it saw. */
  | { readonly does: "overtaken"; readonly side: Side; readonly field: number; readonly value: string }
  /** One side's record is merged into another one, with values by field. `fills`: what that one has not, it takes from the first. */
  | {
      readonly does: "merge";
      readonly side: Side;
      readonly values: readonly string[];
      readonly fills: boolean;
    };

type Store = Map<string, { value: string; at: Instant }>;

export interface World {
  readonly stores: Readonly<Record<Side, Store>>;
  agreed: Agreed;
  now: Instant;
  /** Writes Baton made, and edits people made. */
  writes: number;
  edits: number;
}

export function newWorld(): World {
  return {
    stores: { marketing: new Map(), sales: new Map() },
    agreed: {},
    now: 1_000,
    writes: 0,
    edits: 0,
  };
}

/** Sales' CRM trims and lowers addresses, marketing's writes numbers without needless digits: both change what they are given. */
function kept(field: SyncField, side: Side, value: string): string {
  const trimmed = value.trim();
  if (field.type === "email" && side === "sales") return trimmed.toLowerCase();
  if (field.type === "number" && side === "marketing" && trimmed !== "") return String(Number(trimmed));
  return trimmed;
}

function put(world: World, field: SyncField, side: Side, value: string): void {
  world.now += 1;
  world.stores[side].set(field[side], { value: kept(field, side, value), at: world.now });
}

export function readSide(world: World, fields: readonly SyncField[], side: Side): SideState {
  return new Map(
    fields.map((field) => {
      const held = world.stores[side].get(field[side]);
      const state: FieldState =
        held === undefined ? {} : { changedAt: held.at, ...(held.value === "" ? {} : { value: held.value }) };
      return [field[side], state];
    }),
  );
}

/** What Baton would do now. */
export function planOf(world: World, fields: readonly SyncField[]): SyncPlan {
  const [marketing, sales] = [readSide(world, fields, "marketing"), readSide(world, fields, "sales")];
  return syncPair({ fields, marketing, sales, agreed: world.agreed });
}

export function happen(world: World, fields: readonly SyncField[], what: Happening): void {
  if (what.does === "look") return carryOut(world, fields, planOf(world, fields), what.write);
  if (what.does === "merge") return merge(world, fields, what);
  const field = fields[what.field % fields.length];
  if (field === undefined) return;
  const plan = what.does === "overtaken" ? planOf(world, fields) : undefined;
  world.edits += 1;
  put(world, field, what.side, what.value);
  if (plan !== undefined) carryOut(world, fields, plan, "kept");
}

/** As the lanes do it: `moveLinks` where leads are merged, `noteCounterparts` where their records are. */
function merge(
  world: World,
  fields: readonly SyncField[],
  { side, values, fills }: Extract<Happening, { does: "merge" }>,
): void {
  for (const [index, field] of fields.entries()) {
    const former = fills ? (world.stores[side].get(field[side])?.value ?? "") : "";
    const value = values[index] ?? "";
    put(world, field, side, value === "" ? former : value);
  }
  world.agreed =
    side === "marketing" ? {} : stillAgreed(fields, world.agreed, side, readSide(world, fields, side));
}

/** As the effect ledger does it: each side's values together or, where one of them is not what was seen any more, not at all. */
function carryOut(
  world: World,
  fields: readonly SyncField[],
  plan: SyncPlan,
  write: "kept" | "lost" | "failed",
): void {
  const equal = plan.outcomes.filter(({ kind, field }) => kind === "equal" && field in plan.agreed);
  world.agreed = {
    ...world.agreed,
    ...Object.fromEntries(equal.map(({ field }) => [field, plan.agreed[field] ?? null])),
  };
  for (const side of SIDES) {
    const values = Object.entries(plan.writes[side]);
    const isStale = values.some(
      ([path, { seen }]) => (world.stores[side].get(path)?.value ?? "") !== (seen ?? ""),
    );
    if (values.length === 0 || isStale || write === "failed") continue;
    for (const [path, { to }] of values) {
      const field = fields.find((each) => each[side] === path);
      if (field === undefined) continue;
      world.writes += 1;
      put(world, field, side, to);
    }
    // An answer that was lost is looked for later, and found: what is agreed then is what was written.
    if (write === "kept") world.agreed = { ...world.agreed, ...agreedBy(plan, side) };
  }
}
