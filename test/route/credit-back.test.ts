import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/model/decision.ts";
import { credit, creditBack, formRoster, route } from "../../src/route/index.ts";
import { aLead, aPlaybook, aStanding, OWNERS, TUESDAY } from "./acme.ts";

const LENA = "lena@acme.example";
const TOMAS = "tomas@acme.example";
const { fairness } = aPlaybook().routing;
const standings = {
  [LENA]: aStanding({ credits: 3, open: 2, today: 2 }),
  [TOMAS]: aStanding({ credits: 4 }),
};

function anAssignment(more: Partial<Extract<Assignment, { outcome: "assigned" }>> = {}): Assignment {
  return {
    rule: "EMEA",
    because: "largest shortfall",
    candidates: [],
    findings: [],
    outcome: "assigned",
    ownerId: "lena",
    ownerName: "Lena",
    rep: LENA,
    counts: true,
    ...more,
  };
}

describe("a turn given back", () => {
  test("is one credit of that rep's, and nothing else", () => {
    expect(creditBack(standings, anAssignment(), "duplicate", fairness)).toEqual({
      ...standings,
      [LENA]: aStanding({ credits: 2, open: 2, today: 2 }),
    });
    expect(standings[LENA]?.credits).toBe(3);
  });

  test.each<[string, Assignment, string]>([
    ["for a reason the playbook does not list", anAssignment(), "not-fit"],
    ["for a lead that was no turn", anAssignment({ counts: false }), "duplicate"],
    ["to somebody the ledger does not know", anAssignment({ rep: "new@acme.example" }), "duplicate"],
    ["to a name every object has", anAssignment({ rep: "constructor" }), "duplicate"],
    [
      "for a partner's lead",
      { rule: "", because: "", candidates: [], findings: [], outcome: "partner", partner: "p", share: [] },
      "duplicate",
    ],
  ])("is not given %s", (_, assignment, reason) => {
    expect(creditBack(standings, assignment, reason, fairness)).toBe(standings);
  });

  test("leaves nobody below nothing", () => {
    const fresh = { [LENA]: aStanding() };
    expect(creditBack(fresh, anAssignment(), "duplicate", fairness)).toEqual(fresh);
  });
});

test("a turn given back at once leaves everybody's credits as if the lead had never come", () => {
  const playbook = aPlaybook();
  const ledger = fc.dictionary(
    fc.constantFrom(...playbook.team.members.map(({ id }) => id)),
    fc.integer({ min: 0, max: 9 }).map((credits) => aStanding({ credits })),
  );
  fc.assert(
    fc.property(ledger, fc.constantFrom("DE", "ES", "US"), (known, country) => {
      const roster = formRoster(playbook.team, OWNERS, known, TUESDAY);
      const assignment = route("hand-raiser", aLead({ "lead.country": country }), playbook, roster, TUESDAY);
      const after = credit(roster, assignment, TUESDAY).standings;
      const back = creditBack(after, assignment, "duplicate", fairness);
      const rep = assignment.outcome === "assigned" ? (assignment.rep ?? "") : "";
      const joined = assignment.candidates.find((one) => one.rep === rep)?.level ?? 0;
      expect(back[rep]?.credits).toBe(known[rep]?.credits ?? joined);
      expect({ ...back, [rep]: undefined }).toEqual({ ...after, [rep]: undefined });
    }),
    { numRuns: 100 },
  );
});
