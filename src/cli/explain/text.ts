/** An explanation as a person reads it, from "what" over "why" to "what came of it". */
import type { Assignment, Verdict } from "../../model/decision.ts";
import type { WriteBody } from "../../model/effect.ts";
import type { Nearest } from "../../model/finding.ts";
import type { Instant } from "../../model/instant.ts";
import { accountOf } from "../../model/lead.ts";
import { tableLines, wrapped } from "../print.ts";
import type { Screen } from "../shell.ts";
import { fromNow, inDuration, inTime, printable } from "../words.ts";
import type { ExplainedEffect, Explanation } from "./explanation.ts";
import { courseLines } from "./course.ts";
import { traceLines } from "./trace.ts";

/** Where and when the text is read. */
export interface Reader {
  readonly screen: Screen;
  readonly zone: string;
  readonly now: Instant;
}

/** The whole explanation in lines. Throws nothing. */
export function explanationLines(explanation: Explanation, reader: Reader): readonly string[] {
  const sections: readonly (readonly string[])[] = [
    headLines(explanation, reader),
    section(reader, "Why", traceLines(reader.screen, explanation.verdict.findings, 1)),
    section(reader, "Not known", unknownLines(explanation, reader)),
    assignmentLines(explanation.assignment, reader),
    section(reader, "Planned, and what became of it", effectLines(explanation, reader)),
    section(reader, "Deadlines", deadlineLines(explanation, reader)),
    section(
      reader,
      "Since then",
      explanation.course === undefined ? [] : courseLines(explanation.course, reader),
    ),
    section(reader, "Delays", delayLines(explanation, reader)),
    section(reader, "All decisions", historyLines(explanation, reader)),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function section({ screen }: Reader, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [screen.paint.bold(title), ...lines];
}

function headLines(explanation: Explanation, { screen, zone, now }: Reader): readonly string[] {
  const { verdict, handoff, crm, portal, lead, lookedAgainAt, nearest } = explanation;
  const { paint } = screen;
  const facts: readonly (readonly [string, string])[] = [
    ["lead", `${printable(lead.id)} in ${crm} ${accountOf({ crm, tenant: portal })}  ${paint.dim(lead.url)}`],
    ["decided", `${inTime(explanation.decidedAt, zone)}, ${fromNow(explanation.decidedAt, now)}`],
    ["decision", `${explanation.decision} under playbook ${explanation.playbookVersion}`],
    ...(handoff === undefined ? [] : [["handoff", handoffWords(handoff, zone)] as const]),
    ...(lookedAgainAt === undefined
      ? []
      : [
          ["looked again", `${inTime(lookedAgainAt, zone)}: with sales already, nothing done twice`] as const,
        ]),
    ...(verdict.score === undefined ? [] : [["score", String(verdict.score)] as const]),
    ...(verdict.because === undefined ? [] : [["because", printable(verdict.because)] as const]),
    ...(nearest === undefined ? [] : [["otherwise", nearestWords(nearest, zone)] as const]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  return [
    verdictWords(screen, verdict),
    ...facts.flatMap(([name, value]) => wrapped(screen, `  ${paint.dim(name.padEnd(width))}`, value)),
  ];
}

function verdictWords({ paint }: Screen, verdict: Verdict): string {
  const because = `because of ${printable(verdict.reason)}`;
  switch (verdict.outcome) {
    case "ready":
      return `${paint.bold(paint.green("Ready"))} for sales as ${paint.bold(verdict.type)}${verdict.reason === verdict.type ? "" : `, ${because}`}`;
    case "held":
      return `${paint.bold(paint.yellow("Held"))} as ${verdict.type}: missing ${verdict.missing.join(", ")}`;
    case "with-sales":
      return `${paint.bold("With sales")} already, in handoff ${verdict.handoffId}`;
    case "not-ready":
      return `${paint.bold(paint.yellow("Not ready"))} ${because}`;
    case "refused":
      return `${paint.bold(paint.red("Refused"))} ${because}`;
    case "suppressed":
      return `${paint.bold(paint.red("Suppressed"))} ${because}: must not be contacted`;
  }
}

function handoffWords(handoff: NonNullable<Explanation["handoff"]>, zone: string): string {
  const closed =
    handoff.closedAt === undefined
      ? ""
      : ` ${inTime(handoff.closedAt, zone)}: ${printable(handoff.closedBecause ?? "no reason given")}`;
  return `${handoff.id}, ${handoff.state}${closed}`;
}

function nearestWords(nearest: Nearest, zone: string): string {
  const before = nearest.before === undefined ? "" : ` (before ${inTime(nearest.before, zone)})`;
  return `${printable(nearest.says)}${before}`;
}

function unknownLines({ unknown, unmapped }: Explanation, { screen }: Reader): readonly string[] {
  return [
    ...unknown.flatMap(({ says, source }) =>
      wrapped(
        screen,
        "  ? ",
        `${printable(says)}${source === undefined ? "" : `  ${screen.paint.dim(source)}`}`,
      ),
    ),
    ...unmapped.flatMap(({ field, from, value, suggestion }) => [
      ...wrapped(
        screen,
        "  ? ",
        `${field}: "${printable(value)}" of ${from} is not mapped. Add to fields.yaml:`,
      ),
      `      ${printable(suggestion)}`,
    ]),
  ];
}

function assignmentLines(assignment: Assignment | undefined, reader: Reader): readonly string[] {
  if (assignment === undefined) return [];
  const { screen } = reader;
  const candidates = assignment.candidates.map(({ rep, eligible, because, shortfall }) => [
    printable(rep),
    eligible ? screen.paint.green("could") : screen.paint.dim("passed over"),
    printable(because),
    shortfall === undefined ? "" : String(shortfall),
  ]);
  return [
    `${screen.paint.bold("Who")}  ${receiverWords(assignment, reader)}`,
    ...wrapped(screen, "  ", `rule "${printable(assignment.rule)}": ${printable(assignment.because)}`),
    ...(candidates.length === 0
      ? []
      : tableLines(screen, { head: ["candidate", "", "because", "shortfall"], rows: candidates, indent: 2 })),
    ...traceLines(screen, assignment.findings, 1),
  ];
}

function receiverWords(assignment: Assignment, { screen, zone }: Reader): string {
  switch (assignment.outcome) {
    case "assigned": {
      const pool = assignment.pool === undefined ? "" : ` from pool ${assignment.pool}`;
      const turn = assignment.counts ? ", counted as a turn" : "";
      return `${screen.paint.bold(printable(assignment.ownerName))} (owner ${printable(assignment.ownerId)})${pool}${turn}`;
    }
    case "partner":
      return `partner ${screen.paint.bold(printable(assignment.partner))}, told ${assignment.share.join(", ") || "nothing"}`;
    case "queued": {
      const notify = assignment.notify === undefined ? "" : `, ${assignment.notify} is told`;
      return `nobody yet: queue ${screen.paint.bold(assignment.queue)}, again ${inTime(assignment.retryAt, zone)}${notify}`;
    }
  }
}

function effectLines({ effects }: Explanation, { screen, zone, now }: Reader): readonly string[] {
  if (effects.length === 0) return [];
  const rows = effects.map((effect) => [
    printable(planWords(effect.body, zone)),
    stateWords(screen, effect),
    String(effect.attempts),
    whenWords(effect, now),
    printable(outcomeWords(effect)),
  ]);
  return tableLines(screen, { head: ["write", "state", "tries", "when", "outcome"], rows, indent: 2 });
}

/** A write in a few words. */
function planWords(body: WriteBody, zone: string): string {
  switch (body.kind) {
    case "update-lead": {
      const count = Object.keys(body.properties).length;
      const parts = [
        body.owner === undefined ? "" : `owner ${body.owner.seen ?? "nobody"} → ${body.owner.to}`,
        body.stage === undefined ? "" : `stage ${body.stage.seen ?? "none"} → ${body.stage.to}`,
        count === 0 ? "" : `${count} ${count === 1 ? "property" : "properties"}`,
      ];
      return parts.filter((part) => part !== "").join(", ");
    }
    case "create-task":
      return `${body.priority} task "${body.subject}", due ${inTime(body.dueAt, zone)}`;
    case "create-note":
      return "context note";
    case "start-sequence":
      return `sequence ${body.sequence} in the owner's name`;
    case "add-to-list":
      return `place on list ${body.list}`;
    case "sync-fields": {
      const paths = Object.keys(body.values);
      return `${paths.join(", ")} as ${body.side === "sales" ? "marketing" : "sales"} has ${paths.length === 1 ? "it" : "them"}`;
    }
    case "answer-request":
      return "answer to the workflow";
  }
}

function stateWords({ paint }: Screen, { state }: ExplainedEffect): string {
  if (state === "confirmed") return paint.green(state);
  return state === "refused" || state === "parked" ? paint.red(state) : paint.yellow(state);
}

/** Times are told as the seams need them: how long after planning it was settled, or when it is looked at next. */
function whenWords({ plannedAt, settledAt, nextAt }: ExplainedEffect, now: Instant): string {
  if (settledAt !== undefined) return `after ${inDuration(settledAt - plannedAt)}`;
  return nextAt === undefined ? "under way" : `next ${fromNow(nextAt, now)}`;
}

function outcomeWords({ crmId, code, reason, dropped }: ExplainedEffect): string {
  const left = dropped === undefined ? "" : `left as a person set it: ${dropped.join(", ")}`;
  const id = crmId === undefined ? "" : `CRM id ${crmId}`;
  return [id, code ?? "", reason ?? "", left].filter((part) => part !== "").join(", ");
}

function deadlineLines({ deadlines }: Explanation, { screen, zone, now }: Reader): readonly string[] {
  if (deadlines.length === 0) return [];
  const rows = deadlines.map(({ kind, dueAt, runs }) => [
    kind,
    inTime(dueAt, zone),
    runs
      ? dueAt < now
        ? screen.paint.red(`overdue since ${inDuration(now - dueAt)}`)
        : fromNow(dueAt, now)
      : "ended",
  ]);
  return tableLines(screen, { head: ["promise", "due", ""], rows, indent: 2 });
}

function delayLines({ handoff }: Explanation, { screen }: Reader): readonly string[] {
  if (handoff === undefined || handoff.seams.length === 0) return [];
  const rows = handoff.seams.map(({ from, to, ms }) => [`${from} → ${to}`, inDuration(ms)]);
  return tableLines(screen, { head: ["seam", "took"], rows, indent: 2 });
}

function historyLines({ history }: Explanation, { screen, zone }: Reader): readonly string[] {
  if (history === undefined || history.length === 0) return [];
  const rows = history.map(({ at, outcome, reason, handoff, decision, playbookVersion }) => [
    inTime(at, zone),
    outcome,
    printable(reason),
    handoff ?? "",
    decision,
    playbookVersion,
  ]);
  return tableLines(screen, {
    head: ["when", "outcome", "reason", "handoff", "decision", "playbook"],
    rows,
    indent: 2,
  });
}
