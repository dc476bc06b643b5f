/** Small pages for people: one template tag that escapes everything, and one frame. No script, no outside resource. */
import { createHash } from "node:crypto";
import { html, type Markup } from "../model/html.ts";

export { html, type Markup };

const STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --quiet: #4c5768; --line: #c9d0da; --back: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e8ecf2; --quiet: #aab4c3; --line: #414b5a; --back: #14181e; } }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--quiet); padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { font-weight: 600; } ul { padding-left: 1.25rem; } code { font-size: .95em; } pre { overflow-x: auto; }
`;

/** Lets exactly this style through the Content-Security-Policy. */
export const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE, "utf8").digest("base64")}'`;

/** A whole document. Nothing indexes it. */
export function page(title: string, content: Markup): string {
  const style: Markup = { markup: `<style>${STYLE}</style>` };
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} · Baton</title>
        ${style}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.markup;
}
