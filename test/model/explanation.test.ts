import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import { bareExplanation, explainDecision } from "../../src/model/explanation.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Owner } from "../../src/model/rep.ts";
import { decide } from "../../src/pipeline.ts";
import { nearestOf } from "../../src/qualify/nearest.ts";
import { formRoster } from "../../src/route/index.ts";
import { aPlaybook, NOW } from "../playbook/kit.ts";
import { OWNERS } from "../route/acme.ts";
import { demoRequest, intent, qualified } from "../qualify/kit.ts";

const playbook = aPlaybook();
const handRaiser = (changes: Parameters<typeof qualified>[0] = {}): Snapshot =>
  qualified({ "lead.phone": "+49 30 5550100", ...changes }, [demoRequest(), ...intent()]);

function explained(lead: Snapshot, owners: readonly Owner[] = OWNERS) {
  const roster = formRoster(playbook.team, owners, new Map(), NOW);
  const decision = decide(lead, { playbook, roster, now: NOW, publicUrl: "https://baton.example" });
  return explainDecision(decision, nearestOf(decision.verdict, lead, playbook, NOW));
}

const PARTNER = { "lead.source": "partner", "lead.partner": "Northwind Partners" };
const HANDOFF = { id: "h", state: "with-sales", type: "hand-raiser", startedAt: NOW - HOUR_MS } as const;

describe("every outcome is explained", () => {
  test.each<[string, Snapshot, readonly Owner[], readonly [string, string | undefined], RegExp]>([
    [
      "assigned",
      handRaiser(),
      OWNERS,
      ["ready", "assigned"],
      /^ready as marketing-qualified without the form demo-request$/,
    ],
    ["partner", qualified(PARTNER, intent()), OWNERS, ["ready", "partner"], /^\w+.* if /],
    [
      "queued",
      handRaiser(),
      [],
      ["ready", "queued"],
      /^assigned if \S+@acme\.example could take it \(no active owner in the CRM\)$/,
    ],
    ["not ready", qualified({ "account.employees": 12 }), OWNERS, ["not-ready", undefined], /^ready if /],
    ["refused", handRaiser({ "lead.role": "Student" }), OWNERS, ["refused", undefined], /did not hold/],
    [
      "suppressed",
      handRaiser({ "lead.opted_out": true }),
      OWNERS,
      ["suppressed", undefined],
      /^ready as \S+ if /,
    ],
    [
      "held",
      qualified({ "lead.source": undefined }),
      OWNERS,
      ["held", undefined],
      /^ready once lead\.source/,
    ],
    [
      "with sales",
      { ...handRaiser(), handoff: HANDOFF },
      OWNERS,
      ["with-sales", undefined],
      /once that handoff is closed$/,
    ],
  ])("%s", (_, lead, owners, outcomes, says) => {
    const explanation = explained(lead, owners);
    const { verdict, assignment, nearest } = explanation;
    expect([verdict.outcome, assignment?.outcome]).toEqual(outcomes);
    expect(nearest?.says).toMatch(says);
    const isSeen = leavesOf(verdict.findings).some(({ saw }) => saw !== undefined);
    expect(isSeen).toBe(verdict.outcome !== "with-sales");
    const bare = bareExplanation(explanation);
    expect(bare.outcome).toBe(verdict.outcome);
    expect(bare.nearest?.says).toBeDefined();
    expect(JSON.stringify(bare)).not.toMatch(/"saw"|\(saw |@acme\.example|Rheinbank|Northwind/);
  });

  test("with who was passed over and why, and never the one who got it", () => {
    const away = [{ fromAt: NOW - HOUR_MS, toAt: NOW + 24 * HOUR_MS }];
    const owners = OWNERS.map((owner) => (owner.id === "tomas" ? { ...owner, away } : owner));
    const { assignment, passedOver } = explained(handRaiser({ "account.employees": 200 }), owners);
    expect(passedOver).toContainEqual(
      expect.objectContaining({
        rep: "tomas@acme.example",
        eligible: false,
        because: expect.stringMatching(/^away/),
      }),
    );
    const rep = assignment?.outcome === "assigned" ? assignment.rep : undefined;
    expect(rep).toBeDefined();
    expect(passedOver.map((one) => one.rep)).not.toContain(rep);
  });

  test("with what was not known, each condition once", () => {
    const { unknown } = explained(handRaiser({ "account.industry": undefined }));
    const says = unknown.map((one) => one.says);
    expect(says).toContain("lead.opted_out is true");
    expect(new Set(says).size).toBe(says.length);
    expect(unknown.every(({ truth }) => truth === "unknown")).toBe(true);
  });
});

interface Leaf {
  readonly saw?: string;
  readonly parts?: readonly Leaf[];
}

function leavesOf(findings: readonly Leaf[]): readonly Leaf[] {
  return findings.flatMap((one) => (one.parts === undefined ? [one] : leavesOf(one.parts)));
}
