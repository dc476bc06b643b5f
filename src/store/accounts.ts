/** The CRM's accounts as listed last, so that a lead can be matched with one without asking the CRM. */
import type { Instant } from "../model/instant.ts";
import type { CrmAccount } from "../model/record.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import { digestOf } from "./match-keys.ts";
import type { Db } from "./schema.ts";

/** An account and the keys it can be found under. */
export interface KeyedAccount {
  readonly account: CrmAccount;
  readonly keys: readonly string[];
}

/** Stores accounts as they are now, seen in the listing that began at `seenAt`. Keys that stay are not written again. */
export async function saveAccounts(
  db: Db,
  installation: string,
  accounts: readonly KeyedAccount[],
  seenAt: Instant,
): Promise<void> {
  const latest = [...new Map(accounts.map((one) => [one.account.id, one])).values()];
  await inChunks(latest, async (chunk) => {
    await db
      .insertInto("accounts")
      .values(
        chunk.map(({ account }) => ({
          installation,
          account: account.id,
          body: JSON.stringify(account),
          seen_at: seenAt,
        })),
      )
      .onConflict((oc) =>
        oc
          .columns(["installation", "account"])
          .doUpdateSet((eb) => ({ body: eb.ref("excluded.body"), seen_at: eb.ref("excluded.seen_at") })),
      )
      .execute();
    await saveKeys(db, installation, chunk);
  });
}

async function saveKeys(db: Db, installation: string, accounts: readonly KeyedAccount[]): Promise<void> {
  const stored = await db
    .selectFrom("account_keys")
    .select(["key", "account"])
    .where("installation", "=", installation)
    .where(
      "account",
      "in",
      accounts.map(({ account }) => account.id),
    )
    .execute();
  const had = Map.groupBy(stored, ({ account }) => account);
  const fresh: { installation: string; key: string; account: string }[] = [];
  for (const { account, keys } of accounts) {
    const has = new Set(keys.map(digestOf));
    const before = new Set((had.get(account.id) ?? []).map(({ key }) => key));
    const gone = [...before].filter((key) => !has.has(key));
    if (gone.length > 0) await deleteKeys(db, installation, account.id, gone);
    for (const key of has) if (!before.has(key)) fresh.push({ installation, key, account: account.id });
  }
  await inChunks(fresh, (chunk) => db.insertInto("account_keys").values(chunk).execute());
}

async function deleteKeys(
  db: Db,
  installation: string,
  account: string,
  keys: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("account_keys")
    .where("installation", "=", installation)
    .where("account", "=", account)
    .where("key", "in", keys)
    .execute();
}

/** Account id to the account. Those that are not stored are absent. */
export async function loadAccounts(
  db: Db,
  installation: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, CrmAccount>> {
  const found = await loadInChunks([...new Set(accounts)], async (chunk) => {
    const rows = await db
      .selectFrom("accounts")
      .select(["account", "body"])
      .where("installation", "=", installation)
      .where("account", "in", chunk)
      .execute();
    // Parsed here, so that others get their turn between two parts (give-way.ts).
    return rows.map(({ account, body }) => [account, ownJson<CrmAccount>(body)] as const);
  });
  return new Map(found);
}

/** Forgets accounts that no listing since `since` has held: the CRM has them no longer. @returns How many. */
export async function deleteUnseen(db: Db, installation: string, since: Instant): Promise<number> {
  const gone = db
    .selectFrom("accounts")
    .select("account")
    .where("installation", "=", installation)
    .where("seen_at", "<", since);
  await db
    .deleteFrom("account_keys")
    .where("installation", "=", installation)
    .where("account", "in", gone)
    .execute();
  const result = await db
    .deleteFrom("accounts")
    .where("installation", "=", installation)
    .where("seen_at", "<", since)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
