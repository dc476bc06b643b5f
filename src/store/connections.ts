/**
 * Connections: one row of sealed tokens for each installation.
 *
 * Tokens are sealed for one audience: what HubSpot gave never opens for a sandbox, nor the other way round.
 */
import type { Instant } from "../model/instant.ts";
import type { Tokens, TokenVault } from "../tokens.ts";
import { ownJson } from "./json.ts";
import type { Store } from "./open.ts";
import { loadSealed, renewingVault } from "./renewal.ts";
import type { Db } from "./schema.ts";
import { seal, type SecretKeys, unseal } from "./seal.ts";

/** Whom tokens are for. */
type Audience = "live" | "sandbox";

/** What opens one connection's tokens. */
export interface Locksmith {
  readonly keys: SecretKeys;
  readonly audience: Audience;
}

/** The row, and the world, that an installation's tokens are sealed for. */
export const connectionBinding = (installation: string, { audience }: Locksmith): string =>
  `connections/${installation} (${audience})`;

export async function saveTokens(
  db: Db,
  locksmith: Locksmith,
  installation: string,
  tokens: Tokens,
  now: Instant,
): Promise<void> {
  const row = {
    sealed: seal(locksmith.keys, connectionBinding(installation, locksmith), JSON.stringify(tokens)),
    expires_at: tokens.expiresAt,
    updated_at: now,
    // Whoever is renewing the tokens that stood here has nothing to add to these.
    renewer: null,
    renewing_until: null,
  };
  await db
    .insertInto("connections")
    .values({ installation, ...row })
    .onConflict((oc) => oc.column("installation").doUpdateSet(row))
    .execute();
}

/** Throws `crm.disconnected` when the installation has no tokens, `store.sealed` when they do not open. */
export async function loadTokens(db: Db, locksmith: Locksmith, installation: string): Promise<Tokens> {
  const sealed = await loadSealed(db, installation);
  return ownJson<Tokens>(unseal(locksmith.keys, connectionBinding(installation, locksmith), sealed));
}

/** The vault of one installation. How tokens are renewed in it: `renewal.ts`. */
export function tokenVault(
  store: Store,
  locksmith: Locksmith,
  installation: string,
  now: () => Instant,
): TokenVault {
  const { keys } = locksmith;
  const binding = connectionBinding(installation, locksmith);
  return renewingVault({
    store,
    installation,
    now,
    open: (sealed) => ownJson<Tokens>(unseal(keys, binding, sealed)),
    close: (tokens) => seal(keys, binding, JSON.stringify(tokens)),
  });
}
