/**
 * Search: filters, one sort, paging, its caps, and an index that may be behind.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm
 */
import { z } from "zod";
import { objectTypes } from "../object-type.ts";
import type { PortalState } from "../portal.ts";
import { problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import { showRecord } from "../reading.ts";
import { valueOf } from "../record.ts";
import type { StoredRecord } from "../record.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { apiVersion } from "../version.ts";
import { readScopes } from "./objects.ts";
import { parseBody, parseType } from "./parsing.ts";

const mostResults = 10_000;
const longestBody = 3_000;
const mostFilters = 18;

const filter = z.object({
  propertyName: z.string(),
  operator: z.enum([
    "EQ",
    "NEQ",
    "LT",
    "LTE",
    "GT",
    "GTE",
    "BETWEEN",
    "IN",
    "NOT_IN",
    "HAS_PROPERTY",
    "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
  ]),
  value: z.union([z.string(), z.number()]).transform(String).optional(),
  highValue: z.union([z.string(), z.number()]).transform(String).optional(),
  values: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
});
type Filter = z.infer<typeof filter>;
const searching = z.object({
  filterGroups: z
    .array(z.object({ filters: z.array(filter).max(6) }))
    .max(5)
    .default([]),
  sorts: z
    .array(
      z.union([
        z.string(),
        z.object({
          propertyName: z.string(),
          direction: z.enum(["ASCENDING", "DESCENDING"]).default("ASCENDING"),
        }),
      ]),
    )
    .max(1)
    .default([]),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().min(1).max(200).default(10),
  after: z.union([z.string(), z.number()]).transform(Number).default(0),
});

/** The route of search. */
export const searchRoutes: readonly ApiRoute[] = [
  {
    kind: "search",
    method: "POST",
    path: `/crm/objects/${apiVersion}/:type/search`,
    scopes: readScopes,
    handle: search,
  },
];

function search(call: ApiCall): Answer {
  const body = parseBody(searching, call);
  const filterCount = body.filterGroups.reduce((count, group) => count + group.filters.length, 0);
  if (JSON.stringify(call.body).length > longestBody)
    throw problem(400, "VALIDATION_ERROR", `The body is longer than ${longestBody} characters`);
  if (filterCount > mostFilters)
    throw problem(400, "VALIDATION_ERROR", `A search takes at most ${mostFilters} filters`);
  if (body.after + body.limit > mostResults)
    throw problem(400, "VALIDATION_ERROR", `A search pages through at most ${mostResults} results`);
  const { portal } = call;
  const type = parseType(call);
  const asOf = portal.hooks.now() - portal.rules.searchLagMs;
  const found = [...portal.records[type].values()].filter(
    (record) =>
      isIndexed(record, asOf) &&
      (body.filterGroups.length === 0 ||
        body.filterGroups.some((group) => group.filters.every((each) => holds(portal, record, each, asOf)))),
  );
  const sort = body.sorts[0];
  const by = typeof sort === "string" ? { propertyName: sort, direction: "ASCENDING" } : sort;
  const ordered = by ? sortBy(found, by.propertyName, by.direction === "DESCENDING", asOf) : found;
  const after = body.after + body.limit;
  return {
    status: 200,
    body: {
      total: found.length,
      results: ordered
        .slice(body.after, after)
        .map((record) => showRecord(portal, record, { ...body, propertiesWithHistory: [] })),
      ...(after < found.length
        ? { paging: { next: { after: String(after), link: `?after=${after}` } } }
        : {}),
    },
  };
}

/** The index knows what was so at `asOf`: neither later records nor later deletions. */
function isIndexed(record: StoredRecord, asOf: number): boolean {
  return record.createdAt <= asOf && (record.archivedAt === undefined || record.archivedAt > asOf);
}

function holds(portal: PortalState, record: StoredRecord, wanted: Filter, asOf: number): boolean {
  if (!portal.definitions[record.type].has(wanted.propertyName)) {
    throw problem(
      400,
      "VALIDATION_ERROR",
      `There was a problem with the request: unknown property ${wanted.propertyName} of ${objectTypes[record.type].plural}`,
    );
  }
  const held = valueOf(record, wanted.propertyName, asOf) ?? "";
  const has = held !== "";
  const value = wanted.value ?? "";
  const values = wanted.values ?? [];
  switch (wanted.operator) {
    case "HAS_PROPERTY":
      return has;
    case "NOT_HAS_PROPERTY":
      return !has;
    case "EQ":
      return has && compare(held, value) === 0;
    case "NEQ":
      return has && compare(held, value) !== 0;
    case "LT":
      return has && compare(held, value) < 0;
    case "LTE":
      return has && compare(held, value) <= 0;
    case "GT":
      return has && compare(held, value) > 0;
    case "GTE":
      return has && compare(held, value) >= 0;
    case "BETWEEN":
      return has && compare(held, value) >= 0 && compare(held, wanted.highValue ?? value) <= 0;
    // Values of IN must be lower-case to match: HubSpot compares them with lower-cased text.
    case "IN":
      return has && values.includes(held.toLowerCase());
    case "NOT_IN":
      return has && !values.includes(held.toLowerCase());
    case "CONTAINS_TOKEN":
      return has && containsToken(held, value);
    case "NOT_CONTAINS_TOKEN":
      return has && !containsToken(held, value);
  }
}

/** Compares as numbers or instants where both sides are such, else as text without regard to case. */
function compare(left: string, right: string): number {
  const [a, b] = [left, right].map((text) =>
    /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text),
  );
  if (a !== undefined && b !== undefined && Number.isFinite(a) && Number.isFinite(b)) return a - b;
  return left.toLowerCase().localeCompare(right.toLowerCase());
}

function containsToken(held: string, value: string): boolean {
  const tokens = held.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const wanted = value.toLowerCase().replaceAll("*", "");
  return value.includes("*") ? held.toLowerCase().includes(wanted) : tokens.includes(wanted);
}

function sortBy(
  records: readonly StoredRecord[],
  name: string,
  descending: boolean,
  asOf: number,
): StoredRecord[] {
  const sign = descending ? -1 : 1;
  return records.toSorted(
    (a, b) =>
      sign * compare(valueOf(a, name, asOf) ?? "", valueOf(b, name, asOf) ?? "") ||
      Number(a.id) - Number(b.id),
  );
}
