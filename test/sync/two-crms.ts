/**
 * Two CRMs in a few lines, as a model for the property of sync: each keeps fields with the time of their last change, spells some
 * values its own way, and may lose answers or fail. Baton is the loop that looks, plans and writes.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { Agreed, FieldState, SideState, SyncField, SyncPlan } from "../../src/model/sync.ts";
import { SIDES, type Side } from "../../src/model/version.ts";
import type { WriteBody } from "../../src/model/effect.ts";
import {
  agreedBefore,
  agreedBy,
  lateSync,
  type PairState,
  stillAgreed,
  syncPair,
} from "../../src/sync/index.ts";

/**
 * What happens: a person edits, or Baton looks. `lost`: the write is kept and nobody hears of it; `failed`: it is not kept; `waits`: it
 * is not made yet.
 */
export type Happening =
  | { readonly does: "edit"; readonly side: Side; readonly field: number; readonly value: string }
  | { readonly does: "look"; readonly write: "kept" | "lost" | "failed" | "waits" }
  /** What waits is made, as far as it still is to be. */
  | { readonly does: "deliver" }
  /** Baton reads, a person edits, and only then Baton writes: the write carries what it saw. */
  | { readonly does: "overtaken"; readonly side: Side; readonly field: number; readonly value: string }
  /**
   * One side's record is merged into another one, or converted, with values by field. `fills`: what that one has not, it takes from the
   * first. Of a record of sales' Baton hears when it looks.
   */
  | {
      readonly does: "merge";
      readonly side: Side;
      readonly values: readonly string[];
      readonly fills: boolean;
    };

type Store = Map<string, { value: string; at: Instant }>;
type SyncWrite = Extract<WriteBody, { kind: "sync-fields" }>;

export interface World {
  readonly stores: Readonly<Record<Side, Store>>;
  agreed: Agreed;
  /** Whether sales' record is another one than what was agreed was said of. */
  isMoved: boolean;
  /** What waits, and of which look it is. */
  waiting: { readonly write: SyncWrite; readonly look: number }[];
  /** The last look that had anything to write. */
  lastLook: number;
  now: Instant;
  /** Writes Baton made, and edits people made. */
  writes: number;
  edits: number;
}

export function newWorld(): World {
  return {
    stores: { marketing: new Map(), sales: new Map() },
    agreed: {},
    isMoved: false,
    waiting: [],
    lastLook: 0,
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

function pairOf(world: World, fields: readonly SyncField[]): PairState {
  const [marketing, sales] = [readSide(world, fields, "marketing"), readSide(world, fields, "sales")];
  return { fields, marketing, sales, agreed: world.agreed };
}

/** What Baton would do now. */
export function planOf(world: World, fields: readonly SyncField[]): SyncPlan {
  const pair = pairOf(world, fields);
  const agreed = world.isMoved ? stillAgreed(fields, world.agreed, "sales", pair.sales) : world.agreed;
  return syncPair({ ...pair, agreed });
}

export function happen(world: World, fields: readonly SyncField[], what: Happening): void {
  if (what.does === "look") return look(world, fields, planOf(world, fields), what.write);
  if (what.does === "deliver") return deliver(world, fields);
  if (what.does === "merge") return merge(world, fields, what);
  const field = fields[what.field % fields.length];
  if (field === undefined) return;
  const plan = what.does === "overtaken" ? planOf(world, fields) : undefined;
  world.edits += 1;
  put(world, field, what.side, what.value);
  if (plan !== undefined) look(world, fields, plan, "kept");
}

/** As the lanes do it: `moveLinks` where leads are merged, `noteMoved` where their records are, when somebody looks. */
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
  if (side === "sales") world.isMoved = true;
  else world.agreed = {};
}

/** A look keeps what it has seen, and then writes or lets it wait. */
function look(
  world: World,
  fields: readonly SyncField[],
  plan: SyncPlan,
  write: "kept" | "lost" | "failed" | "waits",
): void {
  if (world.isMoved)
    world.agreed = stillAgreed(fields, world.agreed, "sales", readSide(world, fields, "sales"));
  world.isMoved = false;
  const equal = plan.outcomes.filter(({ kind, field }) => kind === "equal" && field in plan.agreed);
  world.agreed = {
    ...world.agreed,
    ...Object.fromEntries(equal.map(({ field }) => [field, plan.agreed[field] ?? null])),
  };
  const planned = SIDES.flatMap((side): readonly SyncWrite[] => {
    const values = plan.writes[side];
    if (Object.keys(values).length === 0) return [];
    const agreed = { agreed: agreedBy(plan, side), agreedBefore: agreedBefore(plan, side) };
    return [{ kind: "sync-fields", side, values, ...agreed }];
  });
  if (planned.length === 0) return;
  world.lastLook += 1;
  if (write === "waits") world.waiting.push(...planned.map((one) => ({ write: one, look: world.lastLook })));
  else for (const one of planned) carryOut(world, fields, one, write);
}

/** What waits and is not overtaken: neither by a later look that had anything to write, nor by what became of the pair. */
export function standing(
  world: World,
  fields: readonly SyncField[],
): readonly { readonly write: SyncWrite; readonly is: "due" | "done" }[] {
  const pair = pairOf(world, fields);
  return world.waiting.flatMap(({ write, look: planned }) => {
    const is = planned === world.lastLook ? lateSync(write, pair) : "overtaken";
    return is === "overtaken" ? [] : [{ write, is }];
  });
}

/** As the effect ledger does it: all that waits is looked at, and then what still stands is written. */
function deliver(world: World, fields: readonly SyncField[]): void {
  const left = standing(world, fields);
  world.waiting = [];
  for (const { write, is } of left)
    if (is === "due") carryOut(world, fields, write, "kept");
    else world.agreed = { ...world.agreed, ...write.agreed };
}

/** Each side's values together or, where one of them is not what was seen any more, not at all. */
function carryOut(
  world: World,
  fields: readonly SyncField[],
  { side, values, agreed }: SyncWrite,
  write: "kept" | "lost" | "failed",
): void {
  const isStale = Object.entries(values).some(
    ([path, { seen }]) => (world.stores[side].get(path)?.value ?? "") !== (seen ?? ""),
  );
  if (isStale || write === "failed") return;
  for (const [path, { to }] of Object.entries(values)) {
    const field = fields.find((each) => each[side] === path);
    if (field === undefined) continue;
    world.writes += 1;
    put(world, field, side, to);
  }
  // An answer that was lost is looked for later, and found: what is agreed then is what was written.
  if (write === "kept") world.agreed = { ...world.agreed, ...agreed };
}
