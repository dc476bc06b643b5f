import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { saveStandings } from "../../src/store/standings.ts";
import { saveTurn } from "../../src/store/turns.ts";
import { aLedger, anOwner, aStanding, OWNERS } from "../route/acme.ts";
import { baton, DECIDED_AT, fillWithVera, PORTAL, useFile } from "./kit.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-routes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No database of the machine's is looked at. */
const alone = (): Readonly<Record<string, string>> => ({
  BATON_DATABASE_URL: `sqlite:${join(folder, "none.sqlite")}`,
});

describe("routes audit without a portal", () => {
  test("shows who can receive what and exits with 0 while nothing is wrong", async () => {
    const run = await baton(["routes", "audit"], alone());
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/^ {2}EMEA enterprise +emea-sdr \(enterprise\) +lena, amelie +20 +Mon-Fri /m);
    expect(run.out).toContain("Owners and turns are not known");
    expect(run.out).toContain("warning: lead.country not known: no rule covers such a lead");
    expect(run.out).toContain("✓ mappings/default: 0 errors, 1 warning");
  });

  test("is the same as JSON", async () => {
    const run = await baton(["routes", "audit", "mappings/product-led", "--json"], alone());
    expect(run.code).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      folder: "mappings/product-led",
      rules: [{}, {}, {}, {}, { rule: "Next in turn", to: "growth", perDay: 240 }],
    });
  });

  test("exits with 3 and names the place while a rule is dead", async () => {
    const playbook = join(folder, "dead");
    cpSync("mappings/product-led", playbook, { recursive: true });
    writeFileSync(
      join(playbook, "routing.yaml"),
      `rules:
  - { name: From somewhere, when: { lead.country: { known: true } }, to: { pool: growth } }
  - { name: From nowhere, when: { lead.country: { known: false } }, to: { pool: growth } }
  - { name: Germans, when: { lead.country: DE }, to: { pool: growth, skill: german } }
otherwise: { queue: unrouted, within: 10m }
`,
    );
    const run = await baton(["routes", "audit", playbook], alone());
    expect(run.code).toBe(3);
    expect(run.out).toContain(
      `error: "Germans" can never be reached: the rules above it take every lead it matches (${join(playbook, "routing.yaml")}:4)`,
    );
  });

  test("a portal is asked for by name only where there is a database", async () => {
    const run = await baton(["routes", "audit", "--portal", PORTAL], alone());
    expect(run.code).toBe(3);
    expect(run.err).toContain("config.invalid");
  });
});

describe("routes audit with a portal", () => {
  const file = useFile(async (store) => {
    await fillWithVera(store);
    const id = `inst-${PORTAL}`;
    const owners = [...OWNERS.filter(({ id: name }) => name !== "jordan"), anOwner("new@acme.example")];
    const roster = { reps: [], owners, standings: new Map() };
    await saveTurn(store.db, id, { id: "turn-later", roster, playbook: "0123" }, DECIDED_AT + 1);
    const standings = aLedger({
      "lena@acme.example": aStanding({ credits: 4, open: 2 }),
      "tomas@acme.example": aStanding({ credits: 24, open: 9 }),
    });
    await saveStandings(store.db, id, standings, new Map());
  });

  test("says who left, and who is far from an even share, as of the last turn", async () => {
    const run = await baton(["routes", "audit"], file.env());
    expect(run.code).toBe(0);
    expect(run.out).toContain(`Owners and turns: portal ${PORTAL}, as of Tue 17 Nov 2026 14:02:11 UTC.`);
    expect(run.out).toContain("warning: jordan@acme.example has left the CRM");
    expect(run.out).toContain("warning: tomas@acme.example stands at 24 turns where an even share is 14");
    expect(run.out).toMatch(/^ {2}AMER +amer-sdr +maya, sofia +24 /m);
    expect(run.out).toMatch(/^ {2}lena@acme\.example +emea-sdr +2 rules +10 day +4 +14 +2$/m);
  });

  test("a portal Baton is not in is refused", async () => {
    const run = await baton(["routes", "audit", "--portal", "99"], file.env());
    expect(run.code).toBe(2);
    expect(run.err).toContain("Baton is not installed in 99");
  });
});
