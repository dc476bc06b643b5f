/**
 * Opens the database that `BATON_DATABASE_URL` names and brings its schema up to date.
 *
 * SQLite: one file that only its owner may read, one connection, WAL, `synchronous=FULL` (an answer of 2xx means "on disk"),
 * `secure_delete` (what is erased is overwritten). PostgreSQL: a pool. Everything above this file is the same for both.
 */
import Database from "better-sqlite3";
import { type DatabaseConnection, Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { type CustomTypesConfig, Pool, types } from "pg";
import { BatonError } from "../errors.ts";
import { giveWay } from "./give-way.ts";
import { migrationsFor } from "./migrations/index.ts";
import { preparedOnce } from "./prepared.ts";
import { closeToOthers, makePrivate } from "./private-file.ts";
import type { Db, Schema } from "./schema.ts";

export type DialectName = "sqlite" | "postgres";

/** An open store. `sqlite` is the raw handle, for the ingest path and maintenance only; absent on PostgreSQL. */
export interface Store {
  readonly dialect: DialectName;
  readonly db: Kysely<Schema>;
  readonly sqlite?: Database.Database;
  close(): Promise<void>;
}

/**
 * @param url  `sqlite:./path`, `sqlite::memory:` or `postgres://…`.
 * Throws `config.invalid` for another scheme, `store.unavailable` when it cannot be opened or migrated.
 */
export async function openStore(url: string): Promise<Store> {
  let store: Store | undefined;
  try {
    store = url.startsWith("sqlite:") ? openSqlite(url.slice("sqlite:".length)) : openPostgres(url);
    await migrate(store);
    return store;
  } catch (cause) {
    await store?.close();
    if (cause instanceof BatonError) throw cause;
    throw new BatonError("store.unavailable", whyUnopened(url, cause), { cause });
  }
}

/**
 * Opens a database only to read it, and leaves it as it is: its schema may be another version's. On SQLite throws what opening
 * the file throws; on PostgreSQL nothing is reached yet.
 */
export function openForReading(url: string): Pick<Store, "db" | "close"> {
  if (!url.startsWith("sqlite:")) return openPostgres(url);
  const database = new Database(url.slice("sqlite:".length), { readonly: true, fileMustExist: true });
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  return { db, close: () => db.destroy() };
}

/** Asks the database something that costs nothing. @returns True; throws what it throws where it does not answer. */
export async function answers({ db }: Pick<Store, "db">): Promise<boolean> {
  await db.selectFrom("installations").select("id").limit(1).execute();
  return true;
}

function openSqlite(path: string): Store {
  if (path !== ":memory:") makePrivate(path);
  const sqlite = new Database(path);
  for (const pragma of [
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "busy_timeout = 5000",
  ]) {
    sqlite.pragma(pragma);
  }
  // Only now it is known to be a database.
  if (path !== ":memory:") closeToOthers(path);
  const database = preparedOnce(sqlite);
  const dialect = new SqliteDialect({ database, onCreateConnection: givingWay });
  const db = new Kysely<Schema>({ dialect });
  return { dialect: "sqlite", db, sqlite, close: () => db.destroy() };
}

/** SQLite answers at once, so a chain of queries would keep everybody else out. PostgreSQL's answers come by the loop anyway. */
function givingWay(connection: DatabaseConnection): Promise<void> {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query) => {
    await giveWay();
    return await execute(query);
  };
  return Promise.resolve();
}

function openPostgres(url: string): Store {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new BatonError("config.invalid", "A database's address is sqlite:<path> or postgres://…");
  }
  const pool = new Pool({ connectionString: url, max: 10, types: numbersAsNumbers });
  // An idle connection that breaks must not end the process: the next query reports it.
  pool.on("error", () => undefined);
  // Nor one that breaks between two statements of a transaction, where nobody listens: the next statement fails.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { dialect: "postgres", db, close: () => db.destroy() };
}

/** Instants and counts fit a double exactly (below 2^53); pg would hand them over as text. */
const numbersAsNumbers: CustomTypesConfig = {
  getTypeParser(type, format) {
    if (type === types.builtins.INT8 && format !== "binary") return Number;
    return format === "binary" ? types.getTypeParser(type, "binary") : types.getTypeParser(type, "text");
  },
};

async function migrate(store: Store): Promise<void> {
  const migrator = new Migrator({ db: store.db, provider: migrationsFor(store.dialect) });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** The database's own clock, in milliseconds: leases between processes must not trust ours. */
export function databaseNow(db: Db, dialect: DialectName): Promise<number> {
  const now =
    dialect === "sqlite"
      ? sql<{ now: number }>`select cast(unixepoch('subsec') * 1000 as integer) as now`
      : sql<{ now: number }>`select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now`;
  return now.execute(db).then((result) => result.rows[0]?.now ?? 0);
}

/** An address that cannot be read is not repeated, nor what was made of it: nobody can say which part of it is the password. */
function whyUnopened(url: string, cause: unknown): string {
  const place = placeOf(url);
  if (place !== undefined) return `The database at ${place} cannot be opened: ${reasonOf(cause)}`;
  return `The database cannot be opened (${codeIn(cause)}). If its password holds @ / ? # or %, write them as %40 %2F %3F %23 %25.`;
}

/** Of PostgreSQL host, port and database: user and password may also stand in the query. Undefined for what cannot be read. */
function placeOf(url: string): string | undefined {
  if (url.startsWith("sqlite:")) return url;
  const read = URL.parse(url);
  // An @ after the host shows that a password was not written as addresses want it, and that the host is a part of it.
  if (read === null || `${read.pathname}${read.search}${read.hash}`.includes("@")) return undefined;
  return `${read.host}${read.pathname}`;
}

function reasonOf(cause: unknown): string {
  // Of several addresses of one name Node says nothing in words.
  if (cause instanceof AggregateError && cause.message === "") return codeIn(cause);
  return cause instanceof Error ? cause.message : String(cause);
}

function codeIn(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
}
