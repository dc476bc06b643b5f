/**
 * A message as Slack's blocks. Words of others stand in plain text, where Slack reads nothing into them; only links, which we build, are
 * mrkdwn. The first block bears the message's key, so that the message can be found again even after somebody has answered.
 * Source: https://docs.slack.dev/reference/block-kit
 */
import type { KnownBlock } from "@slack/web-api";
import type { NoticeBody, OfferedAnswer } from "../../model/notice.ts";
import { type Letter, tidy, writeLetter } from "../letter.ts";
import type { Outgoing } from "../sender.ts";

/** What begins the name of every button, before the answer it gives. */
export const ANSWER = "answer.";
/** Slack's bounds, in characters. */
const LONGEST = { header: 150, section: 3_000, option: 75, value: 150 };
const MOST_OPTIONS = 100;

const LABELS: Readonly<Record<string, string>> = {
  accepted: "Accept",
  rejected: "Reject…",
  recycled: "Recycle…",
};

/** @param mention  Whom to name above the message, in a conversation of several. */
export function blocksOf(message: Outgoing, mention: string | undefined): KnownBlock[] {
  const letter = writeLetter(message);
  return [
    { type: "header", block_id: message.key, text: plain(letter.subject, LONGEST.header) },
    ...(mention === undefined ? [] : [context(mention)]),
    ...letter.items.flatMap(itemBlocks),
    ...(letter.closing === undefined ? [] : [context(escapeSlack(letter.closing))]),
    ...answersOf(message),
  ];
}

/** What notifications and screen readers say. Throws nothing. */
export function fallbackOf(message: Outgoing): string {
  return escapeSlack(writeLetter(message).subject);
}

function itemBlocks({ title, lines, links }: Letter["items"][number]): readonly KnownBlock[] {
  const text = [...(title === undefined ? [] : [title]), ...lines].join("\n");
  return [
    ...(text === "" ? [] : [{ type: "section" as const, text: plain(text, LONGEST.section) }]),
    ...(links.length === 0 ? [] : [context(links.map(linkOf).join(" · "))]),
  ];
}

/** Buttons belong to one handoff: several notices together offer none. */
function answersOf({ count, notices }: Outgoing): readonly KnownBlock[] {
  const [notice] = notices;
  if (count !== 1 || notice?.handoff === undefined) return [];
  const { handoff, answers = [] } = notice;
  const elements = answers.flatMap((offered) => elementOf(offered, handoff));
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

type Elements = Extract<KnownBlock, { type: "actions" }>["elements"];

function elementOf({ answer, reasons }: OfferedAnswer, handoff: string): Elements {
  const label = plain(LABELS[answer] ?? answer, LONGEST.option);
  const action = `${ANSWER}${answer}`;
  if (reasons.length === 0) return [{ type: "button", action_id: action, text: label, value: handoff }];
  const options = reasons
    .map((reason) => ({ text: plain(reason, LONGEST.option), value: `${handoff} ${reason}` }))
    .filter(({ value }) => value.length <= LONGEST.value)
    .slice(0, MOST_OPTIONS);
  return options.length === 0
    ? []
    : [{ type: "static_select", action_id: action, placeholder: label, options }];
}

function plain(text: string, longest: number): { type: "plain_text"; text: string; emoji: false } {
  const cut = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  return { type: "plain_text", text: cut, emoji: false };
}

/** A quiet line. @param mrkdwn  Escaped where others wrote it. */
export function context(mrkdwn: string): KnownBlock {
  return { type: "context", elements: [{ type: "mrkdwn", text: mrkdwn, verbatim: true }] };
}

function linkOf({ says, url }: NoticeBody["links"][number]): string {
  const target = escapeSlack(url.replaceAll("|", "%7C"));
  return `<${target}|${escapeSlack(tidy(says, LONGEST.option)).replaceAll("|", "/")}>`;
}

/** Text in which Slack finds no link, no mention and no formatting that reaches beyond it. Source: Slack, "Formatting message text". */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
