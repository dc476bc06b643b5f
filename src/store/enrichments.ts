/**
 * What providers were asked about leads and what they answered, also that they know nothing; and how many requests a day has
 * cost. A subject is a keyed digest of what was sent: it finds an answer again without telling whom it is about.
 */
import type { Instant } from "../model/instant.ts";
import type { Facts } from "../model/lead.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { EnrichmentRow } from "./schema-leads.ts";
import type { Db } from "./schema.ts";

/** One subject as it was last asked about for one lead. */
export interface Asked {
  readonly subject: string;
  readonly lead: string;
  readonly askedAt: Instant;
  /** Facts read from the answer; none where the provider knows nothing, or did not answer. */
  readonly facts: Facts;
  /** Why there is no answer; absent where there is one. */
  readonly code?: string;
  /** Times in a row it was tried without an answer. */
  readonly tries: number;
  /** Not asked again before this instant; absent where there is an answer. */
  readonly againAt?: Instant;
}

/** What is stored of these subjects since `since`, the newest first; for whatever lead it was asked. */
export async function loadAsked(
  db: Db,
  installation: string,
  subjects: readonly string[],
  since: Instant,
): Promise<readonly Asked[]> {
  const rows = await loadInChunks([...new Set(subjects)], (chunk) =>
    db
      .selectFrom("enrichments")
      .selectAll()
      .where("installation", "=", installation)
      .where("subject", "in", chunk)
      .where("asked_at", ">=", since)
      .execute(),
  );
  const found = rows.map(({ subject, lead, asked_at, body, code, tries, again_at }) => ({
    subject,
    lead,
    askedAt: asked_at,
    facts: ownJson<Facts>(body),
    tries,
    ...(code === null ? {} : { code }),
    ...(again_at === null ? {} : { againAt: again_at }),
  }));
  return found.toSorted((a, b) => b.askedAt - a.askedAt);
}

/** Stores what was asked, in place of what was stored of the same subject and lead. Pairs of the two must be distinct. */
export async function saveAsked(db: Db, installation: string, asked: readonly Asked[]): Promise<void> {
  await inChunks(asked, (chunk) =>
    db
      .insertInto("enrichments")
      .values(
        chunk.map(({ subject, lead, askedAt, facts, code, tries, againAt }) => ({
          installation,
          subject,
          lead,
          body: JSON.stringify(facts),
          asked_at: askedAt,
          code: code ?? null,
          tries,
          again_at: againAt ?? null,
        })),
      )
      .onConflict((oc) =>
        oc.columns(["installation", "subject", "lead"]).doUpdateSet((eb) => ({
          body: eb.ref("excluded.body"),
          asked_at: eb.ref("excluded.asked_at"),
          code: eb.ref("excluded.code"),
          tries: eb.ref("excluded.tries"),
          again_at: eb.ref("excluded.again_at"),
        })),
      )
      .execute(),
  );
}

/**
 * Takes one request out of a day's budget, before it is made. One statement, so that any number of workers together never
 * take more than `most`. @returns How many are left after it; undefined when there was none to take.
 */
export async function spendRequest(
  db: Db,
  installation: string,
  day: string,
  most: number,
): Promise<number | undefined> {
  const row = await db
    .insertInto("enrichment_budget")
    .values({ installation, day, requests: 1 })
    .onConflict((oc) =>
      oc
        .columns(["installation", "day"])
        .doUpdateSet((eb) => ({ requests: eb("enrichment_budget.requests", "+", 1) }))
        .where("enrichment_budget.requests", "<", most),
    )
    .returning("requests")
    .executeTakeFirst();
  return row && most - row.requests;
}

/** Gives what was asked about `lead` to the record it was merged into; what that one has itself stays. */
export async function moveAsked(db: Db, installation: string, lead: string, survivor: string): Promise<void> {
  const known = db
    .selectFrom("enrichments")
    .select("subject")
    .where("installation", "=", installation)
    .where("lead", "=", survivor);
  await db
    .deleteFrom("enrichments")
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("subject", "in", known)
    .execute();
  await db
    .updateTable("enrichments")
    .set({ lead: survivor })
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .execute();
}

/** Where a page of rows ends. */
export type AskedKey = Pick<EnrichmentRow, "lead" | "subject">;

/** The next `most` rows asked at `since` or later, by lead and subject. */
export async function askedPage(
  db: Db,
  installation: string,
  since: Instant,
  after: AskedKey | undefined,
  most: number,
): Promise<readonly EnrichmentRow[]> {
  const { lead, subject } = after ?? { lead: "", subject: "" };
  return await db
    .selectFrom("enrichments")
    .selectAll()
    .where("installation", "=", installation)
    .where("asked_at", ">=", since)
    .where((eb) =>
      eb.or([eb("lead", ">", lead), eb.and([eb("lead", "=", lead), eb("subject", ">", subject)])]),
    )
    .orderBy("lead")
    .orderBy("subject")
    .limit(most)
    .execute();
}

/** Forgets answers from before `since`, and budgets of days before `day`. @returns How many answers went. */
export async function expireAsked(db: Db, since: Instant, day: string): Promise<number> {
  const result = await db.deleteFrom("enrichments").where("asked_at", "<", since).executeTakeFirst();
  await db.deleteFrom("enrichment_budget").where("day", "<", day).execute();
  return Number(result.numDeletedRows);
}
