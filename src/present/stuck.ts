/** Leads that go nowhere, found in the store. */
import type { Instant } from "../model/instant.ts";
import { STUCK_KINDS, type StuckKind, type StuckLead, stuckOf } from "../report/stuck.ts";
import type { Db } from "../store/schema.ts";
import { leadPages, openCourses } from "../store/report-open.ts";

/** What is stuck: how many of each kind, and those stuck longest with their names and pages. */
export interface Stuck {
  readonly counts: Readonly<Record<StuckKind, number>>;
  readonly leads: readonly StuckLead[];
}

/** Finds them, and names at most `most` of each kind. With 0 nobody is named. Throws what the database throws. */
export async function stuckLeads(db: Db, installation: string, most: number, now: Instant): Promise<Stuck> {
  const all = stuckOf(await openCourses(db, installation), now);
  const ofKind = (kind: StuckKind): readonly StuckLead[] => all.filter((one) => one.kind === kind);
  const shown = STUCK_KINDS.flatMap((kind) => ofKind(kind).slice(0, most));
  const pages = await leadPages(
    db,
    installation,
    shown.map(({ lead }) => lead),
  );
  return {
    counts: {
      queued: ofKind("queued").length,
      untouched: ofKind("untouched").length,
      quiet: ofKind("quiet").length,
    },
    leads: shown.map((one) => ({ ...one, ...pages.get(one.lead) })),
  };
}
