/** What a change of team.yaml means: who joins, who leaves, and what changes for whom. */
import { byName, inParts } from "./diff-named.ts";
import { mapOf, show, type Tell } from "./diff-words.ts";

/** Says how one team.yaml differs from another. Throws nothing. */
export const teamLines: Tell = inParts({
  reps: byName({
    call: (address) => address,
    added: joins,
    removed: (rep) => `leaves ${show(mapOf(rep)["team"])}`,
    changed: inParts({}),
  }),
  teams: byName({
    call: (name) => `Team ${name}`,
    added: (team) => `added: ${show(team)}`,
    changed: inParts({}),
  }),
});

function joins(rep: unknown): string {
  const { team, ...rest } = mapOf(rep);
  const details = Object.keys(rest).length === 0 ? "" : ` (${show(rest)})`;
  return `joins ${show(team)}${details}`;
}
