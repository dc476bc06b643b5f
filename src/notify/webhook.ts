/**
 * Webhooks by the Standard Webhooks specification: a program of the customer's gets every notice as JSON, signed. A repeat has the
 * same `webhook-id`, so that a receiver can drop it. Source: https://github.com/standard-webhooks/standard-webhooks
 */
import { Webhook } from "standardwebhooks";
import type { Instant } from "../model/instant.ts";
import type { ChannelSettings } from "../store/channels.ts";
import type { Door } from "./door.ts";
import { fateOfPost } from "./post.ts";
import { FOR_PROGRAMS, type Outgoing, type Sender } from "./sender.ts";

type WebhookSettings = Extract<ChannelSettings, { kind: "webhook" }>;

/** Opens a webhook. Throws nothing: a secret was checked when the channel was added. */
export function openWebhook({ url, secret }: WebhookSettings, door: Door, now: () => Instant): Sender {
  const signer = new Webhook(secret);
  return {
    ...FOR_PROGRAMS,
    afterLoss: "repeat",
    async send(message) {
      const sentAt = new Date(now());
      const body = JSON.stringify(payloadOf(message, sentAt));
      const headers = {
        "content-type": "application/json",
        "webhook-id": message.key,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
        "webhook-signature": signer.sign(message.key, sentAt, body),
      };
      return await fateOfPost(() => door.post(url, headers, body), now);
    },
    probe: () => Promise.resolve("its address and secret are set; a test notice shows whether it answers"),
    close: () => Promise.resolve(),
  };
}

/** One notice, or several under `notices`, all of them in full. */
function payloadOf({ count, notices }: Outgoing, sentAt: Date): object {
  const timestamp = sentAt.toISOString();
  const [only] = notices;
  return count === 1
    ? { type: "notice", timestamp, data: only }
    : { type: "notices", timestamp, data: { count, notices } };
}
