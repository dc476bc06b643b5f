/** Reading lists page by page, with an end to it whatever the other side says. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import { paging, parseAnswer } from "./answer.ts";
import type { Gateway } from "../http/gateway.ts";

/** More pages than any list Baton reads has; beyond it paging is taken for endless. */
const MOST_PAGES = 2_000;

export interface PagedList<T> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
  /** Names the list in errors: `owners`. */
  readonly what: string;
}

/**
 * Yields the items of a list in HubSpot's order, asking for a page only when the one before is used up.
 * @throws BatonError `crm.*`; `crm.bad-answer` when a cursor comes twice or pages do not end.
 */
export async function* readPages<T>(
  gateway: Gateway,
  list: PagedList<T>,
): AsyncGenerator<T, void, undefined> {
  const page = z.object({ results: z.array(list.item), paging });
  const seen = new Set<string>();
  let after: string | undefined;
  do {
    const query = after === undefined ? list.query : { ...list.query, after };
    const answer = parseAnswer(
      page,
      await gateway.read({ method: "GET", path: list.path, query }),
      list.what,
    );
    yield* answer.results;
    after = answer.paging?.next?.after;
    if (after !== undefined && (seen.has(after) || seen.size >= MOST_PAGES)) {
      throw new BatonError("crm.bad-answer", `HubSpot's paging of ${list.what} does not end.`);
    }
    if (after !== undefined) seen.add(after);
  } while (after !== undefined);
}

/** Reads a whole list. Throws as `readPages`. */
export async function readAll<T>(gateway: Gateway, list: PagedList<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of readPages(gateway, list)) all.push(item);
  return all;
}
