/**
 * Channels: the ways by which an installation's people are told. Settings hold secrets: they are sealed, bound to their row, and for
 * one audience, so that a real token never opens for a sandbox, nor the other way round.
 */
import { randomBytes } from "node:crypto";
import type { Instant } from "../model/instant.ts";
import type { NoticeKind } from "../model/notice.ts";
import type { Crm } from "../model/lead.ts";
import type { Locksmith } from "./connections.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";
import type { ChannelKind, ChannelRow } from "./schema-notices.ts";
import { seal, unseal } from "./seal.ts";

/** What a channel is set up with. It holds secrets: never log or print it. */
export type ChannelSettings =
  | {
      readonly kind: "slack";
      /** Of the bot: `xoxb-…`. */
      readonly token: string;
      readonly signingSecret: string;
      /** Id of the conversation for managers: `C0123ABCD`. */
      readonly room: string;
      /** Ends with a slash. */
      readonly apiUrl: string;
    }
  | { readonly kind: "mail"; readonly url: string; readonly from: string }
  | { readonly kind: "teams"; readonly url: string }
  /** `secret` as the Standard Webhooks specification writes it: `whsec_` and base64. */
  | { readonly kind: "webhook"; readonly url: string; readonly secret: string };

/** A channel without its settings. */
export interface Channel {
  readonly installation: string;
  readonly id: string;
  readonly kind: ChannelKind;
  /** The kinds of notices it gets; absent for all. */
  readonly only?: readonly NoticeKind[];
  readonly createdAt: Instant;
}

/** A channel with its settings. `sealed` changes whenever they do. */
export interface OpenChannel extends Channel {
  readonly settings: ChannelSettings;
  readonly sealed: string;
}

/** 48 bits: an address nobody meets by chance. */
const ID_BYTES = 6;

/** The row, and the world, that a channel's settings are sealed for. */
export const channelBinding = (installation: string, id: string, { audience }: Locksmith): string =>
  `channels/${installation}/${id} (${audience})`;

/** Adds a channel. @returns Its id. */
export async function addChannel(
  db: Db,
  locksmith: Locksmith,
  installation: string,
  { settings, only }: { readonly settings: ChannelSettings; readonly only?: readonly NoticeKind[] },
  now: Instant,
): Promise<string> {
  const id = randomBytes(ID_BYTES).toString("hex");
  await db
    .insertInto("channels")
    .values({
      installation,
      id,
      kind: settings.kind,
      sealed: seal(locksmith.keys, channelBinding(installation, id, locksmith), JSON.stringify(settings)),
      kinds: only === undefined ? null : JSON.stringify(only),
      created_at: now,
    })
    .execute();
  return id;
}

/** All channels of an installation, in order of creation. */
export async function listChannels(db: Db, installation: string): Promise<readonly Channel[]> {
  const rows = await db
    .selectFrom("channels")
    .selectAll()
    .where("installation", "=", installation)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(toChannel);
}

/** Opens a channel. @returns undefined when there is none. Throws `store.sealed` when its settings do not open. */
export async function openChannel(
  db: Db,
  locksmith: Locksmith,
  installation: string,
  id: string,
): Promise<OpenChannel | undefined> {
  const row = await db
    .selectFrom("channels")
    .selectAll()
    .where("installation", "=", installation)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && opened(locksmith, row);
}

/** A channel whose id alone came over the wire, with the tenant it belongs to; undefined when there is none, or it was removed. */
export async function findChannel(
  db: Db,
  locksmith: Locksmith,
  id: string,
): Promise<(OpenChannel & { readonly tenant: string; readonly crm: Crm }) | undefined> {
  const row = await db
    .selectFrom("channels")
    .innerJoin("installations", "installations.id", "channels.installation")
    .selectAll("channels")
    .select(["installations.tenant", "installations.crm"])
    .where("channels.id", "=", id)
    .where("installations.state", "!=", "removed")
    .executeTakeFirst();
  return row && { ...opened(locksmith, row), tenant: row.tenant, crm: row.crm };
}

/** Removes a channel; what waited for it is dropped. @returns Whether there was one. */
export async function removeChannel(
  db: Db,
  installation: string,
  id: string,
  now: Instant,
): Promise<boolean> {
  const result = await db
    .deleteFrom("channels")
    .where("installation", "=", installation)
    .where("id", "=", id)
    .executeTakeFirst();
  await db
    .updateTable("deliveries")
    .set({ state: "dropped", claim: null, claimed_until: null, settled_at: now })
    .where("installation", "=", installation)
    .where("channel", "=", id)
    .where("state", "not in", ["sent", "refused", "dropped"])
    .execute();
  return Number(result.numDeletedRows) > 0;
}

function opened(locksmith: Locksmith, row: ChannelRow): OpenChannel {
  const text = unseal(locksmith.keys, channelBinding(row.installation, row.id, locksmith), row.sealed);
  return { ...toChannel(row), settings: ownJson<ChannelSettings>(text), sealed: row.sealed };
}

function toChannel(row: ChannelRow): Channel {
  return {
    installation: row.installation,
    id: row.id,
    kind: row.kind,
    ...(row.kinds === null ? {} : { only: ownJson<readonly NoticeKind[]>(row.kinds) }),
    createdAt: row.created_at,
  };
}
