import { describe, expect, test } from "vitest";
import type { FactMention } from "../../src/playbook/compiled.ts";
import { compileRouting, routingSchema } from "../../src/playbook/routing.ts";
import { aPlaybook, compile, problemsIn } from "../route/acme.ts";

const routing = (rule: string): string => `rules: [${rule}]\notherwise: { queue: unrouted, within: 30m }`;
const targetOf = (to: string, more = "") =>
  compile("routing", routing(`{ name: One, to: ${to}${more} }`), routingSchema, compileRouting).rules[0]?.to;

describe("routing.yaml", () => {
  test.each([
    ["account.owner", "", { kind: "owner", fact: "account.owner", unlessAway: false }],
    ["lead.owner", ", unless: away", { kind: "owner", fact: "lead.owner", unlessAway: true }],
    ["{ owner: Nora@acme.example }", "", { kind: "rep", rep: "nora@acme.example", unlessAway: false }],
    ["{ pool: emea-sdr }", "", { kind: "pool", pool: "emea-sdr", skills: [] }],
    ["{ pool: emea-sdr, skill: german }", "", { kind: "pool", pool: "emea-sdr", skills: ["german"] }],
    [
      "{ pool: emea-sdr, skill: [german, enterprise] }",
      "",
      { kind: "pool", pool: "emea-sdr", skills: ["german", "enterprise"] },
    ],
    [
      "{ partner: lead.partner }",
      ", share: [lead.name]",
      { kind: "partner", partner: "lead.partner", share: ["lead.name"] },
    ],
    ["{ queue: review }", "", { kind: "queue", queue: { name: "review", withinMs: 1_800_000 } }],
    [
      "{ queue: review, notify: ops@acme.example, within: 4h }",
      "",
      { kind: "queue", queue: { name: "review", notify: "ops@acme.example", withinMs: 14_400_000 } },
    ],
  ])("to: %s%s", (to, more, expected) => {
    expect(targetOf(to, more)).toEqual(expected);
  });

  test.each([
    ["nobody at all", "{ name: One, to: {} }", /"to" names one of/],
    ["two at once", "{ name: One, to: { pool: a, owner: b@acme.example } }", /"to" names one of/],
    ["an owner nobody has", "{ name: One, to: company.owner }", /"to" is one of account\.owner/],
    ["a misspelt word", "{ name: One, to: { pol: a } }", /pol/],
    [
      "a skill without a pool",
      "{ name: One, to: { owner: b@acme.example, skill: german } }",
      /a skill is asked of a pool/,
    ],
    ["a limit without a queue", "{ name: One, to: { pool: a, within: 4h } }", /belong to a queue/],
    ["a partner who is told nothing", "{ name: One, to: { partner: lead.partner } }", /lists what it shares/],
    [
      "sharing with a pool",
      "{ name: One, to: { pool: a }, share: [lead.name] }",
      /belongs to a rule whose "to" is a partner/,
    ],
    ["a pool that is away", "{ name: One, to: { pool: a }, unless: away }", /belongs to an owner/],
    [
      "two rules of one name",
      "{ name: One, to: lead.owner }, { name: One, to: deal.owner }",
      /two rules are named "One"/,
    ],
    ["no rules", "", /rules/],
  ])("%s is refused", (_what, rule, message) => {
    expect(problemsIn(routing(rule), routingSchema).join("\n")).toMatch(message);
  });

  test("a queue at the end has a limit", () => {
    const text = "rules: [{ name: One, to: lead.owner }]\notherwise: { queue: unrouted }";
    expect(problemsIn(text, routingSchema).join()).toMatch(/otherwise\.within/);
  });

  test("territories are known to the rules, and unknown ones are told", () => {
    const problems: string[] = [];
    const text = `territories: { north: { lead.country: { in: [SE] } } }\n${routing("{ name: One, when: { territory: nroth }, to: lead.owner }, { name: Two, when: { territory: north }, to: lead.owner }")}`;
    const { rules } = compile("routing", text, routingSchema, compileRouting, {
      onProblem: (message) => problems.push(message),
    });
    expect(problems).toEqual([expect.stringContaining('territory "nroth" does not exist')]);
    expect(rules[1]?.when?.says).toBe("any of (territory north)");
    expect(rules[1]?.source).toBe("routing.yaml:2");
  });

  test("facts a partner rule reads and shares are told, the sentence is none of them", () => {
    const mentions: FactMention[] = [];
    const rule = "{ name: One, to: { partner: lead.partner }, share: [lead.name, brief.why_now] }";
    compile("routing", routing(rule), routingSchema, compileRouting, { onFact: (one) => mentions.push(one) });
    expect(mentions.map(({ name, path }) => [name, path.join(".")])).toEqual([
      ["lead.partner", "rules.0.to.partner"],
      ["lead.name", "rules.0.share.0"],
    ]);
  });

  test("turns are given out at any hour unless the file says otherwise", () => {
    const { fairness } = compile(
      "routing",
      routing("{ name: One, to: lead.owner }"),
      routingSchema,
      compileRouting,
    );
    expect(fairness).toEqual({ unit: "lead", creditBack: [], outsideHours: "assign" });
    expect(aPlaybook().routing.fairness.creditBack).toEqual(["wrong-owner", "duplicate"]);
  });
});
