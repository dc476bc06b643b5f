/**
 * Queries, up to five in a call, with all their pages. Pages that follow are asked for together as well; a query whose pages never
 * end, or that says of another host that it has the next one, is an answer that makes no sense.
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { Gateway } from "../http/gateway.ts";
import { chunks } from "../http/chunks.ts";
import { troubleError } from "../http/trouble.ts";
import { parseAnswer } from "./answer.ts";
import { MOST_QUERIES, readParts } from "./composite.ts";
import type { Part, PartAnswer } from "./composite.ts";
import { ADVICE } from "./errors.ts";
import type { Trouble } from "./errors.ts";
import { DATA_PATH } from "./version.ts";

/** A record as a query gives it: fields by name, those of parents nested, what is empty null. */
export type SfRecord = Readonly<Record<string, unknown>>;

/** A query to make. `text` is what `soql` or `soqlInParts` gave: where it gave none, nothing is asked and nothing found. */
export interface Ask {
  readonly ref: string;
  readonly text: string | undefined | readonly string[];
  /** Deleted and archived records too (`queryAll`). */
  readonly withDeleted?: boolean;
  /** The first page only: where a LIMIT keeps it below 2,000, or a keyset goes on by itself. */
  readonly firstPageOnly?: boolean;
}

/** What a query came to: all its records, or why there are none; of one in parts, those of all of them, or why of one there are none. */
export type Found =
  | { readonly ok: true; readonly records: readonly SfRecord[] }
  | { readonly ok: false; readonly trouble: Trouble };

/** Pages of one query: a hundred leads have no two hundred thousand of anything. */
const MOST_PAGES = 100;

/**
 * Makes the queries, five a call and the calls one after another. Queries are known by their reference. One that Salesforce refuses
 * spoils none of the others. `isEssential`: made even where the org's day is nearly spent.
 * @throws BatonError `crm.*` when a call could not be made at all, `crm.bad-answer` for pages without end.
 */
export async function findAll(
  gateway: Gateway,
  asks: readonly Ask[],
  isEssential = false,
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>(asks.map(({ ref }) => [ref, { ok: true, records: [] }]));
  let parts: readonly Paging[] = asks.flatMap(firstPages);
  for (let page = 0; parts.length > 0; page += 1) {
    if (page >= MOST_PAGES) throw endless(parts[0]?.ask.ref);
    const next: Paging[] = [];
    for (const some of chunks(parts, MOST_QUERIES)) {
      const answers = await readParts(
        gateway,
        some.map(({ part }) => part),
        isEssential,
      );
      for (const { ask, part } of some) {
        const answer = answers.get(part.ref);
        const path = answer && note(found, ask.ref, answer);
        if (path !== undefined && ask.firstPageOnly !== true) next.push({ ask, part: { ...part, path } });
      }
    }
    parts = next;
  }
  return found;
}

/** A query, or a part of one, on its way through its pages. */
interface Paging {
  readonly ask: Ask;
  /** Its next page. */
  readonly part: Part;
}

/**
 * The records of one query out of what `findAll` gave.
 * @throws BatonError `crm.*` where Salesforce refused it.
 */
export function recordsOf(found: ReadonlyMap<string, Found>, ref: string): readonly SfRecord[] {
  const one = found.get(ref);
  if (one === undefined) return [];
  if (one.ok) return one.records;
  throw troubleError({ crm: "Salesforce", advice: ADVICE }, one.trouble, { method: "query", path: ref });
}

/** As `recordsOf`; of what Salesforce refuses for good, and would refuse every time, there is nothing. */
export function recordsUnlessRefused(found: ReadonlyMap<string, Found>, ref: string): readonly SfRecord[] {
  const one = found.get(ref);
  return one?.ok === false && one.trouble.applied === "refused" ? [] : recordsOf(found, ref);
}

/** Makes one query, with all its pages. No text, no call. Throws as `findAll` and `recordsOf`. */
export async function findRecords(
  gateway: Gateway,
  text: Ask["text"],
  options: Omit<Ask, "ref" | "text"> & { readonly isEssential?: boolean } = {},
): Promise<readonly SfRecord[]> {
  const { isEssential, ...rest } = options;
  const found = await findAll(gateway, [{ ref: "records", text, ...rest }], isEssential);
  return recordsOf(found, "records");
}

function firstPages(ask: Ask): readonly Paging[] {
  const { text = [], withDeleted } = ask;
  const resource = withDeleted === true ? "queryAll" : "query";
  return [text].flat().map((one, index) => {
    // Several parts of one query may stand in one call.
    const ref = index === 0 ? ask.ref : `${ask.ref}_${index}`;
    return { ask, part: { ref, method: "GET", path: `/${resource}?q=${encodeURIComponent(one)}` } };
  });
}

const page = z.object({
  records: z.array(z.record(z.string(), z.unknown())),
  done: z.boolean().catch(true).default(true),
  nextRecordsUrl: z.string().nullish(),
});

/** Adds a page to what was found. @returns The path of the next page, if there is one. */
function note(found: Map<string, Found>, ref: string, answer: PartAnswer): string | undefined {
  const before = found.get(ref);
  if (!answer.ok || before === undefined || !before.ok) {
    if (!answer.ok) found.set(ref, { ok: false, trouble: answer.trouble });
    return undefined;
  }
  const { records, nextRecordsUrl } = parseAnswer(page, answer.body, `the query "${ref}"`);
  found.set(ref, { ok: true, records: [...before.records, ...records] });
  return typeof nextRecordsUrl === "string" ? nextPath(nextRecordsUrl, ref) : undefined;
}

/** `/services/data/v67.0/query/01g…-2000`: nothing else is followed. */
const NEXT = /^\/query(?:All)?\/[A-Za-z0-9_-]{1,200}$/;

function nextPath(url: string, ref: string): string {
  const path = url.startsWith(DATA_PATH) ? url.slice(DATA_PATH.length) : "";
  if (NEXT.test(path)) return path;
  throw new BatonError(
    "crm.bad-answer",
    `Salesforce's next page of the query "${ref}" is no address of a page.`,
  );
}

function endless(ref: string | undefined): BatonError {
  return new BatonError(
    "crm.bad-answer",
    `The query "${ref ?? ""}" has more than ${MOST_PAGES} pages: Baton stops there.`,
  );
}
