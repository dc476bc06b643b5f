import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { diffPlaybooks } from "../../src/playbook/diff.ts";
import { PLAYBOOK_FILES } from "../../src/playbook/index.ts";
import { shippedFiles } from "./kit.ts";

const SHIPPED = shippedFiles();

/** What the diff says of a file in which one text stands for another. */
function said(file: string, before: string, after: string): readonly string[] {
  const text = SHIPPED[file] ?? "";
  expect(text).toContain(before);
  const { changed, rewritten } = diffPlaybooks(SHIPPED, {
    ...SHIPPED,
    [file]: text.replace(before, () => after),
  });
  expect(rewritten).toEqual([]);
  expect(changed.map((one) => one.file)).toEqual([file]);
  return changed[0]?.says ?? [];
}

/** What it says of two texts of one file. */
function between(file: string, from: string, to: string): readonly string[] {
  return diffPlaybooks({ [file]: from }, { [file]: to }).changed.flatMap(({ says }) => says);
}

describe("an edit of the shipped playbook is said in words", () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "account.employees: { from: 100, to: 5000 }",
      ["Fit: account.employees from 50 to 5000 → from 100 to 5000"],
    ],
    [
      "definition.yaml",
      "form: [demo-request, pricing, contact-sales], within: 24h",
      "form: [demo-request, pricing, contact-sales], within: 48h",
      [
        "Type hand-raiser: form demo-request, pricing or contact-sales within 24h → demo-request, pricing or contact-sales within 2d",
      ],
    ],
    ["definition.yaml", "at_least: 2\n", "at_least: 3\n", ["Intent holds with at least 2 → 3"]],
    [
      "definition.yaml",
      "say: A newsletter is no question to sales",
      "say: A newsletter asks nothing of sales",
      [
        "Counterexample “A newsletter is no question to sales” is now called “A newsletter asks nothing of sales”",
      ],
    ],
    [
      "team.yaml",
      "    skills: [german, enterprise]\n    cap: { day: 10 }",
      "    skills: [german]\n    weight: 50\n    cap: { day: 8 }",
      [
        "lena@acme.example: skills enterprise removed",
        "lena@acme.example: cap day 10 → 8",
        "lena@acme.example: weight not set → 50",
      ],
    ],
    [
      "team.yaml",
      "  priya@acme.example:\n    team: apac-sdr\n",
      "  ravi@acme.example:\n    team: apac-sdr\n    weight: 50\n  priya@acme.example:\n    team: apac-sdr\n",
      ["ravi@acme.example joins apac-sdr (weight 50)"],
    ],
    [
      "routing.yaml",
      "otherwise: { queue: unrouted, notify: revops@acme.example, within: 30m }",
      "otherwise: { queue: unrouted, notify: revops@acme.example, within: 1h }",
      ["When no rule finds anybody: within 30m → 1h"],
    ],
    [
      "routing.yaml",
      "  - name: EMEA\n    when: { territory: emea }\n    to: { pool: emea-sdr }\n",
      "  - name: EMEA\n    when: { territory: emea }\n    to: { pool: emea-sdr, skill: german }\n",
      ["Rule “EMEA”: leads go to pool emea-sdr → pool emea-sdr, skill german"],
    ],
    [
      "agreement.yaml",
      "first_attempt: 15m",
      "first_attempt: 30m",
      ["Sales promises hand-raiser a first attempt in 15m → 30m"],
    ],
    [
      "agreement.yaml",
      "- { at: 80%, notify: [owner] }",
      "- { at: 90%, notify: [owner] }",
      ["Escalation at 80% of the time is now at 90%"],
    ],
    [
      "agreement.yaml",
      "required_within: 5bd",
      "required_within: 3bd",
      ["Sales answers: required within 5bd → 3bd"],
    ],
    ["agreement.yaml", "weak-intent]", "weak-intent, spam]", ["Sales answers: rejected reasons spam added"]],
    [
      "agreement.yaml",
      "meaningful: [call, reply, meeting] }",
      "meaningful: [call, meeting] }",
      ["Being in touch is: reply removed"],
    ],
    [
      "agreement.yaml",
      "  stage: marketing-qualified\n  notify: [owner]",
      "  stage: marketing-qualified\n  notify: [owner, manager]\n  sequence: { hand-raiser: hubspot:4711 }",
      [
        "A lead that goes to sales: is told at once to manager added",
        "A hand-raiser lead starts sequence hubspot:4711",
      ],
    ],
    [
      "agreement.yaml",
      "reroute: [wrong-owner]\n    for_good: [competitor, student]",
      "reroute: [wrong-owner, bad-data]\n    for_good: [competitor]",
      [
        "A rejected lead: goes to another rep for bad-data added",
        "A rejected lead: is not handed off again for student removed",
      ],
    ],
    [
      "agreement.yaml",
      "wake: { timing: 90d, budget: 120d, early-stage: 60d }",
      "wake: { timing: 30d, budget: 120d }",
      [
        "A recycled lead (timing) is looked at again after 90d → 30d",
        "A recycled lead (early-stage) is looked at again only when it does something new",
      ],
    ],
    [
      "agreement.yaml",
      "accepted: { stage: sales-accepted }",
      "accepted: { stage: sales-qualified }",
      ["An accepted lead is raised to stage sales-accepted → sales-qualified"],
    ],
    [
      "agreement.yaml",
      "closing: [no-response, converted]",
      "closing: [converted]",
      ["A handoff is over: with the outcomes no-response removed"],
    ],
    [
      "agreement.yaml",
      "opportunity_when: { deal.amount: { from: 1 } }",
      "opportunity_when: { deal.amount: { from: 500 } }",
      ["A deal counts as an opportunity with deal.amount (from 1) → deal.amount (from 500)"],
    ],
    [
      "fields.yaml",
      "reason: contact.baton_disposition_reason\n    also: { property: contact.hs_lead_status, map: { IN_PROGRESS: working, OPEN_DEAL: opportunity } }",
      "reason: contact.why\n    also: { property: contact.hs_lead_status, map: { IN_PROGRESS: accepted, OPEN_DEAL: opportunity } }",
      [
        "Sales gives its reason in contact.baton_disposition_reason → contact.why",
        "Answer IN_PROGRESS means working → accepted",
      ],
    ],
    [
      "fields.yaml",
      "nurture: { set: { contact.hs_lead_status: UNQUALIFIED } }",
      'nurture: { set: { contact.hs_lead_status: NURTURE }, list: "hubspot:7" }',
      [
        "Where nurture leads go: contact.hs_lead_status is set to UNQUALIFIED → NURTURE",
        "Where nurture leads go puts them on list not set → hubspot:7",
      ],
    ],
    ["brief.yaml", "asked for us{%", "asked us something{%", ["Why-now of hand-raiser reworded"]],
    [
      "brief.yaml",
      "label: Asked to talk to us",
      "label: Raised their hand",
      ["Label of hand-raiser: “Asked to talk to us” → “Raised their hand”"],
    ],
    [
      "fields.yaml",
      "lead.role:     contact.jobtitle",
      "lead.role:     contact.job_function",
      ["lead.role is read from contact.jobtitle → contact.job_function"],
    ],
    [
      "fields.yaml",
      "        PAID_SEARCH: paid-search\n",
      "        PAID_SEARCH: paid\n",
      ["lead.source: Value PAID_SEARCH means paid-search → paid"],
    ],
  ];
  test.each(cases)("%s: %s", (file, before, after, words) => {
    expect(said(file, before, after)).toEqual(words);
  });
});

