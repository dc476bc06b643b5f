/** Open channels, kept from one message to the next: Slack's know who is who. */
import type { OpenChannel } from "../store/channels.ts";
import type { Sender } from "./sender.ts";

export interface Senders {
  /** The channel's sender, opened anew when its settings have changed. Throws what opening throws. */
  of(channel: OpenChannel): Promise<Sender>;
  close(): Promise<void>;
}

/** The one unused for the longest goes first. */
const MOST_KEPT = 500;

export function openSenders(open: (channel: OpenChannel) => Promise<Sender>): Senders {
  const kept = new Map<string, { readonly sealed: string; readonly sender: Sender }>();
  const drop = async (name: string): Promise<void> => {
    const entry = kept.get(name);
    kept.delete(name);
    await entry?.sender.close();
  };
  return {
    async of(channel) {
      const name = `${channel.installation}/${channel.id}`;
      const entry = kept.get(name);
      if (entry?.sealed === channel.sealed) {
        kept.delete(name);
        kept.set(name, entry);
        return entry.sender;
      }
      await drop(name);
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= MOST_KEPT) await drop(oldest);
      const sender = await open(channel);
      kept.set(name, { sealed: channel.sealed, sender });
      return sender;
    },
    async close() {
      for (const name of Array.from(kept.keys())) await drop(name);
    },
  };
}
