/**
 * The three request signatures, from the sender's side.
 *
 *     v1  sha256(secret + body)                              hex     push webhooks
 *     v2  sha256(secret + METHOD + URI + body)               hex     workflow webhooks, custom actions
 *     v3  hmac-sha256(secret, METHOD + URI + body + time)    base64  sent beside v1 or v2
 *
 * Source: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
import { createHash, createHmac } from "node:crypto";

/** What is signed: `url` is the full public URL as called, `body` the exact text that is sent. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** Signature v1 over a body. Throws nothing. */
export function signV1(secret: string, body: string): string {
  return createHash("sha256")
    .update(secret + body, "utf8")
    .digest("hex");
}

/** Signature v2 over method, URI and body. Throws nothing. */
export function signV2(secret: string, request: SignedRequest): string {
  return createHash("sha256")
    .update(secret + request.method + request.url + request.body, "utf8")
    .digest("hex");
}

/** Signature v3 over method, decoded URI, body and the timestamp in epoch milliseconds. Throws nothing. */
export function signV3(secret: string, request: SignedRequest, timestamp: number): string {
  const source = `${request.method}${decodeForV3(request.url)}${request.body}${timestamp}`;
  return createHmac("sha256", secret).update(source, "utf8").digest("base64");
}

/** The headers of a signed request: v3 always, beside v1 (`push`) or v2 (`workflow`). */
export function signatureHeaders(
  kind: "push" | "workflow",
  secret: string,
  request: SignedRequest,
  timestamp: number,
): Record<string, string> {
  return {
    "x-hubspot-signature": kind === "push" ? signV1(secret, request.body) : signV2(secret, request),
    "x-hubspot-signature-version": kind === "push" ? "v1" : "v2",
    "x-hubspot-signature-v3": signV3(secret, request, timestamp),
    "x-hubspot-request-timestamp": String(timestamp),
  };
}

const decodedEscapes = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** HubSpot decodes only these twelve escapes in the URI and leaves every other one alone. */
function decodeForV3(url: string): string {
  return url.replaceAll(decodedEscapes, (escape) => decodeURIComponent(escape));
}
