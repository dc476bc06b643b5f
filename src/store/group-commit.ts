/**
 * Group commit: requests that wait at the same moment share one transaction. A request is pushed into a list, and the list is
 * written once per turn of the event loop, so that "on disk" costs a fraction of a commit for each. What to write, and
 * what to do when it fails, is the caller's.
 */

/** One request that waits. Whoever writes it answers it, once. */
export interface Waiter<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

interface GroupCommit<Request, Answer> {
  /** Settles as the writer answers. */
  commit(request: Request): Promise<Answer>;
  /** Settles when nothing waits to be written. */
  flushed(): Promise<void>;
}

/**
 * @param most    Size of one commit: more would hold the writer longer than others should wait. A request is never split.
 * @param sizeOf  What a request counts for.
 * @param write   Writes some and answers each of them; it must not throw. Calls follow one another.
 */
export function openGroupCommit<Request, Answer>(
  most: number,
  sizeOf: (request: Request) => number,
  write: (waiters: readonly Waiter<Request, Answer>[]) => Promise<void>,
): GroupCommit<Request, Answer> {
  let waiting: Waiter<Request, Answer>[] = [];
  let writing: Promise<void> | undefined;

  const takeSome = (): readonly Waiter<Request, Answer>[] => {
    let size = 0;
    let count = 0;
    for (const { request } of waiting) {
      size += sizeOf(request);
      if (count > 0 && size > most) break;
      count += 1;
    }
    const some = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return some;
  };

  const drain = async (): Promise<void> => {
    // Let the requests of this turn of the loop arrive first.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await write(takeSome());
    writing = undefined;
  };

  return {
    commit: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        writing ??= drain();
      }),
    async flushed() {
      await writing;
    },
  };
}
