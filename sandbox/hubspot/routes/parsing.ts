/** Reads what routes are given: bodies, paging, lists in the query. Everything wrong is a 400. */
import { z } from "zod";
import { isRecord } from "../../json.ts";
import { parseObjectType } from "../object-type.ts";
import type { ObjectType } from "../object-type.ts";
import { problem } from "../problem.ts";
import type { OpenCall } from "../route.ts";

/** A property value as it may be sent: HubSpot takes numbers and booleans and keeps text. `null` clears. */
const sentValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? "" : String(value)));
/** Sent properties by name. */
export const sentProperties = z.record(z.string(), sentValue);
/** An id, sent as text or number. */
export const sentId = z.union([z.string(), z.number()]).transform(String);
/** Associations given inline with a creation. */
export const sentLinks = z.array(
  z.object({
    to: z.object({ id: sentId }),
    types: z.array(z.object({ associationCategory: z.string(), associationTypeId: z.number() })).min(1),
  }),
);

/** Parses a body. @throws Problem 400 that names every wrong field. */
export function parseBody<T>(schema: z.ZodType<T>, call: OpenCall): T {
  const parsed = schema.safeParse(call.body);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw problem(400, "VALIDATION_ERROR", `Invalid input JSON: ${detail}`);
}

/** The object type in a path segment. @throws Problem 400 for one that is not served. */
export function parseType(call: OpenCall, segment = "type"): ObjectType {
  const name = call.params[segment] ?? "";
  const type = parseObjectType(name);
  if (!type) throw problem(400, "VALIDATION_ERROR", `Unable to infer object type from: ${name}`);
  return type;
}

/** A list in the query: repeated, comma separated, or both. */
export function queryList(call: OpenCall, name: string): string[] {
  return call.query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");
}

/** A page of a list with HubSpot's paging: `after` is opaque to callers and an offset here. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly paging:
    | { readonly paging: { readonly next: { readonly after: string; readonly link: string } } }
    | Record<string, never>;
}

/** Cuts one page. @throws Problem 400 for a limit past `most` or an `after` that is not one of ours. */
export function pageOf<T>(list: readonly T[], call: OpenCall, most: number, usual: number): Page<T> {
  const limit = Number(call.query.get("limit") ?? usual);
  const from = Number(call.query.get("after") ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw problem(400, "VALIDATION_ERROR", `limit must be between 1 and ${most}`);
  }
  if (!Number.isInteger(from) || from < 0) throw problem(400, "VALIDATION_ERROR", "after is not valid");
  const after = String(from + limit);
  const more = from + limit < list.length;
  return {
    items: list.slice(from, from + limit),
    paging: more ? { paging: { next: { after, link: `?after=${after}` } } } : {},
  };
}

/** The fields of a form-encoded body. @throws Problem 415 when there is none. */
export function fieldsOf(call: OpenCall): Record<string, string> {
  if (!isRecord(call.body)) throw problem(415, "VALIDATION_ERROR", "the body must be form-encoded");
  return Object.fromEntries(Object.entries(call.body).map(([name, value]) => [name, String(value)]));
}
