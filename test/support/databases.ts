/** Runs the same tests on every database Baton supports. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, inject } from "vitest";
import { openStore, type DialectName, type Store } from "../../src/store/open.ts";

/** A database of its own, empty at the start of the file, gone at its end. */
export interface Database {
  readonly dialect: DialectName;
  readonly url: () => string;
  readonly store: () => Store;
}

/** Describes `tests` once for each database; where PostgreSQL cannot run here, its share is skipped and says why. */
export function onEveryDatabase(name: string, tests: (database: Database) => void): void {
  const postgres = inject("postgres");
  const missing = "missing" in postgres ? ` (skipped: ${postgres.missing})` : "";
  describe(`${name} on SQLite`, () => {
    tests(useDatabase("sqlite"));
  });
  describe.skipIf(missing !== "")(`${name} on PostgreSQL${missing}`, () => {
    tests(useDatabase("postgres"));
  });
}

/** A database for the tests of one `describe`. */
export function useDatabase(dialect: DialectName): Database {
  let made: { url: string; remove: () => Promise<void> } | undefined;
  let store: Store | undefined;
  beforeAll(async () => {
    made = dialect === "sqlite" ? makeSqlite() : await makePostgres();
    store = await openStore(made.url);
  });
  afterAll(async () => {
    await store?.close();
    await made?.remove();
  });
  const opened = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error("the database is there only while tests run");
    return thing;
  };
  return { dialect, url: () => opened(made).url, store: () => opened(store) };
}

function makeSqlite(): { url: string; remove: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "baton-sqlite-"));
  return {
    url: `sqlite:${join(folder, "baton.sqlite")}`,
    remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

async function makePostgres(): Promise<{ url: string; remove: () => Promise<void> }> {
  const postgres = inject("postgres");
  if ("missing" in postgres) throw new Error(postgres.missing);
  const name = `baton_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  return {
    url: postgres.url.replace(/\/postgres$/, `/${name}`),
    remove: () => run(`drop database ${name} with (force)`),
  };
}
