/**
 * Remembering answers: conditions are asked about one lead many times over before the next lead comes, and about the same
 * few pages and forms by all of them. What is remembered changes no answer, only what it costs.
 */
import type { Condition, Supposition } from "../model/finding.ts";
import type { Snapshot } from "../model/lead.ts";

/** Words remembered by one function: the pages of a large site. */
const MOST_WORDS = 2_000;

/**
 * The same function, which works the answer out again only when it is asked about something else than the last time.
 * `work` depends on its argument alone, and nobody changes what was passed. Throws what `work` throws.
 */
export function remember<K, V>(work: (key: K) => V): (key: K) => V {
  let last: { readonly key: K; readonly value: V } | undefined;
  return (key) => {
    if (last === undefined || last.key !== key) last = { key, value: work(key) };
    return last.value;
  };
}

/**
 * The truth of a condition that the facts of `reads` alone decide: asked once of a lead, and once of each supposition about
 * one of these facts.
 */
export function rememberTruth(reads: readonly string[], truth: Condition["truth"]): Condition["truth"] {
  const asIs = remember((subject: Snapshot) => truth(subject, 0));
  const asSupposed = remember((subject: Snapshot) =>
    remember((facts: Supposition["facts"] & {}) => truth(subject, 0, { facts })),
  );
  return (subject, _now, supposed) => {
    const facts = supposed?.facts;
    if (facts === undefined || !reads.some((name) => facts.has(name))) return asIs(subject);
    return asSupposed(subject)(facts);
  };
}

/** The same for words that come again and again, such as paths of pages: remembers many of them. Not for personal data. */
export function rememberWords<V>(work: (word: string) => V): (word: string) => V {
  const known = new Map<string, V>();
  return (word) => {
    const value = known.get(word);
    if (value !== undefined) return value;
    const made = work(word);
    if (known.size < MOST_WORDS) known.set(word, made);
    return made;
  };
}
