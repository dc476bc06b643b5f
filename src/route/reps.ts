/** The reps of a roster, found by team, id and owner without looking at all of them: every turn of a lane has the same reps. */
import type { Rep } from "../model/rep.ts";

interface Index {
  readonly byTeam: ReadonlyMap<string, readonly Rep[]>;
  readonly byId: ReadonlyMap<string, Rep>;
  readonly byOwner: ReadonlyMap<string, Rep>;
}

const indexes = new WeakMap<readonly Rep[], Index>();

/** The reps of a team in the roster's order; nobody for a team that does not exist. Throws nothing. */
export function repsOfTeam(reps: readonly Rep[], team: string): readonly Rep[] {
  return indexOf(reps).byTeam.get(team) ?? [];
}

/** The rep with this e-mail address. Throws nothing. */
export function repById(reps: readonly Rep[], id: string): Rep | undefined {
  return indexOf(reps).byId.get(id);
}

/** The first rep who is this owner of the CRM. Throws nothing. */
export function repByOwner(reps: readonly Rep[], ownerId: string): Rep | undefined {
  return indexOf(reps).byOwner.get(ownerId);
}

function indexOf(reps: readonly Rep[]): Index {
  let index = indexes.get(reps);
  if (index === undefined) {
    // The later entry of a map counts, and the first rep is wanted.
    const backwards = reps.toReversed();
    index = {
      byTeam: Map.groupBy(reps, ({ team }) => team),
      byId: new Map(backwards.map((rep) => [rep.id, rep])),
      byOwner: new Map(
        backwards.flatMap((rep) => (rep.ownerId === undefined ? [] : [[rep.ownerId, rep] as const])),
      ),
    };
    indexes.set(reps, index);
  }
  return index;
}
