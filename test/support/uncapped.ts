/** The shipped playbook without caps: for tests that hand over more leads in a minute than reps would take in a week. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns A temporary folder with the changed copy. */
export function uncappedPlaybook(): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-playbook-"));
  cpSync("mappings/default", folder, { recursive: true });
  const team = join(folder, "team.yaml");
  const text = readFileSync(team, "utf8");
  const uncapped = text.replaceAll(/^ *cap: *\{[^}]*\} *\n/gm, "").replaceAll(/, *cap: *\{[^}]*\}/g, "");
  if (uncapped === text) throw new Error("team.yaml holds no caps any more: this helper is not needed");
  writeFileSync(team, uncapped);
  return folder;
}
