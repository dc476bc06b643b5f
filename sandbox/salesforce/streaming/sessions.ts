/**
 * The clients of a stream and their long polls.
 *
 *     handshake ─▶ known ─▶ subscribed ─▶ polling ──▶ answered ─▶ polling …
 *                    │                       └─(cut)─▶ the connection ends without an answer
 *                    └─▶ forgotten (no poll in time, or on command): "403::Unknown client"
 */
import type { StreamEvent } from "./retained.ts";
import { isHeardOn } from "./retained.ts";
import type { StreamRules } from "./rules.ts";

/** Why a poll ended: there is something, its time was over, the token died, or the connection was cut. */
type PollEnd = "events" | "timeout" | "unauthenticated" | "cut";

/** One client. */
export interface StreamSession {
  readonly clientId: string;
  readonly cookie: string;
  readonly subscriptions: Set<string>;
  /** What waits for the next poll. */
  readonly queue: { readonly channel: string; readonly event: StreamEvent }[];
  hasPolled: boolean;
  /** Its polls are never answered any more, though the connection stands. */
  mute: boolean;
  /** Answers the poll that hangs. */
  answer: ((how: PollEnd) => void) | undefined;
  forgetTimer: NodeJS.Timeout | undefined;
}

/** All clients of one org. None of the functions throws. */
export interface StreamSessions {
  readonly all: ReadonlyMap<string, StreamSession>;
  open(): StreamSession;
  close(session: StreamSession): void;
  /** Puts an event before everybody who hears it. */
  deliver(event: StreamEvent): void;
  /** Ends once there is something to tell, at the latest after `timeoutMs`. `isValid` is asked now and then. */
  poll(session: StreamSession, timeoutMs: number, isValid: () => boolean): Promise<PollEnd>;
}

/** No clients yet. `newId` makes what nobody guesses. */
export function createSessions(rules: StreamRules, newId: () => string): StreamSessions {
  const all = new Map<string, StreamSession>();
  const close = (session: StreamSession): void => {
    clearTimeout(session.forgetTimer);
    all.delete(session.clientId);
    session.answer?.("cut");
  };
  const rest = (session: StreamSession): void => {
    clearTimeout(session.forgetTimer);
    session.forgetTimer = setTimeout(() => close(session), rules.reconnectWithinMs).unref();
  };
  return {
    all,
    close,
    open() {
      const session = newSession(newId);
      all.set(session.clientId, session);
      rest(session);
      return session;
    },
    deliver(event) {
      for (const session of all.values()) {
        for (const channel of session.subscriptions) {
          if (isHeardOn(event, channel)) session.queue.push({ channel, event });
        }
        if (session.queue.length > 0) session.answer?.("events");
      }
    },
    async poll(session, timeoutMs, isValid) {
      clearTimeout(session.forgetTimer);
      session.answer?.("cut");
      const how = await pollEnd(session, timeoutMs, rules.validateEveryMs, isValid);
      if (all.has(session.clientId)) rest(session);
      return how;
    },
  };
}

function newSession(newId: () => string): StreamSession {
  return {
    clientId: newId(),
    cookie: newId(),
    subscriptions: new Set(),
    queue: [],
    hasPolled: false,
    mute: false,
    answer: undefined,
    forgetTimer: undefined,
  };
}

async function pollEnd(
  session: StreamSession,
  timeoutMs: number,
  validateEveryMs: number,
  isValid: () => boolean,
): Promise<PollEnd> {
  const { promise, resolve } = Promise.withResolvers<PollEnd>();
  const answer = (how: PollEnd): void => {
    if (!session.mute || how === "cut") resolve(how);
  };
  session.answer = answer;
  if (session.queue.length > 0) answer("events");
  const timer = setTimeout(() => answer("timeout"), timeoutMs);
  const watch = setInterval(() => {
    if (!isValid()) answer("unauthenticated");
  }, validateEveryMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    if (session.answer === answer) session.answer = undefined;
  }
}
