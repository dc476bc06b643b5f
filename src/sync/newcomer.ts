/** What somebody is made with in the CRM that does not know them, and who may not be made there. */
import type { FieldOutcome, SideState, SyncField } from "../model/sync.ts";
import type { Side } from "../model/version.ts";
import { canonical, written } from "./canonical.ts";
import { otherThan } from "./field.ts";

/**
 * What a record is made with on the other side: every field that goes there and has a value. What it cannot hold is told, and left
 * out. Throws nothing.
 */
export function newcomerValues(
  fields: readonly SyncField[],
  state: SideState,
  from: Side,
): { readonly values: Readonly<Record<string, string>>; readonly held: readonly FieldOutcome[] } {
  const to = otherThan(from);
  const values: Record<string, string> = {};
  const held: FieldOutcome[] = [];
  for (const field of fields) {
    if (!goesTo(field, to)) continue;
    const raw = state.get(field[from])?.value;
    const value = canonical(field, from, raw);
    if (value === null || raw === undefined) continue;
    const there = written(field, to, value);
    if ("to" in there) values[field[to]] = there.to;
    else held.push({ field: field.name, kind: "held", [from]: raw, winner: from, why: there.held });
  }
  return { values, held };
}

/**
 * What keeps somebody from being made on the other side: an opt-out (`true-wins`) that would not be there. `carried`: none is lost.
 * `lost`: a yes goes nowhere, or is a word that says neither yes nor no; `unseen`: it cannot be read, and unknown is not no. Throws nothing.
 */
export function optOutOf(
  fields: readonly SyncField[],
  state: SideState,
  from: Side,
): "carried" | "lost" | "unseen" {
  const optOuts = fields.filter(({ winner }) => winner === "true-wins");
  if (optOuts.some((field) => !state.has(field[from]))) return "unseen";
  const arrives = new Set(
    optOuts
      .filter((field) => goesTo(field, otherThan(from)))
      .filter((field) => canonical(field, from, state.get(field[from])?.value) === "true")
      .map((field) => field[from]),
  );
  return optOuts.some(
    (field) => isYes(field, from, state.get(field[from])?.value) && !arrives.has(field[from]),
  )
    ? "lost"
    : "carried";
}

/**
 * The state of a record beside others that are perhaps the same person: whoever of them opted out has, and whoever cannot be seen may have.
 * Throws nothing.
 */
export function withOptOutsOf(
  fields: readonly SyncField[],
  state: SideState,
  others: readonly SideState[],
  from: Side,
): SideState {
  const sum = new Map(state);
  for (const field of fields.filter(({ winner }) => winner === "true-wins")) {
    const path = field[from];
    const all = [state, ...others];
    const yes = all
      .map((one) => one.get(path))
      .find((held) => held !== undefined && isYes(field, from, held.value));
    if (yes !== undefined) sum.set(path, yes);
    else if (!all.every((one) => one.has(path))) sum.delete(path);
  }
  return sum;
}

/** Whatever is no plain no: a word nobody knows may be a yes. */
function isYes(field: SyncField, from: Side, value: string | undefined): boolean {
  return canonical(field, from, value) !== "false";
}

function goesTo({ direction }: SyncField, to: Side): boolean {
  return direction === "both" || direction === `to-${to}`;
}
