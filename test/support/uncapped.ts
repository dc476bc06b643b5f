/**
 * The shipped playbook without caps and escalations: for tests that hand over more leads in a minute than reps would take in a
 * week, and let hours pass in which nobody works.
 */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @param keepsEscalation  Where time is what a test is about.
 * @param shipped  Which of the playbooks in `mappings/`.
 * @returns A temporary folder with the changed copy.
 */
export function uncappedPlaybook(keepsEscalation = false, shipped = "default"): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-playbook-"));
  cpSync(`mappings/${shipped}`, folder, { recursive: true });
  rewrite(join(folder, "team.yaml"), (team) =>
    team.replaceAll(/^ *cap: *\{[^}]*\} *\n/gm, "").replaceAll(/, *cap: *\{[^}]*\}/g, ""),
  );
  if (keepsEscalation) return folder;
  rewrite(join(folder, "agreement.yaml"), (agreement) =>
    agreement.replace(/^( *)escalate:\n(?:\1  - .*\n)+/m, "$1escalate: []\n"),
  );
  return folder;
}

function rewrite(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, "utf8");
  const changed = change(text);
  if (changed === text)
    throw new Error(`${path} holds nothing to take out any more: this helper is not needed`);
  writeFileSync(path, changed);
}
