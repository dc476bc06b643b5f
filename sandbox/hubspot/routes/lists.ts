/**
 * Lists ("segments") of contacts or companies: their definitions, who is on them, and putting somebody on one.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/lists/memberships/get-memberships-batch,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/lists/search/search-lists
 */
import { z } from "zod";
import { objectTypes, parseObjectType } from "../object-type.ts";
import type { PortalList } from "../portal.ts";
import { objectNotFound, problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import { findRecord } from "../reading.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { apiVersion } from "../version.ts";
import { parseBody, parseType, sentId } from "./parsing.ts";

const root = `/crm/lists/${apiVersion}`;
const scopes = (): readonly string[] => ["crm.lists.read"];

/** The routes of lists. */
export const listRoutes: readonly ApiRoute[] = [
  {
    kind: "api",
    method: "GET",
    path: `${root}/records/:type/:id/memberships`,
    scopes,
    handle: membershipsOfOne,
  },
  {
    kind: "api",
    method: "POST",
    path: `${root}/records/memberships/batch/read`,
    scopes,
    handle: memberships,
  },
  { kind: "api", method: "POST", path: `${root}/search`, scopes, handle: searchLists },
  { kind: "api", method: "GET", path: `${root}/:id`, scopes, handle: readList },
  {
    kind: "api",
    method: "PUT",
    path: `${root}/:id/memberships/add`,
    scopes: () => ["crm.lists.write"],
    handle: addMembers,
  },
];

function membershipsOfOne(call: ApiCall): Answer {
  const results = membershipsOf(call, objectTypes[parseType(call)].typeId, call.params["id"] ?? "");
  return { status: 200, body: { total: results.length, results } };
}

const reading = z.object({
  inputs: z
    .array(z.object({ objectTypeId: z.string(), recordId: sentId }))
    .min(1)
    .max(100),
});

/** Records that are not there, archived or merged away are errors beside the others, as in every batch. */
function memberships(call: ApiCall): Answer {
  const { inputs } = parseBody(reading, call);
  const results: Record<string, unknown>[] = [];
  const gone: string[] = [];
  const failed: string[] = [];
  for (const [index, { objectTypeId, recordId }] of inputs.entries()) {
    const type = parseObjectType(objectTypeId);
    if (!type) throw problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${objectTypeId}`);
    const record = call.portal.records[type].get(recordId);
    const recordListMemberships = membershipsOf(call, objectTypeId, recordId);
    if (call.failing.has(index)) failed.push(recordId);
    else if (record === undefined || record.archivedAt !== undefined) gone.push(recordId);
    else results.push({ objectTypeId, recordId, recordListMemberships });
  }
  const errors = [
    ...(gone.length === 0 ? [] : [itemError("OBJECT_NOT_FOUND", "Could not get some objects.", gone)]),
    ...(failed.length === 0 ? [] : [itemError("INTERNAL_ERROR", "Failed on command.", failed)]),
  ];
  const instant = new Date(call.portal.hooks.now()).toISOString();
  const done = { status: "COMPLETE", startedAt: instant, completedAt: instant, results };
  return errors.length === 0
    ? { status: 200, body: done }
    : { status: 207, body: { ...done, numErrors: errors.length, errors } };
}

function itemError(category: string, message: string, ids: readonly string[]): Record<string, unknown> {
  return { status: "error", category, message, context: { ids } };
}

function membershipsOf(call: ApiCall, objectTypeId: string, recordId: string): Record<string, unknown>[] {
  const instant = new Date(call.portal.hooks.now()).toISOString();
  return call.portal.lists
    .filter((list) => typeIdOf(list) === objectTypeId && list.members.has(recordId))
    .map((list) => ({
      listId: list.id,
      listVersion: 1,
      isPublicList: true,
      firstAddedTimestamp: instant,
      lastAddedTimestamp: instant,
    }));
}

const searching = z.object({
  query: z.string().default(""),
  objectTypeId: z.string().optional(),
  listIds: z.array(sentId).default([]),
  processingTypes: z.array(z.string()).default([]),
  count: z.number().int().min(1).max(500).default(20),
  offset: z.number().int().min(0).default(0),
});

/** Lists by a part of their name; an empty `query` gives all. Deleted ones are not found. */
function searchLists(call: ApiCall): Answer {
  const { query, objectTypeId, listIds, processingTypes, count, offset } = parseBody(searching, call);
  const found = call.portal.lists.filter(
    (list) =>
      list.deletedAt === undefined &&
      list.name.toLowerCase().includes(query.toLowerCase()) &&
      (objectTypeId === undefined || typeIdOf(list) === objectTypeId) &&
      (listIds.length === 0 || listIds.includes(list.id)) &&
      (processingTypes.length === 0 || processingTypes.includes(list.processing)),
  );
  const next = Math.min(offset + count, found.length);
  const lists = found.slice(offset, next).map(shownList);
  return { status: 200, body: { lists, offset: next, hasMore: next < found.length, total: found.length } };
}

function readList(call: ApiCall): Answer {
  const list = requiredList(call);
  return { status: 200, body: { list: { ...shownList(list), size: list.members.size } } };
}

function requiredList(call: ApiCall): PortalList {
  const id = call.params["id"] ?? "";
  const list = call.portal.lists.find((each) => each.id === id && each.deletedAt === undefined);
  if (!list) throw objectNotFound("list", id);
  return list;
}

/** Who is on the list already is in neither part of the answer. */
function addMembers(call: ApiCall): Answer {
  const list = requiredList(call);
  const ids = parseBody(z.array(sentId).min(1), call);
  if (list.processing === "DYNAMIC") {
    throw problem(400, "VALIDATION_ERROR", `Records cannot be added to list ${list.id}: it is DYNAMIC`);
  }
  const isLive = (id: string): boolean => findRecord(call.portal, list.of, id)?.id === id;
  const added = ids.filter((id) => isLive(id) && !list.members.has(id));
  for (const id of added) list.members.add(id);
  if (added.length > 0) {
    call.portal.hooks.wrote({
      kind: "list.add",
      objectId: list.id,
      properties: { ids: added.join(";") },
      who: { app: call.app.id },
      traceId: undefined,
      call: call.context.call,
    });
  }
  return {
    status: 200,
    body: { recordIdsAdded: added, recordIdsMissing: ids.filter((id) => !isLive(id)), recordIdsRemoved: [] },
  };
}

function shownList(list: PortalList): Record<string, unknown> {
  return {
    listId: list.id,
    listVersion: 1,
    name: list.name,
    objectTypeId: typeIdOf(list),
    processingType: list.processing,
    processingStatus: "COMPLETE",
    additionalProperties: { hs_list_size: String(list.members.size) },
  };
}

function typeIdOf({ of }: PortalList): string {
  return objectTypes[of].typeId;
}
