import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockForServer } from "../../src/store/lock.ts";
import { openStore } from "../../src/store/open.ts";
import { putInPlace } from "../../src/store/swap.ts";

describe("what is said of a PostgreSQL that cannot be opened", () => {
  const said = async (url: string): Promise<string> =>
    await openStore(url).then(
      async (store) => {
        await store.close();
        return "opened";
      },
      (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
    );

  test.each([
    ["postgres://baton:hunter2@127.0.0.1:1/leads", "127.0.0.1:1/leads"],
    ["postgres://baton:hun@ter2@127.0.0.1:1/leads", "127.0.0.1:1/leads"],
    ["postgres://127.0.0.1:1/leads?user=baton&password=hunter2", "127.0.0.1:1/leads"],
    ["postgres://baton:hunter2@127.0.0.1:1/leads?options=hunter2#hunter2", "127.0.0.1:1/leads"],
  ])("%s: host, port and database", async (url, place) => {
    const message = await said(url);
    expect(message).toContain(`The database at ${place} cannot be opened`);
    expect(message).not.toMatch(/hun|ter2|baton:|password/);
  });

  test.each([
    ["postgres://baton:hun/ter2@127.0.0.1:1/leads"],
    ["postgres://baton:12/hunter2@127.0.0.1:1/leads"],
    ["postgres://baton:12?hunter2@127.0.0.1:1/leads"],
    ["postgres://baton:12#hunter2@127.0.0.1:1/leads"],
    ["postgres://baton:hun@hunter/2@127.0.0.1:1/leads"],
    ["postgres://baton:hunter2@127.0.0.1:one/leads"],
    ["hunter2"],
    ["mysql://baton:hunter2@127.0.0.1:1/leads"],
  ])("%s: nothing of it, because nobody knows what of it is the password", async (url) => {
    expect(await said(url)).not.toMatch(/hun|ter2|baton:|:12|127/);
  });
});

describe.skipIf(process.platform === "win32")("a SQLite database is its owner's alone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "baton-open-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const modeOf = (...path: string[]): string => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

  test("with its folders and what lies beside it, from its first moment", async () => {
    const url = `sqlite:${join(folder, "a", "b", "baton.sqlite")}`;
    const store = await openStore(url);
    const lock = lockForServer(url);
    expect(["a", "a/b"].map((path) => modeOf(path))).toEqual(["700", "700"]);
    for (const part of ["", "-wal", "-shm", ".lock"])
      expect([part, modeOf("a", "b", `baton.sqlite${part}`)]).toEqual([part, "600"]);
    lock.release();
    await store.close();
  });

  test("also one that an older Baton left open to everybody, log included", async () => {
    const path = join(folder, "baton.sqlite");
    const old = new Database(path);
    old.pragma("journal_mode = WAL");
    old.exec("create table leads_of_before (name text)");
    for (const part of ["", "-wal", "-shm"]) chmodSync(path + part, 0o644);
    const store = await openStore(`sqlite:${path}`);
    for (const part of ["", "-wal", "-shm"]) expect(modeOf(`baton.sqlite${part}`)).toBe("600");
    await store.close();
    old.close();
  });

  test("a folder that was there, and a group that was let in, are somebody's own choice", async () => {
    const path = join(folder, "baton.sqlite");
    chmodSync(folder, 0o755);
    writeFileSync(path, "");
    chmodSync(path, 0o640);
    await (await openStore(`sqlite:${path}`)).close();
    expect([modeOf("."), modeOf("baton.sqlite")]).toEqual(["755", "640"]);
  });

  test("and one that a backup replaces", () => {
    const path = join(folder, "baton.sqlite");
    for (const part of ["", "-wal"]) {
      writeFileSync(path + part, "");
      chmodSync(path + part, 0o644);
    }
    writeFileSync(join(folder, "copy"), "", { mode: 0o600 });
    const kept = putInPlace(join(folder, "copy"), path, 0) ?? "";
    expect(existsSync(kept)).toBe(true);
    for (const part of ["", "-wal"]) expect((statSync(kept + part).mode & 0o777).toString(8)).toBe("600");
  });
});
