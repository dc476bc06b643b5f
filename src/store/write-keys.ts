/**
 * Write keys: what a sender of signals shows to be one of an installation's. Only digests are stored, so the table opens
 * nothing; a key is random enough that its digest needs no salt.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Instant } from "../model/instant.ts";
import type { Db } from "./schema.ts";

/** A key as people see it later: never the key itself. */
export interface WriteKey {
  readonly id: string;
  readonly createdAt: Instant;
  readonly revokedAt?: Instant;
}

const KEY_BYTES = 32;
const ID_CHARACTERS = 10;
/** Says what it is wherever it leaks to, so that scanners for secrets find it. */
const PREFIX = "baton_wk_";
const FORM = /^baton_wk_[\w-]{43}$/;

/** Makes a key. It is in the answer and nowhere else: it cannot be shown again. */
export async function createWriteKey(
  db: Db,
  installation: string,
  now: Instant,
): Promise<{ readonly id: string; readonly key: string }> {
  const key = `${PREFIX}${randomBytes(KEY_BYTES).toString("base64url")}`;
  const digest = digestOf(key);
  const id = digest.slice(0, ID_CHARACTERS);
  await db
    .insertInto("write_keys")
    .values({ installation, id, digest, created_at: now, revoked_at: null })
    .execute();
  return { id, key };
}

/** All keys of an installation, revoked ones too, in order of creation. */
export async function listWriteKeys(db: Db, installation: string): Promise<readonly WriteKey[]> {
  const rows = await db
    .selectFrom("write_keys")
    .select(["id", "created_at", "revoked_at"])
    .where("installation", "=", installation)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(({ id, created_at, revoked_at }) => ({
    id,
    createdAt: created_at,
    ...(revoked_at === null ? {} : { revokedAt: revoked_at }),
  }));
}

/** Ends a key for good. @returns Whether there was one that was not revoked yet. */
export async function revokeWriteKey(
  db: Db,
  installation: string,
  id: string,
  now: Instant,
): Promise<boolean> {
  const result = await db
    .updateTable("write_keys")
    .set({ revoked_at: now })
    .where("installation", "=", installation)
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Whose key this is. @returns undefined for what is no key, is revoked, or belongs to a portal that was removed. */
export async function findWriteKey(
  db: Db,
  key: string,
): Promise<{ readonly key: string; readonly installation: string; readonly tenant: string } | undefined> {
  if (!FORM.test(key)) return undefined;
  return await db
    .selectFrom("write_keys")
    .innerJoin("installations", "installations.id", "write_keys.installation")
    .select(["write_keys.id as key", "write_keys.installation", "installations.tenant"])
    .where("write_keys.digest", "=", digestOf(key))
    .where("write_keys.revoked_at", "is", null)
    .where("installations.state", "!=", "removed")
    .executeTakeFirst();
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
