/** Finding records and showing them as the API does. */
import { objectTypes } from "./object-type.ts";
import type { ObjectType } from "./object-type.ts";
import type { PortalState } from "./portal.ts";
import { problem } from "./problem.ts";
import { survivorOf } from "./merging.ts";
import { valueOf } from "./record.ts";
import type { Change, StoredRecord } from "./record.ts";
import { uniqueKey } from "./validation.ts";

/** What a reader asked for. Empty `properties` means the type's usual ones. */
export interface Projection {
  readonly properties: readonly string[];
  readonly propertiesWithHistory: readonly string[];
}

/**
 * Finds a live record by id, or by a unique property. A merged id gives the survivor where the portal's rules say so.
 * Undefined for what does not exist, was archived or was merged away.
 * @throws Problem 400 for a property that is not unique, or that this portal does not read by.
 */
export function findRecord(
  portal: PortalState,
  type: ObjectType,
  id: string,
  idProperty?: string,
): StoredRecord | undefined {
  const key =
    idProperty === undefined || idProperty === "hs_object_id" ? id : idByUnique(portal, type, idProperty, id);
  const found = key === undefined ? undefined : portal.records[type].get(key);
  if (!found) return undefined;
  const survivor = portal.rules.survivorOnMergedRead ? survivorOf(portal, found) : found;
  return survivor.archivedAt === undefined ? survivor : undefined;
}

function idByUnique(portal: PortalState, type: ObjectType, name: string, value: string): string | undefined {
  const isActivity = type === "task" || type === "note";
  if (
    portal.definitions[type].get(name)?.hasUniqueValue !== true ||
    (isActivity && !portal.rules.activityIdProperty)
  ) {
    throw problem(400, "VALIDATION_ERROR", `${name} is not a unique identifier property of ${type}`);
  }
  return portal.unique.get(`${type}.${name}`)?.get(uniqueKey(name, value));
}

/** A record in the shape of the API: values as strings, `null` for what is unset, history newest first. */
export function showRecord(
  portal: PortalState,
  record: StoredRecord,
  projection: Projection,
): Record<string, unknown> {
  const { created, modified, shown } = objectTypes[record.type];
  const known = (name: string): boolean => portal.definitions[record.type].has(name);
  const asked = projection.properties.length > 0 ? projection.properties.filter(known) : shown;
  const names = new Set([
    ...asked,
    ...projection.propertiesWithHistory.filter(known),
    created,
    modified,
    "hs_object_id",
  ]);
  const histories = projection.propertiesWithHistory.filter(known);
  return {
    id: record.id,
    properties: Object.fromEntries([...names].map((name) => [name, valueOf(record, name) || null])),
    ...(histories.length > 0
      ? {
          propertiesWithHistory: Object.fromEntries(
            histories.map((name) => [name, showHistory(record, name)]),
          ),
        }
      : {}),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: valueOf(record, modified) ?? new Date(record.createdAt).toISOString(),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: new Date(record.archivedAt).toISOString() }),
  };
}

function showHistory(record: StoredRecord, name: string): Record<string, unknown>[] {
  return (record.history.get(name) ?? []).map(showChange).toReversed();
}

function showChange({ value, timestamp, actor }: Change): Record<string, unknown> {
  return {
    value,
    timestamp: new Date(timestamp).toISOString(),
    sourceType: actor.source,
    sourceId: actor.sourceId,
    ...(actor.userId === undefined ? {} : { updatedByUserId: actor.userId }),
  };
}
