/** What marketing and sales decided when they reviewed their agreement: the next review opens with it. */
import type { Instant } from "../model/instant.ts";
import { namesOfErased } from "./erased-names.ts";
import type { Db } from "./schema.ts";
import type { ReviewNoteRow } from "./schema-report.ts";
import { withoutNames } from "./without-names.ts";

/** What was decided, by whom and when. */
export interface ReviewNote {
  readonly at: Instant;
  readonly actor: string;
  readonly body: string;
}

/** How far apart notes may be taken that belong to one meeting: a long day. */
const ONE_MEETING_MS = 43_200_000;
/** Notes of one meeting that are read back; more than anybody can act on. */
const MOST_NOTES = 50;
/** Notes read in one go where all are looked through. */
const NOTES_AT_ONCE = 100;

/** Records one decision. @param id  New for each. */
export async function addReviewNote(
  db: Db,
  installation: string,
  id: string,
  note: ReviewNote,
): Promise<void> {
  await db
    .insertInto("review_notes")
    .values({ installation, id, ...note })
    .execute();
}

/** The notes of the last meeting, the oldest first; empty before the first one. */
export async function lastReviewNotes(db: Db, installation: string): Promise<readonly ReviewNote[]> {
  const rows = await db
    .selectFrom("review_notes")
    .select(["at", "actor", "body"])
    .where("installation", "=", installation)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(MOST_NOTES)
    .execute();
  const newest = rows[0]?.at ?? 0;
  return rows.filter(({ at }) => at > newest - ONE_MEETING_MS).toReversed();
}

/** @returns At most `size` notes taken at `since` or later, after the id `after`. */
export async function reviewNotePage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
  size: number,
): Promise<readonly ReviewNoteRow[]> {
  return await db
    .selectFrom("review_notes")
    .selectAll()
    .where("installation", "=", installation)
    .where("at", ">=", since)
    .where("id", ">", after)
    .orderBy("id")
    .limit(size)
    .execute();
}

/**
 * Takes somebody out of what was decided, where a note names them. Call it before the lead's own rows are deleted: they say what
 * it was called.
 * @returns How many notes changed.
 */
export async function redactReviewNotes(
  db: Db,
  installation: string,
  leads: readonly string[],
  emails: readonly string[],
): Promise<number> {
  const clear = withoutNames(await namesOfErased(db, installation, leads, emails));
  let changed = 0;
  let page = await reviewNotePage(db, installation, 0, "", NOTES_AT_ONCE);
  while (page.length > 0) {
    for (const { id, body } of page) {
      const without = clear(body);
      if (without === body) continue;
      await db
        .updateTable("review_notes")
        .set({ body: without })
        .where("installation", "=", installation)
        .where("id", "=", id)
        .execute();
      changed += 1;
    }
    page = await reviewNotePage(db, installation, 0, page.at(-1)?.id ?? "", NOTES_AT_ONCE);
  }
  return changed;
}
