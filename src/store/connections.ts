/**
 * Connections: one row of sealed tokens for each installation.
 *
 * Renewing is single-flight. Within a process one promise is shared; between processes the row is locked by the
 * transaction on PostgreSQL, and SQLite has one process. Whoever gets the lock reads the tokens again first: if another
 * has renewed them meanwhile, those are used. The exchange happens inside the lock and is stored before anyone uses it,
 * because a CRM may rotate refresh tokens and punish the use of an old one.
 *
 * Tokens are sealed for one audience: what HubSpot gave never opens for a sandbox, nor the other way round.
 */
import type { Tokens, TokenVault } from "../connector.ts";
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import type { Store } from "./open.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";
import { seal, type SecretKeys, unseal } from "./seal.ts";

/** Whom tokens are for. */
type Audience = "live" | "sandbox";

/** What opens one connection's tokens. */
export interface Locksmith {
  readonly keys: SecretKeys;
  readonly audience: Audience;
}

const boundTo = (installation: string, audience: Audience): string =>
  `connections/${installation} (${audience})`;

export async function saveTokens(
  db: Db,
  { keys, audience }: Locksmith,
  installation: string,
  tokens: Tokens,
  now: Instant,
): Promise<void> {
  const row = {
    sealed: seal(keys, boundTo(installation, audience), JSON.stringify(tokens)),
    expires_at: tokens.expiresAt,
    updated_at: now,
  };
  await db
    .insertInto("connections")
    .values({ installation, ...row })
    .onConflict((oc) => oc.column("installation").doUpdateSet(row))
    .execute();
}

/** Throws `crm.disconnected` when the installation has no tokens, `store.sealed` when they do not open. */
export async function loadTokens(
  db: Db,
  { keys, audience }: Locksmith,
  installation: string,
): Promise<Tokens> {
  const row = await db
    .selectFrom("connections")
    .select("sealed")
    .where("installation", "=", installation)
    .executeTakeFirst();
  if (row === undefined) {
    throw new BatonError(
      "crm.disconnected",
      `Installation ${installation} holds no tokens. Install the app again.`,
    );
  }
  return ownJson<Tokens>(unseal(keys, boundTo(installation, audience), row.sealed));
}

export async function deleteTokens(db: Db, installation: string): Promise<void> {
  await db.deleteFrom("connections").where("installation", "=", installation).execute();
}

/** The vault of one installation. */
export function tokenVault(
  store: Store,
  locksmith: Locksmith,
  installation: string,
  now: () => Instant,
): TokenVault {
  let renewal: Promise<Tokens> | undefined;

  const renewOnce = async (
    stale: Tokens,
    exchange: (current: Tokens) => Promise<Tokens>,
  ): Promise<Tokens> => {
    if (store.dialect === "sqlite") {
      // One process, one promise: no transaction is held open while the CRM answers.
      const current = await loadTokens(store.db, locksmith, installation);
      if (current.access !== stale.access) return current;
      const renewed = await exchange(current);
      await saveTokens(store.db, locksmith, installation, renewed, now());
      return renewed;
    }
    return await store.db.transaction().execute(async (tx) => {
      await tx
        .selectFrom("connections")
        .select("installation")
        .where("installation", "=", installation)
        .forUpdate()
        .execute();
      const current = await loadTokens(tx, locksmith, installation);
      if (current.access !== stale.access) return current;
      const renewed = await exchange(current);
      await saveTokens(tx, locksmith, installation, renewed, now());
      return renewed;
    });
  };

  return {
    load: () => loadTokens(store.db, locksmith, installation),
    renew: (stale, exchange) => {
      renewal ??= renewOnce(stale, exchange).finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
  };
}
