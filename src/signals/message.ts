/**
 * A message as Segment's senders write it, reduced to what Baton reads; everything else never leaves this file.
 * Senders differ in what they fill in, so a field that makes no sense counts as absent: only `type` and the ids must be right.
 * Source: https://segment.com/docs/connections/spec/common/
 */
import * as z from "zod";

/** What a message may be. `alias` and `screen` are understood and hold nothing for Baton. */
const MESSAGE_TYPES = ["track", "identify", "group", "page", "alias", "screen"] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Longer texts are cut: names and paths of this length are no names and paths. */
const MOST_CHARACTERS = 500;

const text = z
  .union([z.string(), z.number().transform(String)])
  .transform(cleaned)
  .optional()
  .catch(undefined);

const properties = z
  .object({
    email: text,
    path: text,
    url: text,
    form: text,
    form_name: text,
    formName: text,
    asset: text,
    title: text,
    campaign: text,
    engagement: text,
  })
  .partial()
  .catch({});

const context = z
  .object({
    page: z.object({ path: text, url: text }).partial().catch({}),
    traits: properties,
    campaign: z.object({ name: text }).partial().catch({}),
  })
  .partial()
  .catch({});

const messageSchema = z.object({
  type: z.enum(MESSAGE_TYPES),
  messageId: text,
  anonymousId: text,
  userId: text,
  timestamp: text,
  originalTimestamp: text,
  sentAt: text,
  receivedAt: text,
  event: text,
  properties,
  traits: properties,
  context,
});
export type Message = z.output<typeof messageSchema>;

const sentAtSchema = z.object({ sentAt: text });

/** What cannot be a message, in words for whoever sends it. */
export interface Unreadable {
  readonly problem: string;
}

/**
 * Reads one message.
 *
 * @param type    What the address says the message is; in a batch each says it itself.
 * @param sentAt  When the batch was sent, for messages that do not say it themselves.
 * Throws nothing. The problem names no value: values may be personal.
 */
export function readMessage(
  raw: unknown,
  type: MessageType | undefined,
  sentAt: string | undefined,
): Message | Unreadable {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return { problem: "it is no object" };
  const parsed = messageSchema.safeParse({ ...raw, ...(type === undefined ? {} : { type }) });
  if (!parsed.success) return { problem: `"type" is none of ${MESSAGE_TYPES.join(", ")}` };
  const message = parsed.data;
  if (message.userId === undefined && message.anonymousId === undefined)
    return { problem: "neither userId nor anonymousId says who it was" };
  if (message.type === "track" && message.event === undefined)
    return { problem: '"event" does not name what happened' };
  return message.sentAt === undefined ? { ...message, sentAt } : message;
}

/** When a batch says it was sent. Throws nothing. */
export function batchSentAt(body: unknown): string | undefined {
  const parsed = sentAtSchema.safeParse(body);
  return parsed.success ? parsed.data.sentAt : undefined;
}

function cleaned(value: string): string | undefined {
  const one = value
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
  return one === "" ? undefined : one.slice(0, MOST_CHARACTERS).toWellFormed();
}
