/** Installations: one row for each tenant of a CRM that installed the app. */
import { BatonError } from "../errors.ts";
import type { Capabilities } from "../model/capabilities.ts";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { ownJson } from "./json.ts";
import type { DialectName } from "./open.ts";
import type { InstallationRow, InstallationState } from "./schema-installations.ts";
import type { Db } from "./schema.ts";

export interface Installation {
  readonly id: string;
  readonly crm: Crm;
  readonly tenant: string;
  readonly state: InstallationState;
  readonly capabilities: Capabilities;
  /** When it was installed: first, or again after it had been removed. Nothing is known of before. */
  readonly installedAt: Instant;
  /** The installation whose leads sales works on in this one. Absent where it has leads of its own. */
  readonly serves?: string;
  /** The installation in which sales works on the leads of this one. Absent where that is this one. */
  readonly sales?: Installation;
}

/** Whether its lane can work: neither its own tokens nor those of the account sales works in are refused. Throws nothing. */
export function isConnected({ state, sales }: Installation): boolean {
  return state === "active" && sales?.state !== "disconnected";
}

/** @returns The tenant's installation, unless it was removed. */
export async function findInstallation(db: Db, crm: Crm, tenant: string): Promise<Installation | undefined> {
  const row = await db
    .selectFrom("installations")
    .selectAll()
    .where("crm", "=", crm)
    .where("tenant", "=", tenant)
    .where("state", "!=", "removed")
    .executeTakeFirst();
  return row && fromRow(row);
}

/** The installation, with the one in which sales works on its leads. */
export async function loadInstallation(db: Db, id: string): Promise<Installation | undefined> {
  const rows = await db
    .selectFrom("installations")
    .selectAll()
    .where((eb) => eb.or([eb("id", "=", id), eb.and([eb("serves", "=", id), eb("state", "!=", "removed")])]))
    .execute();
  return withSales(rows).find((one) => one.id === id);
}

/**
 * Holds on to an installation until the caller's transaction ends: whoever removes it waits for that, and then finds what was stored.
 * Throws `receive.unknown-tenant` when it was removed already. What asks before the transaction, or remembers, needs this as well.
 */
export async function keepInstalled(db: Db, dialect: DialectName, id: string): Promise<void> {
  const query = db.selectFrom("installations").select("state").where("id", "=", id);
  // On SQLite nobody else writes while a transaction that has written is open.
  const row = await (dialect === "postgres" ? query.forShare() : query).executeTakeFirst();
  if (row?.state === "removed") throw removedMeanwhile(id);
}

/** The error for what came of an installation that is no more. */
export function removedMeanwhile(id: string): BatonError {
  return new BatonError(
    "receive.unknown-tenant",
    `Installation ${id} was removed. Nothing was stored of it.`,
  );
}

/** Says whose leads sales works on in this installation; `undefined`: its own. */
export async function setServes(db: Db, id: string, serves: string | undefined, now: Instant): Promise<void> {
  await db
    .updateTable("installations")
    .set({ serves: serves ?? null, updated_at: now })
    .where("id", "=", id)
    .execute();
}

/** All that are not removed, in order of arrival. */
export async function listInstallations(db: Db): Promise<readonly Installation[]> {
  const rows = await db
    .selectFrom("installations")
    .selectAll()
    .where("state", "!=", "removed")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return withSales(rows);
}

/**
 * Those that have been disconnected since `since` or longer. One that serves another goes with that: without it the leads there would
 * be handed off as if sales worked on them there.
 */
export async function departedSince(db: Db, since: Instant): Promise<readonly Installation[]> {
  const rows = await db
    .selectFrom("installations")
    .selectAll()
    .where("state", "=", "disconnected")
    .where("updated_at", "<=", since)
    .where("serves", "is", null)
    .execute();
  return rows.map(fromRow);
}

/** Creates the tenant's installation, or brings back the one it had: a tenant keeps its id for ever. */
export async function saveInstallation(
  db: Db,
  { id, crm, tenant, capabilities }: Pick<Installation, "id" | "crm" | "tenant" | "capabilities">,
  now: Instant,
): Promise<Installation> {
  const known = JSON.stringify(capabilities);
  const row = await db
    .insertInto("installations")
    .values({
      id,
      crm,
      tenant,
      capabilities: known,
      state: "active",
      created_at: now,
      updated_at: now,
    })
    .onConflict((oc) =>
      oc.columns(["crm", "tenant"]).doUpdateSet((eb) => ({
        state: "active",
        capabilities: known,
        created_at: eb
          .case()
          .when("installations.state", "=", "removed")
          .then(now)
          .else(eb.ref("installations.created_at"))
          .end(),
        updated_at: now,
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

export async function saveCapabilities(
  db: Db,
  id: string,
  capabilities: Capabilities,
  now: Instant,
): Promise<void> {
  await db
    .updateTable("installations")
    .set({ capabilities: JSON.stringify(capabilities), updated_at: now })
    .where("id", "=", id)
    .execute();
}

/** One that was removed stays removed: its refused tokens may be noticed after it was wiped. */
export async function setInstallationState(
  db: Db,
  id: string,
  state: InstallationState,
  now: Instant,
): Promise<void> {
  await db
    .updateTable("installations")
    .set({ state, updated_at: now })
    .where("id", "=", id)
    .where("state", "!=", "removed")
    .execute();
}

/** Installations with those that serve them, as far as both are among the rows. */
function withSales(rows: readonly InstallationRow[]): readonly Installation[] {
  const all = rows.map(fromRow);
  const serving = new Map(all.map((one) => [one.serves, one]));
  return all.map((one) => {
    const sales = serving.get(one.id);
    return sales === undefined ? one : { ...one, sales };
  });
}

function fromRow(row: InstallationRow): Installation {
  return {
    id: row.id,
    crm: row.crm,
    tenant: row.tenant,
    state: row.state,
    capabilities: ownJson<Capabilities>(row.capabilities),
    installedAt: row.created_at,
    ...(row.serves === null ? {} : { serves: row.serves }),
  };
}
