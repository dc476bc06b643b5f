/** Finding tasks and notes by the unique property that holds their write's key. */
import { readBatch } from "./batch-read.ts";
import { KEY_PROPERTY } from "./compose.ts";
import type { Gateway } from "../http/gateway.ts";

/**
 * Reads which keys exist, as key to record id. Not a search: HubSpot answers from the records themselves.
 * @throws BatonError `crm.*` when HubSpot cannot be read that way.
 */
export async function lookByKey(
  gateway: Gateway,
  type: "tasks" | "notes",
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const records = await readBatch(gateway, {
    type,
    ids: keys,
    idProperty: KEY_PROPERTY,
    properties: [KEY_PROPERTY],
  });
  const asked = new Set(keys);
  const found = new Map<string, string>();
  for (const { id, properties } of records) {
    const key = properties[KEY_PROPERTY];
    if (key !== undefined && asked.has(key)) found.set(key, id);
  }
  return found;
}
