import { describe, expect, test } from "vitest";
import type { Owner, Standings } from "../../src/model/rep.ts";
import type { AuditFinding } from "../../src/route/audit-finding.ts";
import { auditRoutes, type RoutingAudit } from "../../src/route/audit.ts";
import { coverage } from "../../src/route/coverage.ts";
import { formRoster } from "../../src/route/index.ts";
import { formCalendar } from "../../src/sla/form.ts";
import { parseHours } from "../../src/sla/hours.ts";
import { aLedger, aPlaybook, aStanding, OWNERS, TUESDAY } from "./acme.ts";

const OTHERWISE = "otherwise: { queue: unrouted, within: 30m }";

/** The audit of the shipped team under some rules. */
function audit(
  routing: string,
  {
    owners,
    standings = new Map(),
    team,
  }: { owners?: readonly Owner[]; standings?: Standings; team?: string } = {},
): RoutingAudit {
  const text = `${routing}\n${OTHERWISE}`;
  const playbook = aPlaybook({ routing: text, ...(team !== undefined && { team }) });
  return auditRoutes({
    playbook,
    roster: formRoster(playbook.team, owners ?? [], standings, TUESDAY),
    ownersKnown: owners !== undefined,
    now: TUESDAY,
  });
}

/** Findings as `error rule: …`, those about reps left out: they have tests of their own. */
function found(routing: string): readonly string[] {
  return said(audit(routing).findings.filter(({ about }) => about !== "rep" && about !== "pool"));
}

function said(findings: readonly AuditFinding[]): readonly string[] {
  return findings.map(({ severity, about, says }) => `${severity} ${about}: ${says}`);
}

const everybody = "- { name: Everybody, to: { pool: emea-sdr } }";

describe("territories", () => {
  test.each<[string, string, readonly string[]]>([
    ["apart", "a: { lead.country: { in: [EMEA] } }, b: { lead.country: { in: [AMER] } }", []],
    [
      "one inside the other",
      "a: { lead.country: { in: [EMEA] } }, b: { all: [ { lead.country: DE }, { account.employees: { from: 1000 } } ] }",
      [],
    ],
    [
      "the same in other words",
      "a: { lead.country: { in: [DACH] } }, b: { lead.country: { in: [DE, AT, CH] } }",
      ["error territory: a and b claim the same leads"],
    ],
    [
      "crossing",
      "a: { lead.country: { in: [DACH] } }, b: { account.employees: { from: 1000 } }",
      [
        "warning territory: a and b both claim lead.country DACH; account.employees 1000 and more: the upper rule decides",
      ],
    ],
    [
      "crossing in one number",
      "a: { account.employees: { from: 10, to: 60 } }, b: { account.employees: { from: 50, to: 90 } }",
      ["warning territory: a and b both claim account.employees 50 to 60: the upper rule decides"],
    ],
    [
      "nowhere",
      "a: { all: [ { lead.country: DE }, { lead.country: FR } ] }, b: { lead.country: { in: [AMER] } }",
      ["error territory: a claims no lead: its condition contradicts itself"],
    ],
    [
      "where what a lead did decides, which nothing is said of",
      "a: { signal: email-replied, within: 7d }, b: { lead.country: { in: [AMER] } }",
      [],
    ],
  ])("that lie %s", (_how, territories, expected) => {
    const rules = `[ { name: Both, when: { territory: [a, b] }, to: { pool: emea-sdr } }, ${everybody.slice(2)} ]`;
    expect(found(`territories: { ${territories} }\nrules: ${rules}`)).toEqual(expected);
  });
});

test("a territory no rule asks for is said", () => {
  const routing = `territories: { old: { lead.country: FR } }\nrules:\n${everybody}`;
  expect(found(routing)).toEqual(["warning territory: no rule asks for old"]);
});

