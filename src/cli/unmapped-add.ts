/** `baton unmapped add`: gives values their words in fields.yaml, and takes them off the list. */
import { join } from "node:path";
import { BatonError } from "../errors.ts";
import { addTo } from "../playbook/edit.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { readPlaybook } from "../playbook-folder.ts";
import type { Word } from "../resolve/suggestion.ts";
import { type OpenValue, openValue, wordFor } from "../resolve/unmapped.ts";
import { record } from "../store/audit.ts";
import type { Store } from "../store/open.ts";
import { forgetUnmapped } from "../store/unmapped.ts";
import { withStore } from "./existing-store.ts";
import { changedLines } from "./line-diff.ts";
import { saveFile } from "./playbook/save.ts";
import { placeOf } from "./playbook/texts.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { type MetIn, openOnce, unmappedIn } from "./unmapped.ts";
import { counted, printable } from "./words.ts";

interface AddOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly portal?: string;
}

/** A value, and the word it gets. */
interface Addition {
  readonly open: OpenValue;
  readonly word: Word;
}

type Open = ReturnType<typeof openOnce>[number];

const FILE = "fields.yaml";

/**
 * Writes lines into the folder's fields.yaml, if the playbook is sound with them. Throws `cli.usage` for a wrong use,
 * `cli.not-found` for a value nobody met, `playbook.invalid`, and `playbook.not-saved`; nothing is changed then.
 */
export async function addValues(
  shell: Shell,
  words: { readonly field?: string; readonly value?: string; readonly word?: string },
  options: AddOptions,
): Promise<void> {
  const folder = placeOf(shell, undefined);
  const { playbook } = await readPlaybook(folder);
  if (playbook === undefined) {
    throw new BatonError(
      "playbook.invalid",
      `${join(folder, FILE)} was not changed: the playbook has errors. See: baton check`,
    );
  }
  await withStore(shell, async (store) => {
    const met = await unmappedIn(store, options.portal);
    const open = openOnce(met, playbook.fields);
    const additions = await chosen(shell, open, words, options);
    if (additions.length > 0) await add(shell, store, folder, additions, met);
  });
}

async function chosen(
  shell: Shell,
  open: readonly Open[],
  { field, value, word }: { readonly field?: string; readonly value?: string; readonly word?: string },
  { all, yes }: AddOptions,
): Promise<readonly Addition[]> {
  if (all === true && field === undefined) return await suggested(shell, open, yes === true);
  if (all === true || field === undefined || value === undefined || word === undefined) {
    throw new BatonError(
      "cli.usage",
      "Give a field, a value and its word, as baton unmapped lists them, or --all.",
    );
  }
  const one = open.find((it) => it.value.field === field && sameText(it.value.value, value));
  if (one === undefined) {
    throw new BatonError(
      "cli.not-found",
      `Nobody met a value "${printable(value)}" of ${printable(field)} that waits for a word. See: baton unmapped. Nothing was changed.`,
    );
  }
  const understood = wordFor(word, one.reading);
  if (understood === undefined) {
    throw new BatonError(
      "cli.usage",
      `${field} is read as ${one.reading?.as}, and "${printable(word)}" is none. Nothing was changed.`,
    );
  }
  return [{ open: one, word: understood }];
}

/** A value may have been copied from the list, where control characters are blanks. */
function sameText(value: string, given: string): boolean {
  return [value, printable(value)].some((text) => text.toLowerCase() === given.toLowerCase());
}

/** Shows the lines and asks. Values only a person has a word for are left. */
async function suggested(shell: Shell, open: readonly Open[], isSure: boolean): Promise<readonly Addition[]> {
  const additions = open.flatMap((one) => {
    const { word } = one.suggestion;
    return word === undefined ? [] : [{ open: one, word }];
  });
  const left = open.length - additions.length;
  const rest =
    left === 0 ? [] : [`${counted(left, "value")} left that only you have a word for: baton unmapped`];
  if (additions.length === 0) {
    await printLines(shell.out, open.length === 0 ? ["Every value met so far is mapped."] : rest);
    return [];
  }
  await printLines(shell.out, [...additions.map((one) => printable(one.open.suggestion.line)), ...rest, ""]);
  if (isSure) return additions;
  if (shell.ask === undefined) {
    throw new BatonError("cli.usage", "There is no terminal to ask at: say --yes to add these lines.");
  }
  const answer = await shell.ask(`Add ${counted(additions.length, "line")} to ${FILE}? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return additions;
  await printLines(shell.err, ["Nothing was changed."]);
  return [];
}

async function add(
  shell: Shell,
  store: Store,
  folder: string,
  additions: readonly Addition[],
  met: readonly MetIn[],
): Promise<void> {
  // Read again: somebody may have edited the file while the question stood.
  const { files } = await readPlaybook(folder);
  const before = files[FILE] ?? "";
  const after = additions.reduce((text, one) => withLine(text, one), before);
  const playbook = await saveFile(folder, FILE, after, files, shell.now());
  await forget(shell, store, met, playbook);
  const { paint } = shell.out;
  await printLines(shell.out, [
    ...changedLines(before, after).map(({ line, sign, text }) => {
      const colour = sign === "+" ? paint.green : paint.red;
      return colour(printable(`${String(line).padStart(4)} ${sign} ${text}`));
    }),
    "",
    `${paint.green("✓")} ${join(folder, FILE)}: ${counted(additions.length, "value")} mapped; version ${playbook.version}.`,
    "Next: baton publish puts it live. Leads are read by it when they are looked at again.",
  ]);
}

/** The text with one line more; a field that had no map gets one. */
function withLine(text: string, { open: { suggestion }, word }: Addition): string {
  const { path } = suggestion;
  const { key, value } = suggestion.entry(word);
  const edit = addTo(text, path, key, value);
  if ("text" in edit) return edit.text;
  const first = addTo(text, path.slice(0, -1), path.at(-1), { [key]: value });
  if ("text" in first) return first.text;
  throw new BatonError(
    "playbook.invalid",
    `${FILE} was not changed: ${edit.problem}. Add the line by hand: ${suggestion.line}`,
  );
}

/** Takes off the list what the new file covers, in every portal it was looked for in. */
async function forget(
  shell: Shell,
  store: Store,
  met: readonly MetIn[],
  { fields }: Playbook,
): Promise<void> {
  const covered = met.filter(({ value }) => openValue(value, fields) === undefined);
  await store.db.transaction().execute(async (tx) => {
    for (const [installation, values] of Map.groupBy(covered, (one) => one.installation.id)) {
      await forgetUnmapped(
        tx,
        installation,
        values.map(({ value }) => value),
      );
      const detail = counted(values.length, "value");
      await record(tx, { installation, actor: "cli", action: "unmapped-add", detail }, shell.now());
    }
  });
}
