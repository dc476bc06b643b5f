/**
 * Listening to CRMs that push what changes: which installations this process keeps a connection open for.
 *
 * Every installation whose CRM streams has one connection in the whole fleet: whoever gets its lease keeps it and renews the lease every
 * few seconds; a process that dies or is cut off from its store is followed by another one when the lease runs out. An installation that
 * was connected anew, left, or serves other leads now is listened to anew. Nothing depends on it: what is not heard, sweeps find.
 */
import { isDeepStrictEqual } from "node:util";
import { codeOf } from "../errors.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { repeating } from "../repeating.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import { holdStream, releaseStream } from "../store/streams.ts";
import { keepLine, type Line, type LineTools } from "./line.ts";

export interface Listeners {
  /** Looks now which installations to listen to; it is done every few seconds anyway. Rejects when the store does not answer. */
  look(): Promise<void>;
  /** Ends every connection and lets its lease go. */
  stop(): Promise<void>;
}

/** A third of what a lease lasts: two looks may fail. */
const LOOK_EVERY_MS: DurationMs = 10 * SECOND_MS;

interface Open {
  readonly installation: Installation;
  readonly line: Line;
}

/** Begins to listen, in this process, to whatever nobody else listens to. Throws nothing. */
export function startListening(tools: LineTools): Listeners {
  const { store, log, holder } = tools;
  const open = new Map<string, Open>();
  let isStopped = false;

  const end = async (id: string): Promise<void> => {
    const line = open.get(id)?.line;
    open.delete(id);
    await line?.close();
  };
  const lookOnce = async (): Promise<void> => {
    const wanted = (await listInstallations(store.db)).filter(isHeard);
    const ids = new Set(wanted.map(({ id }) => id));
    for (const id of open.keys())
      if (!ids.has(id)) {
        await end(id);
        await releaseStream(store.db, id, holder);
      }
    for (const installation of wanted) {
      const { id } = installation;
      const isOurs = !isStopped && (await holdStream(store.db, store.dialect, id, holder));
      if (!isOurs || !isDeepStrictEqual(open.get(id)?.installation, installation)) await end(id);
      if (isOurs && !isStopped && !open.has(id))
        open.set(id, { installation, line: keepLine(tools, installation) });
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    looking = looking.then(lookOnce, lookOnce);
    return looking;
  };
  const onError = (cause: unknown): void =>
    log.error(
      { code: codeOf(cause, "store.unavailable"), err: cause },
      "whom to listen to could not be looked up",
    );
  const looks = repeating(LOOK_EVERY_MS, look, onError, { atOnce: true });

  return {
    look,
    async stop() {
      isStopped = true;
      await looks.stop();
      await looking.catch(() => undefined);
      for (const id of open.keys()) {
        await end(id);
        await releaseStream(store.db, id, holder).catch(() => undefined);
      }
    },
  };
}

function isHeard({ state, capabilities }: Installation): boolean {
  return state === "active" && capabilities.streams === true;
}
