/** The account brief: who of the lead's account did what some condition on accounts counts, and how it grew. */
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Playbook } from "../playbook/playbook.ts";

/** One person of the account, the lead or a colleague. */
interface AccountPerson {
  readonly name?: string;
  readonly role?: string;
  readonly count: number;
  /** The newest of what they did. */
  readonly last: Signal;
}

/** What an account's people did, over the longest span that some condition counts. */
export interface AccountStory {
  /** Who did most comes first; of equals, who did something last. */
  readonly people: readonly AccountPerson[];
  /** Deeds in that span, and in the one before it. */
  readonly recent: number;
  readonly before: number;
}

/** Tells the story of the lead's account. Nobody did anything where no condition counts over accounts. Throws nothing. */
export function storyOf(
  snapshot: Snapshot,
  { watches }: Pick<Playbook, "watches">,
  now: Instant,
): AccountStory {
  const spanMs = Math.max(0, ...watches.map(({ within }) => within));
  const counted = (signals: readonly Signal[]): readonly Signal[] =>
    signals.filter((signal) => watches.some(({ matches }) => matches(signal)));
  const everybody = [
    {
      name: snapshot.facts["lead.name"]?.value,
      role: snapshot.facts["lead.role"]?.value,
      signals: counted(snapshot.signals),
    },
    ...(snapshot.account?.colleagues ?? []).map(({ name, role, signals }) => ({
      name,
      role,
      signals: counted(signals),
    })),
  ];
  const people = everybody.flatMap(({ name, role, signals }): readonly AccountPerson[] => {
    const recent = signals.filter(({ at }) => at >= now - spanMs);
    const [last] = recent;
    if (last === undefined) return [];
    return [
      {
        ...(name === undefined ? {} : { name: String(name) }),
        ...(role === undefined ? {} : { role: String(role) }),
        count: recent.length,
        last,
      },
    ];
  });
  const all = everybody.flatMap(({ signals }) => signals);
  const recent = people.reduce((sum, { count }) => sum + count, 0);
  const before = all.filter(({ at }) => at < now - spanMs && at >= now - 2 * spanMs).length;
  return { people: people.toSorted((a, b) => b.count - a.count || b.last.at - a.last.at), recent, before };
}
