/**
 * Small charts as SVG, without a script: bars inside table cells, whose numbers stand beside them, and lines over weeks. Series are
 * told apart by hatching, dashes and marks, never by colour alone. Everything is drawn by attributes: the page allows no inline style.
 */
import { html, type Markup } from "../model/html.ts";
import { percentOf, type Share } from "./share.ts";

/** Patterns the bars are filled with; once in a page, before the first bar. */
export const PATTERNS: Markup = html`<svg
  width="0"
  height="0"
  aria-hidden="true"
  focusable="false"
  class="defs"
>
  <defs>
    <pattern id="late" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" fill="#fff" />
      <rect width="3" height="6" fill="#a8321f" />
    </pattern>
    <pattern id="running" width="5" height="5" patternUnits="userSpaceOnUse">
      <rect width="5" height="5" fill="#fff" />
      <circle cx="2" cy="2" r="1.3" fill="#5b6675" />
    </pattern>
  </defs>
</svg>`;

/** How a part of a bar is filled. */
export type Fill = "kept" | "late" | "running" | "open" | "before";

const FILLS: Readonly<Record<Fill, { readonly fill: string; readonly stroke: string }>> = {
  kept: { fill: "#1f5f8b", stroke: "#1f5f8b" },
  late: { fill: "url(#late)", stroke: "#a8321f" },
  running: { fill: "url(#running)", stroke: "#5b6675" },
  open: { fill: "#fff", stroke: "#5b6675" },
  before: { fill: "#c9d3de", stroke: "#5b6675" },
};

/** A part of a bar, in the order it is drawn. */
export interface BarPart {
  readonly fill: Fill;
  readonly says: string;
  readonly amount: number;
}

/** A bar as wide as its place; `whole` is what the full width stands for. The table around it says the same in numbers. */
export function bar(parts: readonly BarPart[], whole: number): Markup {
  let x = 0;
  const drawn = parts
    .filter(({ amount }) => amount > 0)
    .map(({ fill, amount }) => {
      const width = whole === 0 ? 0 : (100 * amount) / whole;
      const at = x;
      x += width;
      return html`<rect
        x="${rounded(at)}%"
        y="8%"
        width="${rounded(width)}%"
        height="84%"
        fill="${FILLS[fill].fill}"
        stroke="${FILLS[fill].stroke}"
      />`;
    });
  const label = parts.map(({ says, amount }) => `${amount} ${says}`).join(", ");
  return html`<svg class="bar" width="100%" height="14" role="img" aria-label="${label}">${drawn}</svg>`;
}

/** One sample of a fill, for a legend. */
export function swatch(fill: Fill): Markup {
  return html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false">
    <rect x="1" y="1" width="12" height="12" fill="${FILLS[fill].fill}" stroke="${FILLS[fill].stroke}" />
  </svg>`;
}

/** One share over weeks. */
export interface Line {
  readonly says: string;
  readonly points: readonly { readonly week: string; readonly share: Share }[];
}

const WIDTH = 320;
const HEIGHT = 120;
const LEFT = 44;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 22;
const LOOKS = [
  { stroke: "#1f5f8b", dashes: "none", round: true },
  { stroke: "#a8321f", dashes: "6 3", round: false },
] as const;

/**
 * Up to two shares over weeks, 0 to 100 %. Weeks with too few handoffs have no mark, and the line leaves them out. What it says
 * stands in its description, and in the table the page puts below it.
 */
export function lineChart(id: string, title: string, lines: readonly Line[]): Markup {
  const desc = lines.map((line) => `${line.says}: ${sayPoints(line)}`).join(" ");
  return html`<svg
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    class="chart"
    role="img"
    aria-labelledby="${id}-title ${id}-desc"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${desc}</desc>
    ${[0, 50, 100].map(gridLine)} ${weekLabels(lines[0])}
    ${lines.map((line, index) => drawnLine(line, index))}
  </svg>`;
}

/** The line and mark of a series, for a legend. */
export function lineSwatch(index: number): Markup {
  const look = LOOKS[index] ?? LOOKS[0];
  return html`<svg class="swatch wide" width="34" height="14" aria-hidden="true" focusable="false">
    <path
      d="M1 7H33"
      stroke="${look.stroke}"
      stroke-width="2"
      stroke-dasharray="${look.dashes}"
      fill="none"
    />
    ${mark(17, 7, look)}
  </svg>`;
}

function sayPoints({ points }: Line): string {
  const known = points.flatMap(({ week, share }) => {
    const percent = percentOf(share);
    return percent === undefined ? [] : [`${percent} % in the week of ${week}`];
  });
  return known.length === 0 ? "too few handoffs." : `${known.join(", ")}.`;
}

function gridLine(percent: number): Markup {
  const y = yOf(percent);
  return html`<path d="M${LEFT} ${y}H${WIDTH - RIGHT}" stroke="#c9d0da" fill="none" /><text
      x="${LEFT - 5}"
      y="${y + 4}"
      text-anchor="end"
      >${percent} %</text
    >`;
}

/** The first and the last week; those between would not fit a phone. */
function weekLabels(line: Line | undefined): readonly Markup[] {
  const points = line?.points ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const y = HEIGHT - 5;
  const start = html`<text x="${LEFT}" y="${y}" text-anchor="start">${first.week.slice(5)}</text>`;
  if (first === last) return [start];
  return [start, html`<text x="${WIDTH - RIGHT}" y="${y}" text-anchor="end">${last.week.slice(5)}</text>`];
}

function drawnLine({ points }: Line, index: number): Markup {
  const look = LOOKS[index] ?? LOOKS[0];
  const places = points.flatMap(({ share }, place) => {
    const percent = percentOf(share);
    return percent === undefined ? [] : [{ x: xOf(place, points.length), y: yOf(percent) }];
  });
  const path = places.map(({ x, y }, place) => `${place === 0 ? "M" : "L"}${x} ${y}`).join("");
  return html`<path
      d="${path === "" ? "M0 0" : path}"
      stroke="${look.stroke}"
      stroke-width="2"
      stroke-dasharray="${look.dashes}"
      fill="none"
    />${places.map(({ x, y }) => mark(x, y, look))}`;
}

function mark(x: number, y: number, look: (typeof LOOKS)[number]): Markup {
  return look.round
    ? html`<circle cx="${x}" cy="${y}" r="3" fill="${look.stroke}" />`
    : html`<rect
        x="${x - 3}"
        y="${y - 3}"
        width="6"
        height="6"
        fill="#fff"
        stroke="${look.stroke}"
        stroke-width="2"
      />`;
}

function xOf(place: number, count: number): number {
  const step = count < 2 ? 0 : (WIDTH - LEFT - RIGHT - 12) / (count - 1);
  return rounded(LEFT + 6 + place * step);
}

function yOf(percent: number): number {
  return rounded(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * percent) / 100);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
