/** Where a Baton under test keeps its database, how an operator copies it while it works, and how the copy is put back. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";

/** Runs `baton` with the server's own settings. Throws when it fails. */
type Run = (args: readonly string[]) => Promise<unknown>;

export interface Keeping {
  /** The database that is Baton's now. */
  readonly url: () => string;
  /** Copies it as it stands at this moment, in the middle of things. */
  copy(run: Run): Promise<void>;
  /** Puts the last copy in its place. No server may be running. */
  putBack(run: Run): Promise<void>;
  /** Whether the text stands anywhere in it, as a thief of the disk would read it; on PostgreSQL, as one of the database. */
  holds(text: string): Promise<boolean>;
  remove(): Promise<void>;
}

/** A file, with `baton backup` and `baton restore`. */
export function keepInSqlite(path: (name: string) => string): Keeping {
  return {
    url: () => `sqlite:${path("baton.sqlite")}`,
    copy: async (run) => void (await run(["backup", path("copy.sqlite")])),
    putBack: async (run) => void (await run(["restore", path("copy.sqlite"), "--yes"])),
    holds: (text) =>
      Promise.resolve(
        ["baton.sqlite", "baton.sqlite-wal"]
          .filter((name) => existsSync(path(name)))
          .some((name) => readFileSync(path(name), "latin1").includes(text)),
      ),
    remove: () => Promise.resolve(),
  };
}

/** A copy of a database that was worked on a moment ago says that a server holds its lanes: no longer than a lease lasts. */
const LEASE_OVER_WITHIN_MS = 15_000;

/** A database of a cluster. Its copy is another database beside it, as `pg_restore` would make it. */
export async function keepInPostgres(cluster: string): Promise<Keeping> {
  const made: string[] = [];
  let [current, copied] = [newName(), ""];
  const urlOf = (name: string): string => cluster.replace(/\/postgres$/, `/${name}`);
  const run = async (...statements: readonly string[]): Promise<void> => {
    await withClient(cluster, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  };
  const create = async (name: string, statement: string): Promise<void> => {
    made.push(name);
    await run(statement);
  };
  await create(current, `create database ${current}`);
  return {
    url: () => urlOf(current),
    async copy() {
      copied = newName();
      // A template must be nobody's at the moment: connections are cut in the middle of whatever they do, as by a failover.
      await run(
        `alter database ${current} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${current}'`,
      );
      await create(copied, `create database ${copied} template ${current}`);
      await run(`alter database ${current} allow_connections true`);
    },
    async putBack(baton) {
      const replaced = urlOf(current);
      current = copied;
      await run(`alter database ${current} allow_connections true`);
      await untilDone(() => baton(["restore", "--done", "--replaced", replaced, "--yes"]));
    },
    holds: (text) => withClient(urlOf(current), (client) => isAnywhere(client, text)),
    remove: () => run(...made.map((name) => `drop database ${name} with (force)`)),
  };
}

async function untilDone(attempt: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + LEASE_OVER_WITHIN_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (cause) {
      if (!String(cause).includes("A server works on this database") || performance.now() > until)
        throw cause;
      await pause(250);
    }
  }
}

async function isAnywhere(client: Client, text: string): Promise<boolean> {
  const { rows: tables } = await client.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  for (const { name } of tables) {
    const { rows } = await client.query(
      `select 1 from "${name}" as whole where strpos(whole::text, $1) > 0 limit 1`,
      [text],
    );
    if (rows.length > 0) return true;
  }
  return false;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function newName(): string {
  return `baton_${randomBytes(6).toString("hex")}`;
}
