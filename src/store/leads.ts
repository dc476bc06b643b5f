/** Leads as last seen, and the merges that made one record of several. */
import type { Instant } from "../model/instant.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import type { LeadRow } from "./schema-leads.ts";
import type { Db } from "./schema.ts";

export type SeenLead = Pick<
  LeadRow,
  "lead" | "email" | "name" | "role" | "account" | "outcome" | "reason" | "decision" | "surroundings"
>;
const SEEN = [
  "lead",
  "email",
  "name",
  "role",
  "account",
  "outcome",
  "reason",
  "decision",
  "surroundings",
] as const satisfies readonly (keyof SeenLead)[];

/** Lead id to what was last seen of it. */
export async function loadLeads(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, SeenLead>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom("leads")
    .select(SEEN)
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .execute();
  return new Map(rows.map((row) => [row.lead, row]));
}

/** Lower-case address to the lead that was last seen with it; an address two leads share finds neither. */
export async function findLeadsByEmail(
  db: Db,
  installation: string,
  emails: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await loadInChunks(emails, (chunk) =>
    db
      .selectFrom("leads")
      .select(["lead", "email"])
      .where("installation", "=", installation)
      // Said twice, or SQLite does not use the index over those that have one.
      .where("email", "is not", null)
      .where("email", "in", chunk)
      .execute(),
  );
  const found = new Map<string, Set<string>>();
  for (const { lead, email } of rows)
    if (email !== null) found.set(email, (found.get(email) ?? new Set()).add(lead));
  return new Map(
    [...found].flatMap(([email, [lead, ...others]]) => (lead && others.length === 0 ? [[email, lead]] : [])),
  );
}

export async function saveLeads(
  db: Db,
  installation: string,
  leads: readonly SeenLead[],
  now: Instant,
): Promise<void> {
  await inChunks(leads, (chunk) =>
    db
      .insertInto("leads")
      .values(chunk.map((lead) => ({ installation, ...lead, seen_at: now })))
      .onConflict((oc) =>
        oc.columns(["installation", "lead"]).doUpdateSet((eb) => ({
          email: eb.ref("excluded.email"),
          name: eb.ref("excluded.name"),
          role: eb.ref("excluded.role"),
          account: eb.ref("excluded.account"),
          outcome: eb.ref("excluded.outcome"),
          reason: eb.ref("excluded.reason"),
          decision: eb.ref("excluded.decision"),
          surroundings: eb.ref("excluded.surroundings"),
          seen_at: eb.ref("excluded.seen_at"),
        })),
      )
      .execute(),
  );
}

/** Old id to survivor, for those of `leads` that were merged away. Chains are already resolved. */
export async function loadMerges(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom("merges")
    .select(["lead", "survivor"])
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .execute();
  return new Map(rows.map((row) => [row.lead, row.survivor]));
}

/**
 * Records that `lead` became `survivor`, in any order of a chain: ids that pointed at `lead` now point at the survivor,
 * and a survivor that was itself merged is followed to the end. A merge into itself is ignored.
 */
export async function saveMerge(
  db: Db,
  installation: string,
  lead: string,
  survivor: string,
  now: Instant,
): Promise<string> {
  const end = (await loadMerges(db, installation, [survivor])).get(survivor) ?? survivor;
  if (end === lead) return end;
  await db
    .updateTable("merges")
    .set({ survivor: end })
    .where("installation", "=", installation)
    .where("survivor", "=", lead)
    .execute();
  await db
    .insertInto("merges")
    .values({ installation, lead, survivor: end, merged_at: now })
    .onConflict((oc) => oc.columns(["installation", "lead"]).doUpdateSet({ survivor: end }))
    .execute();
  return end;
}
