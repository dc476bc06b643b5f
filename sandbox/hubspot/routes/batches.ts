/**
 * Batches of up to 100 objects. A creation or update whose inputs do not all carry a trace id is all
 * or nothing; with trace ids the answer is 207 with what succeeded and what failed.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis,
 * https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { z } from "zod";
import { isRecord } from "../../json.ts";
import { objectTypes } from "../object-type.ts";
import type { ObjectType } from "../object-type.ts";
import { Problem } from "../../answer.ts";
import { invalidProperties, objectsNotFound, problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import { findRecord, showRecord } from "../reading.ts";
import { valueOf } from "../record.ts";
import type { StoredRecord } from "../record.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { checkWrite, uniqueKey } from "../validation.ts";
import { apiVersion } from "../version.ts";
import { archiveRecord, changeRecord } from "../writing.ts";
import { createFrom, creation, readScopes, writeScopes } from "./objects.ts";
import { parseBody, parseType, sentId, sentProperties } from "./parsing.ts";

const mostInputs = 100;
const root = `/crm/objects/${apiVersion}/:type/batch`;
const inputs = <T extends z.ZodType>(input: T): z.ZodObject<{ inputs: z.ZodArray<T> }> =>
  z.object({ inputs: z.array(input) });
const trace = { objectWriteTraceId: z.string().optional() };
const update = z.object({
  id: sentId,
  idProperty: z.string().optional(),
  properties: sentProperties,
  ...trace,
});

/** The routes of batches. */
export const batchRoutes: readonly ApiRoute[] = [
  { kind: "api", method: "POST", path: `${root}/read`, scopes: readScopes, handle: readBatch },
  { kind: "api", method: "POST", path: `${root}/create`, scopes: writeScopes, handle: createBatch },
  { kind: "api", method: "POST", path: `${root}/update`, scopes: writeScopes, handle: updateBatch },
  { kind: "api", method: "POST", path: `${root}/upsert`, scopes: writeScopes, handle: upsertBatch },
  { kind: "api", method: "POST", path: `${root}/archive`, scopes: writeScopes, handle: archiveBatch },
];

const reading = z.object({
  inputs: z.array(z.object({ id: sentId })),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
});

function readBatch(call: ApiCall): Answer {
  const body = parseBody(reading, call);
  limitInputs(body.inputs);
  const type = parseType(call);
  const found = new Set<StoredRecord>();
  const missing: string[] = [];
  for (const [index, { id }] of body.inputs.entries()) {
    const record = findRecord(call.portal, type, id, body.idProperty);
    if (record && !call.failing.has(index)) found.add(record);
    else missing.push(id);
  }
  const results = [...found].map((record) => showRecord(call.portal, record, body));
  const errors = missing.length > 0 ? [objectsNotFound(missing)] : [];
  return batchAnswer(call, 200, results, errors);
}

/** One item of a batch that writes: its trace id, its place, and the write itself. */
interface Item {
  readonly traceId: string | undefined;
  readonly id: string | undefined;
  check(): void;
  write(): Record<string, unknown>;
}

function createBatch(call: ApiCall): Answer {
  const type = parseType(call);
  const body = parseBody(inputs(creation), call);
  const claimed = new Set<string>();
  const items = body.inputs.map((input): Item => ({
    traceId: input.objectWriteTraceId,
    id: undefined,
    check: () => {
      const properties = checkWrite(call.portal, {
        type,
        properties: input.properties,
        record: undefined,
        batch: true,
      });
      claim(call, type, properties, claimed);
    },
    write: () => written(call, createFrom(call, type, input, true), input.properties),
  }));
  return writeBatch(call, items, 201);
}

function updateBatch(call: ApiCall): Answer {
  const type = parseType(call);
  const body = parseBody(inputs(update), call);
  const items = body.inputs.map((input): Item => {
    const find = (): StoredRecord | undefined => findRecord(call.portal, type, input.id, input.idProperty);
    const check = (): Record<string, string> =>
      checkWrite(call.portal, { type, properties: input.properties, record: find(), batch: true });
    return {
      traceId: input.objectWriteTraceId,
      id: input.id,
      check,
      write: () => {
        const record = find();
        if (!record)
          throw problem(
            404,
            "OBJECT_NOT_FOUND",
            "Could not get some objects, they may be deleted or not exist.",
            { context: { ids: [input.id] } },
          );
        changeRecord(call.portal, record, check(), traced(call, input.objectWriteTraceId));
        return written(call, record, input.properties);
      },
    };
  });
  return writeBatch(call, items, 200);
}

