/** Item 3 of the pack: what has changed in the agreement, what the figures suggest to change, and room for what is decided. */
import { html, type Markup } from "../model/html.ts";
import type { DefinitionChange, Pack } from "./pack.ts";
import { RECORD_COMMAND } from "./pack-words.ts";
import { sayInstant } from "./say.ts";

/** Lines of a change that a page has room for; `baton diff` has all of them. */
const MOST_LINES = 3;
const MOST_CHANGES = 2;
/** More than a meeting decides. */
const MOST_PROPOSALS = 5;
const EMPTY_LINES = [1, 2, 3];

/** The whole item. Throws nothing. */
export function definitionMarkup(pack: Pack): Markup {
  const { changes, proposals, due } = pack;
  return html`<section aria-labelledby="definition">
    <h2 id="definition">3. What changes in the definition</h2>
    ${due.length === 0 ? [] : html`<p><strong>Due:</strong> ${due.join("; ")}.</p>`}
    <h3>Changed since the last review</h3>
    ${changes.length === 0 ? html`<p>Nothing: version <code>${pack.version}</code> still decides.</p>` : changes.slice(0, MOST_CHANGES).map(changeMarkup)}
    <h3>What the figures suggest</h3>
    ${
      proposals.length === 0
        ? html`<p>Nothing stands out in these figures.</p>`
        : html`<ul class="proposals">
            ${proposals.slice(0, MOST_PROPOSALS).map(proposalMarkup)}
          </ul>`
    }
    <h3>Decided today</h3>
    <div class="lines">${EMPTY_LINES.map(() => html`<div></div>`)}</div>
    <p class="quiet">Record it, and the next pack opens with it: <code>${RECORD_COMMAND}</code></p>
  </section>`;
}

function changeMarkup({ version, at, by, says }: DefinitionChange): Markup {
  const more = says.length - MOST_LINES;
  return html`<p>Version <code>${version}</code>, live since ${sayInstant(at)} UTC (${by}):</p>
    <ul>
      ${says.slice(0, MOST_LINES).map((line) => html`<li>${line}</li>`)}${more > 0 ? html`<li>and ${more} more: baton diff</li>` : []}
    </ul>`;
}

function proposalMarkup({ says, evidence, file, line }: Pack["proposals"][number]): Markup {
  return html`<li>
    <span class="vote">☐ yes &nbsp; ☐ no &nbsp; ☐ later</span
    ><strong>${says}.</strong> ${evidence}<br />${file}: <code>${line}</code>
  </li>`;
}
