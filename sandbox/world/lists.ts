/** Acme's lists. Their ids are the same in every world, so that a playbook can name them. */
import type { Portal } from "../portal-desk.ts";
import { cast } from "./cast.ts";
import type { CrowdMember } from "./crowd.ts";

/** The list of people nobody at Acme may write to or call. */
export const doNotContact = { id: "1042", name: "Do not contact" } as const;
/** A list that says nothing about a handoff. */
export const guests = { id: "1057", name: "Guests of the October webinar" } as const;
const guestCount = 8;

/**
 * Who is on which list, by address. "Do not contact" holds the cast's opted-out contact and the first of the day's crowd
 * who is hot: nothing but this list stands between that one and sales. Throws nothing.
 */
export function listMembers(crowd: readonly CrowdMember[]): {
  readonly refusing: readonly string[];
  readonly invited: readonly string[];
} {
  const hot = crowd.find(({ warmth }) => warmth === "hot");
  return {
    refusing: [cast["opted-out"].email, ...(hot === undefined ? [] : [hot.person.email])],
    invited: crowd.slice(0, guestCount).map(({ person }) => person.email),
  };
}

/** Adds the lists once the people are there. */
export function layOutLists(portal: Portal, crowd: readonly CrowdMember[]): void {
  const { refusing, invited } = listMembers(crowd);
  const add = (
    { id, name }: { readonly id: string; readonly name: string },
    emails: readonly string[],
  ): void => {
    portal.addList(
      name,
      emails.flatMap((email) => portal.find("contact", email)?.id ?? []),
      { id },
    );
  };
  add(doNotContact, refusing);
  add(guests, invited);
}
