/** The pack as Markdown, for a wiki or a chat. What came from outside cannot become markup of either Markdown or HTML. */
import { PROMISES } from "./counts.ts";
import { keptShare, MEASURES, pipelinePerHandoff } from "./measures.ts";
import type { Pack } from "./pack.ts";
import {
  headlinesOf,
  HALF_WORDS,
  RECORD_COMMAND,
  sayPoints,
  saySpan,
  sayStuck,
  sayVolume,
} from "./pack-words.ts";
import { PROMISE_WORDS, sayCents, sayCount, sayInstant, sayMs, sayPercentile } from "./say.ts";
import { SPEEDS } from "./seams.ts";
import { sayShare } from "./share.ts";

/** The whole text. Throws nothing. */
export function packMarkdown(pack: Pack): string {
  return `${[...opening(pack), ...sla(pack), ...dispositions(pack), ...definition(pack)].join("\n")}\n`;
}

function opening(pack: Pack): readonly string[] {
  return [
    `# Marketing and sales, ${saySpan(pack.span)}`,
    "",
    `Of ${safe(pack.account)}: ${sayCount(pack.now.total.counts.handedOff)} handoffs, playbook ${pack.version}, as of ${sayInstant(pack.madeAt)} UTC.`,
    "",
    "## Decided last time",
    "",
    ...(pack.decided.length === 0
      ? ["Nothing was recorded."]
      : pack.decided.map(
          ({ at, actor, body }) => `- ${safe(body)} (${safe(actor)}, ${sayInstant(at).slice(0, 10)})`,
        )),
    "",
    ...headlinesOf(pack).map(({ says, value, before }) => `- **${says}: ${value}**, ${before}`),
    "",
  ];
}

function sla(pack: Pack): readonly string[] {
  const { now, marketing, seams } = pack;
  const stuck = sayStuck(pack);
  return [
    "## 1. How both sides kept their promises",
    "",
    ...table(
      ["Promise of sales", "Kept", "Broken", "Running"],
      PROMISES.map((promise) => [
        PROMISE_WORDS[promise],
        sayShare(keptShare(now.total, promise)),
        sayCount(now.total.standings[promise].breached),
        sayCount(now.total.standings[promise].running),
      ]),
    ),
    ...table(
      ["Type", "Handed off", "First attempt in time", "half within", "9 of 10 within"],
      now.byType.map((figures) => [
        figures.key,
        sayCount(figures.counts.handedOff),
        sayShare(keptShare(figures, "firstAttempt")),
        sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p50"),
        sayPercentile(figures.spans.get(SPEEDS.firstAttempt.name), "p90"),
      ]),
    ),
    ...table(
      ["Promise of marketing", "Is", "Standing"],
      [
        ["complete at handoff", sayShare(marketing.complete), `${sayCount(marketing.heldCount)} held now`],
        ...marketing.volume.map((volume) => [
          `${volume.type}, ${volume.period}`,
          `${volume.handedOff} of ${volume.promised}`,
          sayVolume(volume),
        ]),
        ...(marketing.quality === undefined
          ? []
          : [
              [
                "accepted",
                sayShare(marketing.quality.accepted),
                `${marketing.quality.promisedPercent} % promised: ${HALF_WORDS[marketing.quality.standing]}`,
              ],
            ]),
      ],
    ),
    ...pack.broken.map((says) => `- **${safe(says)}**`),
    ...(pack.broken.length === 0 ? [] : [""]),
    ...table(
      ["Seam", "Who answers", "half within", "9 of 10 within", "Before its cause"],
      seams.map(({ name, answers = "" }) => {
        const span = now.total.spans.get(name);
        const skew =
          span?.worstSkewMs === undefined
            ? "none"
            : `${span.skewedCount}, by up to ${sayMs(-span.worstSkewMs)}`;
        return [name, answers, sayPercentile(span, "p50"), sayPercentile(span, "p90"), skew];
      }),
    ),
    ...(stuck === "" ? [] : [stuck, ""]),
  ];
}

function dispositions({ trends, hygiene, now }: Pack): readonly string[] {
  return [
    "## 2. What sales answers",
    "",
    ...table(
      ["Answer", "Now", "Before", "Change"],
      trends.map(({ answer, reason, now: is, before, change }) => [
        reason === "" ? answer : `${answer}: ${reason}`,
        sayShare(is),
        sayShare(before),
        change === undefined ? "" : `${change < 0 ? "−" : "+"}${sayPoints(Math.abs(change))}`,
      ]),
    ),
    ...table(
      ["Rep", "Answered in time", "No reason, or no agreed word", "Accepted, never touched"],
      hygiene.map((one) => [
        one.rep,
        sayShare(one.inTime),
        sayCount(one.withoutReason + one.unknownWord),
        sayCount(one.acceptedUntouched),
      ]),
    ),
    ...table(
      ["Source", "Handed off", "Accepted", "Opportunities", "Pipeline", "per handoff", "Won"],
      now.bySource.map((figures) => [
        figures.key,
        sayCount(figures.counts.handedOff),
        sayShare(MEASURES["acceptance rate"](figures)),
        sayCount(figures.counts.opportunities),
        sayCents(figures.counts.pipelineCents),
        sayCents(pipelinePerHandoff(figures)),
        sayCents(figures.counts.wonCents),
      ]),
    ),
  ];
}

function definition({ changes, proposals, due, version }: Pack): readonly string[] {
  return [
    "## 3. What changes in the definition",
    "",
    ...(due.length === 0 ? [] : [`Due: ${due.map(safe).join("; ")}.`, ""]),
    ...(changes.length === 0 ? [`Nothing has changed: version ${version} still decides.`] : []),
    ...changes.flatMap((change) => [
      `Version ${change.version}, live since ${sayInstant(change.at)} UTC (${safe(change.by)}):`,
      "",
      ...change.says.map((line) => `- ${safe(line)}`),
    ]),
    "",
    ...proposals.map(
      (one) =>
        `- [ ] **${safe(one.says)}.** ${safe(one.evidence)} ${one.file}: \`${one.line.replaceAll("`", "'")}\``,
    ),
    "",
    `Record what is decided: \`${RECORD_COMMAND}\``,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(safe).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

/** One line of plain text: no tag, no link, no cell of its own. */
function safe(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|#~]/g, String.raw`\$&`);
}
