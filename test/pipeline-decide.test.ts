import fc from "fast-check";
import { expect, test } from "vitest";
import type { Decision } from "../src/model/decision.ts";
import { DAY_MS, HOUR_MS } from "../src/model/instant.ts";
import type { Snapshot } from "../src/model/lead.ts";
import type { Standings } from "../src/model/rep.ts";
import { decide } from "../src/pipeline.ts";
import { formRoster } from "../src/route/index.ts";
import { aPlaybook, did, NOW } from "./playbook/kit.ts";
import { qualified } from "./qualify/kit.ts";
import { aLedger, aStanding, OWNERS } from "./route/acme.ts";

const playbook = aPlaybook();
const REPS = playbook.team.members.map(({ id }) => id);

const signal = fc.record({
  kind: fc.constantFrom("page-viewed" as const, "email-replied" as const, "form-submitted" as const),
  ago: fc.integer({ min: 0, max: 20 * 24 }),
});
const lead = fc
  .record({
    stage: fc.constantFrom("lead", "marketing-qualified"),
    country: fc.constantFrom("DE", "US", "JP", "BR", undefined),
    employees: fc.constantFrom(12, 50, 2_400, undefined),
    role: fc.constantFrom("Director of Sales", "Student", undefined),
    source: fc.constantFrom("email", "partner", undefined),
    signals: fc.array(signal, { minLength: 1, maxLength: 6 }),
  })
  .map(({ stage, country, employees, role, source, signals }) =>
    qualified(
      {
        "lead.stage": stage,
        "lead.phone": "+49305550100",
        "lead.country": country,
        "account.employees": employees,
        "lead.role": role,
        "lead.source": source,
      },
      signals.map(({ kind, ago }) =>
        did(kind, ago * HOUR_MS, kind === "form-submitted" ? { form: "demo-request" } : { page: "/pricing" }),
      ),
    ),
  );
const ledger = fc
  .dictionary(
    fc.constantFrom(...REPS),
    fc.integer({ min: 0, max: 9 }).map((credits) => aStanding({ credits })),
  )
  .map(aLedger);

function decided(snapshot: Snapshot, standings: Standings): Decision {
  const roster = formRoster(playbook.team, OWNERS, standings, NOW);
  return decide(snapshot, { playbook, roster, now: NOW, publicUrl: "https://baton.example" });
}

test("the same lead, people and instant give the same decision, whatever was decided in between", () => {
  fc.assert(
    fc.property(lead, lead, ledger, (snapshot, another, standings) => {
      const first = decided(snapshot, standings);
      decided(another, standings);
      const backwards = new Map([...standings].toReversed());
      expect(decided(structuredClone(snapshot), backwards)).toEqual(first);
    }),
    { numRuns: 150 },
  );
});

test("a signal no condition speaks of changes neither the verdict nor who gets the lead", () => {
  const irrelevant = fc.constantFrom(
    did("page-viewed", HOUR_MS, { page: "/careers" }),
    did("form-submitted", HOUR_MS, { form: "newsletter" }),
    did("product", HOUR_MS, { event: "Logged in" }),
    did("email-replied", 8 * DAY_MS),
    did("page-viewed", 15 * DAY_MS, { page: "/pricing" }),
  );
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(lead, irrelevant, ledger, (snapshot, one, standings) => {
      const before = decided(snapshot, standings);
      const signals = [...snapshot.signals, one].toSorted((a, b) => b.at - a.at);
      const after = decided({ ...snapshot, signals }, standings);
      const { outcome, reason } = before.verdict;
      expect([after.verdict.outcome, after.verdict.reason]).toEqual([outcome, reason]);
      expect(after.assignment).toEqual(before.assignment);
      outcomes.add(outcome);
    }),
    { numRuns: 200 },
  );
  expect(outcomes.size).toBeGreaterThan(2);
});
