/** When something happened by our clock, though the sender's may be wrong. */
import type { Instant } from "../model/instant.ts";
import type { Message } from "./message.ts";

/**
 * `timestamp` by our clock: moved by as much as `sentAt` differs from when the message was received. A message that another
 * receiver has forwarded holds `originalTimestamp`: its `timestamp` was put right there. Never later than `now`; a message
 * that says no time happened now. Source: https://segment.com/docs/connections/spec/common/#timestamps
 *
 * @returns undefined when `timestamp` is there and is no time. Throws nothing.
 */
export function happenedAt(message: Message, now: Instant): Instant | undefined {
  if (message.timestamp === undefined) return now;
  const saidAt = Date.parse(message.timestamp);
  if (Number.isNaN(saidAt)) return undefined;
  if (message.originalTimestamp !== undefined) return Math.min(saidAt, now);
  const skewMs = skewOf(message, now);
  return Math.min(saidAt + skewMs, now);
}

function skewOf({ sentAt, receivedAt }: Message, now: Instant): number {
  const sent = Date.parse(sentAt ?? "");
  if (Number.isNaN(sent)) return 0;
  const received = Date.parse(receivedAt ?? "");
  return (Number.isNaN(received) ? now : received) - sent;
}