function upsertBatch(call: ApiCall): Answer {
  const type = parseType(call);
  const body = parseBody(inputs(update), call);
  const items = body.inputs.map((input): Item => {
    const name = input.idProperty ?? "hs_object_id";
    const given = name === "hs_object_id" ? {} : { [name]: input.id };
    const properties = { ...given, ...input.properties };
    const find = (): StoredRecord | undefined => findRecord(call.portal, type, input.id, input.idProperty);
    const check = (): Record<string, string> =>
      checkWrite(call.portal, { type, properties, record: find(), batch: true });
    return {
      traceId: input.objectWriteTraceId,
      id: input.id,
      check,
      write: () => {
        const record = find();
        if (record) changeRecord(call.portal, record, check(), traced(call, input.objectWriteTraceId));
        const kept =
          record ??
          createFrom(call, type, { properties, objectWriteTraceId: input.objectWriteTraceId }, true);
        return { ...written(call, kept, properties), new: record === undefined };
      },
    };
  });
  return writeBatch(call, items, 200);
}

function archiveBatch(call: ApiCall): Answer {
  const type = parseType(call);
  const body = parseBody(inputs(z.object({ id: sentId })), call);
  limitInputs(body.inputs);
  for (const { id } of body.inputs) {
    const record = findRecord(call.portal, type, id);
    if (record) archiveRecord(call.portal, record, call.context);
  }
  return { status: 204 };
}

function writeBatch(call: ApiCall, items: readonly Item[], status: number): Answer {
  limitInputs(items);
  const traces = new Set(items.map((item) => item.traceId));
  const separate = !traces.has(undefined) && traces.size === items.length;
  if (!separate) for (const item of items) item.check();
  const results: Record<string, unknown>[] = [];
  const errors: Record<string, unknown>[] = [];
  for (const [index, item] of items.entries()) {
    try {
      if (call.failing.has(index))
        throw invalidProperties([{ name: "unknown", error: "INVALID_VALUE", message: "refused on command" }]);
      const trail = call.portal.rules.traceIdOnSuccess && item.traceId !== undefined;
      results.push({ ...item.write(), ...(trail ? { objectWriteTraceId: item.traceId } : {}) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      errors.push(itemError(error, item));
    }
  }
  return batchAnswer(call, status, results, errors);
}

function itemError(error: Problem, item: Item): Record<string, unknown> {
  const body = isRecord(error.answer.body) ? error.answer.body : {};
  const context = {
    ...(isRecord(body["context"]) ? body["context"] : {}),
    ...(item.traceId === undefined ? {} : { objectWriteTraceId: [item.traceId] }),
  };
  return { ...body, context };
}

function batchAnswer(
  call: ApiCall,
  status: number,
  results: readonly Record<string, unknown>[],
  errors: readonly Record<string, unknown>[],
): Answer {
  const instant = new Date(call.portal.hooks.now()).toISOString();
  const ordered = call.portal.rules.shuffleBatchResults ? results.toReversed() : results;
  const done = { status: "COMPLETE", startedAt: instant, completedAt: instant, results: ordered };
  return errors.length > 0
    ? { status: 207, body: { ...done, numErrors: errors.length, errors } }
    : { status, body: done };
}

/** Two creations of one batch may not take the same unique value. */
function claim(
  call: ApiCall,
  type: ObjectType,
  values: Readonly<Record<string, string>>,
  claimed: Set<string>,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === "" || call.portal.definitions[type].get(name)?.hasUniqueValue !== true) continue;
    const key = `${name}=${uniqueKey(name, value)}`;
    if (claimed.has(key)) throw problem(409, "CONFLICT", `Duplicate ${name} within the batch: ${value}`);
    claimed.add(key);
  }
}

function written(
  call: ApiCall,
  record: StoredRecord,
  sent: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const properties = [...objectTypes[record.type].shown, ...Object.keys(sent)];
  if (record.type === "contact" && valueOf(record, "lifecyclestage") !== undefined)
    properties.push("lifecyclestage");
  return showRecord(call.portal, record, { properties, propertiesWithHistory: [] });
}

function traced(call: ApiCall, traceId: string | undefined): ApiCall["context"] {
  return traceId === undefined ? call.context : { ...call.context, traceId };
}

function limitInputs(list: readonly unknown[]): void {
  if (list.length === 0 || list.length > mostInputs) {
    throw problem(400, "VALIDATION_ERROR", `A batch takes 1 to ${mostInputs} inputs, not ${list.length}`);
  }
}
