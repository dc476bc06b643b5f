/**
 * What a restored database must learn from the one it replaces: everything that was taken away since the backup, and must not
 * come back with it. Only digests, ids and instants travel. Source: docs/decisions/0021-restore.md.
 */
import { sql } from "kysely";
import { ADDRESSED, addressOf, type CrmEvent } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { listChannels, removeChannel } from "./channels.ts";
import { loadInChunks } from "./chunks.ts";
import { eraseLead, findErased, knownEmails, wipeInstallation } from "./erase.ts";
import { listInstallations } from "./installations.ts";
import { ownJson } from "./json.ts";
import type { TombstoneRow } from "./schema-leads.ts";
import type { Db } from "./schema.ts";
import type { SecretKeys } from "./seal.ts";

/** What a database has no more. */
export interface Gone {
  readonly tombstones: readonly TombstoneRow[];
  /** Ids of installations that were left. */
  readonly removed: readonly string[];
  readonly revoked: readonly { readonly installation: string; readonly id: string; readonly at: Instant }[];
  /** By installation: the channels that are still there. Any other was removed. */
  readonly channels: ReadonlyMap<string, readonly string[]>;
}

/** How much was taken away again: people, installations, write keys, channels. */
export interface TakenAway {
  readonly erased: number;
  readonly removed: number;
  readonly revoked: number;
  readonly channels: number;
}

/** Reads it. Throws what the database throws: it may be broken, or of a version without the tables. */
export async function readGone(db: Db): Promise<Gone> {
  const installations = await db.selectFrom("installations").select(["id", "state"]).execute();
  const channels = await db.selectFrom("channels").select(["installation", "id"]).execute();
  const revoked = await db
    .selectFrom("write_keys")
    .select(["installation", "id", "revoked_at"])
    .where("revoked_at", "is not", null)
    .execute();
  return {
    tombstones: await db.selectFrom("tombstones").selectAll().execute(),
    removed: installations.flatMap(({ id, state }) => (state === "removed" ? [id] : [])),
    revoked: revoked.flatMap(({ revoked_at: at, ...key }) => (at === null ? [] : [{ ...key, at }])),
    channels: new Map(
      installations.map(({ id }) => [
        id,
        channels.flatMap((channel) => (channel.installation === id ? [channel.id] : [])),
      ]),
    ),
  };
}

/**
 * Takes it away from a restored database, in the caller's transaction; run `scrub` afterwards. A tombstone whose key is not among
 * `keys` keeps late news away and finds nobody.
 */
export async function takeAway(db: Db, gone: Gone, keys: SecretKeys, now: Instant): Promise<TakenAway> {
  let [erased, removed, revoked, channels] = [0, 0, 0, 0];
  for (const { id } of await listInstallations(db)) {
    if (gone.removed.includes(id)) {
      await wipeInstallation(db, id, now);
      removed += 1;
      continue;
    }
    const tombstones = gone.tombstones.filter(({ installation }) => installation === id);
    if ((await layTombstones(db, tombstones)) > 0) erased += await eraseAgain(db, keys, id, now);
    for (const key of gone.revoked) if (key.installation === id) revoked += await revokeAgain(db, key);
    channels += await removeAgain(db, id, gone.channels.get(id), now);
  }
  return { erased, removed, revoked, channels };
}

/** @returns How many were not there. */
async function layTombstones(db: Db, tombstones: readonly TombstoneRow[]): Promise<number> {
  const results = await loadInChunks(tombstones, (chunk) =>
    db
      .insertInto("tombstones")
      .values(chunk)
      .onConflict((oc) => oc.columns(["installation", "digest"]).doNothing())
      .execute(),
  );
  return results.reduce((count, { numInsertedOrUpdatedRows: laid }) => count + Number(laid ?? 0n), 0);
}

/** Erases everybody under a tombstone who is there again. @returns How many leads, or addresses that never became one. */
async function eraseAgain(db: Db, keys: SecretKeys, installation: string, now: Instant): Promise<number> {
  const leads = await findErased(db, keys, installation, await leadsIn(db, installation));
  for (const lead of leads) {
    const emails = await knownEmails(db, installation, lead);
    await eraseLead(db, keys, installation, lead, emails, now);
  }
  // Whoever filled in a form or sent signals and was never found in the CRM is named by an address alone.
  const strangers = await findErased(db, keys, installation, await addressesIn(db, installation));
  for (const address of strangers) {
    await eraseLead(db, keys, installation, address, [address, address.toLowerCase()], now);
  }
  return leads.size + strangers.size;
}

/** Every lead id an installation's rows name. */
async function leadsIn(db: Db, installation: string): Promise<readonly string[]> {
  const rows = await sql<{ lead: string }>`
    select lead from leads where installation = ${installation}
    union select lead from decisions where installation = ${installation}
    union select lead from events where installation = ${installation} and lead is not null
    union select lead from effects where installation = ${installation}
    union select lead from handoffs where installation = ${installation}
    union select lead from signals where installation = ${installation}
    union select survivor from merges where installation = ${installation}`.execute(db);
  return rows.rows.map(({ lead }) => lead);
}

/** Addresses under which something waits for a lead: as they were typed, and in lower case. */
async function addressesIn(db: Db, installation: string): Promise<readonly string[]> {
  const events = await db
    .selectFrom("events")
    .select("body")
    .where("installation", "=", installation)
    .where("kind", "in", ADDRESSED)
    .execute();
  const visitors = await sql<{ name: string }>`
    select leads_to as name from visitors where installation = ${installation}
    union select visitor from waiting_signals where installation = ${installation}`.execute(db);
  const typed = events.flatMap(({ body }) => addressOf(ownJson<CrmEvent>(body)) ?? []);
  const named = visitors.rows.flatMap(({ name }) =>
    name.startsWith("email:") ? name.slice("email:".length) : [],
  );
  return [...new Set([...typed, ...named].flatMap((address) => [address, address.toLowerCase()]))];
}

async function revokeAgain(db: Db, { installation, id, at }: Gone["revoked"][number]): Promise<number> {
  const result = await db
    .updateTable("write_keys")
    .set({ revoked_at: at })
    .where("installation", "=", installation)
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** A channel that was removed, and its secrets, do not come back. @param there  Those that are still there; unknown removes none. */
async function removeAgain(
  db: Db,
  installation: string,
  there: readonly string[] | undefined,
  now: Instant,
): Promise<number> {
  if (there === undefined) return 0;
  const back = await listChannels(db, installation);
  const removed = back.filter(({ id }) => !there.includes(id));
  for (const { id } of removed) await removeChannel(db, installation, id, now);
  return removed.length;
}
