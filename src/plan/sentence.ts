/** Text fit for one line of a note, a task list or a property. */
import type { Template, TemplateValues } from "../playbook/template.ts";

/** Text on one line without control characters, cut at a word with an ellipsis when it is longer than `longest`. */
export function clean(text: string, longest: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest - 1);
  const space = cut.lastIndexOf(" ");
  // A surrogate left alone at the end would be an invalid character.
  return `${cut
    .slice(0, space > longest / 2 ? space : undefined)
    .trimEnd()
    .toWellFormed()
    .replace(/\uFFFD$/, "")}…`;
}

/** Renders one line of plain text; undefined when the template fails on these values or has nothing to say. */
export function sentence(template: Template, values: TemplateValues, longest: number): string | undefined {
  try {
    const line = clean(template.render(values), longest);
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}
