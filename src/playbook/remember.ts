/**
 * Remembering answers: several conditions ask the same of one lead before the next lead comes, and all leads ask about the
 * same few pages and forms. What is remembered changes no answer, only what it costs.
 */
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
