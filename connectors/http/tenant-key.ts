/**
 * Keys that show which account a request speaks for, where the CRM's own signature does not: derived from the client secret, what
 * they are for and the account, so that nothing is stored, and only Baton can make them.
 *
 *     key = base64url(hmac-sha256(client secret, purpose + account))
 */
import { createHmac } from "node:crypto";
import { isSameSecret } from "../../src/same-secret.ts";

/** A key under one client secret: 43 characters of base64url. `subject` names the purpose and the account. Throws nothing. */
export function tenantKey(clientSecret: string, subject: string): string {
  return createHmac("sha256", clientSecret).update(subject).digest("base64url");
}

/**
 * Whether `given` is the key under any of the secrets in force, so that what was set up outlives the first half of a
 * rotation. White space around it is forgiven, because people paste it. Takes the same time wherever it differs.
 * Throws nothing.
 */
export function isTenantKey(given: unknown, subject: string, clientSecrets: readonly string[]): boolean {
  if (typeof given !== "string") return false;
  const shown = given.trim();
  // Every secret is tried even after a match: which one matched is nobody's business.
  let isMatch = false;
  for (const secret of clientSecrets) isMatch = isSameSecret(shown, tenantKey(secret, subject)) || isMatch;
  return isMatch;
}
