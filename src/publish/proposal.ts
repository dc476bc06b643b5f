/**
 * How another version stands to the one that is live: may it decide, and whose word is missing? Who must sign is said by the live
 * version, never by the new one: otherwise a new version could take the other side's signature away.
 * Source: docs/decisions/0018-versions.md.
 */
import { BatonError } from "../errors.ts";
import type { Publication, Side } from "../model/version.ts";
import { missingSides, type SignOff, signOffOf } from "../playbook/sign-off.ts";
import { loadPlaybookFiles } from "../store/playbooks.ts";
import { listApprovals, listPublications, livePublication } from "../store/publications.ts";
import type { Db } from "../store/schema.ts";

/** A playbook's texts by file name. */
export type Files = Readonly<Record<string, string>>;

/** The version that decides now, and who must sign the next one. */
export interface LiveVersion {
  readonly publication: Publication;
  readonly files: Files;
  /** Absent where nobody has to sign. */
  readonly signOff?: SignOff;
}

/**
 * - `live`: it decides already.
 * - `first`: nothing is live yet; it goes live unsigned, because nobody could say who signs.
 * - `free`: nobody has to sign.
 * - `rolled-back`: nobody has to sign, but people have turned away from it: it does not come back by itself.
 * - `waits`: signatures are missing.
 * - `signed`: everybody has signed; somebody has to publish it.
 */
export type Proposal =
  | { readonly status: "live" | "first" | "free" | "rolled-back" | "signed" }
  | { readonly status: "waits"; readonly missing: readonly Side[] };

/** The live version; undefined before the first. Throws `playbook.missing` when its texts are not stored. */
export async function loadLive(db: Db): Promise<LiveVersion | undefined> {
  const publication = await livePublication(db);
  if (publication === undefined) return undefined;
  const files = await textsOf(db, publication.version);
  const signOff = await signOffNow(db);
  return { publication, files, ...(signOff === undefined ? {} : { signOff }) };
}

/**
 * Who signs, as the live version says. A rollback to a version from before anybody had to sign changes what decides, not that:
 * otherwise one person could roll back and then publish alone.
 */
async function signOffNow(db: Db): Promise<SignOff | undefined> {
  for (const { version, because } of (await listPublications(db)).toReversed()) {
    const signOff = signOffOf(await textsOf(db, version));
    if (signOff !== undefined || because !== "rollback") return signOff;
  }
  return undefined;
}

/** The texts of a version. Throws `playbook.missing` when they are not stored. */
export async function textsOf(db: Db, version: string): Promise<Files> {
  const files = await loadPlaybookFiles(db, version);
  if (files !== undefined) return files;
  throw new BatonError("playbook.missing", `The texts of version ${version} are not in the database.`);
}

/** How a version stands. @param live  What `loadLive` returned. */
export async function proposalOf(db: Db, live: LiveVersion | undefined, version: string): Promise<Proposal> {
  if (live === undefined) return { status: "first" };
  if (live.publication.version === version) return { status: "live" };
  if (live.signOff === undefined) {
    return { status: (await wasRolledBack(db, live, version)) ? "rolled-back" : "free" };
  }
  const missing = missingSides(live.signOff, await listApprovals(db, version));
  return missing.length === 0 ? { status: "signed" } : { status: "waits", missing };
}

/** After a rollback, a version that was live before is one that people chose to leave. */
async function wasRolledBack(db: Db, { publication }: LiveVersion, version: string): Promise<boolean> {
  if (publication.because !== "rollback") return false;
  return (await listPublications(db)).some((one) => one.version === version);
}
