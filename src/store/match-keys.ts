/**
 * Keys by which accounts and people are found again, as digests. A digest is found as well as the text it is of, always has the
 * same length, and leaves no second copy of names, addresses and phones in a table and its index; plain SHA-256 is enough for
 * that, because the rows it points to hold the same in the clear, and go with it when somebody is erased.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/** 128 bits: two keys of all that a server ever sees do not meet. */
const DIGEST_CHARACTERS = 22;
/** A key that more rows share says nothing of any of them. */
export const MOST_OF_A_KEY = 50;
/** Keys asked for in one statement. SQLite takes 500 parts at most, and each costs some time to prepare. */
const KEYS_AT_ONCE = 40;

const COLUMNS = { account_keys: "account", person_keys: "lead" } as const;

/** What stands in the tables for a key. Throws nothing. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, DIGEST_CHARACTERS);
}

/**
 * Key to the accounts or leads that have it. Keys nobody has are absent, as are those too many have: each is read up to
 * its 51st row and no further, however much is stored.
 */
export async function findByKeys(
  db: Db,
  installation: string,
  table: keyof typeof COLUMNS,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byDigest = new Map(keys.map((key) => [digestOf(key), key]));
  const load = async (digests: readonly string[]): Promise<readonly { key: string; id: string }[]> => {
    const parts = digests.map(
      (digest) => sql`select * from (
        select ${sql.ref("key")}, ${sql.ref(COLUMNS[table])} as id from ${sql.table(table)}
        where installation = ${installation} and ${sql.ref("key")} = ${digest} limit ${sql.lit(MOST_OF_A_KEY + 1)}) as one`,
    );
    const { rows } = await sql<{ key: string; id: string }>`${sql.join(parts, sql` union all `)}`.execute(db);
    return rows;
  };
  const found = await loadInChunks([...byDigest.keys()], load, KEYS_AT_ONCE);
  const byKey = [...Map.groupBy(found, ({ key: digest }) => byDigest.get(digest) ?? "")];
  const telling = byKey.filter(([, rows]) => rows.length <= MOST_OF_A_KEY);
  return new Map(telling.map(([key, rows]) => [key, rows.map(({ id }) => id)]));
}
