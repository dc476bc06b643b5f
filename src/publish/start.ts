/**
 * What a starting server decides by: the version that is live, and what becomes of the folder it was given. Where nobody has to
 * sign, the folder goes live by itself, as it always did; where somebody has to, it waits, however broken it is.
 */
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import type { Publication } from "../model/version.ts";
import { parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { formatProblem } from "../playbook/problem.ts";
import { loadPlaybook } from "../playbook-folder.ts";
import type { Store } from "../store/open.ts";
import { type Files, type LiveVersion, loadLive, type Proposal, proposalOf } from "./proposal.ts";
import { publish } from "./publish.ts";
import { soundPlaybook } from "./sound.ts";

/** What became of the folder. `version` is the folder's; absent when it cannot be used. */
export type FolderNews =
  | (Proposal & { readonly version: string })
  | { readonly status: "published"; readonly version: string }
  | { readonly status: "unusable"; readonly because: string };

/** What a server begins with. */
export interface Start {
  readonly publication: Publication;
  readonly playbook: Playbook;
  readonly files: Files;
  readonly folder: FolderNews;
}

/**
 * Chooses the version, and publishes the folder's where that needs nobody.
 *
 * @param place  The playbook's folder.
 * Throws `playbook.missing` or `playbook.invalid` when there is nothing to decide by: the folder cannot be used and nothing
 * that is signed is live, or the live version is one this Baton cannot use.
 */
export async function chooseVersion(store: Store, place: string, now: () => Instant): Promise<Start> {
  const live = await loadLive(store.db);
  return live?.signOff === undefined
    ? await byFolder(store, place, live, now)
    : await bySignatures(store, place, live);
}

/** Nobody has to sign: the folder goes live, unless it is live already or people have turned away from it. */
async function byFolder(
  store: Store,
  place: string,
  live: LiveVersion | undefined,
  now: () => Instant,
): Promise<Start> {
  const { playbook, files } = await loadPlaybook(place);
  const { version } = playbook;
  const proposal = await proposalOf(store.db, live, version);
  if (live !== undefined && proposal.status !== "free") return runLive(live, { ...proposal, version });

  refuseFailing(place, files, now());
  const isFirst = live === undefined;
  const candidate = { version, files, by: "serve", because: isFirst ? "first" : "publish" } as const;
  const publication = await publish(store, live?.publication, candidate, now());
  // Somebody else published at the same moment: what that means for the folder is looked at anew.
  if (publication === undefined) return await chooseVersion(store, place, now);
  return { publication, playbook, files, folder: { status: isFirst ? "first" : "published", version } };
}

/** Somebody has to sign: the live version runs, and the folder waits, whatever its state. */
async function bySignatures(store: Store, place: string, live: LiveVersion): Promise<Start> {
  const folder = await readFolder(place);
  if ("because" in folder) return runLive(live, { status: "unusable", ...folder });
  const { version } = folder;
  return runLive(live, { ...(await proposalOf(store.db, live, version)), version });
}

async function readFolder(
  place: string,
): Promise<{ readonly version: string } | { readonly because: string }> {
  try {
    return { version: (await loadPlaybook(place)).playbook.version };
  } catch (cause) {
    if (!(cause instanceof BatonError)) throw cause;
    return { because: cause.message };
  }
}

function refuseFailing(place: string, files: Files, now: Instant): void {
  const sound = soundPlaybook(files, now);
  if ("playbook" in sound) return;
  throw new BatonError(
    "playbook.invalid",
    `The playbook in ${place} cannot go live, because its own examples do not hold:\n${indented(sound.errors)}`,
  );
}

function runLive({ publication, files }: LiveVersion, folder: FolderNews): Start {
  const { playbook, problems } = parsePlaybook(files);
  if (playbook !== undefined) return { publication, playbook, files, folder };
  const errors = problems.filter(({ severity }) => severity === "error").map(formatProblem);
  throw new BatonError(
    "playbook.invalid",
    `Version ${publication.version} is live, and this release of Baton cannot use it:\n${indented(errors)}\n` +
      "Run the release that published it, or publish a version that this one can use: baton publish",
  );
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}
