import { describe, expect, test as fact } from "vitest";
import type { FactValue } from "../../src/model/lead.ts";
import { HOUR_MS, DAY_MS } from "../../src/model/instant.ts";
import { aCondition, aLead, NOW, test, truth } from "./kit.ts";

type Row = readonly [string, FactValue | undefined, "yes" | "no" | "unknown"];

const rows: readonly Row[] = [
  ["{ lead.x: software }", "Software", "yes"],
  ["{ lead.x: { is: 5 } }", 5, "yes"],
  ["{ lead.x: { is: '5' } }", 5, "yes"],
  ["{ lead.x: { is: true } }", true, "yes"],
  ["{ lead.x: { is: true } }", false, "no"],
  ["{ lead.x: { is: true } }", undefined, "unknown"],
  ["{ lead.x: { not: [a, b] } }", "c", "yes"],
  ["{ lead.x: { not: a } }", "A", "no"],
  ["{ lead.x: { not: a } }", undefined, "unknown"],
  ["{ lead.x: { in: [a, b] } }", "B", "yes"],
  ["{ lead.x: { in: [a, b] } }", "c", "no"],
  ["{ lead.x: { from: 50, to: 5000 } }", 50, "yes"],
  ["{ lead.x: { from: 50, to: 5000 } }", 5000, "yes"],
  ["{ lead.x: { from: 50, to: 5000 } }", 49, "no"],
  ["{ lead.x: { from: 50, to: 5000 } }", 5001, "no"],
  ["{ lead.x: { from: 50 } }", undefined, "unknown"],
  ["{ lead.x: { from: 50 } }", "many", "no"],
  ["{ lead.x: { from: 50, not: 60 } }", 60, "no"],
  ["{ lead.x: { known: true } }", 0, "yes"],
  ["{ lead.x: { known: true } }", undefined, "no"],
  ["{ lead.x: { known: false } }", undefined, "yes"],
  ["{ lead.x: { known: false } }", "x", "no"],
  ["{ lead.x: { before: '2026-11-17' } }", Date.UTC(2026, 10, 16, 23, 59), "yes"],
  ["{ lead.x: { before: '2026-11-17' } }", Date.UTC(2026, 10, 17), "no"],
  ["{ lead.x: { after: '2026-11-17' } }", Date.UTC(2026, 10, 17), "yes"],
  ["{ lead.x: { after: '2026-11-17T09:00:00+01:00' } }", NOW - HOUR_MS, "yes"],
  ["{ lead.x: { after: 30d ago } }", NOW - 30 * DAY_MS, "yes"],
  ["{ lead.x: { after: 30d ago } }", NOW - 30 * DAY_MS - 1, "no"],
  ["{ lead.x: { before: 4h ago } }", NOW - 5 * HOUR_MS, "yes"],
  ["{ lead.x: { domain: rival.example } }", "vera@rival.example", "yes"],
  ["{ lead.x: { domain: rival.example } }", "vera@eu.Rival.example", "yes"],
  ["{ lead.x: { domain: rival.example } }", "vera@notrival.example", "no"],
  ["{ lead.x: { domain: rival.example } }", "https://www.rival.example/about", "yes"],
  ["{ lead.x: { domain: [academic, uni.example] } }", "leo@students.uni.example", "yes"],
  ["{ lead.x: { domain: academic } }", "leo@mit.edu", "yes"],
  ["{ lead.x: { domain: disposable } }", "x@mailinator.com", "yes"],
  ["{ lead.x: { domain: free-mail } }", "x@gmail.com", "yes"],
  ["{ lead.x: { domain: free-mail } }", "not an address", "no"],
  ["{ lead.x: { matches: '*student*' } }", "PhD Student", "yes"],
  ["{ lead.x: { matches: ['/a*', '/b*'] } }", "/b/c", "yes"],
  ["{ lead.x: { matches: '*student*' } }", "Director", "no"],
  ["{ lead.country: { in: EEA } }", "NO", "yes"],
  ["{ lead.country: { in: EEA } }", "CH", "no"],
  ["{ lead.country: { in: [DACH, FR] } }", "CH", "yes"],
  ["{ lead.country: { not: EU } }", "DE", "no"],
];

