/** Whose request this is: an installation by its CRM and tenant, remembered for a moment because webhooks come in swarms. */
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { findInstallation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { remembering } from "./remember.ts";

/** Finds the installation of a tenant; undefined where Baton is not installed. Throws what the database throws. */
export type FindTenant = (crm: Crm, tenant: string) => Promise<{ readonly id: string } | undefined>;

/** @param rememberMs  A tenant that was removed is refused that much later. Throws nothing. */
export function knownTenants(store: Store, rememberMs: DurationMs, now: () => Instant): FindTenant {
  const find = async (crm: Crm, tenant: string): Promise<{ readonly id: string } | undefined> => {
    const found = await findInstallation(store.db, crm, tenant);
    // What an account tells that serves another one's leads is that one's.
    return found === undefined ? undefined : { id: found.serves ?? found.id };
  };
  const byCrm = (crm: Crm) => remembering((tenant: string) => find(crm, tenant), rememberMs, now);
  const known = { hubspot: byCrm("hubspot"), salesforce: byCrm("salesforce") };
  return (crm, tenant) => known[crm](tenant);
}
