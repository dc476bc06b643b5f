/**
 * Making a version live: its texts, the publication and the audit are stored together or not at all, and the CRMs' pick lists are to
 * offer its words.
 */
import type { Instant } from "../model/instant.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import type { Publication } from "../model/version.ts";
import { record } from "../store/audit.ts";
import { prepareEverywhere } from "../store/cursors.ts";
import type { Store } from "../store/open.ts";
import { savePlaybook } from "../store/playbooks.ts";
import { addPublication } from "../store/publications.ts";
import { planLessons } from "./lessons.ts";
import { type Files, textsOf } from "./proposal.ts";

/** By then every server has noticed the version, and offers its words rather than those of the one before. */
const NOTICED_MS: DurationMs = 10 * SECOND_MS;

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
    await prepareEverywhere(tx, now + NOTICED_MS);
    if (after !== undefined) {
      const from = await textsOf(tx, after.version);
      await planLessons(tx, { version, from, to: files, since: after.at }, now);
    }
    const detail = after === undefined ? version : `${version} after ${after.version}`;
    await record(tx, { actor: by === "serve" ? "baton" : "cli", action: `playbook-${because}`, detail }, now);
    return { ...candidate, seq: (after?.seq ?? 0) + 1, at: now };
  });
}
