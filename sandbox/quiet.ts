/** Knows when everything the sandbox set in motion has come to rest. */

/** Counts what runs and tells who waits. */
export interface Quiet {
  /** Runs something that must end before there is quiet. Passes its result and its error on. */
  run<T>(act: () => Promise<T>): Promise<T>;
  /** Looks whether there is quiet now; called whenever something ended. */
  check(): void;
  /** Resolves at the next moment of quiet, at once when it is there. */
  reached(): Promise<void>;
}

/** @param isIdle  Whether everything else is at rest. */
export function createQuiet(isIdle: () => boolean): Quiet {
  const waiters: (() => void)[] = [];
  let running = 0;
  const check = (): void => {
    if (running === 0 && isIdle()) for (const resolve of waiters.splice(0)) resolve();
  };
  return {
    check,
    async run(act) {
      running += 1;
      try {
        return await act();
      } finally {
        running -= 1;
        check();
      }
    },
    reached: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
        check();
      }),
  };
}
