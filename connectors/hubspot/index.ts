/** HubSpot as a CRM of Baton: the app as registered, and its installations. */
import type { CrmApp } from "../../src/crm-app.ts";
import { createAllowances } from "../http/allowance.ts";
import { createShared } from "./allowance.ts";
import type { HubSpotConfig } from "./config.ts";
import { hubspotConnector } from "./connector.ts";
import { hubspotEndpoints } from "./endpoints.ts";
import { hubspotOAuth } from "./oauth.ts";
import { setupNotes } from "./setup.ts";

/**
 * Makes the app out of its registration. `tenant` is the portal id as text everywhere.
 * Throws nothing; nothing is sent before it is used.
 */
export function hubspotApp(config: HubSpotConfig): CrmApp {
  const oauth = hubspotOAuth(config);
  const allowances = createAllowances(() => createShared(config.now));
  return {
    crm: "hubspot",
    endpoints: hubspotEndpoints(config),
    authorizeUrl: (state, challenge) => oauth.authorizeUrl(state, challenge),
    exchange: (code, verifier, now) => oauth.exchange(code, verifier, now),
    connect: (tenant, vault, capabilities) =>
      hubspotConnector({
        config,
        tenant,
        vault,
        capabilities,
        refresh: (tokens, mayAsk) => oauth.refresh(tokens, mayAsk),
        allowance: allowances.of(tenant),
      }),
    answering: () => allowances.states(),
    setupNotes: (tenant) => setupNotes(config, tenant),
  };
}
