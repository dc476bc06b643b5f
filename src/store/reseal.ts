/**
 * Sealing keys that are replaced: what is kept under seal for long is sealed anew with the newest, so that an older key can be taken
 * out. What an installation under way remembers lives ten minutes, and stays as it is.
 *
 * Whoever renews tokens stores the new ones only over what it read, so tokens are left alone while that is under way: they are
 * sealed with the newest key then anyway. For the same reason a text is replaced only while it is the one that was opened.
 */
import { channelBinding } from "./channels.ts";
import { connectionBinding, type Locksmith } from "./connections.ts";
import type { Db } from "./schema.ts";
import { sealedAnew, sealMark } from "./seal.ts";

/** How many rows would be lost with the older keys. */
export interface NeedsOlderKeys {
  readonly connections: number;
  readonly channels: number;
  /** All there are: nobody can tell which key made a digest. */
  readonly tombstones: number;
}

/** Seals anew what needs it. What no listed key opens is left as it is. @returns How many rows it was. */
export async function sealAnew(db: Db, locksmith: Locksmith): Promise<number> {
  return (await sealConnectionsAnew(db, locksmith)) + (await sealChannelsAnew(db, locksmith));
}

/** Counts them. Throws what the database throws. */
export async function needsOlderKeys(db: Db, { keys }: Locksmith): Promise<NeedsOlderKeys> {
  const count = async (table: "connections" | "channels" | "tombstones"): Promise<number> => {
    const all = db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as("count"));
    const rows = await (
      table === "tombstones" ? all : all.where("sealed", "not like", `${sealMark(keys)}%`)
    ).executeTakeFirstOrThrow();
    return rows.count;
  };
  return {
    connections: await count("connections"),
    channels: await count("channels"),
    tombstones: await count("tombstones"),
  };
}

async function sealConnectionsAnew(db: Db, locksmith: Locksmith): Promise<number> {
  const rows = await db
    .selectFrom("connections")
    .select(["installation", "sealed"])
    .where("sealed", "not like", `${sealMark(locksmith.keys)}%`)
    .execute();
  let count = 0;
  for (const { installation, sealed } of rows) {
    const anew = sealedAnew(locksmith.keys, connectionBinding(installation, locksmith), sealed);
    if (anew === undefined) continue;
    const { numUpdatedRows } = await db
      .updateTable("connections")
      .set({ sealed: anew })
      .where("installation", "=", installation)
      .where("sealed", "=", sealed)
      .where("renewer", "is", null)
      .executeTakeFirst();
    count += Number(numUpdatedRows);
  }
  return count;
}

async function sealChannelsAnew(db: Db, locksmith: Locksmith): Promise<number> {
  const rows = await db
    .selectFrom("channels")
    .select(["installation", "id", "sealed"])
    .where("sealed", "not like", `${sealMark(locksmith.keys)}%`)
    .execute();
  let count = 0;
  for (const { installation, id, sealed } of rows) {
    const anew = sealedAnew(locksmith.keys, channelBinding(installation, id, locksmith), sealed);
    if (anew === undefined) continue;
    const { numUpdatedRows } = await db
      .updateTable("channels")
      .set({ sealed: anew })
      .where("installation", "=", installation)
      .where("id", "=", id)
      .where("sealed", "=", sealed)
      .executeTakeFirst();
    count += Number(numUpdatedRows);
  }
  return count;
}
