/** What `baton diff` and its kin are about: a version by name, the live one, or a folder. */
import { existsSync } from "node:fs";
import { loadPartialConfig } from "../../config.ts";
import { BatonError } from "../../errors.ts";
import { loadPlaybook } from "../../playbook-folder.ts";
import { type Files, loadLive, textsOf } from "../../publish/proposal.ts";
import type { Store } from "../../store/open.ts";
import { versionsLike } from "../../store/playbooks.ts";
import { withStore } from "../existing-store.ts";
import type { Shell } from "../shell.ts";

/** The texts of one version. `place` says where they were found: `live`, `stored`, or the folder. */
export interface Texts {
  readonly version: string;
  readonly place: string;
  readonly files: Files;
}

/** Fewer digits could mean anything. */
const VERSION = /^[0-9a-f]{4,12}$/;

/** The folder given, else the one BATON_PLAYBOOK names. */
export function placeOf(shell: Shell, folder: string | undefined): string {
  return folder ?? loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]).BATON_PLAYBOOK;
}

/** A folder's texts. Throws `playbook.missing` or `playbook.invalid`. */
export async function folderTexts(place: string): Promise<Texts> {
  const { playbook, files } = await loadPlaybook(place);
  return { version: playbook.version, place, files };
}

/**
 * What a person named. @param name  `live`, a folder, or the first digits of a version.
 * Throws `cli.not-found` for what is none of these; the database is opened only for what is stored in it.
 */
export async function namedTexts(shell: Shell, name: string): Promise<Texts> {
  if (name === "live") return await withStore(shell, liveTexts);
  if (existsSync(name)) return await folderTexts(name);
  return await withStore(shell, async (store) => {
    const version = await storedVersion(store, name);
    return { version, place: "stored", files: await textsOf(store.db, version) };
  });
}

/** The one stored version that begins like this. Throws `cli.not-found` when there is none, or more than one. */
export async function storedVersion(store: Store, start: string): Promise<string> {
  const found = VERSION.test(start) ? await versionsLike(store.db, start) : [];
  const [version, ...others] = found;
  if (version !== undefined && others.length === 0) return version;
  throw new BatonError(
    "cli.not-found",
    version === undefined
      ? `"${start}" is no folder and no stored version. See: baton versions`
      : `"${start}" begins several versions: ${found.join(", ")}. Give more digits.`,
  );
}

/** The texts of the version that is live. Throws `cli.not-found` before the first. */
async function liveTexts(store: Store): Promise<Texts> {
  const live = await loadLive(store.db);
  if (live === undefined) throw new BatonError("cli.not-found", NOTHING_LIVE);
  return { version: live.publication.version, place: "live", files: live.files };
}

/** Said wherever a live version is needed. */
export const NOTHING_LIVE =
  "No version is live yet: the first one goes live, unsigned, when a server starts. Run: baton serve";
