import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TUESDAY } from "../route/acme.ts";
import { parsePlaybook, type PlaybookFile } from "../../src/playbook/load.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { compileTemplate } from "../../src/playbook/template.ts";
import { readValue } from "../../src/resolve/value.ts";
import { formRoster } from "../../src/route/index.ts";
import { decide } from "../../src/pipeline.ts";
import { aLead, aPlaybook, did, shippedFiles, test as judged } from "./kit.ts";

const shipped = shippedFiles();

/** What the shipped playbook is told of, with one place of one file written otherwise; without the places. */
function told(file: PlaybookFile, before: string, after: string): readonly string[] {
  const text = shipped[file] ?? "";
  expect(text).toContain(before);
  const { playbook, problems } = parsePlaybook({ ...shipped, [file]: text.replace(before, () => after) });
  expect(playbook === undefined).toBe(problems.some(({ severity }) => severity === "error"));
  return problems.map((problem) => formatProblem(problem).replace(/:\d+:\d+ /, " "));
}

const TERRITORIES = "\nterritories:\n";
const TYPES = "\ntypes:\n";
const MAYA = "  maya@acme.example:\n";

describe("what refers to itself is refused", () => {
  test.each<[string, PlaybookFile, string, string, string]>([
    [
      "a territory in itself",
      "routing.yaml",
      TERRITORIES,
      `${TERRITORIES}  loop: { territory: loop }\n`,
      'routing.yaml territory "loop" cannot be asked for here',
    ],
    [
      "two territories in each other",
      "routing.yaml",
      TERRITORIES,
      `${TERRITORIES}  one: { none: [ { territory: two } ] }\n  two: { territory: one }\n`,
      'routing.yaml territory "two" cannot be asked for here',
    ],
    [
      "a territory where leads are qualified",
      "definition.yaml",
      TYPES,
      `${TYPES}  near: { when: { territory: emea-enterprise }, needs: [] }\n`,
      "only the rules of routing.yaml know territories",
    ],
    [
      "a type told by itself",
      "definition.yaml",
      TYPES,
      `${TYPES}  loop: { when: { any: [ { type: loop }, { lead.role: x } ] }, needs: [] }\n`,
      'the type is not known yet where types are told apart: "loop"',
    ],
    [
      "a score in the score",
      "definition.yaml",
      "\nscore:\n",
      "\nscore:\n  score: { from: 3 }\n",
      '"score" is not known here',
    ],
  ])("%s", (_, file, before, after, wanted) => {
    expect(told(file, before, after)).toContainEqual(expect.stringContaining(wanted));
  });
});

describe("numbers and times that cannot be are refused", () => {
  test.each([0, -5, 1_001, 1e9, 1.5, ".inf", ".nan", '"100"', "~"])("a weight of %s", (weight) => {
    expect(told("team.yaml", MAYA, `${MAYA}    weight: ${weight}\n`)).toContainEqual(
      expect.stringContaining("expected a whole number from 1 to 1000, found "),
    );
  });

  test.each(["{ open: 0 }", "{ day: 0 }", "{ open: -1 }", "{ day: 1e9 }", "{ day: 1.5 }", "{ open: yes }"])(
    "a cap of %s",
    (cap) => {
      const before = /cap: \{[^}]*\}/.exec(shipped["team.yaml"] ?? "")?.[0] ?? "";
      expect(told("team.yaml", before, `cap: ${cap}`).join("\n")).toMatch(/whole number|Too (?:small|big)/);
    },
  );

  test.each(["+05:30", "UTC+3", "../../etc/passwd", '""', "Europe/Madird", "2026"])("the zone %s", (zone) => {
    expect(told("team.yaml", "zone: Europe/Madrid", `zone: ${zone}`).join("\n")).toMatch(
      /a zone is an IANA name|expected a text/,
    );
  });

  test.each(['""', "[]", '"never"', '"Mon-Fri 25:00-26:00"', '"Mon-Fri 00:00-00:00"', '["Mon", ""]'])(
    "hours of %s",
    (hours) => {
      expect(told("team.yaml", 'hours: "Mon-Fri 09:00-18:00"', `hours: ${hours}`)).not.toEqual([]);
    },
  );

  test.each(["XX", "DE-ZZ", "constructor", '""'])("holidays of %s", (holidays) => {
    expect(told("team.yaml", "holidays: ES-MD", `holidays: ${holidays}`)).toContainEqual(
      expect.stringContaining("holidays are those of a country or region"),
    );
  });

  test.each(["99999999999999d", "0m", "-1d", "1e9d", "1w", "014d"])("a span of %s", (span) => {
    expect(told("definition.yaml", "half_life: 14d", `half_life: ${span}`)).toContainEqual(
      expect.stringContaining("a span of time is a whole number"),
    );
  });

  test("all of history away is away, and costs nothing", () => {
    const team = (shipped["team.yaml"] ?? "").replace(MAYA, `${MAYA}    away: [0001-01-01..9999-12-31]\n`);
    const roster = formRoster(aPlaybook({ "team.yaml": team }).team, [], new Map(), TUESDAY);
    const { away = [] } = roster.reps.find(({ id }) => id === "maya@acme.example") ?? {};
    expect(away.every(({ fromAt, toAt }) => fromAt < TUESDAY && TUESDAY < toAt)).toBe(true);
  });
});