describe("conditions on one fact", () => {
  fact.each(rows)("%s with %j: %s", (yaml, value, wanted) => {
    const name = yaml.includes("lead.country") ? "lead.country" : "lead.x";
    expect(truth(yaml, value === undefined ? {} : { [name]: value })).toBe(wanted);
  });

  fact("a group of countries means countries only for a country", () => {
    expect(truth("{ account.region: { in: EU } }", { "account.region": "EU" })).toBe("yes");
    expect(truth("{ account.region: { in: EU } }", { "account.region": "DE" })).toBe("no");
  });

  fact("says itself in words, with what it saw and where it stands", () => {
    const text = "account.employees:\n  { from: 50, to: 5000 }";
    expect(test(text, aLead({ "account.employees": 12 }))).toEqual({
      says: "account.employees from 50 to 5000",
      truth: "no",
      saw: "12",
      source: "definition.yaml:1",
    });
  });

  fact("of dates says the date it saw, and a bound in words that can be read aloud", () => {
    const lead = aLead({ "lead.created": Date.UTC(2026, 8, 28, 20) });
    expect(test("lead.created: { after: 24h ago }", lead)).toMatchObject({
      says: "lead.created 24h ago or later",
      saw: "2026-09-28 20:00 UTC",
    });
    expect(test("lead.created: { before: 30d ago }", aLead({ "lead.created": 9e15 }))).toMatchObject({
      says: "lead.created before 30d ago",
      saw: "9000000000000000",
    });
  });

  fact("a word that is neither a domain nor a group is told", () => {
    const told: string[] = [];
    aCondition("{ lead.email: { domain: [freemail] } }", { onProblem: (message) => told.push(message) });
    expect(told).toEqual([
      '"freemail" is neither a domain (rival.example) nor one of academic, disposable, free-mail',
    ]);
  });
});

describe("changes that would turn it", () => {
  const cases: readonly (readonly [string, FactValue | undefined, string])[] = [
    ["{ lead.x: { from: 50, to: 5000 } }", 12, "if lead.x were at least 50 (saw 12)"],
    ["{ lead.x: { from: 50, to: 5000 } }", 9000, "if lead.x were at most 5000 (saw 9000)"],
    ["{ lead.x: { from: 50 } }", undefined, "if lead.x were known and from 50 (unknown)"],
    ["{ lead.x: { in: [a, b] } }", "c", "if lead.x were one of a, b (saw c)"],
    ["{ lead.x: a }", "c", "if lead.x were a (saw c)"],
    ["{ lead.x: { not: a } }", "a", 'if "lead.x not a" held (saw a)'],
    ["{ lead.x: { known: true } }", undefined, "if lead.x were known (unknown)"],
    ["{ lead.x: { known: false } }", "b", "if lead.x were empty (saw b)"],
    ["{ lead.x: { matches: 'head of *' } }", "Clerk", 'if "lead.x matches head of *" held (saw Clerk)'],
    [
      "{ lead.x: { after: '2026-01-01' } }",
      0,
      'if "lead.x 2026-01-01 or later" held (saw 1970-01-01 00:00 UTC)',
    ],
    [
      "{ lead.x: { domain: ally.example } }",
      "a@b.example",
      'if "lead.x domain ally.example" held (saw a@b.example)',
    ],
  ];

  fact.each(cases)("%s with %j: %s", (yaml, value, says) => {
    const condition = aCondition(yaml);
    const lead = aLead(value === undefined ? {} : { "lead.x": value });
    const [change] = condition.changes(lead, NOW, true);
    expect(change?.says).toBe(says);
    expect(condition.test(change?.apply(lead, NOW) ?? lead, NOW).truth).toBe("yes");
  });

  fact("a condition under none is turned the other way", () => {
    const condition = aCondition("none: [ { lead.x: { in: [a, b] } } ]");
    const lead = aLead({ "lead.x": "a" });
    const [change] = condition.changes(lead, NOW, true);
    expect(condition.test(lead, NOW).truth).toBe("no");
    expect(condition.test(change?.apply(lead, NOW) ?? lead, NOW).truth).toBe("yes");
  });
});
