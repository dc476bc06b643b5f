/** The commands that need a database alone, on every database, while another process has it open. */
import { beforeAll, expect, test } from "vitest";
import { onEveryDatabase } from "../support/databases.ts";
import { baton, EMAIL, fillWithVera, HANDOFF, KEY, LEAD, type Run } from "./kit.ts";

onEveryDatabase("the command line", (database) => {
  const run = (...args: readonly string[]): Promise<Run> =>
    baton(args, { BATON_DATABASE_URL: database.url(), BATON_SECRET_KEYS: KEY });

  beforeAll(() => fillWithVera(database.store()));

  test("explains, lists and exports", async () => {
    expect((await run("explain", EMAIL)).out).toContain("Ready for sales as hand-raiser");
    expect((await run("parked", "list")).out).toContain(`${HANDOFF}.note`);
    expect((await run("export")).out.trimEnd().split("\n")).toHaveLength(10);
  });

  test("retries what is parked", async () => {
    expect(await run("parked", "retry", `${HANDOFF}.note`)).toMatchObject({ code: 0, err: "" });
  });

  test("erases a lead, and a stranger by an address typed in another case", async () => {
    expect(await run("erase", LEAD.id, "--yes")).toMatchObject({ code: 0, err: "" });
    expect(await run("erase", "STRANGER@fabrikam.example", "--yes")).toMatchObject({ code: 0, err: "" });
    const { db } = database.store();
    expect(await db.selectFrom("decisions").selectAll().execute()).toEqual([]);
    const bodies = await db.selectFrom("events").select("body").execute();
    expect(bodies.filter(({ body }) => /fabrikam/i.test(body))).toEqual([]);
    expect(bodies.length).toBeGreaterThan(0);
  });
});
