/** Former values of a property: who or what set them, and when. */
import type { HistoryEntry } from "../../src/model/record.ts";
import type { CrmObject, HistoryItem } from "./answer.ts";
import { instantIn } from "./instant.ts";

/**
 * Reads the histories of a record, newest first, because HubSpot states no order among them. Keys are property paths
 * (`contact.lifecyclestage`). A cleared value is kept as empty text; an entry without a time that can be read is left
 * out. Throws nothing.
 */
export function readHistory(record: CrmObject, prefix: string): Record<string, readonly HistoryEntry[]> {
  return Object.fromEntries(
    Object.entries(record.propertiesWithHistory).map(([name, items]) => [
      `${prefix}.${name}`,
      entries(items),
    ]),
  );
}

function entries(items: readonly HistoryItem[]): HistoryEntry[] {
  return items
    .flatMap((item) => {
      const at = instantIn(item.timestamp);
      if (at === undefined) return [];
      return [{ value: item.value, at, ...(item.sourceType === undefined ? {} : { by: item.sourceType }) }];
    })
    .toSorted((a, b) => b.at - a.at);
}