describe("things with names", () => {
  test("a type that is new, gone or moved is named with what it means", () => {
    const from =
      "types:\n  a: { when: { form: [x] } }\n  b: { when: { form: [y] } }\n  c: { when: { form: [z] } }\n";
    const to =
      "types:\n  c: { when: { form: [z] } }\n  a: { when: { form: [x] } }\n  d: { when: { lead.source: partner }, needs: [fit] }\n";
    expect(between("definition.yaml", from, to)).toEqual([
      "Type d added: lead.source is partner; needs fit",
      "Type b removed",
      "Type a is now looked for after “c”",
    ]);
  });

  test("of rules that changed places only those are named that had to move", () => {
    const rules = (...names: string[]) =>
      `rules:\n${names.map((name) => `  - { name: ${name}, to: { pool: ${name}-pool } }\n`).join("")}`;
    expect(between("routing.yaml", rules("emea", "amer", "apac"), rules("amer", "emea", "apac"))).toEqual([
      "Rule “emea” now comes after “amer”",
    ]);
    expect(between("routing.yaml", rules("a", "b", "c", "d"), rules("d", "a", "b", "c"))).toEqual([
      "Rule “d” now comes first",
    ]);
  });

  test("a rule that got another name stays the same rule", () => {
    const rule = (name: string) => `rules:\n  - { name: ${name}, to: account.owner, unless: away }\n`;
    expect(between("routing.yaml", rule("Owner"), rule("Keep the owner"))).toEqual([
      "Rule “Owner” is now called “Keep the owner”",
    ]);
  });

  test("two items of the same name are told apart", () => {
    const of = (second: string) =>
      `examples:\n  - { say: x, expect: { ready: true } }\n  - { say: x, expect: { ready: true, type: ${second} } }\n`;
    expect(between("definition.yaml", of("a"), of("b"))).toEqual(["Example “x (2)”: expect type a → b"]);
  });

  test("a promise of a new type and one that is gone", () => {
    const of = (promises: string) => `sales: { promises: { ${promises} } }\n`;
    expect(
      between("agreement.yaml", of(""), of("partner: { first_attempt: 1bd, meaningful_touch: 3bd }")),
    ).toEqual(["Sales promises partner a first attempt in 1bd and a meaningful touch in 3bd"]);
    expect(
      between("agreement.yaml", of("partner: { first_attempt: 1bd, meaningful_touch: 3bd }"), of("")),
    ).toEqual(["Sales promises partner nothing of its own any more: what holds otherwise holds for it"]);
  });

  test("whoever signs from now on", () => {
    const of = (sales: string) => `sign_off: { marketing: [m@acme.example], sales: [${sales}] }\n`;
    expect(between("agreement.yaml", of("a@acme.example"), of("b@acme.example"))).toEqual([
      "New versions are signed for sales: b@acme.example added; a@acme.example removed",
    ]);
    expect(between("agreement.yaml", of("a@acme.example"), "seams: {}\n")).toEqual([
      "New versions are signed for marketing: m@acme.example → not set",
      "New versions are signed for sales: a@acme.example → not set",
    ]);
  });
});

