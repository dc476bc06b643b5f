/**
 * Associations on their own: link, unlink, list, batch read and batch create.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
 */
import { z } from "zod";
import { associate, dissociate } from "../association.ts";
import { linkIds } from "../links.ts";
import type { LinkEnd } from "../links.ts";
import { objectTypes } from "../object-type.ts";
import type { ObjectType } from "../object-type.ts";
import { objectNotFound, problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import { findRecord } from "../reading.ts";
import type { StoredRecord } from "../record.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { recordWrite } from "../emission.ts";
import { apiVersion } from "../version.ts";
import { pageOf, parseBody, parseType, sentId } from "./parsing.ts";

const objects = `/crm/objects/${apiVersion}/:type/:id/associations`;
const batches = `/crm/associations/${apiVersion}/:type/:to/batch`;
const readScope = (call: ApiCall): readonly string[] => [objectTypes[parseType(call)].readScope];
const writeScope = (call: ApiCall): readonly string[] => [objectTypes[parseType(call)].writeScope];

/** The routes of associations. */
export const associationRoutes: readonly ApiRoute[] = [
  {
    kind: "api",
    method: "PUT",
    path: `${objects}/default/:to/:toId`,
    scopes: writeScope,
    handle: linkDefault,
  },
  { kind: "api", method: "PUT", path: `${objects}/:to/:toId`, scopes: writeScope, handle: linkTyped },
  { kind: "api", method: "GET", path: `${objects}/:to`, scopes: readScope, handle: listLinks },
  { kind: "api", method: "DELETE", path: `${objects}/:to/:toId`, scopes: writeScope, handle: unlink },
  { kind: "api", method: "POST", path: `${batches}/read`, scopes: readScope, handle: readLinks },
  { kind: "api", method: "POST", path: `${batches}/create`, scopes: writeScope, handle: createLinks },
];

const linkTypes = z.array(z.object({ associationCategory: z.string(), associationTypeId: z.number() }));

function linkDefault(call: ApiCall): Answer {
  const [from, to] = ends(call);
  link(call, from, to, []);
  return { status: 200, body: { status: "COMPLETE", results: [linkShown(from, to)] } };
}

function linkTyped(call: ApiCall): Answer {
  const [from, to] = ends(call);
  link(
    call,
    from,
    to,
    parseBody(linkTypes.min(1), call).map((each) => each.associationTypeId),
  );
  return { status: 201, body: { fromObjectId: from.id, toObjectId: to.id, labels: [] } };
}

function listLinks(call: ApiCall): Answer {
  const from = live(call, parseType(call), call.params["id"] ?? "");
  const { items, paging } = pageOf(linked(call, from, parseType(call, "to")), call, 500, 500);
  return { status: 200, body: { results: items, ...paging } };
}

function unlink(call: ApiCall): Answer {
  const [from, to] = ends(call);
  dissociate(call.portal, from, to, call.context);
  recordWrite(call.portal, from, "dissociate", call.context, { to: to.id });
  return { status: 204 };
}

const reading = z.object({
  inputs: z
    .array(z.object({ id: sentId, after: z.string().optional() }))
    .min(1)
    .max(1_000),
});
/** Links shown for one input before its own paging begins. */
const linksPerInput = 500;

function readLinks(call: ApiCall): Answer {
  const [from, to] = [parseType(call), parseType(call, "to")];
  const results: Record<string, unknown>[] = [];
  const missing: string[] = [];
  for (const { id, after } of parseBody(reading, call).inputs) {
    const record = findRecord(call.portal, from, id);
    const all = record ? linked(call, record, to) : [];
    if (all.length === 0) {
      missing.push(id);
      continue;
    }
    const start = Number(after ?? 0);
    const next = start + linksPerInput;
    const paging = next < all.length ? { paging: { next: { after: String(next) } } } : {};
    results.push({ from: { id }, to: all.slice(start, next), ...paging });
  }
  const errors = missing.map((id) => ({
    status: "error",
    category: "OBJECT_NOT_FOUND",
    subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
    message: `No ${to} is associated with ${from} ${id}.`,
    context: { fromObjectId: [id] },
  }));
  const done = { status: "COMPLETE", results };
  return errors.length > 0
    ? { status: 207, body: { ...done, numErrors: errors.length, errors } }
    : { status: 200, body: done };
}

const creating = z.object({
  inputs: z
    .array(z.object({ from: z.object({ id: sentId }), to: z.object({ id: sentId }), types: linkTypes }))
    .min(1)
    .max(2_000),
});

function createLinks(call: ApiCall): Answer {
  const [fromType, toType] = [parseType(call), parseType(call, "to")];
  const pairs = parseBody(creating, call).inputs.map(({ from, to, types }) => ({
    from: live(call, fromType, from.id),
    to: live(call, toType, to.id),
    typeIds: types.map((each) => each.associationTypeId),
  }));
  for (const { from, to, typeIds } of pairs) link(call, from, to, typeIds);
  return {
    status: 201,
    body: { status: "COMPLETE", results: pairs.map(({ from, to }) => linkShown(from, to)) },
  };
}

function link(call: ApiCall, from: StoredRecord, to: StoredRecord, typeIds: readonly number[]): void {
  if (typeIds.length === 0) associate(call.portal, from, to, call.context);
  for (const typeId of typeIds) associate(call.portal, from, to, call.context, typeId);
  recordWrite(call.portal, from, "associate", call.context, { to: to.id });
}

function linkShown(from: LinkEnd, to: LinkEnd): Record<string, unknown> {
  return {
    from: { id: from.id },
    to: { id: to.id },
    associationSpec: {
      associationCategory: "HUBSPOT_DEFINED",
      associationTypeId: linkIds(from.type, to.type)?.plain,
    },
  };
}

function ends(call: ApiCall): [StoredRecord, StoredRecord] {
  return [
    live(call, parseType(call), call.params["id"] ?? ""),
    live(call, parseType(call, "to"), call.params["toId"] ?? ""),
  ];
}

function live(call: ApiCall, type: ObjectType, id: string): StoredRecord {
  const record = findRecord(call.portal, type, id);
  if (!record) throw objectNotFound(type, id);
  return record;
}

function linked(call: ApiCall, from: StoredRecord, to: ObjectType): Record<string, unknown>[] {
  const primary = linkIds(from.type, to)?.primary;
  if (!linkIds(from.type, to))
    throw problem(400, "VALIDATION_ERROR", `${from.type} cannot be associated with ${to}`);
  return [...call.portal.links.of(from, to)]
    .filter(
      ([id]) => call.portal.records[to].get(id)?.archivedAt === undefined && call.portal.records[to].has(id),
    )
    .map(([id, typeIds]) => ({
      toObjectId: id,
      associationTypes: [...typeIds].map((typeId) => ({
        category: "HUBSPOT_DEFINED",
        typeId,
        label: typeId === primary ? "Primary" : null,
      })),
    }));
}
