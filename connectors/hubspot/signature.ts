/**
 * Tells requests of HubSpot from everybody else's.
 *
 *     v1  sha256(secret + body)                             hex      push webhooks
 *     v2  sha256(secret + METHOD + URI + body)              hex      workflow webhooks, custom actions
 *     v3  hmac-sha256(secret, METHOD + URI + body + time)   base64   sent beside v1 or v2
 *
 * Invariants: the body is hashed as the raw bytes that arrived; the URI is the public one and never the one behind a
 * proxy; once a v3 header is present nothing but v3 counts, so that stripping a stale v3 down to a v1 without a
 * timestamp gains nothing but a replay, which the event's key holds off.
 *
 * Trust. HubSpot signs the workflow steps of all its customers with the app's secret, whatever body they wrote, and v3 does not tell
 * a step from a webhook. So where webhooks are taken, what comes marked v2 is refused. Nothing else is, because which version
 * webhooks carry beside v3 is not documented (without v3 it is v1).
 * Source: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
import { createHash, createHmac } from "node:crypto";
import type { RawRequest } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import { isSameSecret } from "../../src/same-secret.ts";

/** The signature an endpoint takes where no v3 header came: push webhooks send v1, workflows send v2. */
export type LegacyVersion = "v1" | "v2";

/** What a signature covers. `uri` is the full public URL as called, query included. */
export interface SignedParts {
  readonly method: string;
  readonly uri: string;
  readonly body: Uint8Array;
}

/** How far a v3 timestamp may lie from our clock, to either side, inclusive. */
export const TIMESTAMP_WINDOW_MS: DurationMs = 5 * MINUTE_MS;

const TIMESTAMP = /^\d{1,15}$/;
/** `v2` alone or in a list: Node joins what comes in several headers of one name. */
const MARKED_V2 = /(?:^|,)\s*v2\s*(?:,|$)/iu;
/** The only escapes HubSpot decodes before it signs: `: / ? @ ! $ ' ( ) * , ;`. Every other one stays as it came. */
const DECODED_ESCAPES = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/giu;

/**
 * Checks a request's signature against every secret that may have signed it.
 *
 * @param secrets  All secrets in force; during a rotation the old and the new one.
 * @param legacy   The version this endpoint takes when no v3 header is present.
 * @param now      Passed in, so that a recorded request can be checked at its own time.
 *
 * Throws `receive.bad-timestamp` when v3's timestamp is missing, not a number, or more than five minutes off in either
 * direction; `receive.bad-signature` for everything else that does not match.
 */
export function verifySignature(
  request: RawRequest,
  secrets: readonly string[],
  legacy: LegacyVersion,
  now: Instant,
): void {
  const parts: SignedParts = { method: request.method, uri: request.url, body: request.body };
  const v3 = header(request, "x-hubspot-signature-v3");
  const version = header(request, "x-hubspot-signature-version");
  if (v3 !== undefined) {
    if (legacy === "v1" && MARKED_V2.test(version ?? ""))
      throw badSignature(
        "HubSpot signed this for a workflow step or an action, and this address takes webhooks",
      );
    const timestamp = freshTimestamp(request, now);
    requireMatch(v3, "v3", secrets, (secret) => signV3(secret, parts, timestamp));
    return;
  }
  const signature = header(request, "x-hubspot-signature");
  if (signature === undefined) throw badSignature("no signature header came with the request");
  if (version !== legacy)
    throw badSignature(`this address takes signature v3 or ${legacy}, and neither came`);
  requireMatch(signature, legacy, secrets, (secret) =>
    legacy === "v1" ? signV1(secret, parts) : signV2(secret, parts),
  );
}

/** The v1 signature: hex, lower case. Throws nothing. */
export function signV1(secret: string, parts: SignedParts): string {
  return createHash("sha256").update(secret).update(parts.body).digest("hex");
}

/** The v2 signature: hex, lower case; the URI is taken as it is. Throws nothing. */
export function signV2(secret: string, parts: SignedParts): string {
  return createHash("sha256")
    .update(secret + parts.method + parts.uri)
    .update(parts.body)
    .digest("hex");
}

/** The v3 signature: base64 with padding. `timestamp` is the header's text, epoch milliseconds. Throws nothing. */
export function signV3(secret: string, parts: SignedParts, timestamp: string): string {
  const uri = parts.uri.replaceAll(DECODED_ESCAPES, (escape) => decodeURIComponent(escape));
  return createHmac("sha256", secret)
    .update(parts.method + uri)
    .update(parts.body)
    .update(timestamp)
    .digest("base64");
}

function freshTimestamp(request: RawRequest, now: Instant): string {
  const timestamp = header(request, "x-hubspot-request-timestamp");
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) {
    throw new BatonError("receive.bad-timestamp", "X-HubSpot-Request-Timestamp must be epoch milliseconds");
  }
  const skewMs = now - Number(timestamp);
  if (Math.abs(skewMs) > TIMESTAMP_WINDOW_MS) {
    const side = skewMs > 0 ? "behind" : "ahead of";
    throw new BatonError(
      "receive.bad-timestamp",
      `the request was signed ${Math.abs(skewMs)} ms ${side} this server's clock; at most ${TIMESTAMP_WINDOW_MS} ms are taken. Check the clock`,
    );
  }
  return timestamp;
}

function requireMatch(
  given: string,
  version: string,
  secrets: readonly string[],
  sign: (secret: string) => string,
): void {
  // Every secret is tried even after a match: which one matched is nobody's business.
  let isMatch = false;
  for (const secret of secrets) isMatch = isSameSecret(given, sign(secret)) || isMatch;
  if (!isMatch) {
    throw badSignature(`signature ${version} does not match: check the client secret and the public URL`);
  }
}

/** A header sent twice is as good as a wrong one: nobody can say which of the two was meant. */
function header(request: RawRequest, name: string): string | undefined {
  const value = request.headers[name];
  if (value === undefined || typeof value === "string") return value;
  throw badSignature(`${name} came more than once`);
}

function badSignature(detail: string): BatonError {
  return new BatonError("receive.bad-signature", detail);
}
