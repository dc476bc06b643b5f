import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { lockForServer } from "../../src/store/lock.ts";
import { MIGRATION_NAMES } from "../../src/store/migrations/index.ts";
import { openStore } from "../../src/store/open.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { runInside } from "../support/shell.ts";
import { DECIDED_AT, EMAIL, fillWithVera, KEY, LEAD, useFile } from "./kit.ts";

const LATER = DECIDED_AT + 3_600_000;

describe("backup and restore", () => {
  const file = useFile((store) => fillWithVera(store));
  const run = (...args: string[]) => runInside(args, { env: file.env(), now: () => LATER });
  const database = () => file.path("baton.sqlite");
  const leads = async () =>
    await file.look(async ({ db }) =>
      (await db.selectFrom("leads").select("lead").execute()).map((row) => row.lead),
    );
  /** What a refusal must leave as it was. */
  const untouched = async (work: () => Promise<{ code: number; err: string }>) => {
    const [bytes, names] = [readFileSync(database()), readdirSync(file.path("."))];
    const { code, err } = await work();
    expect(code).not.toBe(0);
    expect(readFileSync(database()).equals(bytes)).toBe(true);
    expect(readdirSync(file.path(".")).filter((name) => !names.includes(name))).toEqual([]);
    return err;
  };

  test("a backup is made while a server works, for its owner's eyes, and says what it holds", async () => {
    const server = await openStore(file.env()["BATON_DATABASE_URL"] ?? "");
    const lock = lockForServer(file.env()["BATON_DATABASE_URL"] ?? "");
    const { code, out } = await run("backup", file.path("a.sqlite"));
    lock.release();
    await server.close();
    expect(code).toBe(0);
    expect(out).toContain(
      `It holds 1 installation, 1 lead, 1 handoff, 3 events; schema ${MIGRATION_NAMES.at(-1)}.`,
    );
    expect(out).toContain("keep BATON_SECRET_KEYS elsewhere");
    expect(statSync(file.path("a.sqlite")).mode & 0o777).toBe(0o600);
    expect(existsSync(file.path("a.sqlite.part"))).toBe(false);
  });

  test("a file that is there is replaced only with --force", async () => {
    writeFileSync(file.path("b.sqlite"), "somebody's");
    expect((await run("backup", file.path("b.sqlite"))).err).toContain("--force");
    expect(readFileSync(file.path("b.sqlite"), "utf8")).toBe("somebody's");
    expect((await run("backup", file.path("b.sqlite"), "--force")).code).toBe(0);
    expect(readFileSync(file.path("b.sqlite"), "latin1")).toMatch(/^SQLite format 3/);
  });

  test("a folder that is not there is said to be so", async () => {
    const { code, err } = await run("backup", file.path("nowhere/c.sqlite"));
    expect(code).toBe(2);
    expect(err).toContain(`There is no folder ${file.path("nowhere")}.`);
  });

  test("a restore is refused while a server holds the database", async () => {
    const lock = lockForServer(file.env()["BATON_DATABASE_URL"] ?? "");
    const err = await untouched(() => run("restore", file.path("a.sqlite"), "--yes"));
    lock.release();
    expect(err).toContain("Another server works on");
  });

  test("a restore is asked about first", async () => {
    expect(await untouched(() => run("restore", file.path("a.sqlite")))).toContain("say --yes");
  });

  test.each<[string, (path: string) => void, string]>([
    [
      "no database",
      (path) => writeFileSync(path, "a letter to the editor, and a long one. ".repeat(200)),
      "cannot be read as a database",
    ],
    [
      "somebody else's database",
      (path) => void new Database(path).exec("create table songs (title text)").close(),
      "is no database of Baton's",
    ],
    ["one that is not there", () => undefined, "cannot be read as a database"],
    [
      "a truncated one",
      (path) => writeFileSync(path, readFileSync(file.path("a.sqlite")).subarray(0, 40 * 4_096 + 100)),
      "damaged|malformed|cannot be read",
    ],
    [
      "a newer one",
      (path) => {
        writeFileSync(path, readFileSync(file.path("a.sqlite")));
        const newer = new Database(path);
        newer.prepare("insert into kysely_migration values ('0999-later', '')").run();
        newer.close();
      },
      "newer Baton \\(schema 0999-later\\)",
    ],
  ])("a restore of %s is refused, and nothing has changed", async (name, make, says) => {
    const path = file.path(`${name.replaceAll(/\W/g, "-")}.sqlite`);
    make(path);
    expect(await untouched(() => run("restore", path, "--yes"))).toMatch(new RegExp(says));
  });

  test("a restored database has what the backup had, without who was erased since; the other one is kept", async () => {
    await run("erase", EMAIL, "--yes");
    await file.look(async ({ db }) => {
      const row = {
        installation: "inst-424242",
        lead: "10009",
        email: null,
        name: null,
        role: null,
        account: null,
      };
      await db
        .insertInto("leads")
        .values({ ...row, outcome: null, reason: null, decision: null, seen_at: LATER })
        .execute();
    });
    const { code, out, err } = await run("restore", file.path("a.sqlite"), "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Portal 424242: known until Tue 17 Nov 2026 14:05:31 UTC.");
    expect(out).toContain("Taken away again: 1 person erased since the backup, 0 installations left since");
    expect(await leads()).toEqual([]);
    const bytes = readFileSync(database(), "latin1");
    expect([EMAIL, "Vera Lang", "hF3kQ9zT1mXw7RbA"].filter((text) => bytes.includes(text))).toEqual([]);
    expect(statSync(database()).mode & 0o777).toBe(0o600);

    const kept = readdirSync(file.path(".")).find((name) => /replaced-[\dTZ-]+$/.test(name)) ?? "none";
    expect(out).toContain(kept);
    const before = new Database(file.path(kept), { readonly: true });
    expect(before.prepare("select lead from leads").pluck().all()).toEqual(["10009"]);
    before.close();
  });

  test("where the replaced database cannot be read, it is said that the erased are there again", async () => {
    const kept = readFileSync(file.path("a.sqlite"));
    writeFileSync(database(), "gone bad");
    const { code, err } = await run("restore", file.path("a.sqlite"), "--yes");
    expect(code).toBe(0);
    expect(err).toContain("whoever was erased since the backup is there again");
    expect(await leads()).toEqual([LEAD.id]);
    expect(readFileSync(file.path("a.sqlite")).equals(kept)).toBe(true);
  });

  test("a database can be put where there is none", async () => {
    const env = { ...file.env(), BATON_DATABASE_URL: `sqlite:${file.path("new/baton.sqlite")}` };
    const { code } = await runInside(["restore", file.path("a.sqlite"), "--yes"], { env, now: () => LATER });
    expect(code).toBe(0);
    chmodSync(file.path("new/baton.sqlite"), 0o600);
    const store = await openStore(env.BATON_DATABASE_URL);
    expect(await store.db.selectFrom("restores").select("restored_at").execute()).toEqual([
      { restored_at: LATER },
    ]);
    await store.close();
  });

  test.each([[[]], [["somewhere.sqlite", "--done"]]])(
    "a restore with %j is no way to restore",
    async (args) => {
      expect((await run("restore", ...args, "--yes")).code).toBe(2);
    },
  );
});

