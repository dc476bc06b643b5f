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
import { isTenantKey, tenantKey } from "../http/tenant-key.ts";

/** The key of one portal under one client secret: 43 characters of base64url. Throws nothing. */
export function stepKey(clientSecret: string, portal: string): string {
  return tenantKey(clientSecret, subject(portal));
}

/** Whether `given` is the portal's key under any of the secrets in force, as `isTenantKey` has it. Throws nothing. */
export function isStepKey(given: unknown, portal: string, clientSecrets: readonly string[]): boolean {
  return isTenantKey(given, subject(portal), clientSecrets);
}

function subject(portal: string): string {
  return `baton workflow step of portal ${portal}`;
}
