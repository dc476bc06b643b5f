/**
 * The key of a portal's workflow steps: what shows that a "Send a webhook" step speaks for the portal it names.
 *
 * HubSpot signs such a step with the secret of whatever app its author enters, and the portal in its body is whatever the
 * author typed. So the signature proves "some customer of this app", never which one. The key proves the portal: it
 * is derived from the client secret and the portal, so that nothing is stored, and only Baton can make it.
 *
 *     key = base64url(hmac-sha256(client secret, "baton workflow step of portal " + portal))
 *
 * HubSpot's v3 signature is an HMAC with the same secret, over text that begins with a method in capitals: neither can
 * ever be taken for the other.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The key of one portal under one client secret: 43 characters of base64url. Throws nothing. */
export function stepKey(clientSecret: string, portal: string): string {
  return createHmac("sha256", clientSecret)
    .update(`baton workflow step of portal ${portal}`)
    .digest("base64url");
}

/**
 * Whether `given` is the portal's key under any of the secrets in force, so that steps outlive the first half of a
 * rotation. White space around it is forgiven, because people paste it. Takes the same time wherever it differs.
 * Throws nothing.
 */
export function isStepKey(given: unknown, portal: string, clientSecrets: readonly string[]): boolean {
  if (typeof given !== "string") return false;
  const bytes = Buffer.from(given.trim());
  // Every secret is tried even after a match: which one matched is nobody's business.
  let isMatch = false;
  for (const secret of clientSecrets) {
    const expected = Buffer.from(stepKey(secret, portal));
    isMatch = (bytes.length === expected.length && timingSafeEqual(bytes, expected)) || isMatch;
  }
  return isMatch;
}
