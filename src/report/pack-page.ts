/** The pack as one page that needs nothing else: no script, no request. Everything that came from outside is escaped by `html`. */
import { html, type Markup } from "../model/html.ts";
import { PATTERNS } from "./charts.ts";
import type { Pack } from "./pack.ts";
import { definitionMarkup } from "./pack-definition.ts";
import { dispositionsMarkup } from "./pack-dispositions.ts";
import { slaMarkup } from "./pack-sla.ts";
import { PACK_POLICY, PACK_STYLE } from "./pack-style.ts";
import { type Headline, headlinesOf, saySpan } from "./pack-words.ts";
import { sayCount, sayInstant } from "./say.ts";

/** What was decided last time, as far as two sheets have room for it. */
const MOST_NOTES = 4;

/** The whole document. Throws nothing. */
export function packPage(pack: Pack): string {
  const style: Markup = { markup: `<style>${PACK_STYLE}</style>` };
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta http-equiv="Content-Security-Policy" content="${PACK_POLICY}" />
        <title>Review ${saySpan(pack.span)} · Baton</title>
        ${style}
      </head>
      <body>
        ${PATTERNS}
        <main>
          <header>
            <h1>Marketing and sales review</h1>
            <p class="quiet">
              <strong>${saySpan(pack.span)}</strong> · ${pack.account} ·
              ${sayCount(pack.now.total.counts.handedOff)} handoffs
              (${sayCount(pack.before.total.counts.handedOff)} before) · playbook
              <code>${pack.version}</code> · as of ${sayInstant(pack.madeAt)} UTC
            </p>
          </header>
          ${decided(pack)}
          <dl class="tiles">${headlinesOf(pack).map(tile)}</dl>
          ${slaMarkup(pack)} ${dispositionsMarkup(pack)} ${definitionMarkup(pack)}
        </main>
      </body>
    </html> `.markup;
}

function decided({ decided: notes }: Pack): Markup {
  if (notes.length === 0)
    return html`<div class="decided"><strong>Decided last time:</strong> nothing was recorded.</div>`;
  const more = notes.length - MOST_NOTES;
  return html`<div class="decided">
    <strong>Decided last time</strong>
    <ul>
      ${notes.slice(0, MOST_NOTES).map(({ at, actor, body }) => html`<li>${body} <span class="quiet">(${actor}, ${sayInstant(at).slice(0, 10)})</span></li>`)}
      ${more > 0 ? html`<li>and ${more} more: baton report pack --markdown</li>` : []}
    </ul>
  </div>`;
}

function tile({ says, value, before }: Headline): Markup {
  return html`<div class="tile">
    <dt>${says}</dt>
    <dd class="value">${value}</dd>
    <dd class="quiet">${before}</dd>
  </div>`;
}
