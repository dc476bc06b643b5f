/** `baton report`: the figures of some days, for people, programs and spreadsheets. */
import { reportOf } from "../present/figures.ts";
import { PROMISES } from "../report/counts.ts";
import { daysIn, parseSpan, sayDay } from "../report/days.ts";
import type { Figures } from "../report/figures.ts";
import { keptShare, MEASURES, pipelinePerHandoff } from "../report/measures.ts";
import { figuresJson } from "../report/figures-json.ts";
import type { Report } from "../report/report.ts";
import { figuresCsv } from "../report/pack-csv.ts";
import { PROMISE_WORDS, sayCents, sayCount, sayMs, sayPercentile } from "../report/say.ts";
import { SPEEDS } from "../report/seams.ts";
import { sayShare } from "../report/share.ts";
import type { Dimension } from "../report/tally.ts";
import { oneInstallation, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines } from "./print.ts";
import { agreedPlaybook } from "./report-playbook.ts";
import type { Screen, Shell } from "./shell.ts";
import { printable } from "./words.ts";

export interface ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly portal?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const USUAL_DAYS = 30;

/**
 * Prints the report. Throws `report.bad-question` for days that cannot be, `cli.usage` and `cli.not-found` for the portal, and what
 * opening the database and reading the playbook throw.
 */
export async function reportFigures(
  shell: Shell,
  options: ReportOptions & { readonly by: Dimension },
): Promise<void> {
  const now = shell.now();
  const span = parseSpan(options, USUAL_DAYS, now);
  const report = await withStore(shell, async (store) => {
    const { id } = await oneInstallation(store, options.portal);
    const playbook = await agreedPlaybook(shell, store);
    return await reportOf(store, id, { span, by: options.by, playbook }, now);
  });
  if (options.json === true) await printJson(shell.out, figuresJson(report));
  else if (options.csv === true)
    await shell.out.write(
      figuresCsv([
        ["all", [report.total]],
        [report.by, report.groups],
      ]),
    );
  else await printReport(shell.out, report);
}

async function printReport(screen: Screen, report: Report): Promise<void> {
  const { span, by, total, groups } = report;
  const { bold } = screen.paint;
  const days = `${sayDay(span.fromDay)} to ${sayDay(span.toDay - 1)} (${daysIn(span)} days)`;
  if (total.counts.handedOff === 0) {
    await printLines(screen, [`Nothing was handed off from ${days}.`]);
    return;
  }
  const all = { ...total, key: "all" };
  await printLines(screen, [
    bold(`Handoffs of ${days}, as they stand now`),
    "",
    ...tableLines(screen, promiseTable(by, [...groups, all])),
    "",
    ...tableLines(screen, answerTable(by, [...groups, all])),
    "",
    ...tableLines(screen, dealTable(by, [...groups, all])),
    "",
    bold("Promises of sales"),
    ...tableLines(screen, standingTable(total)),
    ...reasonLines(screen, total),
    "",
    bold("Where the time goes"),
    ...tableLines(screen, seamTable(report)),
  ]);
}

function promiseTable(by: Dimension, groups: readonly Figures[]) {
  return {
    head: [
      by,
      "handed off",
      "first attempt in time",
      "half tried in",
      "9 of 10 tried in",
      "in touch",
      "half in touch in",
      "answered in time",
    ],
    rows: groups.map((figures) => [
      printable(figures.key),
      sayCount(figures.counts.handedOff),
      sayShare(keptShare(figures, "firstAttempt")),
      sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p50"),
      sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p90"),
      sayShare(MEASURES["in touch"](figures)),
      sayPercentile(figures.spans.get(SPEEDS.meaningfulTouch.name), "p50"),
      sayShare(keptShare(figures, "answer")),
    ]),
  };
}

function answerTable(by: Dimension, groups: readonly Figures[]) {
  return {
    head: [by, "accepted", "rejected", "recycled", "came back", "meetings", "show rate"],
    rows: groups.map((figures) => [
      printable(figures.key),
      sayShare(MEASURES["acceptance rate"](figures)),
      sayCount(figures.counts.rejected),
      sayCount(figures.counts.recycled),
      sayCount(figures.counts.cameBack),
      sayCount(figures.counts.meetings),
      sayShare(MEASURES["show rate"](figures)),
    ]),
  };
}

function dealTable(by: Dimension, groups: readonly Figures[]) {
  return {
    head: [by, "opportunities", "half to opportunity in", "pipeline", "pipeline each", "won"],
    rows: groups.map((figures) => [
      printable(figures.key),
      sayCount(figures.counts.opportunities),
      sayPercentile(figures.spans.get(SPEEDS.conversion.name), "p50"),
      sayCents(figures.counts.pipelineCents),
      sayCents(pipelinePerHandoff(figures)),
      sayCents(figures.counts.wonCents),
    ]),
  };
}

function standingTable({ standings }: Figures) {
  return {
    head: ["promise", "kept", "broken", "running", "excused"],
    rows: PROMISES.map((promise) => {
      const { met, breached, running, excused } = standings[promise];
      return [PROMISE_WORDS[promise], ...[met, breached, running, excused].map(sayCount)];
    }),
  };
}

function reasonLines(screen: Screen, { reasons, unclear, counts }: Figures): readonly string[] {
  const rows = [
    ...reasons.map(({ answer, reason, count }) => [answer, reason, sayShare({ count, of: counts.answered })]),
    ...unclear.map(({ word, count }) => [word, "does not count", sayCount(count)]),
  ];
  if (rows.length === 0) return [];
  const shape = { head: ["answer", "reason", "of all answers"], rows: rows.map((row) => row.map(printable)) };
  return ["", screen.paint.bold("What sales answers"), ...tableLines(screen, shape)];
}

function seamTable({ seams, total }: Report) {
  return {
    head: ["seam", "who answers", "half in", "9 of 10 in", "before its cause"],
    rows: [...Object.values(SPEEDS), ...seams].map((seam) => {
      const span = total.spans.get(seam.name);
      const skew =
        span?.worstSkewMs === undefined ? "" : `${span.skewedCount}, by up to ${sayMs(-span.worstSkewMs)}`;
      const answers = "answers" in seam ? (seam.answers ?? "") : "";
      return [seam.name, answers, sayPercentile(span, "p50"), sayPercentile(span, "p90"), skew];
    }),
  };
}
