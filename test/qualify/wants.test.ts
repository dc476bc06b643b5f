import { describe, expect, test } from "vitest";
import type { Facts, FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { qualify } from "../../src/qualify/index.ts";
import { canAsk, wantsEnrichment } from "../../src/qualify/wants.ts";
import { ENRICH, enrichingPlaybook } from "../playbook/enrichment-kit.ts";
import { aPlaybook, NOW } from "../playbook/kit.ts";
import { intent, qualified } from "./kit.ts";

const KNOWN = { "account.domain": "rheinbank.example" } as const;
const holding = enrichingPlaybook();
const asking = enrichingPlaybook(ENRICH, "enrich");

/** What would be asked for of a lead with these facts, and the verdict. */
function wanted(
  changes: Readonly<Record<string, FactValue | undefined>>,
  playbook: Playbook,
  signals: Snapshot["signals"] = intent(),
): readonly [string, readonly string[]] {
  const lead = qualified({ ...KNOWN, ...changes }, signals);
  const verdict = qualify(lead, playbook, NOW);
  return [verdict.outcome, wantsEnrichment(verdict, lead, playbook)];
}

describe("a provider is asked about a lead", () => {
  test("that is held for a fact the answer has, where the agreement says enrich", () => {
    const incomplete = { "lead.role": undefined };
    expect(wanted(incomplete, asking)).toEqual(["held", ["lead.role"]]);
    expect(wanted(incomplete, holding)).toEqual(["held", []]);
  });

  test("that is not ready because nobody knows how large its company is", () => {
    expect(wanted({ "account.employees": undefined }, holding)).toEqual(["not-ready", ["account.employees"]]);
  });

  test("for the fact from which the missing one follows", () => {
    const unknown = { "lead.role": undefined, "lead.seniority": undefined };
    const open = { ...holding, agreement: aPlaybook().agreement };
    const passing = {
      ...open,
      agreement: { ...open.agreement, marketing: { ...open.agreement.marketing, complete: [] } },
    };
    expect(wanted(unknown, passing)).toEqual(["not-ready", ["lead.role"]]);
  });

  test("for every fact in its way at once, each once", () => {
    const unknown = { "account.employees": undefined, "account.industry": undefined };
    expect(wanted(unknown, holding)).toEqual(["not-ready", ["account.employees", "account.industry"]]);
  });
});

describe("nobody is asked about a lead", () => {
  test.each<[string, Readonly<Record<string, FactValue | undefined>>, string]>([
    ["that is ready", {}, "ready"],
    [
      "that something known rules out",
      { "account.employees": 3, "account.industry": undefined },
      "not-ready",
    ],
    ["that is refused", { "lead.role": "Student", "account.employees": undefined }, "refused"],
    ["that must not be contacted", { "lead.opted_out": true, "account.employees": undefined }, "suppressed"],
    ["that lacks also what no answer has", { "lead.role": undefined, "lead.source": undefined }, "held"],
    [
      "of which the facts to ask by are unknown",
      { "account.employees": undefined, "account.domain": undefined },
      "not-ready",
    ],
  ])("%s", (_which, changes, outcome) => {
    expect(wanted(changes, asking)).toEqual([outcome, []]);
  });

  test("that lacks nothing but intent", () => {
    expect(wanted({}, asking, [])).toEqual(["not-ready", []]);
  });

  test("where the playbook names no provider", () => {
    expect(wanted({ "account.employees": undefined }, aPlaybook())).toEqual(["not-ready", []]);
  });
});

test("enough is known when every need is, or without needs one of the facts sent", () => {
  const facts = (...names: string[]): Facts =>
    Object.fromEntries(names.map((name) => [name, { value: "x", from: "test" }]));
  const [strict, loose] = [
    asking.fields.enrich,
    enrichingPlaybook(ENRICH.replace("needs: [account.domain]", "needs: []")).fields.enrich,
  ];
  if (strict === undefined || loose === undefined) throw new Error("both ask a provider");
  expect(canAsk(strict, facts("lead.email"))).toBe(false);
  expect(canAsk(strict, facts("account.domain"))).toBe(true);
  expect(canAsk(loose, facts("lead.email"))).toBe(true);
  expect(canAsk(loose, facts("lead.role"))).toBe(false);
});