describe("conditions", () => {
  const fit = (from: string, to: string) => between("definition.yaml", `fit: ${from}\n`, `fit: ${to}\n`);

  test.each([
    [
      "a value in a list",
      "{ lead.email: { domain: [a.example] } }",
      "{ lead.email: { domain: [a.example, b.example] } }",
      ["Fit: lead.email domain b.example added"],
    ],
    [
      "a part that came and one that went",
      "{ all: [ { lead.role: { known: true } }, { lead.country: DE } ] }",
      "{ all: [ { lead.country: DE }, { account.name: { known: true } } ] }",
      ["Fit: account.name known added", "Fit: lead.role known removed"],
    ],
    [
      "a part within a part",
      "{ any: [ { lead.source: partner }, { all: [ { account.employees: { from: 5 } }, { lead.country: DE } ] } ] }",
      "{ any: [ { lead.source: partner }, { all: [ { account.employees: { from: 9 } }, { lead.country: DE } ] } ] }",
      ["Fit: account.employees from 5 → from 9"],
    ],
    [
      "another way to join",
      "{ all: [ { lead.country: DE }, { lead.role: CEO } ] }",
      "{ any: [ { lead.country: DE }, { lead.role: CEO } ] }",
      ["Fit: all of (lead.country is DE; lead.role is CEO) → any of (lead.country is DE; lead.role is CEO)"],
    ],
    [
      "the same in other words",
      "{ lead.source: partner }",
      "{ lead.source: { is: partner } }",
      ["Fit: lead.source partner → lead.source (is partner)"],
    ],
    ["a territory", "{ territory: emea }", "{ territory: amer }", ["Fit: territory emea → amer"]],
    ["what is no condition at all", "5", "6", ["Fit: 5 → 6"]],
  ])("%s", (_, from, to, words) => expect(fit(from, to)).toEqual(words));

  test("one that is new and one that is gone", () => {
    expect(between("definition.yaml", "score: {}\n", "score: {}\nfit: { lead.country: DE }\n")).toEqual([
      "Fit added: lead.country is DE",
    ]);
    expect(between("definition.yaml", "score: {}\nfit: { lead.country: DE }\n", "score: {}\n")).toEqual([
      "Fit removed: lead.country is DE",
    ]);
  });
});

describe("what changes nothing for people", () => {
  test("a playbook and itself", () => {
    expect(diffPlaybooks(SHIPPED, SHIPPED)).toEqual({ changed: [], rewritten: [] });
  });

  test("comments, layout and an order that decides nothing are said as such", () => {
    const text = SHIPPED["team.yaml"] ?? "";
    expect(diffPlaybooks(SHIPPED, { ...SHIPPED, "team.yaml": `# For 2027\n${text}` })).toEqual({
      changed: [],
      rewritten: ["team.yaml"],
    });
    const from = { "team.yaml": "reps: { a@x.example: { team: t, weight: 2 } }\n" };
    const to = { "team.yaml": "reps:\n  a@x.example:\n    weight: 2\n    team: t\n" };
    expect(diffPlaybooks(from, to).rewritten).toEqual(["team.yaml"]);
  });

  test("a section without content, compared with none", () => {
    expect(between("definition.yaml", "refuse: {}\n", "fit: {}\n").length).toBeGreaterThan(0);
    expect(between("definition.yaml", "score: {}\nrefuse: {}\n", "score: {}\n")).toEqual([
      "Written in another way, with the same meaning",
    ]);
  });
});

