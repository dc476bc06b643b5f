/** The handoff page's content: verdict, rule, reasons, what was not known, who was passed over and why, and seams. */
import type { BareExplanation, BareFinding } from "../model/explanation.ts";
import type { Nearest, Truth } from "../model/finding.ts";
import { SEAMS, type Stamps } from "../model/handoff.ts";
import type { PublicHandoff } from "./handoff-view.ts";
import { html, type Markup } from "./html.ts";

const STATES: Readonly<Record<PublicHandoff["state"], string>> = {
  queued: "It waits: nobody can take it yet.",
  "with-sales": "Sales has it.",
  closed: "It is closed.",
};
const OUTCOMES: Readonly<Record<BareExplanation["outcome"], string>> = {
  ready: "Ready for sales",
  "not-ready": "Not ready",
  refused: "Refused",
  suppressed: "Not to be contacted",
  held: "Held until the record is complete",
  "with-sales": "Already with sales",
};
const TRUTHS: Readonly<Record<Truth, string>> = { yes: "yes", no: "no", unknown: "not known" };
const SEAM_WORDS: Readonly<Record<(typeof SEAMS)[number], string>> = {
  occurred: "It happened",
  received: "Baton heard of it",
  read: "The lead was read",
  decided: "Decided",
  written: "Written into the CRM",
  "first-attempt": "Sales first tried",
  "meaningful-touch": "Sales and the lead were in touch",
  disposition: "Sales said what it made of it",
};

/** The whole content. Throws nothing. */
export function handoffMarkup({
  state,
  closedBecause = "",
  explanation,
  stamps,
  playbookVersion,
}: PublicHandoff): Markup {
  const { outcome, reason, nearest } = explanation;
  return html`<p>${STATES[state]} ${closedBecause}</p>
    <h2>Verdict</h2>
    <p>${OUTCOMES[outcome]}: ${reason}.</p>
    ${nearest === undefined ? [] : html`<p class="quiet">Nearest other outcome: ${nearest.says}${until(nearest)}.</p>`}
    ${assignmentMarkup(explanation)}
    <h2>Reasons</h2>
    ${explanation.findings.length === 0 ? html`<p>No condition was looked at.</p>` : findings(explanation.findings)}
    ${list("Not known", explanation.unknown)}
    <h2>When</h2>
    ${seams(stamps)}
    <p class="quiet">Decided by playbook version <code>${playbookVersion}</code>.</p>`;
}

function until({ before }: Nearest): string {
  return before === undefined ? "" : `, before ${readable(new Date(before).toISOString())} UTC`;
}

function assignmentMarkup({ assignment, passedOver }: BareExplanation): Markup | readonly Markup[] {
  if (assignment === undefined) return [];
  const { outcome, rule } = assignment;
  return html`<h2>Rule that ${outcome === "queued" ? "left it waiting" : "assigned it"}</h2>
    <p>${rule}</p>
    ${list(
      "Passed over",
      passedOver.map(({ because, count }) => `${count === 1 ? "one rep" : `${count} reps`}: ${because}`),
    )}
    <h2>Rules that were read</h2>
    ${findings(assignment.findings)}`;
}

function list(title: string, lines: readonly string[]): Markup | readonly Markup[] {
  if (lines.length === 0) return [];
  return html`<h2>${title}</h2>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

const DEEPEST = 6;

function findings(all: readonly BareFinding[], depth = 0): Markup {
  const items = all.map((finding) => {
    const source = finding.source === undefined ? [] : html` <span class="quiet">(${finding.source})</span>`;
    const parts = finding.parts ?? [];
    const below = parts.length > 0 && depth < DEEPEST ? findings(parts, depth + 1) : [];
    return html`<li>${finding.says}: <strong>${TRUTHS[finding.truth]}</strong>${source}${below}</li>`;
  });
  return html`<ul>
    ${items}
  </ul>`;
}

function seams(stamps: Stamps): Markup {
  let before: number | undefined;
  const rows = SEAMS.flatMap((seam) => {
    const at = stamps[seam];
    if (at === undefined) return [];
    const later = before === undefined ? "" : elapsed(at - before);
    before = at;
    const instant = new Date(at).toISOString();
    return [
      html`<tr>
        <th scope="row">${SEAM_WORDS[seam]}</th>
        <td><time datetime="${instant}">${readable(instant)}</time></td>
        <td>${later}</td>
      </tr>`,
    ];
  });
  return html`<table>
    <caption>
      Each step, in Coordinated Universal Time, and how long it took after the one before.
    </caption>
    <thead>
      <tr>
        <th scope="col">Step</th>
        <th scope="col">At</th>
        <th scope="col">Later by</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** `2026-11-17 09:30:01`. */
function readable(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}

/** Clocks of two machines may disagree: a step before the one before took no time. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
