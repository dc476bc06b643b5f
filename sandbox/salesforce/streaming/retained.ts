/**
 * The events an org keeps for 72 hours, each with a replay id: a number that grows, with gaps, and means nothing else.
 * Source: https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-message-durability.html
 */
import type { Random } from "../../random.ts";

/** An event as it stands on a channel. `payload` of a change event begins with its header. */
export interface StreamEvent {
  readonly replayId: number;
  /** Its own channel, such as `/data/LeadChangeEvent` or `/event/Baton_Request__e`. */
  readonly channel: string;
  /** Platform events have an id of their own that no other event ever gets. */
  readonly uuid: string | undefined;
  readonly at: number;
  readonly schema: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The events kept. None of its functions throws. */
export interface Retained {
  add(channel: string, payload: StreamEvent["payload"]): StreamEvent;
  /** What a channel has held since a replay id; `-1` nothing, `-2` everything. Undefined for an id that is not kept any more. */
  since(channel: string, replayId: number): readonly StreamEvent[] | undefined;
  /** The newest events, oldest first. */
  newest(count: number): readonly StreamEvent[];
}

const firstReplayId = 18_098_160;
const hourMs = 3_600_000;

/** Makes an empty store. `retentionMs` is asked for each time, in business time. */
export function createRetained(
  random: Random,
  now: () => number,
  retentionMs: () => number = () => 72 * hourMs,
): Retained {
  let events: StreamEvent[] = [];
  /** The id before the oldest event that is kept: the oldest one from which nothing is missing. */
  let floor = firstReplayId;
  let last = firstReplayId;
  const expire = (): void => {
    const oldest = now() - retentionMs();
    const gone = events.findLastIndex((each) => each.at < oldest);
    if (gone < 0) return;
    floor = events[gone]?.replayId ?? floor;
    events = events.slice(gone + 1);
  };
  return {
    add(channel, payload) {
      last += random.between(1, 9);
      const uuid = channel.startsWith("/event/") ? uuidOf(random) : undefined;
      const event = { replayId: last, channel, uuid, at: now(), schema: schemaOf(channel), payload };
      events.push(event);
      return event;
    },
    since(channel, replayId) {
      expire();
      if (replayId === -1) return [];
      if (replayId !== -2 && (replayId < floor || replayId > last)) return undefined;
      return events.filter((each) => each.replayId > replayId && isHeardOn(each, channel));
    },
    newest(count) {
      expire();
      return events.slice(-count);
    },
  };
}

/** Whether a subscription of `channel` hears an event: its own channel, or the one of all changes. Throws nothing. */
export function isHeardOn(event: StreamEvent, channel: string): boolean {
  return (
    event.channel === channel || (channel === "/data/ChangeEvents" && event.channel.startsWith("/data/"))
  );
}

function uuidOf(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join("-");
}

/** The id of an event's schema: the same for each channel, opaque to readers. */
function schemaOf(channel: string): string {
  return Buffer.from(channel).toString("base64url").slice(-22);
}
