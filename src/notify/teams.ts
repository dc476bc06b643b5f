/**
 * Microsoft Teams, by the address of a workflow "Post to a channel when a webhook request is received": an Adaptive Card.
 *
 * Nothing can be looked up there and nothing tells a repeat: where it is not certain that a message was not delivered, only people can
 * tell, and it is parked. Texts are runs of rich text, in which no Markdown is read.
 * Source: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
import type { Instant } from "../model/instant.ts";
import type { ChannelSettings } from "../store/channels.ts";
import type { Door } from "./door.ts";
import { type Letter, writeLetter } from "./letter.ts";
import { fateOfPost } from "./post.ts";
import { FOR_PEOPLE, type Sender } from "./sender.ts";

type TeamsSettings = Extract<ChannelSettings, { kind: "teams" }>;

/** What Teams shows of a card's actions without a menu. */
const MOST_ACTIONS = 6;

/** Opens a Teams channel. Throws nothing. */
export function openTeams({ url }: TeamsSettings, door: Door, now: () => Instant): Sender {
  return {
    ...FOR_PEOPLE,
    afterLoss: "ask",
    async send(message) {
      const body = JSON.stringify({
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            contentUrl: null,
            content: cardOf(writeLetter(message)),
          },
        ],
      });
      return await fateOfPost(() => door.post(url, { "content-type": "application/json" }, body), now);
    },
    probe: () => Promise.resolve("its address is set; a test notice shows whether it answers"),
    close: () => Promise.resolve(),
  };
}

function cardOf({ subject, items, closing }: Letter): object {
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: subject,
    body: [
      text(subject, { weight: "Bolder", size: "Medium" }),
      ...items.flatMap(({ title, lines }) => [
        ...(title === undefined ? [] : [text(title, { weight: "Bolder" })]),
        ...lines.map((line) => text(line)),
      ]),
      ...(closing === undefined ? [] : [text(closing, { isSubtle: true })]),
    ],
    actions: items
      .flatMap(({ links }) => links.map(({ says, url }) => ({ type: "Action.OpenUrl", title: says, url })))
      .slice(0, MOST_ACTIONS),
  };
}

function text(words: string, look: object = {}): object {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text: words, ...look }] };
}
