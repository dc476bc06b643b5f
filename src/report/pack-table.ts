/** Tables of the pack: a caption, a head, and rows of which the first cell names the row. */
import { html, type Markup } from "../model/html.ts";

/** A column: its heading, and whether it holds numbers. */
export type Column = string | { readonly says: string; readonly as: "number" | "bars" | "name" };

/** A table that scrolls within itself where it is wider than the page; nothing where it has no rows. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  if (rows.length === 0) return html`<p class="quiet">${caption} Nothing to show.</p>`;
  const heads = columns.map((column) => {
    const [says, name] = typeof column === "string" ? [column, ""] : [column.says, column.as];
    return html`<th scope="col" class="${name}">${says}</th>`;
  });
  const lines = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, place) => cellMarkup(cell, place, columns[place]))}
      </tr>`,
  );
  return html`<div class="wide" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

function cellMarkup(cell: string | Markup, place: number, column: Column | undefined): Markup {
  const content = typeof cell === "string" ? html`${cell}` : cell;
  const name = typeof column === "object" ? column.as : "";
  if (place === 0) return html`<th scope="row" class="${name}">${content}</th>`;
  return html`<td class="${name}">${content}</td>`;
}
