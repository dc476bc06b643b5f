/** A sender and an inbox in memory, for tests of what a posted message becomes. */
import type { Sighting } from "../../src/model/visitor.ts";
import type { MessageType } from "../../src/signals/message.ts";
import { type ReceivedSignals, receiveSignals, type Sender } from "../../src/signals/receive.ts";

export const NOW = Date.UTC(2026, 10, 17, 9, 30);
const SENDER: Sender = { key: "k-1", installation: "i-1", tenant: "62515" };
export const KEEP_DAYS = 400;

export interface Taken {
  readonly received: ReceivedSignals;
  readonly sightings: readonly Sighting[];
}

/** Receives a body; `type` is undefined for a batch. Throws what `receiveSignals` throws. */
export async function take(body: unknown, type?: MessageType): Promise<Taken> {
  const sightings: Sighting[] = [];
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const received = await receiveSignals(bytes, type, SENDER, {
    inbox: {
      async store(_sender, seen) {
        sightings.push(...seen);
        return { stored: seen.length, duplicates: 0 };
      },
    },
    now: () => NOW,
    newId: () => "made-up",
    keepMs: KEEP_DAYS * 86_400_000,
    storeWithinMs: 1_000,
  });
  return { received, sightings };
}
