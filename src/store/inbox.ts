/**
 * The inbox: where events are put before anybody is told that they arrived.
 *
 * Requests that wait at the same moment share one transaction (group-commit.ts). The promise settles after the commit, so a
 * 2xx means "on disk" and costs almost nothing. An event already known (same installation, same key) is not stored again.
 * Whoever asks remembers tenants for a moment, so an installation may have been removed meanwhile: that is looked up in the same
 * transaction, or what nobody would ever work on, nor delete, would stay.
 *
 * SQLite has one connection, shared with the lanes through Kysely's queue: the flush waits for its place there, then runs
 * prepared statements without a pause, so it can never land inside somebody else's transaction.
 */
import { sql } from "kysely";
import type { CrmEvent } from "../model/event.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/instant.ts";
import { loadInChunks } from "./chunks.ts";
import { openGroupCommit, type Waiter } from "./group-commit.ts";
import { removedMeanwhile } from "./installations.ts";
import type { Store } from "./open.ts";
import type { Db } from "./schema.ts";

/** Events of one installation. */
interface Delivery {
  readonly installation: string;
  readonly events: readonly CrmEvent[];
}

interface Stored {
  readonly stored: number;
  readonly duplicates: number;
}

export interface Inbox {
  /** Settles once the events are on disk; rejects when they are not, as those of an installation that was removed. */
  store(deliveries: readonly Delivery[], receivedAt: Instant): Promise<Stored>;
  /** Settles when nothing waits to be written. */
  flushed(): Promise<void>;
}

interface Row {
  readonly installation: string;
  readonly key: string;
  readonly kind: string;
  readonly lead: string | null;
  readonly urgency: number;
  readonly body: string;
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly not_before: Instant;
}

/**
 * Bulk events wait so long before a lane takes them, unless something live takes the lead first: an import comes in parts, and
 * whoever looks at one page looks at three. One look at the CRM then serves all of it.
 */
export const GATHER_MS: DurationMs = MINUTE_MS;
/** Rows in one commit: some 50 ms of work in one go on SQLite, while nothing else in the process moves. */
const MOST_ROWS = 2_000;

export function openInbox(store: Store): Inbox {
  const insert = store.dialect === "sqlite" ? sqliteInsert(store) : postgresInsert(store);
  const group = openGroupCommit<readonly Row[], Stored>(
    MOST_ROWS,
    (rows) => rows.length,
    (waiters) => writeSome(insert, waiters),
  );
  return {
    store(deliveries, receivedAt) {
      const rows = deliveries.flatMap(({ installation, events }) =>
        events.map((event) => toRow(installation, event, receivedAt)),
      );
      if (rows.length === 0) return Promise.resolve({ stored: 0, duplicates: 0 });
      return group.commit(rows);
    },
    flushed: () => group.flushed(),
  };
}

/**
 * Stores what Baton itself finds (polls, timers), inside the caller's transaction.
 * @param receivedAt  Now. `notBefore`: when a lane may take them, where that is later: what Baton finds by itself has gathered already.
 * @returns How many were new.
 */
export async function insertOwnEvents(
  db: Db,
  installation: string,
  events: readonly CrmEvent[],
  receivedAt: Instant,
  notBefore: Instant = receivedAt,
): Promise<number> {
  const rows = events.map((event) => ({
    ...toRow(installation, event, receivedAt),
    not_before: notBefore,
    attempts: 0,
    state: "pending" as const,
    outcome: null,
  }));
  const results = await loadInChunks(rows, (chunk) =>
    db
      .insertInto("events")
      .values(chunk)
      .onConflict((oc) => oc.columns(["installation", "key"]).doNothing())
      .execute(),
  );
  return results.reduce((stored, { numInsertedOrUpdatedRows: fresh }) => stored + Number(fresh ?? 0n), 0);
}

/** What became of rows: those that were new, and the installations of which none was stored. */
interface Written {
  readonly fresh: ReadonlySet<Row>;
  readonly removed: ReadonlySet<string>;
}
type Insert = (rows: readonly Row[]) => Promise<Written>;

/**
 * One commit for all waiters. When the database refuses a row, each waiter gets a commit of its own, and
 * in the end each row, so that one bad event costs no other; when it fails altogether, all of them hear it and none was told 2xx.
 */
