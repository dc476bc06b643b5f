/** Making a version live: its texts, the publication and the audit are stored together or not at all. */
import type { Instant } from "../model/instant.ts";
import type { Publication } from "../model/version.ts";
import { record } from "../store/audit.ts";
import type { Store } from "../store/open.ts";
import { savePlaybook } from "../store/playbooks.ts";
import { addPublication } from "../store/publications.ts";
import type { Files } from "./proposal.ts";

/** What goes live. Whether it may is the caller's to know: see `proposalOf`. */
export interface Candidate {
  readonly version: string;
  readonly files: Files;
  readonly by: string;
  readonly because: Publication["because"];
}

/**
 * Makes a version live. Servers notice within seconds.
 *
 * @param after  The publication it was decided to follow; undefined for the first.
 * @returns      Undefined, with nothing stored, when another one has been made meanwhile.
 */
export async function publish(
  store: Store,
  after: Publication | undefined,
  { files, ...candidate }: Candidate,
  now: Instant,
): Promise<Publication | undefined> {
  const { version, by, because } = candidate;
  return await store.db.transaction().execute(async (tx) => {
    if (!(await addPublication(tx, after?.seq ?? 0, candidate, now))) return undefined;
    await savePlaybook(tx, version, files, now);
    const detail = after === undefined ? version : `${version} after ${after.version}`;
    await record(tx, { actor: by === "serve" ? "baton" : "cli", action: `playbook-${because}`, detail }, now);
    return { ...candidate, seq: (after?.seq ?? 0) + 1, at: now };
  });
}
