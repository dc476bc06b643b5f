/** Empty databases to run on: files in one folder, and a PostgreSQL of our own. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import startPostgres from "../support/postgres.ts";

export interface Bed {
  readonly name: "sqlite" | "postgres";
  /** The URL of a new database. */
  fresh(): Promise<string>;
}

export interface Beds {
  readonly all: readonly Bed[];
  close(): void;
}

/** @param on  `sqlite`, `postgres` or `both`. Throws where a PostgreSQL is wanted and cannot run. */
export async function openBeds(folder: string, on: string): Promise<Beds> {
  const sqlite: Bed = {
    name: "sqlite",
    fresh: () => Promise.resolve(`sqlite:${join(folder, `${newName()}.sqlite`)}`),
  };
  if (on === "sqlite") return { all: [sqlite], close: () => undefined };
  let cluster = "";
  const close = await startPostgres({
    provide(_name, value) {
      if (typeof value !== "object" || !("url" in value)) throw new Error(JSON.stringify(value));
      cluster = value.url;
    },
  });
  const postgres: Bed = { name: "postgres", fresh: async () => await newDatabase(cluster) };
  return { all: on === "postgres" ? [postgres] : [sqlite, postgres], close };
}

async function newDatabase(cluster: string): Promise<string> {
  const name = newName();
  const client = new Client({ connectionString: cluster });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return cluster.replace(/\/postgres$/, `/${name}`);
}

function newName(): string {
  return `baton_${randomBytes(6).toString("hex")}`;
}