async function writeSome(insert: Insert, waiters: readonly Waiter<readonly Row[], Stored>[]): Promise<void> {
  try {
    const { fresh, removed } = await insert(waiters.flatMap(({ request }) => request));
    for (const { request: rows, resolve, reject } of waiters) {
      const gone =
        removed.size === 0 ? undefined : rows.find(({ installation }) => removed.has(installation));
      const stored = rows.filter((row) => fresh.has(row)).length;
      if (gone === undefined) resolve({ stored, duplicates: rows.length - stored });
      else reject(removedMeanwhile(gone.installation));
    }
  } catch (cause) {
    if (waiters.length > 1 && isRefusal(cause)) {
      for (const one of waiters) await writeSome(insert, [one]);
      return;
    }
    if (isRefusal(cause)) await writeGood(insert, waiters[0]?.request ?? []);
    for (const { reject } of waiters) reject(cause);
  }
}

/** What can be stored of a request with a bad event; the sender hears of the failure all the same, and repeats are known. */
async function writeGood(insert: Insert, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await insert([row]).catch(() => undefined);
}

/** SQLSTATE classes 21 to 23 and 54: the values were at fault, not the connection. Anything SQLite or its driver refuses. */
function isRefusal(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof RangeError) return true;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^(?:2[123]|54)\w{3}$|^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}

function sqliteInsert(store: Store): Insert {
  const statement = store.sqlite?.prepare(
    `insert into events (installation, key, kind, lead, urgency, body, occurred_at, received_at, not_before, attempts, state)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'pending')
     on conflict (installation, key) do nothing`,
  );
  const isRemoved = store.sqlite?.prepare("select 1 from installations where id = ? and state = 'removed'");
  return (rows) =>
    store.db.connection().execute((connection) => {
      const fresh = new Set<Row>();
      const removed = new Set<string>();
      const all = store.sqlite?.transaction(() => {
        for (const id of installationsOf(rows)) if (isRemoved?.get(id) !== undefined) removed.add(id);
        for (const row of rows)
          if (!removed.has(row.installation) && statement?.run(...inOrder(row)).changes === 1) fresh.add(row);
      });
      all?.immediate();
      return Promise.resolve(connection).then(() => ({ fresh, removed }));
    });
}

function installationsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ installation }) => installation))];
}

/** By position: binding by name costs a seventh of the whole insert. */
function inOrder(row: Row) {
  const { installation, key, kind, lead, urgency, body, occurred_at, received_at, not_before } = row;
  return [installation, key, kind, lead, urgency, body, occurred_at, received_at, not_before] as const;
}

/**
 * One statement for any number of rows: PostgreSQL unnests columns, so the plan is the same for 1 and for 2,000. The lock on the
 * installations makes one that is just being removed wait, or be waited for (see `wipeInstallation`).
 */
function postgresInsert(store: Store): Insert {
  return async (rows) => {
    const column = <K extends keyof Row>(name: K): readonly Row[K][] => rows.map((row) => row[name]);
    const { rows: told } = await sql<{ installation: string; key: string | null }>`
      with known as (select id, state from installations where id = any(${installationsOf(rows)}::text[]) for share),
      inserted as (insert into events
        (installation, key, kind, lead, urgency, body, occurred_at, received_at, not_before, attempts, state)
      select i, k, n, l, u, b, o, r, f, 0, 'pending'
      from unnest(${column("installation")}::text[], ${column("key")}::text[], ${column("kind")}::text[],
        ${column("lead")}::text[], ${column("urgency")}::int[], ${column("body")}::text[],
        ${column("occurred_at")}::bigint[], ${column("received_at")}::bigint[],
        ${column("not_before")}::bigint[]) as t (i, k, n, l, u, b, o, r, f)
      where i <> all(array(select id from known where state = 'removed'))
      on conflict (installation, key) do nothing
      returning installation, key)
      select installation, key from inserted
      union all select id, null from known where state = 'removed'`.execute(store.db);
    const removed = new Set(told.flatMap(({ installation, key }) => (key === null ? [installation] : [])));
    const keys = new Set(told.map((row) => identity(row)));
    return {
      // Of two rows with one key in the same commit, the first is the new one.
      fresh: new Set(rows.filter((row) => !removed.has(row.installation) && keys.delete(identity(row)))),
      removed,
    };
  };
}

function identity(row: { readonly installation: string; readonly key: string | null }): string {
  return `${row.installation} ${row.key}`;
}

function toRow(installation: string, event: CrmEvent, receivedAt: Instant): Row {
  return {
    installation,
    key: event.key,
    kind: event.kind,
    lead: "lead" in event && event.lead !== undefined ? event.lead.id : null,
    urgency: event.urgency === "live" ? 0 : 1,
    body: JSON.stringify(event),
    occurred_at: event.occurredAt,
    received_at: receivedAt,
    not_before: receivedAt + (event.urgency === "live" ? 0 : GATHER_MS),
  };
}
