/** `baton rollback`: back to a version that was live before. It was signed then, so nobody is asked again. */
import { BatonError } from "../../errors.ts";
import type { Publication } from "../../model/version.ts";
import { parsePlaybook } from "../../playbook/index.ts";
import { formatProblem } from "../../playbook/problem.ts";
import { loadLive, textsOf } from "../../publish/proposal.ts";
import type { Store } from "../../store/open.ts";
import { listPublications } from "../../store/publications.ts";
import { withStore } from "../existing-store.ts";
import type { Shell } from "../shell.ts";
import { printLive, type PublishOptions, putLive } from "./publish.ts";
import { NOTHING_LIVE, storedVersion, type Texts } from "./texts.ts";

/**
 * Puts an earlier version live again. @param version  Its first digits; left out, the one before the live one was published.
 * Throws `cli.not-found` when there is no such version or it never was live, `playbook.invalid` when this release cannot use it
 * any more, `playbook.overtaken`.
 */
export async function rollback(
  shell: Shell,
  version: string | undefined,
  options: PublishOptions,
): Promise<void> {
  await withStore(shell, async (store) => {
    const live = await loadLive(store.db);
    if (live === undefined) throw new BatonError("cli.not-found", NOTHING_LIVE);
    const target = await targetOf(store, live.publication, version);
    const texts: Texts = { version: target, place: "live again", files: await textsOf(store.db, target) };
    refuseUnusable(texts);
    const isLive = target === live.publication.version;
    if (!isLive) await putLive(shell, store, live, texts, "rollback", options);
    await printLive(shell, texts, live, isLive, options);
  });
}

async function targetOf(store: Store, live: Publication, start: string | undefined): Promise<string> {
  const publications = await listPublications(store.db);
  if (start === undefined) {
    const before = versionBefore(publications, live.version);
    if (before !== undefined) return before;
    throw new BatonError("cli.not-found", `Version ${live.version} is the first: there is none before it.`);
  }
  const version = await storedVersion(store, start);
  if (publications.some((one) => one.version === version)) return version;
  throw new BatonError(
    "cli.not-found",
    `Version ${version} never was live, so there is no way back to it. Publish it: baton publish`,
  );
}

/**
 * The version that was live when this one was last published. A rollback is no publication of its own here: rolling back twice
 * goes back two versions, not forth again.
 */
function versionBefore(publications: readonly Publication[], version: string): string | undefined {
  const at = publications.findLastIndex((one) => one.version === version && one.because !== "rollback");
  return publications.slice(0, Math.max(0, at)).findLast((one) => one.version !== version)?.version;
}

function refuseUnusable({ version, files }: Texts): void {
  const { playbook, problems } = parsePlaybook(files);
  if (playbook !== undefined) return;
  const errors = problems.filter(({ severity }) => severity === "error").map(formatProblem);
  throw new BatonError(
    "playbook.invalid",
    `Version ${version} cannot be used by this release of Baton:\n${errors.map((line) => `  ${line}`).join("\n")}`,
  );
}
