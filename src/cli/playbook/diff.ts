/** `baton diff`: what a new version changes, in words for the people it concerns. */
import { diffPlaybooks, type PlaybookDiff } from "../../playbook/diff.ts";
import { printJson, printLines, wrapped } from "../print.ts";
import type { Screen, Shell } from "../shell.ts";
import { counted, printable } from "../words.ts";
import { namedTexts, placeOf, type Texts } from "./texts.ts";

/**
 * Prints how one playbook differs from another. @param from  Left out: the live version. @param to  Left out: the configured
 * folder. Throws `cli.not-found`, `playbook.missing` or `playbook.invalid`.
 */
export async function diff(
  shell: Shell,
  from: string | undefined,
  to: string | undefined,
  options: { readonly json?: boolean },
): Promise<void> {
  const before = await namedTexts(shell, from ?? "live");
  const after = await namedTexts(shell, to ?? placeOf(shell, undefined));
  const found = diffPlaybooks(before.files, after.files);
  if (options.json === true)
    await printJson(shell.out, { from: nameOf(before), to: nameOf(after), ...found });
  else await printDiff(shell.out, before, after, found);
}

/** Prints a diff for people, by file. */
export async function printDiff(
  screen: Screen,
  from: Texts,
  to: Texts,
  found: PlaybookDiff = diffPlaybooks(from.files, to.files),
): Promise<void> {
  const { bold } = screen.paint;
  await printLines(screen, [
    `From ${bold(from.version)} (${from.place}) to ${bold(to.version)} (${to.place})`,
    ...found.changed.flatMap(({ file, says }) => [
      "",
      bold(file),
      ...says.flatMap((line) => wrapped(screen, "  ", printable(line))),
    ]),
    "",
    summaryOf(found),
  ]);
}

function summaryOf({ changed, rewritten }: PlaybookDiff): string {
  const count = changed.reduce((sum, { says }) => sum + says.length, 0);
  const only = rewritten.length === 0 ? "" : `only comments or layout of ${rewritten.join(", ")}`;
  if (count > 0) return `${counted(count, "change")}.${only === "" ? "" : ` Besides, ${only}.`}`;
  return only === "" ? "Nothing changes." : `Nothing changes for anybody: ${only}.`;
}

/** A version in JSON: everything but its texts. */
export function nameOf({ version, place }: Texts): Omit<Texts, "files"> {
  return { version, place };
}