describe("as much as fits into a file is told about before anybody loses patience", () => {
  test.each<[string, PlaybookFile, string, string, string]>([
    [
      "30,000 keys",
      "definition.yaml",
      TYPES,
      `\n${Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join("\n")}${TYPES}`,
      "29900 more keys are not known here",
    ],
    [
      "one key 30,000 times",
      "definition.yaml",
      TYPES,
      `\nx:\n${"  a: 1\n".repeat(30_000)}${TYPES}`,
      '"a" stands here already (line 39); keep one of them',
    ],
    [
      "10,000 facts in one condition",
      "definition.yaml",
      TYPES,
      `${TYPES}  hurt: { when: { ${Array.from({ length: 10_000 }, (_, index) => `lead.x${index}: 1`).join(", ")} }, needs: [] }\n`,
      "a condition has more than 200 facts",
    ],
    [
      "12,000 examples",
      "definition.yaml",
      "\nexamples:\n",
      `\nexamples:\n${"  - { say: x, given: { lead: { role: x } }, expect: { ready: true } }\n".repeat(12_000)}`,
      "expected a list of at most 1000 entries, found a list of 12",
    ],
  ])(
    "%s",
    (_, file, before, after, wanted) => {
      expect(told(file, before, after)).toContainEqual(expect.stringContaining(wanted));
    },
    20_000,
  );
});

/** Names every object of JavaScript has. */
const INHERITED = ["constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "__proto__"];

describe("names that mean something to JavaScript are only names", () => {
  const fields = (shipped["fields.yaml"] ?? "").replace(
    "    lead.email:",
    "    constructor.keys: contact.x\n    constructor.prototype: contact.y\n    lead.prototype: contact.z\n    lead.email:",
  );
  const brief = (shipped["brief.yaml"] ?? "").replace(
    "{{ why_now }}",
    "{{ why_now }} [{{ constructor.keys }}|{{ constructor.prototype }}|{{ lead.prototype }}]",
  );

  test("as facts a brief tells", () => {
    const playbook = aPlaybook({ "fields.yaml": fields, "brief.yaml": brief });
    const facts = { "constructor.keys": "k", "constructor.prototype": "p", "lead.prototype": "z" };
    const ready = { "lead.email": "a@b.example", "lead.phone": "+49305550100", "lead.country": "DE" };
    const lead = aLead({ ...facts, ...ready }, [did("form-submitted", 60_000, { form: "demo-request" })]);
    const owners = [
      {
        id: "1",
        kind: "person" as const,
        email: "lena@acme.example",
        name: "Lena",
        active: true,
        teams: [],
      },
    ];
    const now = lead.readAt;
    const roster = formRoster(playbook.team, owners, new Map(), now);
    const { plan } = decide(lead, { playbook, roster, now, publicUrl: "https://baton.example" });
    expect(plan.brief?.noteHtml).toContain("[k|p|z]");
    expect(Object.keys({ a: 1 })).toEqual(["a"]);
  });

  test.each(INHERITED)("as the value of any field: %s", (word) => {
    for (const as of [
      "text",
      "email",
      "phone",
      "country",
      "integer",
      "date",
      "boolean",
      "url-domain",
    ] as const)
      expect(readValue(word, as, { stageNamed: () => undefined })).toBe(as === "text" ? word : undefined);
    expect(judged("lead.country: { in: [constructor, EU] }", aLead({ "lead.country": word })).truth).toBe(
      word === "constructor" ? "yes" : "no",
    );
  });

  test.each(INHERITED)("as a form, a page or an event: %s", (word) => {
    const lead = aLead({}, [did("form-submitted", 1_000, { form: word, page: word, event: word })]);
    expect(judged("form: demo-request", lead).truth).toBe("no");
    expect(judged(`form: "${word}"`, lead).truth).toBe("yes");
  });
});

describe("a template", () => {
  const values = {
    who: "Ana",
    lead: { name: "Ana" },
    list: ["a"],
    answers: [{ question: "q", answer: "a" }],
  };

  test.each([
    '{{ "".constructor }}',
    '{{ "".constructor.constructor }}',
    "{{ lead.constructor.prototype }}",
    "{{ lead.__proto__ }}",
    '{{ lead["constructor"]["constructor"] }}',
    "{{ list.constructor }}",
    "{{ __proto__ }}",
    "{{ toString }}",
    "{% assign a = 'constructor' %}{{ lead[a] }}",
    "{% for i in (1..100000000) %}{% endfor %}",
    "{% for i in (1..3000) %}{% for j in (1..3000) %}{% for k in (1..3000) %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% assign a = 'x' %}{% for i in (1..64) %}{% assign a = a | append: a | append: a %}{% endfor %}",
    "{{ 'x' | replace: 'x', who | split: '' | join: who | truncate: 99999999999 }}{{ nothing }}",
  ])("reaching for more than it is given prints none of it: %s", (text) => {
    let printed = "";
    try {
      printed = compileTemplate(text, "html").render(values);
    } catch (error) {
      printed = error instanceof Error ? "" : "no error";
    }
    expect(printed).not.toMatch(/function|native|object|Ana|x/i);
  });

  test("that assigns to what objects share changes its own words at most", () => {
    const text = "{% assign __proto__ = answers %}{% assign constructor = who %}{{ constructor }}";
    expect(compileTemplate(text, "html").render(values)).toBe("Ana");
    expect([Object.keys(Object.prototype), {}.constructor]).toEqual([[], Object]);
    expect(values).toEqual(structuredClone(values));
  });

  test("prints any value as text, whatever it holds", () => {
    const template = compileTemplate("<p>{{ who }}</p>", "html");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (who) => {
        expect(template.render({ who }).slice(3, -4)).not.toMatch(/[<>"']|\{\{[^}]*constructor/);
      }),
    );
    expect(template.render({ who: '{{ "".constructor }}' })).toBe("<p>{{ &#34;&#34;.constructor }}</p>");
  });
});
