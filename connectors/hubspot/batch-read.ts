/** Reading records by the hundred. Ids that are not there are simply absent from what comes back. */
import { BatonError } from "../../src/errors.ts";
import { batchRead, parseAnswer } from "./answer.ts";
import type { CrmObject } from "./answer.ts";
import type { Gateway } from "./gateway.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** HubSpot's most inputs for one batch call. Source: https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis */
export const BATCH_SIZE = 100;

export interface BatchRead {
  readonly type: "contacts" | "companies" | "deals" | "tasks" | "notes";
  readonly ids: readonly string[];
  readonly properties: readonly string[];
  readonly history?: readonly string[];
  /** A property with unique values to find records by; without it `ids` are record ids. */
  readonly idProperty?: string;
  /** Fewer than the usual hundred a call. */
  readonly size?: number;
}

/**
 * Reads the records, at most a hundred a call and the calls one after another. No ids, no call.
 * @throws BatonError `crm.*`; also when HubSpot failed on single items, because their absence would then prove nothing.
 */
export async function readBatch(gateway: Gateway, wanted: BatchRead): Promise<CrmObject[]> {
  const found: CrmObject[] = [];
  for (const ids of chunks([...new Set(wanted.ids)], wanted.size ?? BATCH_SIZE)) {
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
      throw new BatonError(
        "crm.server-error",
        `HubSpot could not read some of ${ids.length} ${wanted.type}.`,
      );
    }
    found.push(...answer.results);
  }
  return found;
}

/** Cuts a list into parts of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
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
