/** Connected apps (External Client Apps) that may ask for tokens, and the orgs they are installed in. */
import type { Random } from "../../random.ts";

/** A client. What is not readonly may be changed while it runs, as an admin would. */
export interface OrgClient {
  readonly clientId: string;
  clientSecret: string;
  readonly name: string;
  redirectUrls: readonly string[];
  /** PEM of the certificate or public key for the JWT bearer flow. */
  publicKey: string | undefined;
  /** Refresh tokens change with every use, and using an old one revokes them all. */
  rotates: boolean;
  /** Authorising without a PKCE challenge is refused. */
  requiresPkce: boolean;
  /**
   * Orgs that have it, with the users who are pre-authorised (JWT bearer) and the user it runs as (client
   * credentials).
   */
  readonly installs: Map<string, OrgInstall>;
}

/** One org's settings of a client. */
interface OrgInstall {
  readonly preauthorized: readonly string[];
  readonly runsAs: string | undefined;
}

/** What an admin states when making a client; everything has a default. */
export interface OrgClientDeclaration {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly name?: string;
  readonly redirectUrls?: readonly string[];
  readonly publicKey?: string;
  readonly rotates?: boolean;
  readonly requiresPkce?: boolean;
}

/** Makes a client. */
export function createClient(declared: OrgClientDeclaration, random: Random): OrgClient {
  return {
    clientId: declared.clientId ?? `3MVG9sandbox-${random.hex(32)}`,
    clientSecret: declared.clientSecret ?? `sandbox-${random.hex(32)}`,
    name: declared.name ?? "Baton",
    redirectUrls: declared.redirectUrls ?? [],
    publicKey: declared.publicKey,
    rotates: declared.rotates ?? true,
    requiresPkce: declared.requiresPkce ?? true,
    installs: new Map(),
  };
}
