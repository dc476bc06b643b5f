/**
 * Listening to an org: one long-polling client, one token, and where each channel was left.
 *
 *     shake hands ─▶ subscribe from where each channel was left ─▶ poll ─▶ hear ─▶ poll …
 *                          └─ refused place ─▶ from the oldest event that is kept, told as a gap
 *
 * - A poll is answered when there is something to tell, and by Salesforce after 110 seconds at the latest: an answer that does not come
 *   then never will, and the connection ends.
 * - The next poll waits until what came is stored, so what was not stored is told again to whoever listens next.
 * - Nothing is mended here. A token that was renewed or refused, a client the server does not know any more, a broken line: the
 *   connection ends and says why, and whoever keeps it makes a new one. Why the streaming client of jsforce is not used:
 *   docs/decisions/0029-hearing-salesforce.md.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Heard, Listening } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { Tokens } from "../../src/tokens.ts";
import type { Session } from "../http/session.ts";
import { createTransport } from "../http/transport.ts";
import type { Timeouts, Transport } from "../http/transport.ts";
import { type Bayeux, codeOf, type Reply, shakeHands, type Told } from "./bayeux.ts";
import { CHANNELS, readHeard } from "./change-event.ts";

/** What it takes to listen to one org. */
export interface StreamParts {
  readonly session: Session;
  /** Where the org is, without a trailing slash. @throws BatonError when the tokens do not say. */
  readonly origin: (tokens: Tokens) => string;
  /** The org's 18-character id. */
  readonly org: string;
  readonly now: () => Instant;
  /** For tests. */
  readonly timeouts?: Timeouts;
}

/** As Salesforce takes them: only what happens from now on, and everything that is kept. */
const FROM_NOW = -1;
const FROM_OLDEST = -2;
/** How long an org keeps events. */
const KEPT_MS: DurationMs = 72 * HOUR_MS;
/** The org's clock and ours differ by this at most. */
const SLACK_MS: DurationMs = MINUTE_MS;
/** Salesforce answers a poll after 110 s at the latest. Whatever takes longer is over, though nobody says so. */
const TIMEOUTS: Timeouts = { connectMs: 5_000, answerMs: 130_000, totalMs: 150_000 };
/** Shaking hands and subscribing are answered at once, or not at all. */
const ADMITTED_WITHIN_MS: DurationMs = 20 * SECOND_MS;
/** A server that answers polls at once, with nothing to tell, is not asked more often than this. */
const QUIET_MS: DurationMs = SECOND_MS;
const LONGEST_INTERVAL_MS: DurationMs = 30 * SECOND_MS;

type Hear = (heard: Heard) => Promise<void>;

/**
 * Begins to listen: `Connector.listen`.
 * @throws BatonError `crm.forbidden` when the org allows none of the channels, and other `crm.*` when it cannot be reached.
 */
export async function listenTo(
  parts: StreamParts,
  replay: ReadonlyMap<string, string>,
  hear: Hear,
): Promise<Listening> {
  const transport = createTransport(parts.timeouts ?? TIMEOUTS);
  const stop = new AbortController();
  const patience = setTimeout(() => void transport.breakOff(), ADMITTED_WITHIN_MS);
  try {
    const { client, tokens } = await admitted(parts, transport);
    const line: Line = { ...parts, client, tokens, hear, places: new Map(replay), stop: stop.signal };
    const first = await subscribe(line);
    const ended = follow(line, first).then(async (code) => {
      await transport.breakOff();
      return { code };
    });
    return {
      ended,
      async close() {
        stop.abort();
        await transport.breakOff();
        await ended;
      },
    };
  } catch (cause) {
    await transport.breakOff();
    throw cause;
  } finally {
    clearTimeout(patience);
  }
}

/** A client that was let in. A token that is not taken is replaced once: nobody may have used it for hours. */
async function admitted(
  { session, origin }: StreamParts,
  transport: Transport,
): Promise<{ readonly client: Bayeux; readonly tokens: Tokens }> {
  const held = await session.tokens();
  try {
    return { client: await shakeHands(transport, origin(held), held), tokens: held };
  } catch (cause) {
    if (!(cause instanceof BatonError) || cause.code !== "crm.unauthorized") throw cause;
    const tokens = await session.replace(held);
    return { client: await shakeHands(transport, origin(tokens), tokens), tokens };
  }
}

/** An open line. `places` moves on as parts are heard. */
interface Line extends StreamParts {
  readonly client: Bayeux;
  readonly tokens: Tokens;
  readonly hear: Hear;
  readonly places: Map<string, string>;
  readonly stop: AbortSignal;
}

/** What was told while subscribing, after what is to be heard before it. */
interface First {
  readonly begun: readonly Heard[];
  readonly told: readonly Told[];
  /** By channel: what happened before is history. */
  readonly since: ReadonlyMap<string, Instant | undefined>;
}

/**
 * Subscribes to every channel the org allows. One that is refused at a place it had before is asked for from the oldest event on; whether
 * the place or the channel was refused, its code does not say.
 */
