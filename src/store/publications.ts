/** Which version of the playbook is live, which ones were, and who signed which. One playbook serves all installations. */
import type { Instant } from "../model/instant.ts";
import type { Approval, Publication, Signature } from "../model/version.ts";
import type { Db } from "./schema.ts";

/** The publication that decides now; undefined while no server has run on this database. Costs one step in an index. */
export async function livePublication(db: Db): Promise<Publication | undefined> {
  return await db.selectFrom("publications").selectAll().orderBy("seq", "desc").limit(1).executeTakeFirst();
}

/** Every publication, the oldest first. */
export async function listPublications(db: Db): Promise<readonly Publication[]> {
  return await db.selectFrom("publications").selectAll().orderBy("seq").execute();
}

/**
 * Makes a version live.
 *
 * @param after  `seq` of the publication it was decided to follow; 0 for the first of all.
 * @returns      False, with nothing stored, when another one has been made since.
 */
export async function addPublication(
  db: Db,
  after: number,
  publication: Pick<Publication, "version" | "by" | "because">,
  now: Instant,
): Promise<boolean> {
  const added = await db
    .insertInto("publications")
    .values({ ...publication, seq: after + 1, at: now })
    .onConflict((oc) => oc.column("seq").doNothing())
    .executeTakeFirst();
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Keeps a signature. @returns False when the same person has signed the same version for the same side before. */
export async function addApproval(
  db: Db,
  version: string,
  { side, by }: Signature,
  now: Instant,
): Promise<boolean> {
  const added = await db
    .insertInto("approvals")
    .values({ version, side, by, at: now })
    .onConflict((oc) => oc.columns(["version", "side", "by"]).doNothing())
    .executeTakeFirst();
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Signatures of one version, or of all, the oldest first. */
export async function listApprovals(db: Db, version?: string): Promise<readonly Approval[]> {
  let query = db.selectFrom("approvals").selectAll();
  if (version !== undefined) query = query.where("version", "=", version);
  return await query.orderBy("at").orderBy("side").orderBy("by").execute();
}
