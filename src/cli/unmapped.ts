/** `baton unmapped`: the values of the CRM no mapping covers, and what to write for each. */
import type { Instant } from "../model/instant.ts";
import type { UnmappedValue } from "../model/lead.ts";
import type { Fields } from "../playbook/fields.ts";
import { readPlaybook } from "../playbook-folder.ts";
import { type OpenValue, openValue } from "../resolve/unmapped.ts";
import { listUnmapped, type MetValue } from "../store/unmapped.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { placeOf } from "./playbook/texts.ts";
import { printJson, printLines, tableLines, type TableShape } from "./print.ts";
import type { Shell } from "./shell.ts";
import { fromNow, printable } from "./words.ts";

/** A value that waits for a word. */
interface Unmapped extends MetValue {
  readonly portal: string;
}

/**
 * Prints what the folder's fields.yaml does not cover. While that file has errors, everything met is listed. Throws what
 * opening the database throws, `playbook.missing`, and `cli.not-found` for an unknown portal.
 */
export async function listValues(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  const folder = placeOf(shell, undefined);
  const { playbook } = await readPlaybook(folder);
  const values = await withStore(shell, async (store) => await unmappedIn(store, options.portal));
  const open = values.flatMap((one): readonly Unmapped[] => {
    if (playbook === undefined) return [one.value];
    const found = openValue(one.value, playbook.fields);
    return found === undefined ? [] : [{ ...one.value, suggestion: found.suggestion.line }];
  });
  if (options.json === true) return await printJson(shell.out, open);
  if (open.length === 0) return await printLines(shell.out, ["Every value met so far is mapped."]);
  await printLines(shell.out, [
    ...tableLines(shell.out, tableOf(open, shell.now())),
    "",
    `To add a line to ${folder}/fields.yaml: baton unmapped add <field> <value> <word>, or --all for these lines.`,
  ]);
}

/** A value met in one installation. */
export interface MetIn {
  readonly installation: Installation;
  readonly value: Unmapped;
}

/** Everything met in the portal named, or in all. Throws `cli.not-found`. */
export async function unmappedIn(store: Store, portal: string | undefined): Promise<readonly MetIn[]> {
  const met: MetIn[] = [];
  for (const installation of await chooseInstallations(store, portal)) {
    const values = await listUnmapped(store.db, installation.id);
    met.push(...values.map((value) => ({ installation, value: { portal: installation.tenant, ...value } })));
  }
  return met;
}

/** Values that are still open under these fields: each once, whichever portals met it and in whichever letters. */
export function openOnce(
  met: readonly MetIn[],
  fields: Fields,
): readonly (OpenValue & { readonly value: UnmappedValue })[] {
  const distinct = new Map(
    met.map(({ value }) => [JSON.stringify([value.field, value.value.toLowerCase()]), value]),
  );
  return [...distinct.values()].flatMap((value) => {
    const open = openValue(value, fields);
    return open === undefined ? [] : [{ ...open, value }];
  });
}

/** The portal is a column only where there are several. */
function tableOf(open: readonly Unmapped[], now: Instant): TableShape {
  const hasSeveral = new Set(open.map(({ portal }) => portal)).size > 1;
  const portal = (text: string): readonly string[] => (hasSeveral ? [text] : []);
  return {
    head: [...portal("portal"), "field", "value", "from", "times", "last", "line to add"],
    rows: open.map((one) => [
      ...portal(one.portal),
      one.field,
      printable(one.value),
      printable(one.from),
      String(one.times),
      fromNow(one.seenAt, now),
      printable(one.suggestion),
    ]),
  };
}
