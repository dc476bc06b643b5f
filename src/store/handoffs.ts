/** Handoffs: at most one open one for each lead, held by the database itself. */
import type { OtherHandoff } from "../model/account.ts";
import type { OpenHandoff } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import { inChunks } from "./chunks.ts";
import type { HandoffRow } from "./schema-decisions.ts";
import type { Db } from "./schema.ts";

/** Lead id to its open handoff. */
export async function loadOpenHandoffs(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, OpenHandoff>> {
  if (leads.length === 0) return new Map();
  const rows = await db
    .selectFrom("handoffs")
    .select(["lead", "id", "state", "type", "owner", "decided_at"])
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .where("closed_at", "is", null)
    .execute();
  return new Map(rows.map((row) => [row.lead, toOpen(row)]));
}

/** How many leads sales has, or is to have. */
export async function countOpenHandoffs(db: Db, installation: string): Promise<number> {
  const { count } = await db
    .selectFrom("handoffs")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("installation", "=", installation)
    .where("closed_at", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

/** The rep who has this handoff as a turn; undefined where a rule or a person named the owner. */
export async function turnOf(db: Db, installation: string, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("handoffs")
    .select("rep")
    .where("installation", "=", installation)
    .where("id", "=", id)
    // Only a turn is one of a pool's.
    .where("pool", "is not", null)
    .executeTakeFirst();
  return row?.rep ?? undefined;
}

/** Account id to the open handoffs of its people, newest first. */
export async function loadAccountHandoffs(
  db: Db,
  installation: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly OtherHandoff[]>> {
  if (accounts.length === 0) return new Map();
  const rows = await db
    .selectFrom("handoffs")
    .select(["account", "id", "lead", "type", "scope", "owner", "decided_at"])
    .where("installation", "=", installation)
    // Said twice, or SQLite does not use the index over those that have one.
    .where("account", "is not", null)
    .where("account", "in", accounts)
    .where("closed_at", "is", null)
    .execute();
  // Sorted here: asked for an order, SQLite walks every handoff of the installation in that order.
  const newestFirst = rows.toSorted((a, b) => b.decided_at - a.decided_at || (a.id < b.id ? -1 : 1));
  const byAccount = Map.groupBy(newestFirst, ({ account }) => account ?? "");
  return new Map([...byAccount].map(([account, own]) => [account, own.map(toOther)]));
}

function toOther(
  row: Pick<HandoffRow, "id" | "lead" | "type" | "scope" | "owner" | "decided_at">,
): OtherHandoff {
  const { id, lead, type, scope, owner, decided_at: startedAt } = row;
  return { id, lead, type, scope, ...(owner === null ? {} : { ownerId: owner }), startedAt };
}

function toOpen(row: Pick<HandoffRow, "id" | "state" | "type" | "owner" | "decided_at">): OpenHandoff {
  return {
    id: row.id,
    state: row.state === "queued" ? "queued" : "with-sales",
    type: row.type,
    ...(row.owner === null ? {} : { ownerId: row.owner }),
    startedAt: row.decided_at,
  };
}

/** What is known of a handoff's course once somebody has it. */
const SET_WITH_OWNER = [
  "pool",
  "team",
  "owned_at",
  "standing",
  "first_attempt_due",
  "meaningful_due",
  "attempts_owed",
  "attempts_due",
  "answer_due",
  "source",
  "campaign_first",
  "campaign_last",
  "missing",
] as const;

/** Rows in one statement. With 56 columns each, 500 of them take SQLite some 20 ms, in which nothing else moves. */
const ROWS_AT_ONCE = 200;

/** Creates handoffs, or completes the queued ones with the owner they now have. */
export async function saveHandoffs(db: Db, handoffs: readonly HandoffRow[]): Promise<void> {
  const save = async (chunk: readonly HandoffRow[]): Promise<unknown> =>
    await db
      .insertInto("handoffs")
      .values(chunk)
      .onConflict((oc) =>
        oc.columns(["installation", "id"]).doUpdateSet((eb) => ({
          state: eb.ref("excluded.state"),
          account: eb.ref("excluded.account"),
          scope: eb.ref("excluded.scope"),
          rule: eb.ref("excluded.rule"),
          reason: eb.ref("excluded.reason"),
          rep: eb.ref("excluded.rep"),
          owner: eb.ref("excluded.owner"),
          owner_name: eb.ref("excluded.owner_name"),
          playbook: eb.ref("excluded.playbook"),
          decided_at: eb.ref("excluded.decided_at"),
          ...Object.fromEntries(SET_WITH_OWNER.map((column) => [column, eb.ref(`excluded.${column}`)])),
          // What was written for the queued one says nothing about the owner's task and note.
          written_at: eb
            .case()
            .when("handoffs.state", "=", eb.ref("excluded.state"))
            .then(eb.ref("handoffs.written_at"))
            .else(null)
            .end(),
        })),
      )
      .execute();
  await inChunks(handoffs, save, ROWS_AT_ONCE);
}

export async function closeHandoff(
  db: Db,
  installation: string,
  id: string,
  because: string,
  now: Instant,
): Promise<HandoffRow | undefined> {
  return await db
    .updateTable("handoffs")
    .set({ state: "closed", closed_at: now, closed_because: because })
    .where("installation", "=", installation)
    .where("id", "=", id)
    .where("closed_at", "is", null)
    .returningAll()
    .executeTakeFirst();
}

/** What has changed about a handoff that sales has. */
export type Course = { readonly id: string } & Partial<Omit<HandoffRow, "installation" | "id" | "lead">>;

/** Notes how handoffs go on. */
export async function saveCourses(db: Db, installation: string, courses: readonly Course[]): Promise<void> {
  for (const { id, ...course } of courses)
    await db
      .updateTable("handoffs")
      .set(course)
      .where("installation", "=", installation)
      .where("id", "=", id)
      .execute();
}

/** Stamps `written` on handoffs whose effects have all ended, once. */
export async function stampWritten(
  db: Db,
  installation: string,
  handoffs: readonly string[],
  now: Instant,
): Promise<void> {
  await inChunks(handoffs, (chunk) =>
    db
      .updateTable("handoffs")
      .set({ written_at: now })
      .where("installation", "=", installation)
      .where("id", "in", chunk)
      .where("written_at", "is", null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("effects")
              .select("effects.key")
              .whereRef("effects.installation", "=", "handoffs.installation")
              .whereRef("effects.handoff", "=", "handoffs.id")
              .where("effects.state", "in", ["planned", "attempting", "ambiguous"]),
          ),
        ),
      )
      .execute(),
  );
}

/** Newest first. */
export async function listHandoffs(
  db: Db,
  installation: string,
  most: number,
): Promise<readonly HandoffRow[]> {
  return await db
    .selectFrom("handoffs")
    .selectAll()
    .where("installation", "=", installation)
    .orderBy("decided_at", "desc")
    .orderBy("id")
    .limit(most)
    .execute();
}

/** Finds by handoff id alone: ids are random and name no tenant. */
export async function findHandoff(db: Db, id: string): Promise<HandoffRow | undefined> {
  return await db.selectFrom("handoffs").selectAll().where("id", "=", id).executeTakeFirst();
}
