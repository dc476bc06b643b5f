/** What somebody did with a message, as Slack tells it. Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
import { z } from "zod";
import { BatonError } from "../../errors.ts";
import type { Instant } from "../../model/instant.ts";
import { ANSWER } from "./blocks.ts";

/** An answer given by a button or a menu. */
export interface Click {
  /** The same for the same click, however often it is told. */
  readonly key: string;
  readonly at: Instant;
  readonly user: string;
  readonly handoff: string;
  readonly answer: string;
  readonly reason?: string;
  /** Where the message can be changed, and what it holds now. */
  readonly responseUrl?: string;
  readonly blocks: readonly object[];
}

const actionSchema = z.object({
  action_id: z.string(),
  action_ts: z.string().regex(/^\d{1,12}(\.\d{1,9})?$/),
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const payloadSchema = z.object({
  type: z.string(),
  user: z.object({ id: z.string().min(1).max(50) }),
  message: z
    .object({ ts: z.string().max(50), blocks: z.array(z.looseObject({ type: z.string() })).default([]) })
    .optional(),
  response_url: z.string().optional(),
  actions: z.array(z.unknown()).optional(),
});

/**
 * Reads the body of an interaction: a form with one field, which is JSON.
 * @returns undefined for what gives no answer: a link that was opened, a menu of somebody else's. Throws `receive.bad-body`.
 */
export function readClick(body: Uint8Array): Click | undefined {
  const payload = payloadSchema.safeParse(
    jsonIn(new URLSearchParams(Buffer.from(body).toString("utf8")).get("payload")),
  );
  if (!payload.success) throw new BatonError("receive.bad-body", "The payload is not one of Slack's.");
  const { type, user, message, response_url: responseUrl, actions = [] } = payload.data;
  const action = actionSchema.safeParse(actions[0]);
  if (type !== "block_actions" || message === undefined || !action.success) return undefined;
  const { action_id: id, action_ts: ts, value, selected_option: selected } = action.data;
  if (!id.startsWith(ANSWER)) return undefined;
  const [handoff = "", reason] = (selected?.value ?? value ?? "").split(" ");
  if (handoff === "") return undefined;
  return {
    key: `slack:${message.ts}:${user.id}:${ts}`,
    at: Math.floor(Number(ts) * 1_000),
    user: user.id,
    handoff,
    answer: id.slice(ANSWER.length),
    ...(reason === undefined ? {} : { reason }),
    ...(responseUrl === undefined ? {} : { responseUrl }),
    blocks: message.blocks,
  };
}

function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch {
    return undefined;
  }
}
