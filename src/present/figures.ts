/** Figures out of the store: days of handoffs are read once, and counted for every question asked of them together. */
import type { Playbook } from "../playbook/playbook.ts";
import type { Instant } from "../model/instant.ts";
import type { DaySpan } from "../report/days.ts";
import { groupFigures, totalFigures } from "../report/figures.ts";
import type { Report } from "../report/report.ts";
import { type SeamSpan, seamSpans, SPEEDS } from "../report/seams.ts";
import { addColumns, type Dimension, newTally, type Question, type Tally } from "../report/tally.ts";
import type { Store } from "../store/open.ts";
import { figureDays } from "../store/report-days.ts";

type Reading = Pick<Store, "db" | "dialect">;

/** Counts the handoffs of an installation for each question. Throws what the database throws. */
export async function countTogether(
  store: Reading,
  installation: string,
  questions: readonly Question[],
): Promise<readonly Tally[]> {
  const tallies = questions.map(newTally);
  const fromDay = Math.min(...questions.map(({ span }) => span.fromDay));
  const toDay = Math.max(...questions.map(({ span }) => span.toDay));
  for await (const columns of figureDays(store, installation, fromDay, toDay))
    for (const tally of tallies) addColumns(tally, columns);
  return tallies;
}

/** The report `baton report` prints. Throws what the database throws. */
export async function reportOf(
  store: Reading,
  installation: string,
  { span, by, playbook }: { readonly span: DaySpan; readonly by: Dimension; readonly playbook: Playbook },
  now: Instant,
): Promise<Report> {
  const seams = seamSpans(playbook.agreement.seams);
  const spans = spansOf(seams);
  const [tally] = await countTogether(store, installation, [{ span, by: [by], asOf: now, spans }]);
  if (tally === undefined) throw new Error("one question has one answer");
  return { span, asOf: now, by, total: totalFigures(tally), groups: groupFigures(tally, by), seams };
}

/** The speeds everybody looks at, and the seams of an agreement. */
export function spansOf(seams: readonly SeamSpan[]): readonly SeamSpan[] {
  return [...Object.values(SPEEDS), ...seams];
}
