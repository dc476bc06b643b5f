import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockForServer } from "../../src/store/lock.ts";
import { openStore } from "../../src/store/open.ts";

test("a second server on the same file is refused until the first is gone; commands are not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-lock-"));
  const url = `sqlite:${join(folder, "baton.sqlite")}`;
  const store = await openStore(url);
  const first = lockForServer(url);
  expect(() => lockForServer(url)).toThrow(/Another server works on/);
  await store.db.selectFrom("installations").selectAll().execute();
  first.release();
  lockForServer(url).release();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Whether another process than this one may lock the file now. */
function isFree(path: string): boolean {
  const program = `import Database from "better-sqlite3";
    const lock = new Database(process.argv[1] + ".lock", { timeout: 0 });
    try { lock.exec("begin exclusive"); console.log("free"); } catch { console.log("taken"); }`;
  const says = execFileSync(process.execPath, ["--input-type=module", "-e", program, path], {
    encoding: "utf8",
  });
  return says.trim() === "free";
}

test("asking for the lock once more in the same process does not let another process in", () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-lock-"));
  const path = join(folder, "baton.sqlite");
  const lock = lockForServer(`sqlite:${path}`);
  expect(isFree(path)).toBe(false);
  expect(() => lockForServer(`sqlite:${path}`)).toThrow(/Another server works on/);
  expect(isFree(path)).toBe(false);
  lock.release();
  expect(isFree(path)).toBe(true);
  rmSync(folder, { recursive: true });
});

test("a file that is no database is reported as such, and stays as it is", async () => {
  const { mode } = statSync("package.json");
  await expect(openStore("sqlite:package.json")).rejects.toMatchObject({ code: "store.unavailable" });
  expect(statSync("package.json").mode).toBe(mode);
});
