/** Reading records by the hundred. Ids that are not there are simply absent from what comes back. */
import type { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { batchRead, parseAnswer } from "./answer.ts";
import type { CrmObject, ItemError } from "./answer.ts";
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

/** Why nothing can be said of a record: what came is none, or HubSpot itself failed over it. Neither proves that it is gone. */
export type Unread = "crm.bad-answer" | "crm.server-error";

/** What a batch read came to. An id that is in no part was passed over in silence. */
export interface ReadItems {
  readonly found: readonly CrmObject[];
  /** Ids HubSpot says it has no record of, by name or, where it names none, by saying nothing else of them. */
  readonly gone: ReadonlySet<string>;
  /** Ids asked for that may be what HubSpot failed over, or said something of that makes no sense. */
  readonly unreadable: ReadonlyMap<string, Unread>;
}

/** Results that are no records concern only themselves; where more than this many came and nothing else, HubSpot cannot be read. */
const FEW = 10;

/**
 * Reads the records, at most a hundred a call and the calls one after another. No ids, no call.
 * @throws BatonError `crm.*`; also when HubSpot failed on single items, because their absence would then prove nothing.
 */
export async function readBatch(gateway: Gateway, wanted: BatchRead): Promise<readonly CrmObject[]> {
  const { found, unreadable } = await readItems(gateway, wanted);
  refuseFailed(unreadable, wanted);
  if (unreadable.size > 0) throw strange(unreadable.size, wanted);
  return found;
}

/** Reads as `readBatch`; what comes and is no record is left out, and spoils nothing. */
export async function readSound(gateway: Gateway, wanted: BatchRead): Promise<readonly CrmObject[]> {
  const { found, unreadable } = await readItems(gateway, wanted);
  refuseFailed(unreadable, wanted);
  return found;
}

/**
 * Reads as `readBatch`, and tells apart what is not there and what cannot be read: one such record spoils none of the others. With
 * `idProperty`, too, `unreadable` holds what was asked for. Throws `crm.server-error` where HubSpot failed and nothing was read, so
 * that nobody can say over whom, and `crm.bad-answer` where nothing of a larger answer makes sense.
 */
export async function readItems(gateway: Gateway, wanted: BatchRead): Promise<ReadItems> {
  const found: CrmObject[] = [];
  const gone = new Set<string>();
  const unreadable = new Map<string, Unread>();
  for (const ids of chunks([...new Set(wanted.ids)], wanted.size ?? BATCH_SIZE)) {
    const part = await readPart(gateway, wanted, ids);
    found.push(...part.found);
    for (const id of part.gone) gone.add(id);
    for (const [id, why] of part.unreadable) unreadable.set(id, why);
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
  const found = answer.results.flatMap((result) => ("record" in result ? [result.record] : []));
  const [denials, failures] = [answer.errors.filter(isDenial), answer.errors.filter((one) => !isDenial(one))];
  if (found.length === 0 && failures.length > 0) throw failed(ids.length, wanted);
  if (found.length === 0 && answer.results.length > FEW) throw strange(answer.results.length, wanted);
  return { found, gone: goneAmong(denials, ids), unreadable: unreadableAmong(answer, failures, ids) };
}

function isDenial({ category }: ItemError): boolean {
  return category === "OBJECT_NOT_FOUND";
}

function namedIn({ context }: ItemError): readonly string[] {
  return [...context.ids, ...context.id];
}

function goneAmong(denials: readonly ItemError[], ids: readonly string[]): ReadonlySet<string> {
  const named = denials.map(namedIn);
  return new Set(named.some((some) => some.length === 0) ? ids : named.flat());
}

/**
 * Ids whose result is no record, or that HubSpot failed over. A result or a failure that names none of them may be that of any id
 * nothing else was said about.
 */
function unreadableAmong(
  { results, errors }: z.output<typeof batchRead>,
  failures: readonly ItemError[],
  ids: readonly string[],
): ReadonlyMap<string, Unread> {
  const asked = new Set(ids);
  const said = [
    ...results.flatMap((result): readonly (readonly [readonly string[], Unread])[] =>
      "record" in result ? [] : [[[result.strange ?? ""], "crm.bad-answer"]],
    ),
    ...failures.map((failure) => [namedIn(failure), "crm.server-error"] as const),
  ].map(([names, why]) => [names.filter((name) => asked.has(name)), why] as const);
  const named = said.flatMap(([names, why]) => names.map((name) => [name, why] as const));
  const nameless = said.findLast(([names]) => names.length === 0);
  if (nameless === undefined) return new Map(named);
  const told = new Set([
    ...results.flatMap((result) => ("record" in result ? [result.record.id] : [])),
    ...errors.flatMap(namedIn),
  ]);
  const untold = ids.filter((id) => !told.has(id)).map((id) => [id, nameless[1]] as const);
  return new Map([...untold, ...named]);
}

/** What is not read because HubSpot failed over it would count as not there. */
function refuseFailed(unreadable: ReadItems["unreadable"], wanted: BatchRead): void {
  const over = [...unreadable.values()].filter((why) => why === "crm.server-error");
  if (over.length > 0) throw failed(over.length, wanted);
}

function failed(count: number, { type }: BatchRead): BatonError {
  return new BatonError("crm.server-error", `HubSpot could not read some of ${count} ${type}.`);
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
