/**
 * Other records that are, or may be, the same person. Baton never merges: it says what it sees, and a person decides.
 *
 * Evidence is worded without any value: it is stored with one lead's decision, and must hold nothing of the other one's once
 * that one is erased.
 */
import type { Duplicate } from "../model/account.ts";
import type { Person } from "./person.ts";
import { isLikeName, isSameName } from "./person-name.ts";

/** Another record, with the owner sales has given it while its handoff is open. */
export type OtherPerson = Person & { readonly ownerId?: string };

const CERTAINTIES: readonly Duplicate["certainty"][] = ["certain", "likely"];

/**
 * @param others  Records that share a key with the person (`personKeys`), in any order; the person's own is passed over.
 * @returns       The surest first, then by what speaks for them and by id. A shared phone or a desk's address alone is no
 *                evidence of a person. Throws nothing.
 */
export function findDuplicates(person: Person, others: readonly OtherPerson[]): readonly Duplicate[] {
  const distinct = new Map(others.filter(({ lead }) => lead !== person.lead).map((one) => [one.lead, one]));
  return [...distinct.values()].flatMap((other) => duplicateOf(person, other)).toSorted(bySureness);
}

function duplicateOf(person: Person, other: OtherPerson): readonly Duplicate[] {
  const isCertain = person.mailbox !== undefined && person.mailbox === other.mailbox;
  const evidence = [...(isCertain ? ["the same mailbox"] : []), ...likenessOf(person, other)];
  if (evidence.length === 0) return [];
  return [
    {
      lead: other.lead,
      certainty: isCertain ? "certain" : "likely",
      evidence,
      ...(other.ownerId === undefined ? {} : { ownerId: other.ownerId }),
    },
  ];
}

/** What of name, company and phone speaks for one person. */
function likenessOf(a: Person, b: Person): readonly string[] {
  if (a.name === undefined || b.name === undefined) return [];
  const isSame = isSameName(a.name, b.name);
  const hasPhone = a.phone !== undefined && a.phone === b.phone;
  if (isSame && isSameCompany(a, b))
    return ["the same name at the same company", ...(hasPhone ? ["the same phone"] : [])];
  if (!hasPhone || !isLikeName(a.name, b.name)) return [];
  return [isSame ? "the same phone and the same name" : "the same phone and a like name"];
}

function isSameCompany(a: Person, b: Person): boolean {
  if (a.accountId !== undefined && a.accountId === b.accountId) return true;
  return a.domain !== undefined && a.domain === b.domain;
}

function bySureness(a: Duplicate, b: Duplicate): number {
  return (
    CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
    b.evidence.length - a.evidence.length ||
    (a.lead < b.lead ? -1 : 1)
  );
}
