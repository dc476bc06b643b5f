/** Salesforce as a CRM of Baton: the app as registered, and its installations. */
import type { CrmApp } from "../../src/crm-app.ts";
import { createAllowances } from "../http/allowance.ts";
import type { SalesforceConfig } from "./config.ts";
import { salesforceConnector } from "./connector.ts";
import { salesforceEndpoints } from "./endpoints.ts";
import { createShared } from "./gateway.ts";
import { salesforceOAuth } from "./oauth.ts";
import { setupNotes } from "./setup.ts";

/**
 * Makes the app out of its registration. `tenant` is the 18-character org id everywhere.
 * Throws nothing; nothing is sent before it is used.
 */
export function salesforceApp(config: SalesforceConfig): CrmApp {
  const oauth = salesforceOAuth(config);
  const allowances = createAllowances(() => createShared(config.now));
  return {
    crm: "salesforce",
    endpoints: salesforceEndpoints(config),
    authorizeUrl: (state, challenge) => oauth.authorizeUrl(state, challenge),
    exchange: (code, verifier, now) => oauth.exchange(code, verifier, now),
    ...(config.grant.kind === "web" ? {} : { mint: (now) => oauth.mint(now) }),
    connect: (tenant, vault, capabilities) =>
      salesforceConnector({
        config,
        tenant,
        vault,
        capabilities,
        refresh: (tokens, mayAsk) => oauth.refresh(tenant, tokens, mayAsk),
        revoke: (tokens) => oauth.revoke(tokens),
        allowance: allowances.of(tenant),
      }),
    answering: () => allowances.states(),
    setupNotes: (tenant) => setupNotes(config, tenant),
  };
}
