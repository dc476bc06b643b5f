/** The lead a condition looks at: reading facts, and the copies that explanations and routing are tried on. */
import type { FactValue, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";

/** The fact `{ type: … }` reads. It exists only while routing: see `withType`. */
export const TYPE_FACT = "handoff.type";

/** The same lead, being handed off as `type`, so that routing conditions may say `{ type: partner }`. */
export function withType(subject: Snapshot, type: string): Snapshot {
  return withFact(subject, TYPE_FACT, type, "definition.yaml");
}

/** The same lead with one fact set, or taken away when `value` is undefined. */
export function withFact(
  subject: Snapshot,
  name: string,
  value: FactValue | undefined,
  from = "supposed",
): Snapshot {
  if (value !== undefined) return { ...subject, facts: { ...subject.facts, [name]: { value, from } } };
  const { [name]: _before, ...others } = subject.facts;
  return { ...subject, facts: others };
}

/** The same lead after some more signals, kept newest first. */
export function withSignals(subject: Snapshot, more: readonly Signal[]): Snapshot {
  const signals = [...more, ...subject.signals].toSorted((a, b) => b.at - a.at);
  return { ...subject, signals };
}
