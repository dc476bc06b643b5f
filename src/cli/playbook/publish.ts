/** `baton publish`: puts a folder's version live, once it is sound and everybody has signed who must. */
import { BatonError, EXIT_CODE } from "../../errors.ts";
import type { Publication, Side } from "../../model/version.ts";
import { type LiveVersion, loadLive, proposalOf } from "../../publish/proposal.ts";
import { publish } from "../../publish/publish.ts";
import type { Store } from "../../store/open.ts";
import { withStore } from "../existing-store.ts";
import { printJson, printLines } from "../print.ts";
import type { Shell } from "../shell.ts";
import { printDiff } from "./diff.ts";
import { signCommands } from "./missing.ts";
import { soundTexts } from "./sound.ts";
import { placeOf, type Texts } from "./texts.ts";

/** What publishing and rolling back are told. `by` is who does it: an address, or the user of this machine. */
export interface PublishOptions {
  readonly by?: string;
  readonly json?: boolean;
}

/**
 * Publishes and prints what changes. @returns 0, also when the version is live already; 2 while signatures are missing.
 * Throws `playbook.missing`, `playbook.invalid`, and `playbook.overtaken` when somebody else published meanwhile.
 */
export async function publishFolder(
  shell: Shell,
  folder: string | undefined,
  options: PublishOptions,
): Promise<number> {
  const texts = await soundTexts(placeOf(shell, folder), shell.now());
  return await withStore(shell, async (store) => {
    const live = await loadLive(store.db);
    const proposal = await proposalOf(store.db, live, texts.version);
    if (proposal.status === "waits") {
      await printMissing(shell, texts, live, proposal.missing, folder, options);
      return EXIT_CODE.reject;
    }
    const isLive = proposal.status === "live";
    if (!isLive) await putLive(shell, store, live, texts, live === undefined ? "first" : "publish", options);
    await printLive(shell, texts, live, isLive, options);
    return 0;
  });
}

/** Makes a version live in the name of whoever runs the command. Throws `playbook.overtaken`. */
export async function putLive(
  shell: Shell,
  store: Store,
  live: LiveVersion | undefined,
  { version, files }: Texts,
  because: Publication["because"],
  { by }: PublishOptions,
): Promise<void> {
  const { env } = shell;
  const candidate = { version, files, because, by: by ?? env["USER"] ?? env["LOGNAME"] ?? "cli" };
  if ((await publish(store, live?.publication, candidate, shell.now())) !== undefined) return;
  throw new BatonError(
    "playbook.overtaken",
    `Another version went live while ${version} was being looked at. See: baton versions. Then try again.`,
  );
}

/** Prints what changed and that it did. */
export async function printLive(
  shell: Shell,
  texts: Texts,
  before: LiveVersion | undefined,
  wasLive: boolean,
  options: PublishOptions,
): Promise<void> {
  const { version } = texts;
  const last = before?.publication.version;
  if (options.json === true) {
    const of = last === undefined || wasLive ? {} : { before: last };
    await printJson(shell.out, { version, live: true, isNew: !wasLive, ...of, missing: [] });
    return;
  }
  if (wasLive) {
    await printLines(shell.out, [`Version ${version} is live already.`]);
    return;
  }
  if (before !== undefined && last !== undefined) {
    await printDiff(shell.out, { version: last, place: "live before", files: before.files }, texts);
    await printLines(shell.out, [""]);
  }
  await printLines(shell.out, [
    `${shell.out.paint.green("✓")} Version ${version} is live. Running servers decide by it within seconds; turns under way, ` +
      "and handoffs that sales has, keep the version they began with.",
  ]);
}

async function printMissing(
  shell: Shell,
  { version, place }: Texts,
  live: LiveVersion | undefined,
  missing: readonly Side[],
  folder: string | undefined,
  { json }: PublishOptions,
): Promise<void> {
  if (json === true) {
    await printJson(shell.out, { version, live: false, isNew: false, missing });
    return;
  }
  await printLines(shell.out, [
    `${shell.out.paint.red("✗")} Version ${version} (${place}) is not live: the signature of ${missing.join(" and of ")} is missing.`,
    ...(live?.signOff === undefined ? [] : signCommands(live.signOff, missing, folder)),
  ]);
}
