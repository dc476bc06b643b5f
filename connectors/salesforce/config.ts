/** What the Salesforce app needs to know about its registration and surroundings. Filled from the environment by src/config.ts. */
import type { Instant } from "../../src/model/instant.ts";

/**
 * How Baton gets its tokens. `web`: an admin signs in and consents, the usual way, with refresh tokens that rotate. `jwt`: a key
 * whose certificate the org's external client app holds, for one user who was approved beforehand. `client-credentials`: the user
 * the external client app runs as. The latter two open exactly one org, have no refresh token, and nobody signs in.
 */
type SalesforceGrant =
  | { readonly kind: "web" }
  | { readonly kind: "jwt"; readonly username: string; readonly privateKey: string }
  | { readonly kind: "client-credentials" };

/** One registered external client app and where its servers are. URLs are origins without a trailing slash. */
export interface SalesforceConfig {
  /** The consumer key. */
  readonly clientId: string;
  /** Newest first: the first goes into token requests, and keys of tenants are made of all of them during a rotation. */
  readonly clientSecrets: readonly string[];
  /** Where the world reaches Baton. */
  readonly publicUrl: string;
  /** `https://login.salesforce.com`, `https://test.salesforce.com` or the org's My Domain. A sandbox is reached by it alone. */
  readonly loginUrl: string;
  readonly grant: SalesforceGrant;
  readonly now: () => Instant;
}