describe("rules", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "that ask for the impossible",
      `- { name: Never, when: { all: [ { lead.country: DE }, { lead.country: { in: [AMER] } } ] }, to: { pool: emea-sdr } }
${everybody}`,
      ['error rule: "Never" can never match: its condition contradicts itself'],
    ],
    [
      "below a queue for everything",
      `- { name: Desk, to: { queue: desk } }\n${everybody}`,
      ['error rule: "Everybody" can never be reached: the rules above it take every lead it matches'],
    ],
    [
      "that look among the same people again",
      `${everybody}\n- { name: German, when: { lead.country: DE }, to: { pool: emea-sdr, skill: german } }`,
      ['error rule: "German" can never be reached: the rules above it take every lead it matches'],
    ],
    [
      "two that take every lead together",
      `- { name: Known, when: { lead.country: { known: true } }, to: { queue: desk } }
- { name: Unknown, when: { lead.country: { known: false } }, to: { queue: desk } }
${everybody}`,
      ['error rule: "Everybody" can never be reached: the rules above it take every lead it matches'],
    ],
    [
      "that step in when nobody of another pool can",
      `${everybody}\n- { name: Next, to: { pool: amer-sdr } }`,
      ['note rule: "Next" only gets what the rules above it match and can give to nobody'],
    ],
    [
      "about what a lead did, which nothing is said of",
      `- { name: Replied, when: { signal: email-replied, within: 7d }, to: { queue: desk } }\n${everybody}`,
      [],
    ],
    [
      "about a list or what the account's people did, which nothing is said of either",
      `- { name: Named, when: { list: "hubspot:1042" }, to: { queue: desk } }
- { name: Named once more, when: { list: "hubspot:1042" }, to: { queue: desk } }
- { name: Surging, when: { account: { people: 3, signal: page-viewed, within: 7d } }, to: { queue: desk } }
${everybody}`,
      [],
    ],
    [
      "with globs, which may match what was not tried",
      `- { name: Odd, when: { all: [ { lead.role: { matches: "*vp*" } }, { lead.role: { matches: "*sales*" } } ] }, to: { queue: desk } }
${everybody}`,
      [],
    ],
  ])("%s", (_which, rules, expected) => {
    expect(found(`rules:\n${rules}`)).toEqual(expected);
  });

  test("one whose owner may be away leaves the lead to the same owner below", () => {
    const rules = `rules:
- { name: At work, when: { account.owner: { known: true } }, to: account.owner, unless: away }
- { name: In any case, when: { account.owner: { known: true } }, to: account.owner }
- { name: Once more, when: { account.owner: { known: true } }, to: account.owner }
${everybody}`;
    expect(found(rules)).toEqual([
      'note rule: "In any case" only gets what the rules above it match and can give to nobody',
      'error rule: "Once more" can never be reached: the rules above it take every lead it matches',
    ]);
  });
});

describe("gaps", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "a size nobody claims",
      `territories: { big: { account.employees: { from: 500 } }, small: { account.employees: { to: 99 } } }
rules: [ { name: Both, when: { territory: [big, small] }, to: { pool: emea-sdr } } ]`,
      [
        "error gap: account.employees 100 to 499 or not known: no rule covers such a lead (hand-raiser), it waits in unrouted",
      ],
    ],
    [
      "a country that is not known",
      `territories: { emea: { lead.country: { in: [EMEA] } }, rest: { lead.country: { in: [AMER, APAC] } } }
rules: [ { name: Both, when: { territory: [emea, rest] }, to: { pool: emea-sdr } } ]`,
      ["warning gap: lead.country not known: no rule covers such a lead (hand-raiser), it waits in unrouted"],
    ],
    [
      "none where a rule takes everything",
      `territories: { emea: { lead.country: { in: [EMEA] } } }
rules: [ { name: Ours, when: { territory: emea }, to: { pool: amer-sdr } }, ${everybody.slice(2)} ]`,
      [],
    ],
    [
      "everybody, where only owned leads have a rule",
      "rules: [ { name: Kept, when: { account.owner: { known: true } }, to: account.owner } ]",
      ["error gap: every lead: no rule covers such a lead (hand-raiser), it waits in unrouted"],
    ],
  ])("%s", (_which, routing, expected) => {
    expect(found(routing)).toEqual(expected);
  });

  test("a world too large to look at is said so, and not searched", () => {
    const facts = Array.from({ length: 9 }, (_, index) => `{ lead.fact_${index}: { in: [a, b, c] } }`);
    const same = Array.from({ length: 9 }, (_, index) => `{ lead.fact_${index}: a }`);
    const routing = `rules: [ { name: Many, when: { any: [ ${[...facts, ...same].join(", ")} ] }, to: { pool: emea-sdr } } ]`;
    expect(found(routing)).toEqual([
      expect.stringMatching(/^warning rule: the conditions tell 262144 kinds of leads apart/),
    ]);
  });
});

