/** What opens one tenant to Baton, and where it is kept. Source: docs/glossary.md, "Vault". */
import type { Instant } from "./model/instant.ts";

/** Tokens of one connection, in the clear only inside the process. `scopes` is what was really granted. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresAt: Instant;
  readonly scopes: readonly string[];
  /** Where this tenant's API is, for CRMs that say it with the tokens. */
  readonly instanceUrl?: string;
}

/**
 * Where one connection's tokens live. `renew` is single-flight in the whole fleet: it reads the tokens again, and calls
 * `exchange` only if they are still `stale`; what comes back is stored before anyone uses it. `mayAsk` says, when the request is
 * about to go out, whether nobody else can be renewing them by now.
 */
export interface TokenVault {
  load(): Promise<Tokens>;
  renew(
    stale: Tokens,
    exchange: (current: Tokens, mayAsk: () => boolean) => Promise<Tokens>,
  ): Promise<Tokens>;
}
