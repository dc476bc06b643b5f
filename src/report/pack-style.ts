/** How the pack looks: on a screen, on a phone, and on two sheets of A4. One style, let through a strict policy by its digest. */
import { createHash } from "node:crypto";

/** The content of the page's one style element. */
export const PACK_STYLE = `
:root { color-scheme: light; --text: #1c2430; --quiet: #4a5565; --line: #c9d0da; --soft: #f3f5f8; --accent: #1f5f8b; --bad: #a8321f; }
* { box-sizing: border-box; }
body { font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--text); background: #fff; margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; padding-top: .6rem; border-top: 2px solid var(--text); }
h3 { font-size: 1rem; margin: 0 0 .35rem; } p { margin: .35rem 0; } ul, ol { margin: .35rem 0; padding-left: 1.2rem; }
.quiet, caption { color: var(--quiet); font-size: .875rem; } .bad { color: var(--bad); font-weight: 600; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between; }
.decided { background: var(--soft); border-left: 4px solid var(--accent); padding: .6rem .9rem; margin: 1rem 0; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1rem 0; }
.tile { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem; margin: 0; }
.tile dt { font-size: .875rem; color: var(--quiet); } .tile dd { margin: 0; } .tile .value { font-size: 1.3rem; font-weight: 650; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem 2rem; align-items: start; } .pair > *, .tiles > * { min-width: 0; }
.wide { overflow-x: auto; margin-bottom: .75rem; } .wide:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; } caption { text-align: left; padding-bottom: .25rem; } caption span { display: block; max-width: calc(100vw - 1.8rem); }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); font-weight: normal; overflow-wrap: anywhere; }
thead th { font-weight: 600; font-size: .85rem; vertical-align: bottom; overflow-wrap: normal; } .number { text-align: right; } td.number { white-space: nowrap; } tbody th { min-width: 6.5rem; } tbody th.name { min-width: 11rem; } figure { margin: 0; } td.bars { width: 34%; min-width: 6rem; }
svg.bar { display: block; margin-top: .2rem; } svg.swatch { vertical-align: -2px; margin-right: .3rem; } svg.defs { position: absolute; }
svg.chart { display: block; width: 100%; max-width: 30rem; height: auto; } svg.chart text { font-size: 11px; fill: #4a5565; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1rem; font-size: .85rem; margin: .35rem 0; padding: 0; list-style: none; }
details { font-size: .9rem; } summary { cursor: pointer; color: var(--accent); }
.proposals { list-style: none; padding: 0; } .proposals li { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; margin: .5rem 0; break-inside: avoid; }
code { font: .85em/1.4 ui-monospace, "SF Mono", Consolas, monospace; background: var(--soft); padding: .05rem .25rem; overflow-wrap: anywhere; }
.vote { float: right; font-size: .85rem; color: var(--quiet); margin-left: .75rem; } .lines { margin: .5rem 0; } .lines div { border-bottom: 1px solid var(--quiet); height: 1.9rem; }
@media (max-width: 44rem) {
  body { padding: 1rem .9rem 2rem; } .tiles { grid-template-columns: 1fr 1fr; } .pair { grid-template-columns: 1fr; } .tile .value { font-size: 1.1rem; }
  .vote { float: none; margin: 0 0 .2rem; display: block; } th, td { padding-right: .4rem; } td.bars { min-width: 4rem; width: 22%; } tbody th { min-width: 5.2rem; } tbody th.name { min-width: 8.5rem; }
}
@page { size: A4; margin: 9mm 11mm; }
@media print {
  body { font-size: 7.6pt; line-height: 1.25; max-width: none; padding: 0; } h1 { font-size: 13pt; } h2 { font-size: 10pt; margin: 7pt 0 3pt; padding-top: 3pt; border-top-width: 1pt; break-after: avoid; } h3 { font-size: 8.2pt; }
  table, .quiet, caption, .legend, .tile dt, thead th { font-size: 7.2pt; } th, td { padding: 1pt 4pt 1pt 0; } tbody th { min-width: 52pt; } tbody th.name { min-width: 92pt; } svg.bar { height: 6.5pt; margin-top: 1pt; } svg.swatch { height: 8pt; } .vote { font-size: 7pt; } .wide { margin-bottom: 3pt; } .tile .value { font-size: 10pt; } .tile { padding: 3pt 5pt; }
  .tiles { grid-template-columns: repeat(4, 1fr); gap: 5pt; margin: 5pt 0; } .pair { grid-template-columns: 1fr 1fr; gap: 5pt 14pt; } .decided { margin: 5pt 0; padding: 3pt 6pt; }
  .proposals li { padding: 2pt 5pt; margin: 3pt 0; } .wide { overflow: visible; } details, .screen { display: none; } svg.chart { max-width: 62mm; } svg.chart text { font-size: 12px; } tr, .tile, figure { break-inside: avoid; }
  .lines div { height: 14pt; } .vote { float: right; display: inline; } p { margin: 1.5pt 0; } ul { margin: 1.5pt 0; }
}
`;

/** Lets exactly this style through a Content-Security-Policy. */
const PACK_STYLE_SOURCE = `'sha256-${createHash("sha256").update(PACK_STYLE, "utf8").digest("base64")}'`;

/** What the page may do: show itself. No script, no request, not even to where it came from. */
export const PACK_POLICY = `default-src 'none'; style-src ${PACK_STYLE_SOURCE}; base-uri 'none'; form-action 'none'`;
