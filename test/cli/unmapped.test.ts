import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Writable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { screenOf, type Shell } from "../../src/cli/shell.ts";
import { addValues } from "../../src/cli/unmapped-add.ts";
import type { UnmappedValue } from "../../src/model/lead.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import type { Store } from "../../src/store/open.ts";
import { saveUnmapped } from "../../src/store/unmapped.ts";
import { baton, CAPABILITIES, CHECKOUT, useFile } from "./kit.ts";

/** Long before any clock this test may run by. */
const SEEN_AT = Date.UTC(2026, 10, 17, 14);

function met(field: string, from: string, value: string): UnmappedValue {
  return { field, from, value, suggestion: "as it was suggested then" };
}
const TV = met("lead.source", "contact.hs_analytics_source", "CONNECTED_TV");
const ATLANTIS = met("lead.country", "contact.country", "Atlantis");
const STAGE = met("lead.stage", "lifecycle stage", "998877");
const NO = met("account.industry", "company.industry", "no");

async function fill(store: Store): Promise<void> {
  for (const tenant of ["1", "2"]) {
    const one = { id: `inst-${tenant}`, crm: "hubspot", tenant, capabilities: CAPABILITIES } as const;
    await saveInstallation(store.db, one, SEEN_AT);
  }
  await saveUnmapped(store.db, "inst-1", [TV, TV, ATLANTIS, STAGE, NO], SEEN_AT);
  await saveUnmapped(store.db, "inst-2", [TV], SEEN_AT);
  // Of a line that was added by hand since, and of kinds that are personal by now.
  const covered = met("lead.source", "contact.hs_analytics_source", "PAID_SEARCH");
  const personal = met("lead.phone", "contact.phone", "030 5550142 ask Clara");
  const address = met("lead.source", "contact.lead_source_detail", "via clara@nordlicht.example");
  await saveUnmapped(store.db, "inst-1", [covered, personal, address], SEEN_AT);
}

const file = useFile(async () => {});
let folder = "";
let number = 0;
const fields = (): string => readFileSync(`${folder}/fields.yaml`, "utf8");
const env = () => ({ ...file.env(), BATON_PLAYBOOK: folder });
const run = async (...args: string[]) => await baton(["unmapped", ...args], env());
const SHIPPED = readFileSync(`${CHECKOUT}/mappings/default/fields.yaml`, "utf8");

beforeEach(async () => {
  number += 1;
  folder = file.path(`playbook-${number}`);
  cpSync(`${CHECKOUT}/mappings/default`, folder, { recursive: true });
  await file.look(async (store) => {
    await store.db.deleteFrom("unmapped").execute();
    await store.db.deleteFrom("audit").execute();
    await store.db.deleteFrom("installations").execute();
    await fill(store);
  });
});

describe("baton unmapped", () => {
  test("lists what no line covers, by field, with how often it was met and the line to add", async () => {
    const { out, code } = await run("--portal", "1");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toMatch(/^field +value +from +times +last +line to add$/);
    expect(out).toMatch(
      /^lead\.source +CONNECTED_TV +contact\.hs_analytics_source +2 .* CONNECTED_TV: connected-tv$/m,
    );
    expect(out).toContain("Atlantis: XX # its ISO code");
    expect(out).toContain('name-of-this-stage: "998877"');
    expect(out).toContain('"no": "no"');
    expect(out).not.toMatch(/PAID_SEARCH|5550142|clara/i);
  });

  test("is the same as JSON, portal by portal", async () => {
    const values: unknown = JSON.parse((await run("list", "--json")).out);
    expect(values).toHaveLength(5);
    expect(values).toContainEqual({
      portal: "2",
      ...TV,
      suggestion: "hubspot.read.lead.source.map:  CONNECTED_TV: connected-tv",
      times: 1,
      seenAt: SEEN_AT,
    });
  });

  test("lists all that was met while fields.yaml has errors", async () => {
    writeFileSync(`${folder}/fields.yaml`, "hubspot: [");
    expect((await run("--portal", "1")).out).toContain("PAID_SEARCH");
  });
});

