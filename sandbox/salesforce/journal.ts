/**
 * Transactions. What is written inside of one is undone together, and told to the hooks only once the outermost one
 * is committed. A transaction inside another one can fail alone: only its own writes are undone.
 */
import type { OrgChange, OrgState, OrgWrite } from "./org.ts";

/** What a running transaction has done so far. */
export interface Journal {
  readonly undo: (() => void)[];
  readonly changes: Omit<OrgChange, "transaction" | "sequence">[];
  readonly writes: OrgWrite[];
}

/** Runs `act` as a transaction, or as a part of the running one. Passes its error on, with everything undone. */
export function atomically<T>(state: OrgState, act: () => T): T {
  const outer = state.journal;
  const journal = outer ?? { undo: [], changes: [], writes: [] };
  const mark = [journal.undo.length, journal.changes.length, journal.writes.length] as const;
  state.journal = journal;
  try {
    const result = act();
    if (!outer) commit(state, journal);
    return result;
  } catch (error) {
    for (const undo of journal.undo.splice(mark[0]).toReversed()) undo();
    journal.changes.splice(mark[1]);
    journal.writes.splice(mark[2]);
    throw error;
  } finally {
    state.journal = outer;
  }
}

function commit(state: OrgState, journal: Journal): void {
  state.transactions += 1;
  const transaction = `${state.transactions.toString(16).padStart(8, "0")}-a642-11e2-c29b-229c6786473e`;
  state.journal = undefined;
  for (const write of journal.writes) state.hooks.wrote(write);
  for (const [place, change] of journal.changes.entries())
    state.hooks.changed({ ...change, transaction, sequence: place + 1 });
}
