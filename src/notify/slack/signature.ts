/** Slack's signature over the raw body. Source: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac } from "node:crypto";
import { type DurationMs, type Instant, MINUTE_MS } from "../../model/instant.ts";
import { isSameSecret } from "../../same-secret.ts";

/** Older, or further ahead, and it is a replay or somebody's clock. */
const FRESH_MS: DurationMs = 5 * MINUTE_MS;

/** What a request brings to be believed. Absent headers are empty. */
export interface SignedRequest {
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
}

/** Whether Slack signed it just now with this secret. Takes as long whatever is wrong. Throws nothing. */
export function isSignedBySlack(
  { timestamp, signature, body }: SignedRequest,
  secret: string,
  now: Instant,
): boolean {
  const digest = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex");
  const isEqual = isSameSecret(signature, `v0=${digest}`);
  const isFresh = /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1_000) <= FRESH_MS;
  return isEqual && isFresh;
}
