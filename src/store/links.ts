/**
 * Links: which record of sales' CRM is the same person as a lead of marketing's, and what both last held in common.
 *
 * Invariants: a lead has one counterpart at a time; a counterpart, under every id it ever had, belongs to one lead, whoever came
 * first. What was agreed is only ever written with a confirmed write, or when both sides were read equal.
 */
import { sql } from "kysely";
import type { Instant } from "../model/instant.ts";
import type { Agreed } from "../model/sync.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";
import type { LinkedBy, LinkRow } from "./schema-links.ts";

/** One link. */
export interface Link {
  readonly lead: string;
  readonly counterpart: string;
  readonly by: LinkedBy;
  readonly agreed: Agreed;
  readonly linkedAt: Instant;
  /** When sales' CRM first said that the record is not there. */
  readonly goneAt?: Instant;
}

/** The links of these leads, by lead. Leads without one are absent. */
export async function loadLinks(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("links")
      .selectAll()
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute(),
  );
  return new Map(rows.map((row) => [row.lead, fromRow(row)]));
}

/** The leads that these ids of sales' CRM belong to, by id. */
export async function leadsLinkedWith(
  db: Db,
  installation: string,
  counterparts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await loadInChunks(counterparts, (chunk) =>
    db
      .selectFrom("link_names")
      .select(["counterpart", "lead"])
      .where("installation", "=", installation)
      .where("counterpart", "in", chunk)
      .execute(),
  );
  return new Map(rows.map(({ counterpart, lead }) => [counterpart, lead]));
}

/**
 * Links leads, or says that their counterparts are other records by now; what was agreed is kept. A counterpart that is somebody
 * else's already stays theirs. @returns The leads whose counterpart is theirs now.
 */
export async function saveLinks(
  db: Db,
  installation: string,
  fresh: readonly Pick<Link, "lead" | "counterpart" | "by">[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  await inChunks(fresh, (chunk) =>
    db
      .insertInto("link_names")
      .values(chunk.map(({ lead, counterpart }) => ({ installation, counterpart, lead })))
      .onConflict((oc) => oc.columns(["installation", "counterpart"]).doNothing())
      .execute(),
  );
  const holders = await leadsLinkedWith(
    db,
    installation,
    fresh.map(({ counterpart }) => counterpart),
  );
  const own = fresh.filter(({ lead, counterpart }) => holders.get(counterpart) === lead);
  await inChunks(own, (chunk) =>
    db
      .insertInto("links")
      .values(
        chunk.map(({ lead, counterpart, by }) => ({
          installation,
          lead,
          counterpart,
          by,
          agreed: "{}",
          linked_at: now,
          gone_at: null,
        })),
      )
      .onConflict((oc) =>
        oc
          .columns(["installation", "lead"])
          .doUpdateSet((eb) => ({ counterpart: eb.ref("excluded.counterpart"), gone_at: null })),
      )
      .execute(),
  );
  return new Set(own.map(({ lead }) => lead));
}

/** Adds to what is agreed of these leads' fields. A lead that is not linked any more has nothing to agree on. */
export async function agree(
  db: Db,
  installation: string,
  fields: ReadonlyMap<string, Agreed>,
): Promise<void> {
  const links = await loadLinks(db, installation, [...fields.keys()]);
  const sums = [...links.values()].map(
    ({ lead, agreed }) => [lead, { ...agreed, ...fields.get(lead) }] as const,
  );
  await replaceAgreed(db, installation, new Map(sums));
}

/** Says what is agreed of these leads' fields, and that nothing else is. */
export async function replaceAgreed(
  db: Db,
  installation: string,
  agreed: ReadonlyMap<string, Agreed>,
): Promise<void> {
  await inChunks([...agreed], async (chunk) => {
    const rows = sql.join(
      chunk.map(([lead, fields]) => sql`(cast(${lead} as text), cast(${JSON.stringify(fields)} as text))`),
    );
    await sql`
      with told (lead, agreed) as (values ${rows})
      update links set agreed = told.agreed
      from told
      where links.installation = ${installation} and links.lead = told.lead
        -- Said twice, or SQLite reads every link of the installation.
        and links.lead in (select lead from told)`.execute(db);
  });
}

/** Notes that sales' CRM says it has no such record. The first time counts. */
export async function noteGone(db: Db, installation: string, lead: string, now: Instant): Promise<void> {
  await db
    .updateTable("links")
    .set({ gone_at: now })
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("gone_at", "is", null)
    .execute();
}

/** Ends the link of a lead whose record is gone: from now on it is looked for anew. */
export async function unlink(db: Db, installation: string, lead: string): Promise<void> {
  for (const table of ["links", "link_names"] as const)
    await db.deleteFrom(table).where("installation", "=", installation).where("lead", "=", lead).execute();
}

/** Every id these leads have had in sales' CRM. */
export async function namesElsewhere(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<readonly string[]> {
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("link_names")
      .select("counterpart")
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute(),
  );
  return rows.map(({ counterpart }) => counterpart);
}

/**
 * What belonged to a lead that was merged belongs to the survivor. The survivor's own link stays, with what was agreed on it: that was said
 * of the two records that are left. What was agreed on the other's was said of a record that is not there any more, and of one the
 * survivor is not linked with: taken over, it would make an empty field of the one left one that somebody has emptied. A link that
 * moves comes without it for the same reason.
 */
export async function moveLinks(db: Db, installation: string, lead: string, survivor: string): Promise<void> {
  const links = await loadLinks(db, installation, [lead, survivor]);
  if (links.has(survivor))
    await db.deleteFrom("links").where("installation", "=", installation).where("lead", "=", lead).execute();
  await db
    .updateTable("links")
    .set({ lead: survivor, agreed: "{}" })
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .execute();
  await db
    .updateTable("link_names")
    .set({ lead: survivor })
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .execute();
}

/** @returns At most `size` leads that are linked, after the lead `after`, in the order of their ids. */
export async function linkedAfter(
  db: Db,
  installation: string,
  after: string,
  size: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("links")
    .select("lead")
    .where("installation", "=", installation)
    .where("lead", ">", after)
    .orderBy("lead")
    .limit(size)
    .execute();
  return rows.map(({ lead }) => lead);
}

/** How many leads are linked. */
export async function countLinks(db: Db, installation: string): Promise<number> {
  const row = await db
    .selectFrom("links")
    .select((eb) => eb.fn.countAll().as("links"))
    .where("installation", "=", installation)
    .executeTakeFirstOrThrow();
  return Number(row.links);
}

/** @returns At most `size` links made at `since` or later, after the lead `after`. */
export async function linkPage(
  db: Db,
  installation: string,
  since: Instant,
  after: string,
  size: number,
): Promise<readonly LinkRow[]> {
  return await db
    .selectFrom("links")
    .selectAll()
    .where("installation", "=", installation)
    .where("linked_at", ">=", since)
    .where("lead", ">", after)
    .orderBy("lead")
    .limit(size)
    .execute();
}

function fromRow(row: LinkRow): Link {
  return {
    lead: row.lead,
    counterpart: row.counterpart,
    by: row.by,
    agreed: ownJson<Agreed>(row.agreed),
    linkedAt: row.linked_at,
    ...(row.gone_at === null ? {} : { goneAt: row.gone_at }),
  };
}
