/** Which contacts have these e-mail addresses, as their first or as a secondary one. */
import type { LeadRef } from "../../src/model/lead.ts";
import { readSound } from "./batch-read.ts";
import type { Gateway } from "../http/gateway.ts";

/**
 * Finds contacts. Addresses are compared in lower case; what is no address, or nobody's, is absent, and so is who cannot be read.
 * @throws BatonError `crm.*` when HubSpot cannot be read.
 */
export async function findByEmail(
  gateway: Gateway,
  emails: readonly string[],
): Promise<ReadonlyMap<string, LeadRef>> {
  const asked = new Set(emails.map((email) => email.toLowerCase()).filter(isAddress));
  const contacts = await readSound(gateway, {
    type: "contacts",
    ids: [...asked],
    idProperty: "email",
    properties: ["email", "hs_additional_emails"],
  });
  const found = new Map<string, LeadRef>();
  for (const { id, properties } of contacts) {
    const addresses = [properties["email"], ...(properties["hs_additional_emails"] ?? "").split(";")];
    for (const address of addresses) {
      const email = address?.trim().toLowerCase() ?? "";
      if (asked.has(email)) found.set(email, { crm: "hubspot", id });
    }
  }
  return found;
}

/** Enough of an address that HubSpot does not refuse the batch for it. */
export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email);
}