describe("baton unmapped add", () => {
  test("writes one line, shows it, and takes the value off the list of every portal", async () => {
    const { out, err } = await run("add", "lead.source", "CONNECTED_TV", "connected-tv");
    expect(err).toBe("");
    const line = "        CONNECTED_TV: connected-tv\n";
    expect(fields()).toBe(SHIPPED.replace("        AI_REFERRALS: ai-referral\n", (before) => before + line));
    expect(out).toMatch(
      /^ +\d+ \+ {9}CONNECTED_TV: connected-tv\n\n✓ .*fields\.yaml: 1 value mapped; version [0-9a-f]{12}\.$/m,
    );
    expect(out).toContain("Next: baton publish");
    expect((await run()).out).not.toContain("CONNECTED_TV");
    await file.look(async (store) => {
      const rows = await store.db.selectFrom("unmapped").select("value").execute();
      expect(rows.map(({ value }) => value)).not.toContain("CONNECTED_TV");
      const audit = await store.db.selectFrom("audit").select(["installation", "action"]).execute();
      expect(audit).toContainEqual({ installation: "inst-2", action: "unmapped-add" });
    });
    expect(readdirSync(folder)).toHaveLength(6);
  });

  test("gives a field without a map its first, in the words of the field's kind", async () => {
    expect(await run("add", "lead.country", "atlantis", "Germany")).toMatchObject({ code: 0, err: "" });
    expect(fields()).toContain(
      "lead.country:  { from: [contact.country, company.country], as: country, map: { Atlantis: DE } }\n",
    );
  });

  test("names a stage", async () => {
    expect(await run("add", "lead.stage", "998877", "negotiation")).toMatchObject({ code: 0, err: "" });
    expect(fields()).toContain('    other: other\n    negotiation: "998877"\n');
  });

  test("keeps a link, and who may read the file", async () => {
    const real = file.path(`fields-${number}.yaml`);
    writeFileSync(real, fields());
    chmodSync(real, 0o640);
    writeFileSync(`${folder}/old`, "");
    const linked = file.path(`linked-${number}`);
    cpSync(folder, linked, { recursive: true, filter: (path) => !/fields\.yaml$|\/old$/.test(path) });
    symlinkSync(real, `${linked}/fields.yaml`);
    folder = linked;
    expect(await run("add", "lead.source", "CONNECTED_TV", "tv")).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(real, "utf8")).toContain("CONNECTED_TV: tv");
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  test.each([
    ["a value nobody met", ["lead.source", "RADIO", "radio"], 2, "Nobody met a value"],
    ["a field nobody met", ["lead.sauce", "CONNECTED_TV", "tv"], 2, "Nobody met a value"],
    ["a word of another kind", ["lead.country", "Atlantis", "Lemuria"], 2, "lead.country is read as country"],
    ["too little", ["lead.source", "CONNECTED_TV"], 2, "[cli.usage]"],
    ["too much", ["lead.source", "CONNECTED_TV", "tv", "--all"], 2, "[cli.usage]"],
    ["a word that makes the playbook wrong", ["lead.stage", "998877", "Not a name"], 3, "was not changed"],
    ["suggestions with nobody to ask", ["--all"], 2, "say --yes"],
  ])("%s changes nothing", async (_, args, code, says) => {
    const result = await run("add", ...args);
    expect(result.code).toBe(code);
    expect(result.err).toContain(says);
    expect(fields()).toBe(SHIPPED);
    expect(readdirSync(folder)).toHaveLength(6);
  });

  test("a playbook with errors is left alone", async () => {
    writeFileSync(`${folder}/team.yaml`, "reps: [");
    const result = await run("add", "lead.source", "CONNECTED_TV", "tv");
    expect(result.code).toBe(3);
    expect(fields()).toBe(SHIPPED);
  });

  test("--all adds every line that is suggested, and says what is left", async () => {
    const { out, err } = await run("add", "--all", "--yes");
    expect(err).toBe("");
    expect(out).toContain("hubspot.read.lead.source.map:  CONNECTED_TV: connected-tv");
    expect(out).toContain("2 values left that only you have a word for");
    expect(out).toContain("2 values mapped");
    expect(fields()).toContain("        CONNECTED_TV: connected-tv\n");
    expect(fields()).toContain('        "no": "no"\n');
    expect((await run("add", "--all", "--yes")).out).toBe(
      "2 values left that only you have a word for: baton unmapped\n",
    );
    expect(existsSync(`${folder}/fields.yaml`)).toBe(true);
  });
});

describe("the question of --all", () => {
  const quiet = screenOf(new Writable({ write: (_chunk, _encoding, done) => done() }), {});
  const answering = (answer: string): Shell => ({
    env: env(),
    out: quiet,
    err: quiet,
    ask: () => Promise.resolve(answer),
    now: () => SEEN_AT,
    zone: "UTC",
  });

  test.each([
    ["y", true],
    ["", false],
    ["n", false],
  ])("answered %j: %s", async (answer, isAdded) => {
    await addValues(answering(answer), {}, { all: true });
    expect(fields() !== SHIPPED).toBe(isAdded);
  });
});
