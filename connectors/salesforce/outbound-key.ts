/**
 * The token of an org's messages. Outbound messages carry no signature, and their address is all an admin can enter; so the token is
 * what shows which org speaks. It names the org, because the key in it can be made anew only from that:
 *
 *     token = org id (18) + "." + key
 *
 * The org id in a message's body is only what its sender says, and is held against this one.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_security.htm
 */
import { isTenantKey, tenantKey } from "../http/tenant-key.ts";
import { toIdOf } from "./ids.ts";

/** The token of one org, by its 18-character id, under one client secret: 62 characters fit for an address. Throws nothing. */
export function outboundToken(clientSecret: string, org: string): string {
  return `${org}.${tenantKey(clientSecret, subject(org))}`;
}

/**
 * The org a token speaks for, if it is one under any of the secrets in force, as `isTenantKey` has it; undefined otherwise. Throws
 * nothing.
 */
export function orgOfToken(given: unknown, clientSecrets: readonly string[]): string | undefined {
  if (typeof given !== "string") return undefined;
  const [id = "", key = "", ...more] = given.trim().split(".");
  const org = toIdOf("Organization", id);
  if (org === undefined || org !== id || more.length > 0) return undefined;
  return isTenantKey(key, subject(org), clientSecrets) ? org : undefined;
}

function subject(org: string): string {
  return `baton messages of org ${org}`;
}
