import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baton, EMAIL, fillWithVera, LEAD, useFile } from "./kit.ts";

describe("erase", () => {
  const file = useFile((store) => fillWithVera(store));

  test("goes no further without --yes where nobody can be asked", async () => {
    const run = await baton(["erase", EMAIL], file.env());
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain("say --yes");
    expect((await baton(["explain", LEAD.id], file.env())).code).toBe(0);
  });

  test("refuses a contact nothing is known of, and lays no tombstone", async () => {
    const run = await baton(["erase", "99999", "--yes"], file.env());
    expect(run.code).toBe(2);
    expect(await file.look((store) => store.db.selectFrom("tombstones").selectAll().execute())).toEqual([]);
  });

  test("by e-mail address removes every trace of the contact from the database's files", async () => {
    const run = await baton(["erase", EMAIL, "--yes"], file.env());
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/^Portal 424242: \d+ rows about 10001 removed/);
    const bytes = ["", "-wal"].map((end) => tryRead(file.path(`baton.sqlite${end}`))).join("");
    expect(bytes).not.toContain(EMAIL);
    expect(bytes).not.toContain("Vera Lang");
    expect(bytes).toContain("10002");
  });

  test("a second time says that it was done before", async () => {
    const run = await baton(["erase", LEAD.id, "--yes"], file.env());
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain("was erased in portal 424242 before");
  });

  test("finds somebody who filled in a form and never became a lead, in any case", async () => {
    const run = await baton(["erase", "stranger@fabrikam.example", "--yes"], file.env());
    expect(run.code).toBe(0);
    const bodies = await file.look((store) => store.db.selectFrom("events").select("body").execute());
    expect(bodies.filter(({ body }) => /fabrikam/i.test(body))).toEqual([]);
  });
});

function tryRead(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
