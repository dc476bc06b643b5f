/**
 * Writes the JSON Schemas of the playbook's files to schemas/, laid out by this repository's formatter:
 *
 *     node scripts/build-schemas.ts
 *
 * They are generated from the schemas that check a playbook, and committed so that an editor finds them beside it.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { playbookJsonSchemas } from "../src/playbook/index.ts";

const ROOT = path.join(import.meta.dirname, "..");
const FOLDER = path.join(ROOT, "schemas");

mkdirSync(FOLDER, { recursive: true });
const files = [...playbookJsonSchemas()].map(([file, schema]) => {
  const target = path.join(FOLDER, file.replace(/yaml$/, "json"));
  writeFileSync(target, JSON.stringify(schema, null, 2));
  return target;
});
execFileSync(path.join(ROOT, "node_modules/.bin/oxfmt"), files, { cwd: ROOT });
process.stdout.write(`${files.length} schemas written to ${FOLDER}\n`);
