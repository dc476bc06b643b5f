/** Folders that hold versions of the shipped playbook, to be edited as an admin edits them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { parsePlaybook, PLAYBOOK_FILES } from "../../src/playbook/index.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formatProblem } from "../../src/playbook/problem.ts";

export const MARKETER = "mia@acme.example";
export const SELLER = "sam@acme.example";

/** A playbook's folder. */
export interface PlaybookFolder {
  readonly place: string;
  /** The playbook it holds now. Throws when it holds none. */
  readonly playbook: () => Playbook;
  readonly version: () => string;
  /** Replaces a text that must be there. */
  readonly edit: (file: string, before: string, after: string) => void;
  /** How long sales has for the first attempt: an edit that everybody notices. Spans such as 15m. */
  readonly promise: (span: string) => void;
  /** Adds the section that says who signs. */
  readonly askForSignatures: () => void;
}

/** A copy of the shipped playbook for the tests of one file. */
export function playbookFolder(): PlaybookFolder {
  const place = mkdtempSync(join(tmpdir(), "baton-playbook-"));
  cpSync("mappings/default", place, { recursive: true });
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  const read = (file: string): string => readFileSync(join(place, file), "utf8");
  const edit: PlaybookFolder["edit"] = (file, before, after) => {
    const text = read(file);
    if (!text.includes(before)) throw new Error(`${file} does not hold: ${before}`);
    writeFileSync(
      join(place, file),
      text.replace(before, () => after),
    );
  };
  let promised = "15m";
  const playbook = (): Playbook => {
    const parsed = parsePlaybook(Object.fromEntries(PLAYBOOK_FILES.map((file) => [file, read(file)])));
    if (parsed.playbook === undefined) throw new Error(parsed.problems.map(formatProblem).join("\n"));
    return parsed.playbook;
  };
  return {
    place,
    edit,
    playbook,
    version: () => playbook().version,
    promise(span) {
      edit("agreement.yaml", `first_attempt: ${promised}`, `first_attempt: ${span}`);
      promised = span;
    },
    askForSignatures() {
      edit(
        "agreement.yaml",
        "\nseams:",
        `\nsign_off: { marketing: [${MARKETER}], sales: [${SELLER}] }\n\nseams:`,
      );
    },
  };
}
