/**
 * One object at a time: read, list, create, update, archive, merge, privacy deletion.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis
 */
import { z } from "zod";
import { isRecord } from "../../json.ts";
import { associate } from "../association.ts";
import { forgetContact, mergeRecords } from "../merging.ts";
import { objectTypes, parseObjectType } from "../object-type.ts";
import type { ObjectType } from "../object-type.ts";
import { objectNotFound, problem } from "../problem.ts";
import { findRecord, showRecord } from "../reading.ts";
import type { Projection } from "../reading.ts";
import type { StoredRecord } from "../record.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { checkWrite } from "../validation.ts";
import { apiVersion } from "../version.ts";
import { archiveRecord, changeRecord, createRecord } from "../writing.ts";
import { pageOf, parseBody, parseType, queryList, sentId, sentLinks, sentProperties } from "./parsing.ts";

const root = `/crm/objects/${apiVersion}`;

/** A creation as it is sent, alone or as one input of a batch. */
export const creation = z.object({
  properties: sentProperties,
  associations: sentLinks.optional(),
  objectWriteTraceId: z.string().optional(),
});

/** The scopes for reading objects of the type in the path. */
export function readScopes(call: ApiCall): readonly string[] {
  return [objectTypes[parseType(call)].readScope];
}

/** The scopes for writing objects of the type in the path. */
export function writeScopes(call: ApiCall): readonly string[] {
  return [objectTypes[parseType(call)].writeScope];
}

/**
 * Creates a record from a checked creation, with its inline associations.
 * @throws Problem 400 or 409 before anything is stored; 404 for an association with a record that is not there.
 */
export function createFrom(
  call: ApiCall,
  type: ObjectType,
  input: z.infer<typeof creation>,
  batch: boolean,
): StoredRecord {
  const { portal } = call;
  const values = checkWrite(portal, { type, properties: input.properties, record: undefined, batch });
  const links = (input.associations ?? []).flatMap(({ to, types }) =>
    types.map(({ associationTypeId }) => ({
      end: linkedEnd(call, type, to.id, associationTypeId),
      associationTypeId,
    })),
  );
  const trace = input.objectWriteTraceId;
  const context = { ...call.context, ...(trace === undefined ? {} : { traceId: trace }) };
  const record = createRecord(portal, type, values, context);
  for (const { end, associationTypeId } of links) associate(portal, record, end, context, associationTypeId);
  return record;
}

/** The routes of single objects. */
export const objectRoutes: readonly ApiRoute[] = [
  { kind: "api", method: "GET", path: `${root}/:type`, scopes: readScopes, handle: listObjects },
  { kind: "api", method: "POST", path: `${root}/:type`, scopes: writeScopes, handle: createObject },
  { kind: "api", method: "GET", path: `${root}/:type/:id`, scopes: readScopes, handle: readObject },
  { kind: "api", method: "PATCH", path: `${root}/:type/:id`, scopes: writeScopes, handle: updateObject },
  { kind: "api", method: "DELETE", path: `${root}/:type/:id`, scopes: writeScopes, handle: archiveObject },
  { kind: "api", method: "POST", path: `${root}/:type/merge`, scopes: writeScopes, handle: mergeObjects },
  {
    kind: "api",
    method: "POST",
    path: `${root}/contacts/gdpr-delete`,
    scopes: () => [objectTypes.contact.writeScope],
    handle: forgetObject,
  },
];

function listObjects(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const type = parseType(call);
  const archived = call.query.get("archived") === "true";
  const all = [...call.portal.records[type].values()].filter(
    (record) => (record.archivedAt !== undefined) === archived && record.mergedInto === undefined,
  );
  const { items, paging } = pageOf(all, call, 100, 10);
  return { status: 200, body: { results: items.map((record) => shown(call, record)), ...paging } };
}

function createObject(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const record = createFrom(call, parseType(call), parseBody(creation, call), false);
  return { status: 201, body: showRecord(call.portal, record, written(call)) };
}

function readObject(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  return { status: 200, body: shown(call, named(call)) };
}

