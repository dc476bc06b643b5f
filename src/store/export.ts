/**
 * Everything that happened, row by row, for other programs: events, decisions, effects, handoffs with their touches, answers of
 * sales and running clocks, links with sales' CRM, reviews, answers of providers,
 * notices and their deliveries, what reviews decided, of an installation.
 *
 * What is not here did not happen. Samples of a resync, for one, are a few differences as both CRMs showed them at the last comparison, to
 * look at, and the next one takes their place; what a resync changes are effects, and what was agreed then stands with the links.
 *
 * Rows are read in pages by key, so memory stays the same however many there are, and no transaction is held open: a server
 * goes on working meanwhile. The order is that of the keys and does not change between two exports; `seq` of an
 * event says when it arrived among the others. What is added meanwhile is there or not, and keeps nothing else out.
 */
import type { Selectable } from "kysely";
import type { Instant } from "../model/instant.ts";
import { type AskedKey, askedPage } from "./enrichments.ts";
import { ownJson } from "./json.ts";
import { linkPage } from "./links.ts";
import { deliveryPage, type DeliveryKey, noticePage } from "./notice-pages.ts";
import { reviewNotePage } from "./review-notes.ts";
import { type ReviewKey, reviewPage } from "./reviews.ts";
import type { DecisionRow, EffectRow, HandoffRow } from "./schema-decisions.ts";
import type { ClockRow, DispositionRow, TouchRow } from "./schema-following.ts";
import type { EventRow } from "./schema-incoming.ts";
import type { EnrichmentRow, ReviewRow } from "./schema-leads.ts";
import type { LinkRow } from "./schema-links.ts";
import type { DeliveryRow, NoticeRow } from "./schema-notices.ts";
import type { ReviewNoteRow } from "./schema-report.ts";
import type { Db } from "./schema.ts";
import {
  type ClockKey,
  clockPage,
  type DispositionKey,
  dispositionPage,
  type TouchKey,
  touchPage,
} from "./story-pages.ts";

/** One row, with its JSON columns as JSON. `record` says which table it is of. */
export type ExportedRecord = { readonly record: ExportedTable } & Readonly<Record<string, unknown>>;

/** The tables, in the order they are exported. */
export const EXPORTED_TABLES = [
  "event",
  "decision",
  "effect",
  "handoff",
  "touch",
  "disposition",
  "clock",
  "link",
  "review",
  "enrichment",
  "notice",
  "delivery",
  "review-note",
] as const;
type ExportedTable = (typeof EXPORTED_TABLES)[number];

const PAGE = 500;

/**
 * @param since  Only events received, decisions taken, effects planned, handoffs decided, touches made, answers of sales given, links made, reviews first seen, answers of providers given, notices made, deliveries planned and reviews held at this instant or later.
 * Rows that change while they are exported appear as they were or as they became, once.
 */
export async function* exportRecords(
  db: Db,
  installation: string,
  since: Instant,
): AsyncGenerator<ExportedRecord> {
  yield* pages(
    (after: string) => eventPage(db, installation, since, after),
    "",
    ({ key }) => key,
    eventRecord,
  );
  yield* pages(
    (after: string) => decisionPage(db, installation, since, after),
    "",
    ({ id }) => id,
    decisionRecord,
  );
  yield* pages(
    (after: string) => effectPage(db, installation, since, after),
    "",
    ({ key }) => key,
    effectRecord,
  );
  yield* pages(
    (after: string) => handoffPage(db, installation, since, after),
    "",
    ({ id }) => id,
    handoffRecord,
  );
  yield* pages(
    (after: TouchKey | undefined) => touchPage(db, installation, since, after, PAGE),
    undefined,
    (row: TouchRow): TouchKey | undefined => row,
    (row: TouchRow) => ({ record: "touch", ...row }),
  );
  yield* pages(
    (after: DispositionKey | undefined) => dispositionPage(db, installation, since, after, PAGE),
    undefined,
    (row: DispositionRow): DispositionKey | undefined => row,
    (row: DispositionRow) => ({ record: "disposition", ...row }),
  );
  yield* pages(
    (after: ClockKey | undefined) => clockPage(db, installation, since, after, PAGE),
    undefined,
    (row: ClockRow): ClockKey | undefined => row,
    (row: ClockRow) => ({ record: "clock", ...row }),
  );
  yield* pages(
    (after: string) => linkPage(db, installation, since, after, PAGE),
    "",
    ({ lead }) => lead,
    linkRecord,
  );
  yield* pages(
    (after: ReviewKey | undefined) => reviewPage(db, installation, since, after, PAGE),
    undefined,
    (row: ReviewRow): ReviewKey | undefined => row,
    reviewRecord,
  );
  yield* pages(
    (after: AskedKey | undefined) => askedPage(db, installation, since, after, PAGE),
    undefined,
    (row: EnrichmentRow): AskedKey | undefined => row,
    enrichmentRecord,
  );
  yield* pages(
    (after: string) => noticePage(db, installation, since, after, PAGE),
    "",
    ({ key }) => key,
    noticeRecord,
  );
  yield* pages(
    (after: DeliveryKey | undefined) => deliveryPage(db, installation, since, after, PAGE),
    undefined,
    (row: DeliveryRow): DeliveryKey | undefined => row,
    deliveryRecord,
  );
  yield* pages(
    (after: string) => reviewNotePage(db, installation, since, after, PAGE),
    "",
    ({ id }) => id,
    (row: ReviewNoteRow) => ({ record: "review-note", ...row }),
  );
}

