/** The lead a condition looks at: reading facts, and the copies that explanations and routing are tried on. */
import type { Supposition } from "../model/finding.ts";
import type { FactValue, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import { remember } from "./remember.ts";

/** The fact `{ type: … }` reads. It exists only while routing: see `withType`. */
export const TYPE_FACT = "handoff.type";

/** The same lead, being handed off as `type`, so that routing conditions may say `{ type: partner }`. */
export function withType(subject: Snapshot, type: string): Snapshot {
  return typedAs(subject)(type);
}

/** Judging a lead, explaining it and routing it ask for the same one. */
const typedAs = remember((subject: Snapshot) =>
  remember((type: string) => withFact(subject, TYPE_FACT, type, "definition.yaml")),
);

/** The same lead with one fact set, or taken away when `value` is undefined. */
export function withFact(
  subject: Snapshot,
  name: string,
  value: FactValue | undefined,
  from = "supposed",
): Snapshot {
  const { [name]: _before, ...others } = subject.facts;
  return { ...subject, facts: value === undefined ? others : { ...others, [name]: { value, from } } };
}

/** The value of a fact, as it is or as it is supposed to be; undefined when it is not known. */
export function knownValue(
  { facts }: Snapshot,
  name: string,
  supposed: Supposition | undefined,
): FactValue | undefined {
  return supposed?.facts?.has(name) === true ? supposed.facts.get(name) : facts[name]?.value;
}

/** The same lead if what is supposed were so. */
export function suppose(
  subject: Snapshot,
  { facts = new Map(), signals = [], without }: Supposition,
): Snapshot {
  let after: Snapshot = { ...subject, signals: subject.signals.filter((signal) => signal !== without) };
  for (const [name, value] of facts) after = withFact(after, name, value);
  return signals.length === 0 ? after : withSignals(after, signals);
}

/** The same lead after some more signals, kept newest first. */
export function withSignals(subject: Snapshot, more: readonly Signal[]): Snapshot {
  const signals = [...more, ...subject.signals].toSorted((a, b) => b.at - a.at);
  return { ...subject, signals };
}