function updateObject(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const record = named(call);
  const { properties } = parseBody(z.object({ properties: sentProperties }), call);
  const values = checkWrite(call.portal, { type: record.type, properties, record, batch: false });
  changeRecord(call.portal, record, values, call.context);
  return { status: 200, body: showRecord(call.portal, record, written(call)) };
}

/** Archiving what is not there answers 204 all the same. */
function archiveObject(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const record = findRecord(call.portal, parseType(call), call.params["id"] ?? "");
  if (record) archiveRecord(call.portal, record, call.context);
  return { status: 204 };
}

function mergeObjects(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const type = parseType(call);
  const body = parseBody(z.object({ primaryObjectId: sentId, objectIdToMerge: sentId }), call);
  const [primary, other] = [body.primaryObjectId, body.objectIdToMerge].map((id) => required(call, type, id));
  if (!primary || !other || primary === other)
    throw problem(400, "VALIDATION_ERROR", "Cannot merge a record into itself");
  return {
    status: 200,
    body: showRecord(call.portal, mergeRecords(call.portal, primary, other, call.context), written(call)),
  };
}

function forgetObject(call: ApiCall): ReturnType<ApiRoute["handle"]> {
  const body = parseBody(z.object({ objectId: sentId, idProperty: z.string().optional() }), call);
  const contact = findRecord(call.portal, "contact", body.objectId, body.idProperty);
  if (contact) forgetContact(call.portal, contact, call.context);
  return { status: 204 };
}

function named(call: ApiCall): StoredRecord {
  return required(call, parseType(call), call.params["id"] ?? "", call.query.get("idProperty") ?? undefined);
}

function required(call: ApiCall, type: ObjectType, id: string, idProperty?: string): StoredRecord {
  const record = findRecord(call.portal, type, id, idProperty);
  if (!record) throw objectNotFound(type, id);
  return record;
}

function shown(call: ApiCall, record: StoredRecord): Record<string, unknown> {
  const projection: Projection = {
    properties: queryList(call, "properties"),
    propertiesWithHistory: queryList(call, "propertiesWithHistory"),
  };
  const associations = Object.fromEntries(
    queryList(call, "associations").flatMap((name) => {
      const to = parseObjectType(name);
      if (!to) throw problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${name}`);
      const ids = [...call.portal.links.of(record, to).keys()].filter(
        (id) => call.portal.records[to].get(id)?.archivedAt === undefined,
      );
      const results = ids.map((id) => ({ id, type: `${record.type}_to_${to}` }));
      return ids.length > 0 ? [[objectTypes[to].plural, { results }]] : [];
    }),
  );
  const some = Object.keys(associations).length > 0;
  return { ...showRecord(call.portal, record, projection), ...(some ? { associations } : {}) };
}

/** A write answers with the type's usual properties and those that were sent. */
function written(call: ApiCall): Projection {
  const sent = isRecord(call.body) && isRecord(call.body["properties"]) ? call.body["properties"] : {};
  return {
    properties: [...objectTypes[parseType(call)].shown, ...Object.keys(sent)],
    propertiesWithHistory: [],
  };
}

/** The other end of an inline association: the type id says of which type it is. */
function linkedEnd(call: ApiCall, from: ObjectType, id: string, typeId: number): StoredRecord {
  const to = endTypes[`${from}:${typeId}`];
  if (!to) throw problem(400, "VALIDATION_ERROR", `Association type ${typeId} is not valid for ${from}`);
  return required(call, to, id);
}

const endTypes: Readonly<Record<string, ObjectType>> = {
  "task:204": "contact",
  "task:192": "company",
  "task:216": "deal",
  "task:647": "lead",
  "note:202": "contact",
  "note:190": "company",
  "note:214": "deal",
  "note:855": "lead",
  "call:194": "contact",
  "call:182": "company",
  "call:206": "deal",
  "email:198": "contact",
  "email:186": "company",
  "email:210": "deal",
  "meeting:200": "contact",
  "meeting:188": "company",
  "meeting:212": "deal",
  "contact:279": "company",
  "contact:1": "company",
  "contact:4": "deal",
  "deal:3": "contact",
  "deal:341": "company",
  "deal:5": "company",
  "company:280": "contact",
  "company:2": "contact",
  "lead:578": "contact",
  "lead:580": "company",
};
