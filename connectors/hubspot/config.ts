/** What the HubSpot app needs to know about its registration and surroundings. Filled from the environment by src/config.ts. */
import type { Instant } from "../../src/model/instant.ts";

/**
 * One registered HubSpot app and where its servers are. URLs are origins without a trailing slash.
 * The sandbox is reached by `apiUrl` and `authorizeUrl` alone; nothing else knows that it exists.
 */
export interface HubSpotConfig {
  /** The app's id as webhooks carry it: what the app changed itself is known by it when it comes back as an event. */
  readonly appId: string;
  readonly clientId: string;
  /** Newest first: the first signs token requests, all of them may have signed what arrives during a rotation. */
  readonly clientSecrets: readonly string[];
  /** Where the world reaches Baton. Signatures are checked against this and never against the `Host` header. */
  readonly publicUrl: string;
  /** `https://api.hubapi.com`. */
  readonly apiUrl: string;
  /** The page an admin is sent to, without query: `https://app.hubspot.com/oauth/authorize`. */
  readonly authorizeUrl: string;
  readonly now: () => Instant;
}