async function* pages<Row, Key>(
  load: (after: Key) => Promise<readonly Row[]>,
  first: Key,
  keyOf: (row: Row) => Key,
  toRecord: (row: Row) => ExportedRecord,
): AsyncGenerator<ExportedRecord> {
  let after = first;
  for (;;) {
    const rows = await load(after);
    for (const row of rows) yield toRecord(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = keyOf(last);
  }
}

type StoredEvent = Selectable<EventRow>;

/** By their keys, which stand in an index with the installation: in order of arrival, all it ever had would be sorted for each page. */
async function eventPage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
): Promise<readonly StoredEvent[]> {
  return await db
    .selectFrom("events")
    .selectAll()
    .where("installation", "=", installation)
    .where("received_at", ">=", since)
    .where("key", ">", after)
    .orderBy("key")
    .limit(PAGE)
    .execute();
}

async function decisionPage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
): Promise<readonly DecisionRow[]> {
  return await db
    .selectFrom("decisions")
    .selectAll()
    .where("installation", "=", installation)
    .where("decided_at", ">=", since)
    .where("id", ">", after)
    .orderBy("id")
    .limit(PAGE)
    .execute();
}

async function effectPage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
): Promise<readonly EffectRow[]> {
  return await db
    .selectFrom("effects")
    .selectAll()
    .where("installation", "=", installation)
    .where("planned_at", ">=", since)
    .where("key", ">", after)
    .orderBy("key")
    .limit(PAGE)
    .execute();
}

async function handoffPage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
): Promise<readonly HandoffRow[]> {
  return await db
    .selectFrom("handoffs")
    .selectAll()
    .where("installation", "=", installation)
    .where("decided_at", ">=", since)
    .where("id", ">", after)
    .orderBy("id")
    .limit(PAGE)
    .execute();
}

function eventRecord({ body, ...row }: StoredEvent): ExportedRecord {
  return { record: "event", ...row, body: ownJson<unknown>(body) };
}

function decisionRecord({ snapshot, decision, ...row }: DecisionRow): ExportedRecord {
  return {
    record: "decision",
    ...row,
    snapshot: ownJson<unknown>(snapshot),
    decision: ownJson<unknown>(decision),
  };
}

function effectRecord({ body, dropped, ...row }: EffectRow): ExportedRecord {
  return {
    record: "effect",
    ...row,
    body: ownJson<unknown>(body),
    dropped: dropped === null ? null : ownJson<unknown>(dropped),
  };
}

function handoffRecord({ former_owners, pauses, flips, missing, ...row }: HandoffRow): ExportedRecord {
  const json = (text: string | null): unknown => (text === null ? null : ownJson<unknown>(text));
  return {
    record: "handoff",
    ...row,
    former_owners: json(former_owners),
    pauses: json(pauses),
    flips: json(flips),
    missing: json(missing),
  };
}

function linkRecord({ agreed, ...row }: LinkRow): ExportedRecord {
  return { record: "link", ...row, agreed: ownJson<unknown>(agreed) };
}

function reviewRecord({ evidence, ...row }: ReviewRow): ExportedRecord {
  return { record: "review", ...row, evidence: ownJson<unknown>(evidence) };
}

function enrichmentRecord({ body, ...row }: EnrichmentRow): ExportedRecord {
  return { record: "enrichment", ...row, facts: ownJson<unknown>(body) };
}

function noticeRecord({ body, ...row }: NoticeRow): ExportedRecord {
  return { record: "notice", ...row, body: ownJson<unknown>(body) };
}

/** Who sends it now is nobody else's business. */
function deliveryRecord({ claim: _claim, claimed_until: _until, ...row }: DeliveryRow): ExportedRecord {
  return { record: "delivery", ...row };
}
