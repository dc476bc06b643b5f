/** The handoff page's content: type, verdict, rule, reasons and seams, and nothing about a person. */
import type { Finding, Truth } from "../model/finding.ts";
import { SEAMS, type Stamps } from "../model/handoff.ts";
import { html, type Markup } from "./html.ts";
import type { HandoffView } from "./routes/handoff.ts";

const STATES: Readonly<Record<HandoffView["state"], string>> = {
  queued: "It waits: nobody can take it yet.",
  "with-sales": "Sales has it.",
  closed: "It is closed.",
};
const OUTCOMES: Readonly<Record<HandoffView["verdict"]["outcome"], string>> = {
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
};

/** Values that conditions saw are left out on purpose: they are the lead's. Throws nothing. */
export function handoffMarkup(view: HandoffView): Markup {
  const { verdict } = view;
  return html`<p>${STATES[view.state]} ${view.closedBecause ?? ""}</p>
    <h2>Verdict</h2>
    <p>${OUTCOMES[verdict.outcome]}: ${verdict.reason}.</p>
    ${verdict.nearest === undefined ? [] : html`<p class="quiet">Nearest other outcome: ${verdict.nearest.says}.</p>`}
    ${
      view.rule === undefined
        ? []
        : html`<h2>Rule that assigned it</h2>
            <p>${view.rule}</p>`
    }
    <h2>Reasons</h2>
    ${verdict.findings.length === 0 ? html`<p>No condition was looked at.</p>` : findings(verdict.findings)}
    <h2>When</h2>
    ${seams(view.stamps)}
    <p class="quiet">Decided by playbook version <code>${view.playbookVersion}</code>.</p>`;
}

const DEEPEST = 6;

function findings(list: readonly Finding[], depth = 0): Markup {
  const items = list.map((finding) => {
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
