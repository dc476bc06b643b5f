/** `baton sign`: one yes of one side to the version a folder holds, after that side has read what it changes. */
import { BatonError } from "../../errors.ts";
import type { Side } from "../../model/version.ts";
import { missingSides, type SignOff } from "../../playbook/sign-off.ts";
import { type LiveVersion, loadLive } from "../../publish/proposal.ts";
import { record } from "../../store/audit.ts";
import type { Store } from "../../store/open.ts";
import { savePlaybook } from "../../store/playbooks.ts";
import { addApproval, listApprovals } from "../../store/publications.ts";
import { confirm } from "../confirm.ts";
import { withStore } from "../existing-store.ts";
import { printJson, printLines } from "../print.ts";
import type { Shell } from "../shell.ts";
import { printDiff } from "./diff.ts";
import { signCommands } from "./missing.ts";
import { soundTexts } from "./sound.ts";
import { NOTHING_LIVE, placeOf, type Texts } from "./texts.ts";

/** What `baton sign` is told. */
export interface SignOptions {
  readonly as: Side;
  readonly by: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Prints what the folder's version changes and signs it. A person at a terminal is asked first; elsewhere the command itself,
 * which names side and signer, is the yes. Throws `playbook.invalid` for a version that is wrong or whose example fails, and
 * `cli.usage` where there is nothing to sign or the signer may not.
 */
export async function sign(shell: Shell, folder: string | undefined, options: SignOptions): Promise<void> {
  const texts = await soundTexts(placeOf(shell, folder), shell.now());
  const by = options.by.trim().toLowerCase();
  await withStore(shell, async (store) => {
    const live = await loadLive(store.db);
    const signOff = refuseSigning(live, texts, options.as, by);
    if (options.json !== true && live !== undefined) {
      const { version } = live.publication;
      await printDiff(shell.out, { version, place: "live", files: live.files }, texts);
    }
    const what = `This signs version ${texts.version} for ${options.as}.`;
    if (!(await confirm(shell, what, options.yes === true || shell.ask === undefined))) return;
    const isNew = await keep(store, texts, { side: options.as, by }, shell.now());
    const missing = missingSides(signOff, await listApprovals(store.db, texts.version));
    if (options.json === true) {
      await printJson(shell.out, { version: texts.version, side: options.as, by, isNew, missing });
      return;
    }
    await printLines(shell.out, [
      "",
      `${isNew ? "Signed" : "Signed already:"} version ${texts.version} for ${options.as} as ${by}.`,
      ...(missing.length === 0
        ? [`Both sides have signed. Put it live: baton publish${folder === undefined ? "" : ` ${folder}`}`]
        : ["Still missing:", ...signCommands(signOff, missing, folder)]),
    ]);
  });
}

/** Who signs, if this person may sign this version for that side. */
function refuseSigning(live: LiveVersion | undefined, texts: Texts, side: Side, by: string): SignOff {
  const refuse = (message: string): never => {
    throw new BatonError("cli.usage", message);
  };
  if (live === undefined) return refuse(NOTHING_LIVE);
  const { publication, signOff } = live;
  if (publication.version === texts.version) return refuse(`Version ${texts.version} is live already.`);
  if (signOff === undefined) {
    return refuse(
      `Version ${publication.version} is live and names nobody who signs (sign_off in agreement.yaml), so there is nothing ` +
        "to sign. Put the new one live with: baton publish",
    );
  }
  if (signOff[side].includes(by)) return signOff;
  return refuse(
    `Whoever --by names does not sign for ${side}: sign_off in agreement.yaml says who does, as it stands in the version that ` +
      "is live, not in the new one. See: baton publish",
  );
}

async function keep(
  store: Store,
  { version, files }: Texts,
  signature: { readonly side: Side; readonly by: string },
  now: number,
): Promise<boolean> {
  return await store.db.transaction().execute(async (tx) => {
    await savePlaybook(tx, version, files, now);
    const isNew = await addApproval(tx, version, signature, now);
    const detail = `${version} for ${signature.side}`;
    if (isNew) await record(tx, { actor: "cli", action: "playbook-signed", detail }, now);
    return isNew;
  });
}
