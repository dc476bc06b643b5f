/** Item 2 of the pack: what sales answers and how that changes, who answers well, and what came of it by source. */
import { html, type Markup } from "../model/html.ts";
import { bar, swatch } from "./charts.ts";
import { MEASURES, pipelinePerHandoff } from "./measures.ts";
import type { Pack } from "./pack.ts";
import { table } from "./pack-table.ts";
import { sayPoints } from "./pack-words.ts";
import { sayCents, sayCount } from "./say.ts";
import { percentOf, sayShare } from "./share.ts";
import type { ReasonTrend } from "./trends.ts";

const NUMBER = "number" as const;
const MOST_REASONS = 7;
const MOST_ROWS = 5;

/** The whole item. Throws nothing. */
export function dispositionsMarkup(pack: Pack): Markup {
  const { recycled, cameBack } = pack.now.total.counts;
  const back = recycled === 0 ? "" : ` ${cameBack} of ${recycled} recycled leads have come back since.`;
  return html`<section aria-labelledby="dispositions">
    <h2 id="dispositions">2. What sales answers</h2>
    <p>
      ${sayShare(MEASURES.answered(pack.now.total))} handoffs have an answer;
      ${sayShare(MEASURES["rejection rate"](pack.now.total))} answers were a rejection,
      ${sayShare(MEASURES["recycling rate"](pack.now.total))} gave the lead back for later.${back}
    </p>
    <div class="pair">
      <div>
        <h3>Answers and reasons</h3>
        ${reasons(pack)}
        <ul class="legend">
          <li>${swatch("kept")}now</li>
          <li>${swatch("before")}as many days before</li>
        </ul>
      </div>
      <div>
        <h3>How each rep answers</h3>
        ${hygiene(pack)}
      </div>
    </div>
    <h3>What came of it, by source</h3>
    ${conversion(pack)}
  </section>`;
}

function reasons({ trends }: Pack): Markup {
  const shown = trends.slice(0, MOST_REASONS);
  const most = Math.max(
    1,
    ...shown.flatMap(({ now, before }) => [now, before].map(({ count, of }) => (of === 0 ? 0 : count / of))),
  );
  const rows = shown.map((trend) => [
    trend.reason === "" ? trend.answer : `${trend.answer}: ${trend.reason}`,
    html`${trendBar(trend.now, "kept", "now", most)}${trendBar(trend.before, "before", "before", most)}`,
    sayShare(trend.now),
    changeMarkup(trend),
  ]);
  return table(
    "Shares of all answers, and their change in percentage points.",
    ["Answer", { says: "Share", as: "bars" }, { says: "Now", as: NUMBER }, { says: "Change", as: NUMBER }],
    rows,
  );
}

function trendBar(
  { count, of }: ReasonTrend["now"],
  fill: "kept" | "before",
  says: string,
  most: number,
): Markup {
  return bar([{ fill, says: `of ${of} ${says}`, amount: count }], of === 0 ? 1 : of * most);
}

function changeMarkup({ change, before, isNotable }: ReasonTrend): Markup {
  if (change === undefined) return html`was ${sayShare(before)}`;
  const says = change === 0 ? "±0" : `${change > 0 ? "+" : "−"}${sayPoints(Math.abs(change))}`;
  return isNotable ? html`<strong>${says}</strong>` : html`${says}`;
}

function hygiene({ hygiene: reps }: Pack): Markup {
  const rows = reps
    .slice(0, MOST_ROWS)
    .map(({ rep, inTime, withoutReason, unknownWord, acceptedUntouched }) => [
      rep,
      sayShare(inTime),
      sayCount(withoutReason + unknownWord),
      sayCount(acceptedUntouched),
    ]);
  const more = reps.length > MOST_ROWS ? ` ${reps.length - MOST_ROWS} more: baton report --by rep.` : "";
  return table(
    `Most to mend first.${more}`,
    [
      { says: "Rep", as: "name" },
      { says: "In time", as: NUMBER },
      { says: "No reason, or no agreed word", as: NUMBER },
      { says: "Accepted, never touched", as: NUMBER },
    ],
    rows,
  );
}

function conversion({ now: { bySource, total } }: Pack): Markup {
  const rows = [...bySource.slice(0, MOST_ROWS), { ...total, key: "all" }].map((figures) => [
    figures.key,
    sayCount(figures.counts.handedOff),
    sayShare(MEASURES["acceptance rate"](figures)),
    `${figures.counts.meetings}${showRate(figures)}`,
    sayCount(figures.counts.opportunities),
    sayCents(figures.counts.pipelineCents),
    sayCents(pipelinePerHandoff(figures)),
    sayCents(figures.counts.wonCents),
  ]);
  const number = (says: string) => ({ says, as: NUMBER });
  return table(
    "Handoffs of this time, as they stand today; amounts in the CRM account’s currency.",
    [
      "Source",
      number("Handed off"),
      number("Accepted"),
      number("Meetings"),
      number("Opportunities"),
      number("Pipeline"),
      number("per handoff"),
      number("Won"),
    ],
    rows,
  );
}

function showRate(figures: Pack["now"]["total"]): string {
  const share = MEASURES["show rate"](figures);
  const percent = percentOf(share);
  if (share.of === 0) return "";
  return percent === undefined ? ` (${share.count} of ${share.of} held)` : ` (${percent} % held)`;
}