describe("texts that cannot be compared", () => {
  test("are said to be so", () => {
    expect(between("team.yaml", "reps: {}\n", "reps: {\n")).toEqual([
      "The file changed, and one of both texts cannot be read as YAML",
    ]);
    expect(diffPlaybooks({}, { "team.yaml": "reps: {}\n" }).changed).toEqual([
      { file: "team.yaml", says: ["The file is new"] },
    ]);
    expect(diffPlaybooks({ "team.yaml": "reps: {}\n" }, {}).changed).toEqual([
      { file: "team.yaml", says: ["The file is gone"] },
    ]);
  });

  test("keys this Baton does not know are told plainly", () => {
    expect(between("agreement.yaml", "bonus: { per_lead: 5 }\n", "bonus: { per_lead: 6 }\n")).toEqual([
      "bonus per lead 5 → 6",
    ]);
  });
});

test("whatever single value of the shipped playbook is edited, the diff says something about that file alone", () => {
  const places = PLAYBOOK_FILES.flatMap((file) => scalarsOf(file).map((path) => ({ file, path })));
  expect(places.length).toBeGreaterThan(600);
  fc.assert(
    fc.property(fc.constantFrom(...places), ({ file, path }) => {
      const edited = edit(SHIPPED[file] ?? "", path);
      const { changed, rewritten } = diffPlaybooks(SHIPPED, { ...SHIPPED, [file]: edited });
      expect(rewritten).toEqual([]);
      expect(changed.map((one) => one.file)).toEqual([file]);
      expect(changed[0]?.says).not.toContain("Written in another way, with the same meaning");
    }),
    { numRuns: 60 },
  );
});

type Path = readonly (string | number)[];

/** The paths of all values of a shipped file. */
function scalarsOf(file: string): readonly Path[] {
  const within = (node: unknown, path: Path): readonly Path[] => {
    if (isMap(node))
      return node.items.flatMap((pair) =>
        within(pair.value, [...path, isScalar(pair.key) ? String(pair.key.value) : ""]),
      );
    if (isSeq(node)) return node.items.flatMap((item, index) => within(item, [...path, index]));
    return [path];
  };
  return within(parseDocument(SHIPPED[file] ?? "").contents, []);
}

/** The text with another value at a path: one more, the opposite, or a word longer. */
function edit(text: string, path: Path): string {
  const document = parseDocument(text);
  const value: unknown = document.getIn(path);
  const other =
    typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)} x`;
  document.setIn(path, other);
  return document.toString();
}

describe("sections of two CRMs", () => {
  const both = shippedFiles("both")["fields.yaml"] ?? "";
  const edits: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "lead.sales_bounced:   lead.EmailBouncedReason",
      "lead.sales_bounced:   lead.Bounced__c",
      ["lead.sales_bounced is read from lead.EmailBouncedReason → lead.Bounced__c"],
    ],
    [
      "salesforce: lead.Title, winner: salesforce }",
      "salesforce: lead.Title, winner: hubspot }",
      ["Sync of contact.jobtitle and lead.Title is won by salesforce → hubspot"],
    ],
    [
      "    - { hubspot: contact.phone,       salesforce: lead.Phone }\n",
      "    - { hubspot: contact.city, salesforce: lead.City, direction: to-hubspot }\n",
      [
        "Sync of contact.city and lead.City begins: direction to-hubspot",
        "Sync of contact.phone and lead.Phone ends",
      ],
    ],
    [
      "create: lead\n",
      "create: never\n",
      ["Somebody Salesforce does not know is made there as lead → never"],
    ],
    [
      "create: lead\n",
      "create: contact\n",
      [
        "Somebody Salesforce does not know is made there as lead → “contact of the account it belongs to, or else lead”",
      ],
    ],
    [
      "  # create_in_hubspot: contact\n",
      "  create_in_hubspot: contact\n",
      ["Somebody HubSpot does not know is made there as not set → contact"],
    ],
    [
      "coexist: auto\n",
      "coexist: no\n",
      ["HubSpot's own Salesforce connector is taken to be at work: auto → no"],
    ],
  ];
  test.each(edits)("%s", (before, after, words) => {
    expect(both).toContain(before);
    expect(between("fields.yaml", both, both.replace(before, after))).toEqual(words);
  });
});
