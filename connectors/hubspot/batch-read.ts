/** Reading records by the hundred. Ids that are not there are simply absent from what comes back. */
import type { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { batchRead, parseAnswer } from "./answer.ts";
import type { CrmObject } from "./answer.ts";
import { chunks } from "../http/chunks.ts";
import type { Gateway } from "../http/gateway.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** HubSpot's most inputs for one batch call. Source: https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis */
export const BATCH_SIZE = 100;

/** What HubSpot calls the records Baton reads, in its paths. */
export type ObjectName =
  | "contacts"
  | "companies"
  | "deals"
  | "tasks"
  | "notes"
  | "calls"
  | "emails"
  | "meetings";

export interface BatchRead {
  readonly type: ObjectName;
  readonly ids: readonly string[];
  readonly properties: readonly string[];
  readonly history?: readonly string[];
  /** A property with unique values to find records by; without it `ids` are record ids. */
  readonly idProperty?: string;
  /** Fewer than the usual hundred a call. */
  readonly size?: number;
}

/** What a batch read came to. An id that is in no part was passed over in silence. */
export interface ReadItems {
  readonly found: readonly CrmObject[];
  /** Ids HubSpot says it has no record of, by name or, where it names none, by saying nothing else of them. */
  readonly gone: ReadonlySet<string>;
  /** Ids asked for of which HubSpot may have said something that makes no sense: no proof that they are gone. */
  readonly unreadable: ReadonlySet<string>;
}

/** Results that are no records concern only themselves; where more than this many came and nothing else, HubSpot cannot be read. */
const FEW = 10;

/**
 * Reads the records, at most a hundred a call and the calls one after another. No ids, no call.
 * @throws BatonError `crm.*`; also when HubSpot failed on single items, because their absence would then prove nothing.
 */
export async function readBatch(gateway: Gateway, wanted: BatchRead): Promise<readonly CrmObject[]> {
  const { found, unreadable } = await readItems(gateway, wanted);
  if (unreadable.size > 0) throw strange(unreadable.size, wanted);
  return found;
}

/**
 * Reads as `readBatch`, and tells apart what is not there and what came and cannot be read. With `idProperty`, too, `unreadable`
 * holds what was asked for. Throws as `readBatch`; `crm.bad-answer` only where nothing of a larger answer could be read.
 */
export async function readItems(gateway: Gateway, wanted: BatchRead): Promise<ReadItems> {
  const found: CrmObject[] = [];
  const [gone, unreadable] = [new Set<string>(), new Set<string>()];
  for (const ids of chunks([...new Set(wanted.ids)], wanted.size ?? BATCH_SIZE)) {
    const part = await readPart(gateway, wanted, ids);
    found.push(...part.found);
    for (const id of part.gone) gone.add(id);
    for (const id of part.unreadable) unreadable.add(id);
  }
  return { found, gone, unreadable };
}

async function readPart(gateway: Gateway, wanted: BatchRead, ids: readonly string[]): Promise<ReadItems> {
  const path = `/crm/objects/${OBJECTS_VERSION}/${wanted.type}/batch/read`;
  const body = {
    properties: wanted.properties,
    ...(wanted.history && wanted.history.length > 0 ? { propertiesWithHistory: wanted.history } : {}),
    ...(wanted.idProperty === undefined ? {} : { idProperty: wanted.idProperty }),
    inputs: ids.map((id) => ({ id })),
  };
  const answer = parseAnswer(
    batchRead,
    await gateway.read({ method: "POST", path, body }),
    `a read of ${wanted.type}`,
  );
  const failed = answer.errors.find((error) => error.category !== "OBJECT_NOT_FOUND");
  if (failed) {
    throw new BatonError("crm.server-error", `HubSpot could not read some of ${ids.length} ${wanted.type}.`);
  }
  const found = answer.results.flatMap((result) => ("record" in result ? [result.record] : []));
  if (found.length === 0 && answer.results.length > FEW) throw strange(answer.results.length, wanted);
  return { found, gone: goneAmong(answer, ids), unreadable: strangeAmong(answer, ids) };
}

function goneAmong({ errors }: z.output<typeof batchRead>, ids: readonly string[]): ReadonlySet<string> {
  const named = errors.map(({ context }) => [...context.ids, ...context.id]);
  return new Set(named.some((some) => some.length === 0) ? ids : named.flat());
}

/** Ids whose result is no record. One that names none of them may be that of any id nothing else was said about. */
function strangeAmong(
  { results, errors }: z.output<typeof batchRead>,
  ids: readonly string[],
): ReadonlySet<string> {
  const asked = new Set(ids);
  const named = new Set<string>();
  let nameless = 0;
  for (const result of results) {
    if ("record" in result) continue;
    if (result.strange !== undefined && asked.has(result.strange)) named.add(result.strange);
    else nameless += 1;
  }
  if (nameless === 0) return named;
  const told = new Set([
    ...results.flatMap((result) => ("record" in result ? [result.record.id] : [])),
    ...errors.flatMap(({ context }) => [...context.ids, ...context.id]),
  ]);
  return new Set(ids.filter((id) => !told.has(id)));
}

function strange(count: number, { type }: BatchRead): BatonError {
  return new BatonError(
    "crm.bad-answer",
    `HubSpot's answer to a read of ${type} holds no record for ${count} of them, and does not say that they are gone.`,
  );
}

/** A record id as HubSpot's are: digits. Anything else would make it refuse the whole batch. */
export function isRecordId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}

/** Orders record ids. They only grow, so the longer number is the newer one; they may be too long to be read as numbers. */
export function newestFirst(a: string, b: string): number {
  return b.length - a.length || (a < b ? 1 : -1);
}