onEveryDatabase("a database restored by other means", ({ url, store, dialect }) => {
  const run = (...args: string[]) =>
    runInside(args, {
      env: { BATON_DATABASE_URL: url(), BATON_SECRET_KEYS: KEY, OLD_DATABASE_URL: url() },
      now: () => LATER,
    });

  test("is marked with restore --done", async () => {
    await fillWithVera(store());
    const { code, out } = await run("restore", "--done", "--replaced-env", "OLD_DATABASE_URL", "--yes");
    expect(code).toBe(0);
    expect(out).toContain("Portal 424242: known until Tue 17 Nov 2026 14:05:31 UTC.");
    expect(await store().db.selectFrom("restores").select("restored_at").execute()).toEqual([
      { restored_at: LATER },
    ]);
  });

  test("is not marked when the one it replaces is named and cannot be read", async () => {
    const { code, err } = await run("restore", "--done", "--replaced", "sqlite:/nowhere/old.sqlite", "--yes");
    expect(code).not.toBe(0);
    expect(err).toContain("cannot be read");
  });

  test.each([
    [
      "an address with a password",
      ["--replaced", "postgres://baton:hunter2@127.0.0.1:1/old"],
      "--replaced-env",
    ],
    [
      "one with it in the query",
      ["--replaced", "postgres://127.0.0.1:1/old?password=hunter2"],
      "--replaced-env",
    ],
    ["a variable that is not set", ["--replaced-env", "OLDER_DATABASE_URL"], "OLDER_DATABASE_URL is not set"],
    ["both", ["--replaced", "sqlite:x", "--replaced-env", "OLD_DATABASE_URL"], ""],
  ])("is not marked with %s", async (_name, args, says) => {
    const { code, err } = await run("restore", "--done", ...args, "--yes");
    expect(code).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain("hunter2");
  });

  test.runIf(dialect === "postgres")(
    "is PostgreSQL's own tools' to back up, and says what to run",
    async () => {
      const { code, err } = await run("backup", "/tmp/never-written");
      expect(code).toBe(2);
      expect(err).toContain("pg_dump --format=custom");
      expect((await run("restore", "/tmp/never-written", "--yes")).err).toContain("baton restore --done");
    },
  );
});
