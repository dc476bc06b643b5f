/** Looking for a message of ours in a conversation. */
import type { WebClient } from "@slack/web-api";
import { BatonError } from "../../errors.ts";
import { type DurationMs, MINUTE_MS } from "../../model/instant.ts";
import type { Outgoing } from "../sender.ts";

/** What messages of ours are called in their metadata. */
export const METADATA_TYPE = "baton_notice";

/** Slack's clock and ours may differ by so much. */
const CLOCKS_APART_MS: DurationMs = 5 * MINUTE_MS;
const PAGE = 200;
/** Two thousand messages: more in the time since an attempt, and nobody can tell. */
const MOST_PAGES = 10;

/**
 * Whether a message with this key stands in the conversation, posted since its first attempt. Throws what Slack's client throws, and
 * `notify.unsure` when there is too much to look through.
 */
export async function isInHistory(
  client: WebClient,
  conversation: string,
  { key, firstAt }: Outgoing,
): Promise<boolean> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages = [], response_metadata: more } = await client.conversations.history({
      channel: conversation,
      oldest: String((firstAt - CLOCKS_APART_MS) / 1_000),
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (messages.some((message) => bearsKey(message, key))) return true;
    cursor = more?.next_cursor;
    if (cursor === undefined || cursor === "") return false;
  }
  throw new BatonError("notify.unsure", "The conversation holds more messages than Baton looks through.");
}

/** In the metadata, or in the first block, which outlives an answer to the message. */
function bearsKey(message: object, key: string): boolean {
  const { metadata, blocks } = message as {
    readonly metadata?: { readonly event_payload?: Readonly<Record<string, unknown>> };
    readonly blocks?: readonly { readonly block_id?: string }[];
  };
  return metadata?.event_payload?.["key"] === key || (blocks ?? []).some(({ block_id: id }) => id === key);
}
