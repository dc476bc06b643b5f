/** Item 1 of the pack: how both sides kept their promises, where the time went, and what waits. */
import { html, type Markup } from "../model/html.ts";
import { bar, lineChart, lineSwatch, swatch } from "./charts.ts";
import { PROMISES } from "./counts.ts";
import type { HalfStanding } from "./marketing.ts";
import { keptShare, MEASURES } from "./measures.ts";
import type { Pack } from "./pack.ts";
import { table } from "./pack-table.ts";
import { HALF_WORDS, sayStuck, sayVolume } from "./pack-words.ts";
import { PROMISE_WORDS, sayCount, sayMs, sayPercentile } from "./say.ts";
import { SPEEDS } from "./seams.ts";
import { sayShare } from "./share.ts";

const NUMBER = "number" as const;
/** Rows of a table that the meeting still reads. */
const MOST_ROWS = 5;
/** Broken promises of marketing that are said in full; the table has the others. */
const MOST_BROKEN = 2;

/** The whole item. Throws nothing. */
export function slaMarkup(pack: Pack): Markup {
  const stuck = sayStuck(pack);
  return html`<section aria-labelledby="sla">
    <h2 id="sla">1. How both sides kept their promises</h2>
    <div class="pair">
      <div>
        <h3>Sales</h3>
        ${salesBars(pack)} ${legend()}
        ${consequences("When the first attempt is late", pack.consequences.sales)}
      </div>
      ${weekLines(pack)}
    </div>
    ${byType(pack)}
    <div class="pair">
      <div>
        <h3>Marketing</h3>
        ${marketing(pack)} ${brokenNow(pack)}
        ${consequences("When marketing falls short", pack.consequences.marketing)}
      </div>
      <div>
        <h3>Where the time goes</h3>
        ${seams(pack)}
      </div>
    </div>
    ${stuck === "" ? [] : html`<p class="bad">${stuck}</p>`}
  </section>`;
}

function salesBars({ now: { total } }: Pack): Markup {
  const rows = PROMISES.map((promise) => {
    const { met, breached, running, excused } = total.standings[promise];
    const parts = [
      { fill: "kept", says: "kept", amount: met },
      { fill: "late", says: "broken", amount: breached },
      { fill: "running", says: "running", amount: running },
      { fill: "open", says: "ended before it was due", amount: excused },
    ] as const;
    const drawn = bar(parts, met + breached + running + excused);
    return [PROMISE_WORDS[promise], drawn, sayShare(keptShare(total, promise)), sayCount(breached)];
  });
  return table(
    "Promises of sales, by what became of them.",
    [
      "Promise",
      { says: "Handoffs", as: "bars" },
      { says: "Kept", as: NUMBER },
      { says: "Broken", as: NUMBER },
    ],
    rows,
  );
}

function legend(): Markup {
  return html`<ul class="legend">
    <li>${swatch("kept")}kept</li>
    <li>${swatch("late")}broken</li>
    <li>${swatch("running")}running</li>
    <li>${swatch("open")}ended before it was due</li>
  </ul>`;
}

function consequences(when: string, says: readonly string[]): Markup | readonly Markup[] {
  return says.length === 0 ? [] : html`<p class="quiet">${when}: ${says.join(" ")}</p>`;
}

function weekLines({ weeks }: Pack): Markup {
  const lines = [
    {
      says: "First attempt in time",
      points: weeks.map((week) => ({ week: week.key, share: keptShare(week, "firstAttempt") })),
    },
    {
      says: "Accepted, of those answered",
      points: weeks.map((week) => ({ week: week.key, share: MEASURES["acceptance rate"](week) })),
    },
  ];
  const rows = weeks.map((week, place) => [
    week.key,
    sayCount(week.counts.handedOff),
    ...lines.map(({ points }) => sayShare(points[place]?.share ?? { count: 0, of: 0 })),
    sayShare(MEASURES.answered(week)),
  ]);
  return html`<figure>
    <h3>By the week of the handoff</h3>
    ${lineChart("weeks", "First attempts in time and acceptance, by the week of the handoff", lines)}
    <ul class="legend">
      ${lines.map(({ says }, place) => html`<li>${lineSwatch(place)}${says}</li>`)}
    </ul>
    <details>
      <summary>As a table</summary>
      ${table("Each week’s handoffs, as they stand now.", ["Week of", { says: "Handed off", as: NUMBER }, { says: "First attempt", as: NUMBER }, { says: "Accepted", as: NUMBER }, { says: "Answered", as: NUMBER }], rows)}
    </details>
  </figure>`;
}

