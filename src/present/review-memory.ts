/** What is remembered of reviews: a cursor for each kind, whose instant says when it was announced last. */
import { DAY_MS, type Instant } from "../model/instant.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { REVIEW_KINDS, REVIEW_WORDS, type ReviewKind } from "../report/reviews.ts";
import { loadCursor } from "../store/cursors.ts";
import type { Db } from "../store/schema.ts";

/** Days a pack is about where the agreement says nothing of reviews. */
const USUAL_PACK_DAYS = 14;

/** The name of the cursor of one kind of review. */
export function reviewCursor(kind: ReviewKind): string {
  return `review:${kind}`;
}

/** How many days a pack is about: as many as lie between two reviews. */
export function packDays({ agreement }: Playbook): number {
  return agreement.review === undefined ? USUAL_PACK_DAYS : agreement.review.everyMs / DAY_MS;
}

/** Kinds of review that were announced since an instant, in words. The pack itself is none: it is being read. */
export async function reviewsDue(db: Db, installation: string, since: Instant): Promise<readonly string[]> {
  const due: string[] = [];
  for (const kind of REVIEW_KINDS) {
    const cursor = kind === "pack" ? undefined : await loadCursor(db, installation, reviewCursor(kind));
    if (cursor !== undefined && cursor.at > since) due.push(REVIEW_WORDS[kind]);
  }
  return due;
}
