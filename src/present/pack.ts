/** The review pack out of the store: the window, as many days before, weeks as cohorts, both halves, and what was decided. */
import { DAY_MS, type Instant } from "../model/instant.ts";
import { accountOf } from "../model/lead.ts";
import { diffPlaybooks } from "../playbook/diff.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { type DaySpan, mondayOf, spanBefore } from "../report/days.ts";
import { groupFigures, totalFigures } from "../report/figures.ts";
import { marketingSpans, marketingStanding, type MarketingStanding } from "../report/marketing.ts";
import { type Counted, type DefinitionChange, type Pack, packOf } from "../report/pack.ts";
import { seamSpans } from "../report/seams.ts";
import type { Question, Tally } from "../report/tally.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { loadPlaybookFiles } from "../store/playbooks.ts";
import { listPublications } from "../store/publications.ts";
import { countHeld } from "../store/report-open.ts";
import { lastReviewNotes, type ReviewNote } from "../store/review-notes.ts";
import { countTogether, spansOf } from "./figures.ts";
import { reviewsDue } from "./review-memory.ts";
import { stuckLeads } from "./stuck.ts";

/** Cohorts shown: long enough to see the answers of the oldest come in. */
const WEEKS = 8;
const DAYS_A_WEEK = 7;
const BY = ["type", "source", "rep"] as const;

/** Makes the pack of these days. Throws what the database throws. */
export async function makePack(
  store: Pick<Store, "db" | "dialect">,
  { id, crm, tenant, installedAt }: Pick<Installation, "id" | "crm" | "tenant" | "installedAt">,
  playbook: Playbook,
  span: DaySpan,
  now: Instant,
): Promise<Pack> {
  const seams = seamSpans(playbook.agreement.seams);
  const head = { asOf: now, spans: spansOf(seams) };
  const cohorts = { fromDay: mondayOf(span.toDay - 1) - (WEEKS - 1) * DAYS_A_WEEK, toDay: span.toDay };
  const extra = marketingSpans(playbook.agreement.marketing, span.toDay, installedAt);
  const questions: readonly Question[] = [
    { ...head, span, by: BY },
    { ...head, span: spanBefore(span), by: BY },
    { asOf: now, spans: [], span: cohorts, by: ["week"] },
    { asOf: now, spans: [], span: extra.quality ?? span, by: [] },
    ...extra.volume.map((period): Question => ({ asOf: now, spans: [], span: period, by: ["type"] })),
  ];
  const [window, before, weeks, quality, ...volume] = await countTogether(store, id, questions);
  if (window === undefined || before === undefined || weeks === undefined || quality === undefined)
    throw new Error("every question has an answer");
  const decided = await lastReviewNotes(store.db, id);
  const counted = countedOf(window);
  const marketing: MarketingStanding = marketingStanding(
    playbook.agreement.marketing,
    {
      window: counted.total,
      quality: extra.quality && totalFigures(quality),
      volume: extra.volume.flatMap((period, place) => {
        const tally = volume[place];
        return tally === undefined ? [] : [{ period, byType: groupFigures(tally, "type") }];
      }),
      heldCount: await countHeld(store.db, id),
      installedAt,
    },
    now,
  );
  return packOf({
    account: accountOf({ crm, tenant }),
    span,
    madeAt: now,
    playbook,
    seams,
    now: counted,
    before: countedOf(before),
    weeks: groupFigures(weeks, "week"),
    marketing,
    stuck: (await stuckLeads(store.db, id, 0, now)).counts,
    decided,
    changes: await changesSince(store.db, sinceOf(decided, span)),
    due: await reviewsDue(store.db, id, sinceOf(decided, span)),
  });
}

function countedOf(tally: Tally): Counted {
  return {
    total: totalFigures(tally),
    byType: groupFigures(tally, "type"),
    bySource: groupFigures(tally, "source"),
    byRep: groupFigures(tally, "rep"),
  };
}

/** The last meeting, where one was recorded; else the days the pack is about. */
function sinceOf(decided: readonly ReviewNote[], { fromDay }: DaySpan): Instant {
  return decided.at(-1)?.at ?? fromDay * DAY_MS;
}

/** What went live since, in words, the latest first. The first version of all changes nothing. */
async function changesSince(db: Store["db"], since: Instant): Promise<readonly DefinitionChange[]> {
  const publications = await listPublications(db);
  const changes: DefinitionChange[] = [];
  for (const [place, { version, at, by }] of publications.entries()) {
    const before = publications[place - 1];
    if (before === undefined || at < since) continue;
    const [from, to] = [await loadPlaybookFiles(db, before.version), await loadPlaybookFiles(db, version)];
    if (from === undefined || to === undefined) continue;
    const says = diffPlaybooks(from, to).changed.flatMap((file) => file.says);
    changes.unshift({ version, at, by, says });
  }
  return changes;
}