async function subscribe({ client, places, now }: Pick<Line, "client" | "places" | "now">): Promise<First> {
  const asked = await ask(client, CHANNELS, (channel) => askedFor(places.get(channel)));
  const lost = CHANNELS.filter(
    (channel) => !asked.allowed.has(channel) && askedFor(places.get(channel)) > FROM_NOW,
  );
  const again = lost.length === 0 ? NOTHING : await ask(client, lost, () => FROM_OLDEST);
  if (asked.allowed.size + again.allowed.size === 0)
    throw new BatonError(
      "crm.forbidden",
      "The org lets Baton listen to none of its channels: select Lead, Contact and Task for Change Data Capture, " +
        "or leave it: changes are looked for every few minutes.",
    );
  const since = new Map([...asked.allowed].map((channel) => [channel, sinceOf(places.get(channel))]));
  const begun = [
    ...[...asked.allowed].flatMap((channel) => begunAt(channel, places.get(channel), now())),
    ...[...again.allowed].map((channel) => ({ channel, replay: placeSince(0), events: [], isGap: true })),
  ];
  return { begun, since, told: [...asked.told, ...again.told] };
}

/**
 * A place is a replay id, or `since:` and the instant a channel was listened to first, as long as nothing has been told on it. From such
 * a place everything that is kept is asked for, and what is older is left out: from now on only, what happens before the next connection
 * would be lost.
 */
function placeSince(at: Instant): string {
  return `since:${at}`;
}

function sinceOf(place: string | undefined): Instant | undefined {
  return place?.startsWith("since:") === true ? Number(place.slice("since:".length)) : undefined;
}

/** What Salesforce is asked for. */
function askedFor(place: string | undefined): number {
  if (place === undefined) return FROM_NOW;
  return sinceOf(place) === undefined ? Number(place) : FROM_OLDEST;
}

/** What is to be kept of a channel before anything is told on it. What it kept since the last time may be gone. */
function begunAt(channel: string, place: string | undefined, now: Instant): readonly Heard[] {
  const since = sinceOf(place);
  const isGap = since !== undefined && since < now - KEPT_MS;
  return place === undefined || isGap ? [{ channel, replay: placeSince(now), events: [], isGap }] : [];
}

interface Asked {
  readonly allowed: ReadonlySet<string>;
  readonly told: readonly Told[];
}
const NOTHING: Asked = { allowed: new Set(), told: [] };

async function ask(
  client: Bayeux,
  channels: readonly string[],
  placeOf: (channel: string) => number,
): Promise<Asked> {
  const { replies, told } = await client.say(
    channels.map((channel) => ({
      channel: "/meta/subscribe",
      subscription: channel,
      ext: { replay: { [channel]: placeOf(channel) } },
    })),
  );
  const refused = replies.find(({ status }) => status === 401);
  if (refused !== undefined)
    throw new BatonError(codeOf(refused.status), "Salesforce's stream does not take the token any more.");
  const allowed = replies.flatMap(({ isGood, subscription }) =>
    isGood && subscription !== undefined ? [subscription] : [],
  );
  return { allowed: new Set(allowed.filter((channel) => channels.includes(channel))), told };
}

/** Polls until it is over. @returns Why. Never rejects. */
async function follow(line: Line, { begun, told, since }: First): Promise<ErrorCode> {
  try {
    for (const heard of begun) await tell(line, heard);
    await pass(line, told, since);
    for (let isFirst = true; ; isFirst = false) {
      // The session renews ahead of time; then the client, which lives by its token, is over.
      if ((await line.session.tokens()).access !== line.tokens.access) return "crm.unauthorized";
      const askedAt = performance.now();
      const { replies, told: news } = await line.client.say([POLL]);
      await pass(line, news, since);
      const reply = replies.find(({ channel }) => channel === POLL.channel);
      if (reply?.isGood !== true) return codeOf(reply?.status ?? 0);
      await rest(line, reply, !isFirst && news.length === 0 && performance.now() - askedAt < QUIET_MS);
    }
  } catch (cause) {
    // What is none of ours comes from who hears: it could not be stored.
    return cause instanceof BatonError ? cause.code : "store.unavailable";
  }
}

const POLL = { channel: "/meta/connect", connectionType: "long-polling" } as const;

/** Hands on what was told, channel by channel. */
async function pass(line: Line, told: readonly Told[], since: First["since"]): Promise<void> {
  for (const [channel, parts] of Map.groupBy(told, (one) => one.channel)) {
    const now = line.now();
    const heard = readHeard(channel, line.places.get(channel) ?? placeSince(now), parts, {
      org: line.org,
      now,
    });
    const from = (since.get(channel) ?? 0) - SLACK_MS;
    await tell(line, { ...heard, events: heard.events.filter(({ occurredAt }) => occurredAt >= from) });
  }
}

async function tell(line: Line, heard: Heard): Promise<void> {
  line.stop.throwIfAborted();
  await line.hear(heard);
  line.places.set(heard.channel, heard.replay);
}

/** Rejects when the line is closed meanwhile. */
async function rest({ stop }: Line, { intervalMs }: Reply, isQuick: boolean): Promise<void> {
  const ms = Math.min(Math.max(intervalMs, isQuick ? QUIET_MS : 0), LONGEST_INTERVAL_MS);
  if (ms > 0) await pause(ms, undefined, { signal: stop, ref: false });
}
