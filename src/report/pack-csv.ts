/** The pack as rows for a spreadsheet: one figure a line, with its numerator and denominator. */
import { type Cell, csvOf } from "./csv.ts";
import { PROMISES } from "./counts.ts";
import type { Figures } from "./figures.ts";
import { MEASURES } from "./measures.ts";
import { keptShare } from "./measures.ts";
import type { Pack } from "./pack.ts";
import { saySpan, sayVolume } from "./pack-words.ts";
import { percentOf, type Share } from "./share.ts";

const HEAD = ["section", "figure", "of", "count", "out of", "percent", "text"];

/** The whole file, spans in milliseconds and amounts in hundredths. Throws nothing. */
export function packCsv(pack: Pack): string {
  const { now, marketing } = pack;
  const groups: readonly (readonly [string, readonly Figures[]])[] = [
    ["all", [now.total]],
    ["type", now.byType],
    ["source", now.bySource],
    ["rep", now.byRep],
    ["week", pack.weeks],
  ];
  return csvOf([
    HEAD,
    ["pack", "days", pack.account, undefined, undefined, undefined, saySpan(pack.span)],
    ...pack.decided.map(({ actor, body }): readonly Cell[] => [
      "decided",
      "last time",
      actor,
      undefined,
      undefined,
      undefined,
      body,
    ]),
    ...groups.flatMap(([by, figures]) => figures.flatMap((one) => figureRows(by, one))),
    ...marketing.volume.map((volume): readonly Cell[] =>
      shareRow(
        "marketing",
        `volume, ${volume.period}`,
        volume.type,
        { count: volume.handedOff, of: volume.promised },
        sayVolume(volume),
      ),
    ),
    ...pack.broken.map((says): readonly Cell[] => [
      "marketing",
      "broken now",
      "all",
      undefined,
      undefined,
      undefined,
      says,
    ]),
    ["marketing", "held now", "all", marketing.heldCount],
    ...pack.trends.map(({ answer, reason, now: is, before }): readonly Cell[] =>
      shareRow("answers", answer, reason, is, `before: ${before.count} of ${before.of}`),
    ),
    ...pack.changes.flatMap(({ version, says }) =>
      says.map((line): readonly Cell[] => [
        "changed",
        version,
        undefined,
        undefined,
        undefined,
        undefined,
        line,
      ]),
    ),
    ...pack.proposals.map(({ says, evidence, file, line, weight }): readonly Cell[] => [
      "proposed",
      says,
      `${file}: ${line}`,
      weight,
      undefined,
      undefined,
      evidence,
    ]),
  ]);
}

/** Every figure of a group: counts, shares, percentiles. `by` is the section. */
function figureRows(by: string, figures: Figures): readonly (readonly Cell[])[] {
  const of = figures.key === "" ? "all" : figures.key;
  return [
    ...Object.entries(figures.counts).map(([name, count]): readonly Cell[] => [by, name, of, count]),
    ...PROMISES.map((promise) => shareRow(by, `${promise} kept`, of, keptShare(figures, promise))),
    ...Object.entries(MEASURES).map(([name, measure]) => shareRow(by, name, of, measure(figures))),
    ...[...figures.spans].flatMap(([name, span]): readonly (readonly Cell[])[] => [
      [by, `${name}, p50 ms`, of, span.p50, span.count],
      [by, `${name}, p90 ms`, of, span.p90, span.count],
      [by, `${name}, before its cause`, of, span.skewedCount, span.count],
    ]),
  ];
}

/** A share; few handoffs give no percentage. */
function shareRow(section: string, figure: string, of: string, share: Share, text?: string): readonly Cell[] {
  return [section, figure, of, share.count, share.of, percentOf(share), text];
}

/** Figures as a file of their own. */
export function figuresCsv(groups: readonly (readonly [string, readonly Figures[]])[]): string {
  return csvOf([HEAD, ...groups.flatMap(([by, figures]) => figures.flatMap((one) => figureRows(by, one)))]);
}
