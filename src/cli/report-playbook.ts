/** The agreement a report is judged by: the version that is live, else the configured folder. */
import { loadPlaybook } from "../playbook-folder.ts";
import { parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { loadLive } from "../publish/proposal.ts";
import type { Store } from "../store/open.ts";
import { placeOf } from "./playbook/texts.ts";
import type { Shell } from "./shell.ts";

/** Throws `playbook.missing` or `playbook.invalid` where neither can be read. */
export async function agreedPlaybook(shell: Shell, store: Store): Promise<Playbook> {
  const live = await loadLive(store.db);
  const parsed = live && parsePlaybook(live.files).playbook;
  return parsed ?? (await loadPlaybook(placeOf(shell, undefined))).playbook;
}
