/** What a channel can do: the one interface of Slack, e-mail, Teams and webhooks towards the loop that sends. */
import type { ErrorCode } from "../errors.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Notice, NoticeBody } from "../model/notice.ts";
import type { Gathering } from "../store/gather.ts";

/** A message on its way: one notice, or the worst of several. */
export interface Outgoing {
  /** Names it for ever: the other side can tell a repeat by it. */
  readonly key: string;
  /** An e-mail address, or `*` for everybody the channel reaches. */
  readonly to: string;
  readonly as: NoticeBody["as"];
  /** How many notices it stands for; `notices` may be fewer, never none. */
  readonly count: number;
  readonly notices: readonly Notice[];
  /** Nothing of it can have arrived before. */
  readonly firstAt: Instant;
}

/** What is known after an attempt. `retryAfterMs` is what the other side asked for. */
export type Fate =
  | { readonly fate: "sent" }
  /** Certainly not delivered. `everybody`: the next message would fare no better now. */
  | {
      readonly fate: "not-sent";
      readonly code: ErrorCode;
      readonly everybody: boolean;
      readonly retryAfterMs?: DurationMs;
    }
  | { readonly fate: "unknown"; readonly code: ErrorCode; readonly retryAfterMs?: DurationMs }
  /** For good: this message, as it is, to this recipient. */
  | { readonly fate: "refused"; readonly code: ErrorCode };

/** What a look for a message found. */
export type Found =
  | { readonly found: "yes" | "no" }
  | { readonly found: "unsure"; readonly code: ErrorCode; readonly retryAfterMs?: DurationMs };

/** How a lost answer is dealt with. `repeat`: the other side drops a second one under the same key. `ask`: only people can tell. */
type AfterLoss =
  | { readonly afterLoss: "look"; look(message: Outgoing): Promise<Found> }
  | { readonly afterLoss: "repeat" | "ask" };

/** One channel, opened. Its functions throw faults of ours only, but for `probe`. */
export type Sender = AfterLoss & {
  readonly gathering: Gathering;
  /** Notices of a message that are loaded and shown. */
  readonly shownCount: number;
  send(message: Outgoing): Promise<Fate>;
  /** Whether the channel lets us in, without sending anything. @returns What to tell. Throws `notify.*`. */
  probe(): Promise<string>;
  close(): Promise<void>;
};

/** How people are told: five messages in five minutes, then digests, of which ten notices are shown. */
export const FOR_PEOPLE: Pick<Sender, "gathering" | "shownCount"> = {
  gathering: { fewCount: 5, windowMs: 300_000, mostCount: 1_000_000 },
  shownCount: 10,
};

/** How programs are told: all of it, in parts that fit a request. */
export const FOR_PROGRAMS: Pick<Sender, "gathering" | "shownCount"> = {
  gathering: { fewCount: 5, windowMs: 0, mostCount: 500 },
  shownCount: 500,
};
