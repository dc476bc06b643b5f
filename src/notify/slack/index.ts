/**
 * Slack. An owner gets a direct message; managers, and owners whose address nobody has, are told in the channel's room, by name.
 *
 * Slack knows no idempotency key. A message carries its own as metadata and in its first block, and one whose answer was lost is looked
 * for in the conversations where it could stand before it is posted again.
 */
import type { WebClient } from "@slack/web-api";
import type { Instant } from "../../model/instant.ts";
import type { ChannelSettings } from "../../store/channels.ts";
import type { Door } from "../door.ts";
import { type Fate, FOR_PEOPLE, type Found, type Outgoing, type Sender } from "../sender.ts";
import { blocksOf, escapeSlack, fallbackOf } from "./blocks.ts";
import { slackClient } from "./client.ts";
import { type Directory, openDirectory, type Person } from "./directory.ts";
import { isInHistory, METADATA_TYPE } from "./history.ts";
import { slackError, type SlackTrouble, slackTrouble } from "./trouble.ts";

type SlackSettings = Extract<ChannelSettings, { kind: "slack" }>;

interface Workspace {
  readonly client: WebClient;
  readonly directory: Directory;
  readonly room: string;
}

/** Opens a Slack channel. Throws nothing. */
export async function openSlack(settings: SlackSettings, door: Door, now: () => Instant): Promise<Sender> {
  const client = await slackClient(settings, door);
  const workspace: Workspace = { client, directory: openDirectory(client, now), room: settings.room };
  return {
    ...FOR_PEOPLE,
    afterLoss: "look",
    send: async (message) => await send(workspace, message),
    look: async (message) => await look(workspace, message),
    async probe() {
      try {
        const { team } = await client.auth.test();
        return `Slack lets us into ${team ?? "its workspace"}`;
      } catch (cause) {
        throw slackError(cause);
      }
    },
    close: () => Promise.resolve(),
  };
}

async function send(workspace: Workspace, message: Outgoing): Promise<Fate> {
  let person: Person | undefined;
  try {
    person = await workspace.directory.find(message.to);
  } catch (cause) {
    // Nothing was posted yet, whatever became of the question.
    return notSent(slackTrouble(cause));
  }
  try {
    await post(workspace, message, person);
    return { fate: "sent" };
  } catch (cause) {
    const trouble = slackTrouble(cause);
    if (trouble.isCertain) return notSent(trouble);
    return { fate: "unknown", code: trouble.code };
  }
}

async function post(
  { client, room }: Workspace,
  message: Outgoing,
  person: Person | undefined,
): Promise<void> {
  const isDirect = person !== undefined && message.as === "owner";
  const mention = person === undefined ? escapeSlack(message.to) : `<@${person.id}>`;
  const words = {
    channel: isDirect ? person.conversation : room,
    text: fallbackOf(message),
    blocks: blocksOf(message, isDirect ? undefined : `For ${mention}`),
    metadata: { event_type: METADATA_TYPE, event_payload: { key: message.key } },
    unfurl_links: false,
    unfurl_media: false,
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
  await client.chat.postMessage(words);
}

function notSent({ code, isForMessage, retryAfterMs }: SlackTrouble): Fate {
  if (isForMessage) return { fate: "refused", code };
  return {
    fate: "not-sent",
    code,
    everybody: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Looks wherever it may stand: somebody may have got, or lost, their address meanwhile. */
async function look({ client, directory, room }: Workspace, message: Outgoing): Promise<Found> {
  try {
    const person = await directory.find(message.to);
    for (const conversation of [...(person === undefined ? [] : [person.conversation]), room]) {
      if (await isInHistory(client, conversation, message)) return { found: "yes" };
    }
    return { found: "no" };
  } catch (cause) {
    const { code, retryAfterMs } = slackTrouble(cause);
    return { found: "unsure", code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}