describe("people", () => {
  const RULES = `rules:
- { name: Germans, when: { lead.country: DE }, to: { pool: emea-sdr, skill: german } }
- { name: Named, when: { lead.country: FR }, to: { owner: gone@acme.example } }
- { name: Crew, to: { pool: amer-sdr } }`;

  test("a pool whose only rep left the CRM reaches nobody, and a rule for somebody who left nobody either", () => {
    const owners = OWNERS.filter(({ id }) => id !== "lena");
    const { rules, findings } = audit(RULES, { owners });
    expect(rules.map(({ reps }) => reps.length)).toEqual([0, 0, 3]);
    expect(said(findings)).toEqual(
      expect.arrayContaining([
        'error pool: "Germans" reaches nobody: no active rep of emea-sdr (german)',
        'error pool: "Named" names gone@acme.example, who is no active owner of the CRM',
        "warning rep: lena@acme.example has left the CRM: no active owner has this address",
        "warning rep: kenji@acme.example is idle: no rule leads to them",
      ]),
    );
  });

  test("without the CRM's owners nobody is said to have left, and a pool of one is noted", () => {
    const { findings } = audit(RULES);
    expect(said(findings)).toContain('note pool: "Germans" rests on lena@acme.example alone');
    expect(said(findings).filter((one) => one.includes("left"))).toEqual([]);
  });

  test("who is full, and who is far from an even share, is said; a round under way is not", () => {
    const standings = aLedger({
      "maya@acme.example": aStanding({ credits: 40, open: 25 }),
      "jordan@acme.example": aStanding({ credits: 20, open: 3 }),
      "sofia@acme.example": aStanding({ credits: 31, open: 3 }),
    });
    const { reps, findings } = audit(RULES, { owners: OWNERS, standings });
    expect(reps.find(({ rep }) => rep === "sofia@acme.example")).toMatchObject({ turns: 31, expected: 30 });
    expect(said(findings).filter((one) => /maya|jordan|sofia/.test(one))).toEqual([
      "warning rep: maya@acme.example is full: 25 of 25 open leads",
      "warning rep: maya@acme.example stands at 40 turns where an even share is 30",
      "warning rep: jordan@acme.example stands at 20 turns where an even share is 30",
    ]);
  });

  test("a rep is reached by the rules that name them and by those of their pool", () => {
    const { reps } = audit(`rules:
- { name: Named, when: { lead.country: DE }, to: { owner: maya@acme.example } }
- { name: Unlike, when: { lead.country: FR }, to: { owner: lena@acme.example } }
- { name: Everybody else, to: { pool: amer-sdr } }
- { name: The same people, to: { pool: amer-sdr } }`);
    expect(reps.find(({ rep }) => rep === "maya@acme.example")?.rules).toEqual([
      "Named",
      "Everybody else",
      "The same people",
    ]);
  });

  test("a rule says who, when and how many a day", () => {
    expect(audit(RULES).rules[0]).toEqual({
      rule: "Germans",
      to: "emea-sdr (german)",
      reps: ["lena@acme.example"],
      hours: "Mon-Fri 08:00-16:30",
      perDay: 10,
    });
  });
});

describe("hours of a week in UTC", () => {
  const calendar = (hours: string, zone: string) =>
    formCalendar([{ hours: parseHours(hours) ?? [], zone }], TUESDAY);
  test.each([
    ["nobody", [], "never"],
    ["one", [calendar("Mon-Fri 09:00-17:00", "Europe/Berlin")], "Mon-Fri 08:00-16:00"],
    [
      "two that touch",
      [calendar("Mon-Fri 09:00-12:00", "UTC"), calendar("Mon-Fri 12:00-15:00", "UTC")],
      "Mon-Fri 09:00-15:00",
    ],
    [
      "two with a break between",
      [calendar("Mon 09:00-12:00", "UTC"), calendar("Mon 13:00-15:00", "UTC")],
      "Mon 09:00-12:00, 13:00-15:00",
    ],
    [
      "a day that ends on the next in UTC",
      [calendar("Fri 09:00-17:00", "America/Los_Angeles")],
      "Fri 17:00-24:00; Sat 00:00-01:00",
    ],
    ["a Monday that begins on Sunday in UTC", [calendar("Mon 06:00-09:00", "Asia/Tokyo")], "Sun 21:00-24:00"],
    ["always", [calendar("always", "UTC")], "Mon-Sun 00:00-24:00"],
  ])("of %s", (_who, calendars, expected) => {
    expect(coverage(calendars, TUESDAY)).toBe(expected);
  });
});
