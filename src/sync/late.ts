/** A write that had to wait: whether it still makes two records agree, and what they agree on where not all of it could be written. */
import type { WriteBody } from "../model/effect.ts";
import type { Agreed, SyncField } from "../model/sync.ts";
import { canonical } from "./canonical.ts";
import { otherThan } from "./field.ts";
import type { PairState } from "./index.ts";

type SyncWrite = Extract<WriteBody, { kind: "sync-fields" }>;

/**
 * What a write is worth that was planned earlier, by the pair as it is now. `due`: all that it was decided by is as it was: both values, and
 * what was agreed of them. `done`: the two are equal without it. `overtaken`: anything else, such as a value that was taken back where
 * it came from; whoever compares the two next decides anew. Agreed values count too, because a comparison that was stored since has
 * planned what was left to do, and the same values may have come about otherwise. All fields together: what will be agreed was worked
 * out for all of them. What cannot be read is never as it was. Throws nothing.
 */
export function lateSync(write: SyncWrite, pair: PairState): "due" | "done" | "overtaken" {
  if (!isStillSaid(write, pair)) return "overtaken";
  const values = Object.entries(write.values).map(([path, { to, seen }]) => ({
    to,
    seen,
    now: pair[write.side].get(path),
  }));
  if (values.every(({ to, now }) => now !== undefined && (now.value ?? "") === to)) return "done";
  const isAsItWas = values.every(({ seen, now }) => now !== undefined && now.value === seen);
  return isAsItWas && isAgreedAsBefore(write, pair.agreed) ? "due" : "overtaken";
}

/** Whether the side the values come from says what is to be agreed on. */
function isStillSaid({ side, agreed }: SyncWrite, pair: PairState): boolean {
  const source = otherThan(side);
  return Object.entries(agreed).every(([name, value]) => {
    const field = pair.fields.find((one) => one.name === name);
    const now = field === undefined ? undefined : pair[source].get(field[source]);
    return field !== undefined && now !== undefined && canonical(field, source, now.value) === value;
  });
}

function isAgreedAsBefore({ agreed, agreedBefore }: SyncWrite, now: Agreed): boolean {
  return agreedBefore === undefined || Object.keys(agreed).every((name) => now[name] === agreedBefore[name]);
}

/**
 * What both sides have agreed on by a write that was made.
 * @param dropped  Paths that the record written to has not, or that may not be written: of those nothing is agreed. Throws nothing.
 */
export function agreedWithout(
  { side, agreed }: SyncWrite,
  dropped: readonly string[],
  fields: readonly SyncField[],
): Agreed {
  if (dropped.length === 0) return agreed;
  const isWritten = (name: string): boolean => {
    const path = fields.find((field) => field.name === name)?.[side];
    return path !== undefined && !dropped.includes(path);
  };
  return Object.fromEntries(Object.entries(agreed).filter(([name]) => isWritten(name)));
}
