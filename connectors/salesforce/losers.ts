/**
 * Records that lost a merge, by who won it: asked beside the winner, because a message that the winner was changed may come long before
 * anything tells that the loser is gone. Of a chain only the last step is found: a loser says who won its own merge, and nothing later.
 */
import { idsOf, PEOPLE } from "./person.ts";
import type { Person } from "./person.ts";
import { recordsUnlessRefused } from "./queries.ts";
import type { Ask, Found } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn } from "./values.ts";

const REF = "losers";

/** The queries for those who were merged into these people. Throws nothing. */
export function asksForLosers(people: readonly Person[]): readonly Ask[] {
  return PEOPLE.map((object) => ({
    ref: `${REF}${object}`,
    text: soqlInParts({
      select: ["Id", "MasterRecordId"],
      from: object,
      where: [{ field: "MasterRecordId", in: idsOf(object, people) }],
    }),
    withDeleted: true,
  }));
}

/**
 * Ids of losers by their winner's; who swallowed nobody is absent. Nothing where Salesforce refuses the query for good: what it would
 * have told is then known from the look every ten minutes. @throws BatonError `crm.*` where it could not be asked.
 */
export function readLosers(
  rounds: readonly ReadonlyMap<string, Found>[],
): ReadonlyMap<string, readonly string[]> {
  const pairs = rounds.flatMap((found) =>
    [...found.keys()]
      .filter((ref) => ref.startsWith(REF))
      .flatMap((ref) => recordsUnlessRefused(found, ref))
      .flatMap((record) => {
        const [loser, winner] = [idIn(record, "Id"), idIn(record, "MasterRecordId")];
        return loser === undefined || winner === undefined ? [] : [{ loser, winner }];
      }),
  );
  const byWinner = Map.groupBy(pairs, ({ winner }) => winner);
  return new Map([...byWinner].map(([winner, some]) => [winner, some.map(({ loser }) => loser)]));
}
