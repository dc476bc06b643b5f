/**
 * What a new version of a playbook changes, in words for people: not lines of a file, but who is affected and how.
 * `account.employees from 50 to 5000 → from 100 to 5000` is a change; a comment, an order that decides nothing and an other way
 * to write the same are none, and are said as such.
 */
import { agreementLines } from "./diff-agreement.ts";
import { briefLines } from "./diff-brief.ts";
import { definitionLines } from "./diff-definition.ts";
import { fieldsLines } from "./diff-fields.ts";
import { routingLines } from "./diff-routing.ts";
import { teamLines } from "./diff-team.ts";
import { isSame, type Tell } from "./diff-words.ts";
import { PLAYBOOK_FILES, type PlaybookFile } from "./load.ts";
import { parseYaml } from "./yaml.ts";

/** How one version differs from another. Both lists are empty when the texts are the same to the letter. */
export interface PlaybookDiff {
  /** What changes for people, by file in the order of the files; files without a change are left out. */
  readonly changed: readonly { readonly file: PlaybookFile; readonly says: readonly string[] }[];
  /** Files that were rewritten and say the same: comments, layout, order that decides nothing. */
  readonly rewritten: readonly PlaybookFile[];
}

type Files = Readonly<Record<string, string>>;

const TELLS: Readonly<Record<PlaybookFile, Tell>> = {
  "fields.yaml": fieldsLines,
  "definition.yaml": definitionLines,
  "team.yaml": teamLines,
  "routing.yaml": routingLines,
  "agreement.yaml": agreementLines,
  "brief.yaml": briefLines,
};

/**
 * Compares two playbooks' texts, which need not be valid: what has no words of its own is told plainly.
 * Pure; throws nothing.
 */
export function diffPlaybooks(from: Files, to: Files): PlaybookDiff {
  const differing = PLAYBOOK_FILES.filter((file) => from[file] !== to[file]).map((file) => ({
    file,
    says: fileLines(file, from[file], to[file]),
  }));
  return {
    changed: differing.filter(({ says }) => says.length > 0),
    rewritten: differing.filter(({ says }) => says.length === 0).map(({ file }) => file),
  };
}

function fileLines(file: PlaybookFile, from: string | undefined, to: string | undefined): readonly string[] {
  if (from === undefined) return ["The file is new"];
  if (to === undefined) return ["The file is gone"];
  const [before, after] = [parseYaml(file, from).yaml, parseYaml(file, to).yaml];
  if (before === undefined || after === undefined)
    return ["The file changed, and one of both texts cannot be read as YAML"];
  const lines = TELLS[file]("", before.value, after.value);
  if (lines.length > 0 || isSame(before.value, after.value)) return lines;
  return ["Written in another way, with the same meaning"];
}