function byType({ now: { byType: types, total } }: Pack): Markup {
  const rows = [...types.slice(0, MOST_ROWS), { ...total, key: "all" }].map((figures) => [
    figures.key,
    sayCount(figures.counts.handedOff),
    sayShare(keptShare(figures, "firstAttempt")),
    sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p50"),
    sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p90"),
    sayPercentile(figures.spans.get(SPEEDS.meaningfulTouch.name), "p50"),
    sayShare(keptShare(figures, "answer")),
  ]);
  const number = (says: string) => ({ says, as: NUMBER });
  return table(
    "By type. Half of all first attempts came within the first time, nine of ten within the second; nights and weekends count.",
    [
      "Type",
      number("Handed off"),
      number("First attempt in time"),
      number("half"),
      number("9\u00a0of\u00a010"),
      number("In touch, half"),
      number("Answered in time"),
    ],
    rows,
  );
}

function marketing({ marketing: half }: Pack): Markup {
  const missing = half.missing.slice(0, 3).map(({ word, count }) => `${word} ${count}×`);
  const rows = [
    [
      "Complete at handoff",
      sayShare(half.complete),
      missing.length === 0 ? "nothing was missing" : `missing: ${missing.join(", ")}`,
    ],
    [
      "Held now",
      sayCount(half.heldCount),
      half.enrichedCount === 0 ? "" : `${half.enrichedCount} handed off with a provider’s help`,
    ],
    ...half.volume
      .slice(0, MOST_ROWS)
      .map((volume) => [
        `${volume.type}, ${volume.period}`,
        `${volume.handedOff} of ${volume.promised}`,
        standingMarkup(volume.standing, sayVolume(volume)),
      ]),
    ...(half.quality === undefined
      ? []
      : [
          [
            `Accepted, last ${half.quality.overDays} days`,
            sayShare(half.quality.accepted),
            html`${half.quality.promisedPercent} % promised:
            ${standingMarkup(half.quality.standing, HALF_WORDS[half.quality.standing])}`,
          ],
        ]),
  ];
  return table("Promises of marketing.", ["Promise", { says: "Is", as: NUMBER }, "Standing"], rows);
}

function brokenNow({ broken }: Pack): readonly Markup[] {
  return broken.slice(0, MOST_BROKEN).map((says) => html`<p class="bad">${says}</p>`);
}

function standingMarkup(standing: HalfStanding, says: string): Markup {
  return standing === "breached" ? html`<span class="bad">${says}</span>` : html`${says}`;
}

function seams({ seams: named, now: { total } }: Pack): Markup {
  const whole = named.reduce((sum, { name }) => sum + (total.spans.get(name)?.sumMs ?? 0), 0);
  const rows = named.map(({ name, answers = "" }) => {
    const span = total.spans.get(name);
    const skew =
      span === undefined || span.skewedCount === 0
        ? ""
        : `${span.skewedCount}, by up to ${sayMs(-(span.worstSkewMs ?? 0))}`;
    const share = whole === 0 ? "–" : `${Math.round((100 * (span?.sumMs ?? 0)) / whole)} %`;
    return [
      `${name.replace("..", " to ")} (${answers})`,
      sayPercentile(span, "p50"),
      sayPercentile(span, "p90"),
      share,
      skew === "" ? "none" : skew,
    ];
  });
  return table(
    "Seams, with who answers. “Before its cause” counts clocks that disagree.",
    [
      "Seam",
      { says: "half", as: NUMBER },
      { says: "9\u00a0of\u00a010", as: NUMBER },
      { says: "Share", as: NUMBER },
      "Before its cause",
    ],
    rows,
  );
}
