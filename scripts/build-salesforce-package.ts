/**
 * Builds the package for Salesforce orgs, in source format, ready for `sf project deploy start`:
 *
 *     node scripts/build-salesforce-package.ts [--playbook mappings/salesforce] [--out connectors/salesforce/package]
 *
 * The playbook gives the words of the two pick lists and which answers need a reason. The Apex classes are written by hand in
 * connectors/salesforce/package and copied. Nothing of one org is in it: what differs is put in from the environment by
 * Salesforce's command line. The same input gives the same bytes.
 * Source: https://developer.salesforce.com/docs/platform/api-metadata and
 * https://developer.salesforce.com/docs/atlas.en-us.sfdx_dev.meta/sfdx_dev/sfdx_dev_ws_config.htm
 */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { parsePlaybook, PLAYBOOK_FILES } from "../src/playbook/index.ts";
import { offeredAnswers } from "../src/playbook/offered.ts";
import { accessFiles } from "./salesforce-package/access.ts";
import { fieldFiles } from "./salesforce-package/fields.ts";
import type { Words } from "./salesforce-package/fields.ts";
import { removalFiles } from "./salesforce-package/removal.ts";
import {
  apexFiles,
  changeEventFiles,
  outboundFiles,
  PLACEHOLDERS,
  requestFiles,
} from "./salesforce-package/telling.ts";
import { METADATA_VERSION } from "./salesforce-package/xml.ts";

const ROOT = path.join(import.meta.dirname, "..");
/** Where the package in this repository stands, and the playbook it is built with. */
export const PACKAGE_FOLDER = path.join(ROOT, "connectors/salesforce/package");
export const EXAMPLE_PLAYBOOK = path.join(ROOT, "mappings/salesforce");
/** What is deployed by itself: all of it, or what an admin wants of it. */
const FOLDERS = ["force-app", "change-events", "outbound", "apex"] as const;
/** What is written by hand, within the package. */
const CLASSES = "apex/main/default/classes";

/**
 * The words of a playbook's agreement.
 * @throws Error naming the folder when it is no playbook or has errors.
 */
export async function wordsOf(folder: string): Promise<Words> {
  const texts = PLAYBOOK_FILES.map(
    async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const,
  );
  const { playbook } = parsePlaybook(Object.fromEntries(await Promise.all(texts)));
  if (playbook === undefined) throw new Error(`--playbook ${folder}: it has errors; baton check lists them`);
  const { dispositions } = playbook.agreement;
  const needReason = (["rejected", "recycled"] as const).filter(
    (word) => dispositions[word].reasons.length > 0,
  );
  return { ...offeredAnswers(playbook.agreement), needReason };
}

/** Every generated file of the package: its path within, and its text. Throws nothing. */
export function packageFiles(words: Words): ReadonlyMap<string, string> {
  const [base, changes, outbound, apex] = FOLDERS.map((folder) => `${folder}/main/default`);
  const components = [
    ...fieldFiles(String(base), words),
    ...accessFiles(String(base)),
    ...requestFiles(String(base)),
    ...changeEventFiles(String(changes)),
    ...outboundFiles(String(outbound)),
    ...apexFiles(String(apex)),
  ];
  const project = `${JSON.stringify(projectFile(), undefined, 2)}\n`;
  return new Map([["sfdx-project.json", project], ...components, ...removalFiles("uninstall", components)]);
}

/** The project, with what Salesforce's command line replaces when it deploys. */
function projectFile(): unknown {
  return {
    name: "baton",
    namespace: "",
    sourceApiVersion: METADATA_VERSION,
    packageDirectories: FOLDERS.map((folder) => ({ path: folder, default: folder === "force-app" })),
    replacements: PLACEHOLDERS.map(({ text, variable, folder }) => ({
      glob: `${folder}/**/*.xml`,
      stringToReplace: text,
      replaceWithEnv: variable,
    })),
  };
}

/** Writes the package into a folder. What else stands there stays. */
export async function writePackage(out: string, words: Words): Promise<void> {
  for (const [file, text] of packageFiles(words)) {
    const target = path.join(out, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  if (out === PACKAGE_FOLDER) return;
  await cp(path.join(PACKAGE_FOLDER, CLASSES), path.join(out, CLASSES), { recursive: true });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { playbook: { type: "string" }, out: { type: "string" } } });
  const out = path.resolve(values.out ?? PACKAGE_FOLDER);
  await writePackage(out, await wordsOf(path.resolve(values.playbook ?? EXAMPLE_PLAYBOOK)));
  process.stdout.write(`Salesforce package written to ${out}\n`);
}
