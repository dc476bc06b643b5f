import { mkdtempSync, rmSync } from "node:fs";
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

test("a file that is no database is reported as such", async () => {
  await expect(openStore("sqlite:package.json")).rejects.toMatchObject({ code: "store.unavailable" });
});
