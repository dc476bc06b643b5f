/**
 * With which tasks and notes Baton began handoffs of contacts, known by their key or mark: for a Baton that does not remember making them.
 * Through the contacts' own associations, because the search index lags and its silence proves nothing.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { OwnRecord } from "../../src/model/lost.ts";
import { beganHandoff } from "../http/mark.ts";
import { isRecordId, newestFirst, readBatch } from "./batch-read.ts";
import { KEY_PROPERTY } from "./compose.ts";
import type { Gateway } from "../http/gateway.ts";
import { readLinks } from "./links.ts";

interface Kind {
  readonly kind: OwnRecord["kind"];
  readonly type: "tasks" | "notes";
  /** The property that holds the marked body. */
  readonly body: string;
}
const KINDS: readonly Kind[] = [
  { kind: "task", type: "tasks", body: "hs_task_body" },
  { kind: "note", type: "notes", body: "hs_note_body" },
];
/** Newest tasks, and as many notes, that are read of one contact. Nobody is given more between a backup and its restore. */
const MOST_OF_ONE = 200;

/**
 * Reads the tasks and notes with which handoffs of these leads began at `since` or later, in no particular order. Two calls where there
 * are none. Throws `crm.*` when they cannot be read: an answer that misses some would prove nothing.
 */
export async function readOwnRecords(
  gateway: Gateway,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly OwnRecord[]> {
  const contacts = leads.filter(({ id }) => isRecordId(id));
  if (contacts.length === 0) return [];
  const found = await Promise.all(KINDS.map((kind) => ofKind(gateway, contacts, kind, since)));
  return found.flat();
}

async function ofKind(
  gateway: Gateway,
  leads: readonly LeadRef[],
  { kind, type, body }: Kind,
  since: Instant,
): Promise<readonly OwnRecord[]> {
  const links = await readLinks(
    gateway,
    leads.map(({ id }) => id),
    type,
  );
  const newest = new Map(
    [...links].map(([id, all]) => [id, all.toSorted(newestFirst).slice(0, MOST_OF_ONE)] as const),
  );
  const records = new Map<string, Omit<OwnRecord, "lead">>();
  const properties = [KEY_PROPERTY, body, "hs_createdate", "hubspot_owner_id"];
  for (const { id, properties: values } of await readBatch(gateway, {
    type,
    ids: [...new Set([...newest.values()].flat())],
    properties,
  })) {
    const at = Date.parse(values["hs_createdate"] ?? "");
    const isOwn = beganHandoff(values[KEY_PROPERTY], values[body]);
    // A record that does not say when it was made is taken for a new one: to ask once too often does no harm.
    if (!isOwn || at < since) continue;
    const owner = values["hubspot_owner_id"];
    records.set(id, { kind, id, at: Number.isNaN(at) ? since : at, ...(owner ? { ownerId: owner } : {}) });
  }
  return leads.flatMap((lead) =>
    (newest.get(lead.id) ?? []).flatMap((id) => {
      const record = records.get(id);
      return record === undefined ? [] : [{ lead, ...record }];
    }),
  );
}
