import { readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Store } from "../../src/store/open.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { fillWorld, nameLeads } from "../report/world.ts";
import { runInside } from "../support/shell.ts";
import { PORTAL, useFile } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const INSTALLATION = `inst-${PORTAL}`;

async function fill(store: Store): Promise<void> {
  const rows = await fillWorld(store.db, {
    installation: INSTALLATION,
    tenant: PORTAL,
    handoffs: 200,
    fromAt: NOW - 28 * DAY_MS,
    now: NOW,
    seed: 5,
    playbook: aPlaybook(),
  });
  // Somebody's attempt to paint over the line it is printed on.
  await nameLeads(store.db, INSTALLATION, rows, "Vera\u001B[2K Lang");
}

const file = useFile(fill);
const report = async (...args: readonly string[]) =>
  await runInside(["report", ...args], { env: file.env(), now: () => NOW });

describe("report", () => {
  test("prints promises, outcomes, answers and seams, by type unless another grouping is asked for", async () => {
    const { code, out, err } = await report();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Handoffs of 2026-10-19 to 2026-11-17 (30 days), as they stand now");
    expect(out).toMatch(/^type +handed off +first attempt in time/m);
    expect(out).toMatch(/^all +200 /m);
    expect(out).toMatch(/^occurred\.\.received +marketing-ops/m);
    expect(out).toMatch(/^rejected +student +\d+ % of \d+/m);
  });

  test("fits a terminal of eighty columns, and every figure says what it is of", async () => {
    const { out } = await runInside(["report"], { env: file.env(), now: () => NOW, columns: 80 });
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(out).toMatch(/^type +accepted +rejected/m);
    expect(out).toMatch(/^type +opportunities +/m);
    const wide = (await report()).out;
    for (const head of ["half tried in", "half in touch in", "half to opportunity in", "pipeline each"])
      expect(wide).toContain(head);
  });

  test("names no lead", async () => {
    for (const args of [[], ["--json"], ["--csv"], ["pack"], ["pack", "--markdown"], ["pack", "--csv"]])
      expect((await report(...args)).out).not.toContain("Lang");
  });

  test("is the same as JSON and as CSV, in which no text is a formula", async () => {
    const { out } = await report("--by", "source", "--json");
    const { groups } = z
      .object({ groups: z.array(z.object({ key: z.string(), counts: z.object({ handedOff: z.number() }) })) })
      .parse(JSON.parse(out));
    expect(groups.reduce((sum, { counts }) => sum + counts.handedOff, 0)).toBe(200);
    const csv = (await report("--by", "source", "--csv")).out;
    const referral = groups.find(({ key }) => key === "=referral")?.counts.handedOff;
    expect(csv).toContain(`source,handedOff,'=referral,${referral},,,\r\n`.replace(",,,\r\n", "\r\n"));
    expect(csv.split("\r\n").filter((line) => /(^|,)"?[=+@]/.test(line))).toEqual([]);
  });

  test("of days without handoffs says so", async () => {
    expect((await report("--from", "2020-01-01", "--to", "2020-01-31")).out).toBe(
      "Nothing was handed off from 2020-01-01 to 2020-01-31 (31 days).\n",
    );
  });

  test.each([
    [["--from", "2026-02-30"], "[report.bad-question]"],
    [["--by", "lead"], ""],
    [["--json", "--csv"], ""],
    [["--portal", "1"], "[cli.not-found]"],
  ])("%j is refused", async (args, says) => {
    const { code, err } = await report(...args);
    expect(code).not.toBe(0);
    expect(err).toContain(says);
  });
});

describe("report stuck", () => {
  test("names the leads, says what to do, and lets no name move the cursor", async () => {
    const { out } = await report("stuck");
    expect(out).toMatch(/leads owned and untouched/);
    expect(out).toMatch(/^Vera \[2K Lang +\S+ +\S+@acme\.example +The first attempt is .* late/m);
    expect(out).not.toContain("\u001B");
  });

  test("is the same as JSON", async () => {
    const { out } = await report("stuck", "--json");
    const { counts, leads } = z
      .object({ counts: z.record(z.string(), z.number()), leads: z.array(z.object({ kind: z.string() })) })
      .parse(JSON.parse(out));
    for (const kind of ["untouched", "quiet"])
      expect(leads.filter((lead) => lead.kind === kind)).toHaveLength(counts[kind] ?? 0);
  });
});

describe("report pack", () => {
  test("is written to a new file that only its owner may read, and never over another one", async () => {
    const path = file.path("pack.html");
    expect((await report("pack", "--out", path)).out).toBe(`Written to ${path}.\n`);
    expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await report("pack", "--out", path);
    expect([again.code, again.err]).toEqual([
      2,
      expect.stringContaining("is there already. Give a new name."),
    ]);
  });

  test("says of a folder that is not there that it is not", async () => {
    const path = file.path("nowhere/pack.html");
    const { code, err } = await report("pack", "--out", path);
    expect([code, err]).toEqual([2, expect.stringContaining(`There is no folder ${file.path("nowhere")}.`)]);
  });

  test("opens with what was decided", async () => {
    expect((await report("pack", "--markdown")).out).toContain("Nothing was recorded.");
    const text = "Refuse students *now* | <b>please</b>";
    expect((await report("decided", text, "--by", "Mia@acme.example")).code).toBe(0);
    const markdown = (await report("pack", "--markdown")).out;
    expect(markdown).toContain(
      String.raw`- Refuse students \*now\* \| &lt;b>please&lt;/b> (mia@acme.example, 2026-11-17)`,
    );
    expect((await report("pack")).out).toContain("Refuse students *now* | &lt;b&gt;please&lt;/b&gt;");
    expect((await report("pack", "--csv")).out).toContain("decided,last time,mia@acme.example");
    const kept = await file.look(async ({ db }) => await db.selectFrom("audit").select("detail").execute());
    expect(JSON.stringify(kept)).not.toContain("students");
  });

  test.each([
    ["", "1 to 500"],
    [" \n ", "1 to 500"],
    ["x".repeat(501), "these are 501"],
  ])("what was decided is neither nothing nor a novel", async (text, says) => {
    const { code, err } = await report("decided", text);
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
  });
});
