/**
 * The loop that sends what is due, for all installations of the store: beside the lanes and never in their way. Every second it asks which
 * channels have something due, and works on each of them apart, so that a broken channel keeps nobody else waiting.
 *
 * What is sent is claimed and bound first, in a transaction; only then is anybody called, and what came of it is stored after that. A
 * process that dies in between leaves a claim behind, which runs out; whoever finds it knows that the message may have arrived.
 */
import PQueue from "p-queue";
import { codeOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { repeating } from "../repeating.ts";
import { openChannel, type OpenChannel } from "../store/channels.ts";
import type { Locksmith } from "../store/connections.ts";
import {
  type ChannelRef,
  claimBound,
  type ClaimedMessage,
  dueChannels,
  holdChannels,
  settleMessage,
} from "../store/deliveries.ts";
import { claimNext, loadMessage } from "../store/gather.ts";
import type { Store } from "../store/open.ts";
import type { ChannelKind } from "../store/schema-notices.ts";
import { attempt, settlementOf, waitMs } from "./attempt.ts";
import { openDoor } from "./door.ts";
import { openSender } from "./open-sender.ts";
import type { Fate, Sender } from "./sender.ts";
import { openSenders } from "./senders.ts";

/** What sending takes. */
export interface SendingTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly newId: () => string;
  readonly locksmith: Locksmith;
  /** The server runs against a sandbox: then everybody is on this machine. */
  readonly sandbox: boolean;
  /** Told what became of each attempt. */
  readonly count: (kind: ChannelKind, outcome: Fate["fate"]) => void;
  /** Shorter for tests that wait for a claim of somebody dead to run out. */
  readonly leaseMs?: DurationMs;
}

export interface Sending {
  /** Settles when nothing is due that can be sent now. */
  idle(): Promise<void>;
  /** Begins nothing new, and settles when what is under way has ended. */
  stop(): Promise<void>;
}

const TICK_MS: DurationMs = SECOND_MS;
/** Channels worked on at the same moment. */
const CONCURRENT_CHANNELS = 16;
/** Messages on their way on one channel. */
const CONCURRENT_MESSAGES = 2;
/** Longer than any attempt takes, looking and sending together. */
const LEASE_MS: DurationMs = 2 * MINUTE_MS;
/** Messages in a row of which nothing is known, before a channel rests. */
const PATIENCE = 3;

interface Rest {
  failures: number;
  until: Instant;
}

/** Begins to send. Throws nothing. */
export function startSending(tools: SendingTools): Sending {
  const { store, log, now } = tools;
  const door = openDoor(tools);
  const senders = openSenders((channel) => openSender(channel.settings, { ...tools, door }));
  const queue = new PQueue({ concurrency: CONCURRENT_CHANNELS });
  const atWork = new Set<string>();
  const rests = new Map<string, Rest>();
  let isStopping = false;

  const work = async (at: ChannelRef, name: string): Promise<void> => {
    const rest = rests.get(name) ?? { failures: 0, until: 0 };
    rests.set(name, rest);
    const goesOn = (): boolean => !isStopping && rest.until <= now();
    try {
      const channel = await openChannel(store.db, tools.locksmith, at.installation, at.channel);
      if (channel !== undefined) await workOff(tools, channel, await senders.of(channel), rest, goesOn);
    } catch (cause) {
      note(rest, waitMs((rest.failures += 1)), now());
      log.error({ ...at, code: codeOf(cause, "store.unavailable"), err: cause }, "a channel broke off");
    }
    atWork.delete(name);
  };

  const tick = async (): Promise<void> => {
    for (const at of await dueChannels(store.db, store.dialect, now())) {
      const name = `${at.installation}/${at.channel}`;
      if (isStopping || atWork.has(name) || (rests.get(name)?.until ?? 0) > now()) continue;
      atWork.add(name);
      void queue.add(() => work(at, name));
    }
  };

  const ticking = repeating(TICK_MS, tick, (cause) =>
    log.error({ code: codeOf(cause, "store.unavailable"), err: cause }, "notices cannot be looked for"),
  );
  return {
    async idle() {
      do {
        await queue.onIdle();
        await tick();
      } while (atWork.size > 0);
    },
    async stop() {
      isStopping = true;
      await ticking.stop();
      await queue.onIdle();
      await senders.close();
      await door.close();
    },
  };
}

/** Sends what is due on a channel until nothing is, or it must rest. */
async function workOff(
  tools: SendingTools,
  channel: OpenChannel,
  sender: Sender,
  rest: Rest,
  goesOn: () => boolean,
): Promise<void> {
  const one = async (): Promise<void> => {
    while (goesOn()) {
      const claimed = await claim(tools, channel, sender);
      if (claimed === undefined) return;
      const fate = await sendClaimed(tools, sender, claimed);
      if (fate !== undefined) heed(tools, channel, rest, fate);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: CONCURRENT_MESSAGES }, one));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Claims the next message in one transaction: what may have arrived before what is new. */
async function claim(
  { store, now, newId, leaseMs = LEASE_MS }: SendingTools,
  { installation, id: channel }: OpenChannel,
  { gathering }: Sender,
): Promise<ClaimedMessage | undefined> {
  const at = { installation, channel };
  const means = { claim: newId(), digestKey: newId(), leaseMs };
  const { dialect } = store;
  return await store.db.transaction().execute(async (tx) => {
    if ((await holdChannels(tx, installation, channel)) === 0) return undefined;
    return (
      (await claimBound(tx, dialect, at, means, now())) ??
      (await claimNext(tx, dialect, at, gathering, means, now()))
    );
  });
}

/** @returns undefined when there was nothing left to say: whoever it was about has been erased. */
async function sendClaimed(
  { store, now }: SendingTools,
  sender: Sender,
  claimed: ClaimedMessage,
): Promise<Fate | undefined> {
  const { count, notices, recipient, role } = await loadMessage(store.db, claimed, sender.shownCount);
  if (notices.length === 0) return undefined;
  const { sentAs: key, firstAt } = claimed;
  const fate = await attempt(sender, { key, to: recipient, as: role, count, notices, firstAt }, claimed);
  const settlement = settlementOf(fate, claimed, sender.afterLoss, now());
  await store.db.transaction().execute(async (tx) => {
    await holdChannels(tx, claimed.installation, claimed.channel);
    await settleMessage(tx, claimed, settlement, now());
  });
  return fate;
}

/** Counts, and lets a channel rest whose next message would fare no better. */
function heed({ now, log, count }: SendingTools, channel: OpenChannel, rest: Rest, fate: Fate): void {
  count(channel.kind, fate.fate);
  if (fate.fate === "sent") {
    rest.failures = 0;
    return;
  }
  const { installation, id, kind } = channel;
  log.warn(
    { installation, channel: id, kind, code: fate.code, fate: fate.fate },
    "a notice was not delivered",
  );
  if (fate.fate === "refused") return;
  rest.failures += 1;
  const isTired = fate.fate === "not-sent" ? fate.everybody : rest.failures >= PATIENCE;
  if (isTired) note(rest, Math.max(waitMs(rest.failures), fate.retryAfterMs ?? 0), now());
}

function note(rest: Rest, forMs: DurationMs, now: Instant): void {
  rest.until = Math.max(rest.until, now + forMs);
}
