/**
 * What a person must look at: records that may be one person, accounts a lead may belong to. A pair of leads is one row,
 * with the lesser id first, whichever of the two was decided. What a person has settled stays, so that it does not come back.
 */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { ReviewAnswer, ReviewKind, ReviewRow } from "./schema-leads.ts";
import type { Db } from "./schema.ts";

/** Names one review within an installation. */
export interface ReviewKey {
  readonly kind: ReviewKind;
  readonly lead: string;
  /** The other lead, or the account. */
  readonly other: string;
}

export interface Review extends ReviewKey {
  readonly evidence: readonly string[];
}

export interface OpenReview extends Review {
  readonly since: Instant;
}

/** A pair of leads as it is stored, whichever was decided. Throws nothing. */
export function pairOf(lead: string, other: string): ReviewKey {
  return lead < other ? { kind: "duplicate", lead, other } : { kind: "duplicate", lead: other, other: lead };
}

/** Writes what was found about these leads. What was found before and is no longer goes, unless somebody settled it. */
export async function saveReviews(
  db: Db,
  installation: string,
  leads: readonly string[],
  found: readonly Review[],
  now: Instant,
): Promise<void> {
  const keep = new Set(found.map(textOf));
  await inChunks(leads, async (chunk) => {
    for (const row of await concerning(db, installation, chunk))
      if (row.settled_at === null && !keep.has(textOf(row))) await deleteReview(db, installation, row);
  });
  const distinct = [...new Map(found.map((one) => [textOf(one), one])).values()];
  await inChunks(distinct, (chunk) =>
    db
      .insertInto("reviews")
      .values(
        chunk.map(({ kind, lead, other, evidence }) => ({
          installation,
          kind,
          lead,
          other,
          evidence: JSON.stringify(evidence),
          seen_at: now,
        })),
      )
      .onConflict((oc) =>
        oc
          .columns(["installation", "kind", "lead", "other"])
          .doUpdateSet((eb) => ({ evidence: eb.ref("excluded.evidence") })),
      )
      .execute(),
  );
}

/** What people have settled about these leads, by the name of the review (`textOf`). */
export async function loadAnswers(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, ReviewAnswer>> {
  const rows = await loadInChunks(leads, (chunk) => concerning(db, installation, chunk));
  return new Map(rows.flatMap((row) => (row.settled_as === null ? [] : [[textOf(row), row.settled_as]])));
}

/** `duplicate:10001:10002`: how people name a review, and how it is told from others. Throws nothing. */
export function textOf({ kind, lead, other }: ReviewKey): string {
  return `${kind}:${lead}:${other}`;
}

/** What nobody has settled yet, the longest waiting first. */
export async function openReviews(db: Db, installation: string): Promise<readonly OpenReview[]> {
  const rows = await db
    .selectFrom("reviews")
    .selectAll()
    .where("installation", "=", installation)
    .where("settled_at", "is", null)
    .orderBy("seen_at")
    .orderBy("kind")
    .orderBy("lead")
    .orderBy("other")
    .execute();
  return rows.map(({ kind, lead, other, evidence, seen_at }) => ({
    kind,
    lead,
    other,
    evidence: ownJson<readonly string[]>(evidence),
    since: seen_at,
  }));
}

/** Notes a person's word. @returns Whether it was still open: somebody else may have been quicker. */
export async function settleReview(
  db: Db,
  installation: string,
  { kind, lead, other }: ReviewKey,
  as: ReviewAnswer,
  now: Instant,
): Promise<boolean> {
  const result = await db
    .updateTable("reviews")
    .set({ settled_at: now, settled_as: as })
    .where("installation", "=", installation)
    .where("kind", "=", kind)
    .where("lead", "=", lead)
    .where("other", "=", other)
    .where("settled_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Forgets reviews that name these leads as the other record. @returns How many. */
export async function forgetReviewsOf(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<number> {
  const result = await db
    .deleteFrom("reviews")
    .where("installation", "=", installation)
    .where("kind", "=", "duplicate")
    .where("other", "in", leads)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Gives a lead's reviews to the record it became. What asked whether the two were one is answered. */
export async function moveReviews(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
): Promise<void> {
  for (const row of await concerning(db, installation, [lead])) {
    await deleteReview(db, installation, row);
    const moved = (id: string): string => (id === lead ? survivor : id);
    const key: ReviewKey =
      row.kind === "duplicate"
        ? pairOf(moved(row.lead), moved(row.other))
        : { kind: row.kind, lead: survivor, other: row.other };
    if (key.kind === "duplicate" && key.lead === key.other) continue;
    await db
      .insertInto("reviews")
      .values({ ...row, ...key })
      .onConflict((oc) => {
        const same = oc.columns(["installation", "kind", "lead", "other"]);
        if (row.settled_at === null) return same.doNothing();
        const { settled_at, settled_as } = row;
        return same.doUpdateSet({ settled_at, settled_as }).where("reviews.settled_at", "is", null);
      })
      .execute();
  }
}

/** Reviews seen since an instant, in the order of their keys, after one of them. */
export async function reviewPage(
  db: Db,
  installation: string,
  since: Instant,
  after: ReviewKey | undefined,
  most: number,
): Promise<readonly ReviewRow[]> {
  return await db
    .selectFrom("reviews")
    .selectAll()
    .where("installation", "=", installation)
    .where("seen_at", ">=", since)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(kind, lead, other) > (${after?.kind}, ${after?.lead}, ${after?.other})`),
    )
    .orderBy("kind")
    .orderBy("lead")
    .orderBy("other")
    .limit(most)
    .execute();
}

async function concerning(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<readonly ReviewRow[]> {
  if (leads.length === 0) return [];
  const asLead = await db
    .selectFrom("reviews")
    .selectAll()
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .execute();
  const asOther = await db
    .selectFrom("reviews")
    .selectAll()
    .where("installation", "=", installation)
    .where("kind", "=", "duplicate")
    .where("other", "in", leads)
    .execute();
  return [...new Map([...asLead, ...asOther].map((row) => [textOf(row), row])).values()];
}

async function deleteReview(db: Db, installation: string, { kind, lead, other }: ReviewKey): Promise<void> {
  await db
    .deleteFrom("reviews")
    .where("installation", "=", installation)
    .where("kind", "=", kind)
    .where("lead", "=", lead)
    .where("other", "=", other)
    .execute();
}
