import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Standings } from "../../src/model/rep.ts";
import { creditBack, formRoster, route } from "../../src/route/index.ts";
import { aLead, aLedger, aPlaybook, aStanding, OWNERS, TUESDAY, rosterAfter } from "./acme.ts";

const LENA = "lena@acme.example";
const TOMAS = "tomas@acme.example";
const { fairness } = aPlaybook().routing;
const standings = aLedger({
  [LENA]: aStanding({ credits: 3, open: 2, today: 2 }),
  [TOMAS]: aStanding({ credits: 4 }),
});

describe("a turn given back", () => {
  test("is one credit of that rep's, and nothing else", () => {
    expect(creditBack(standings, LENA, "duplicate", fairness)).toEqual(
      new Map(standings).set(LENA, aStanding({ credits: 2, open: 2, today: 2 })),
    );
    expect(standings.get(LENA)?.credits).toBe(3);
  });

  test.each([
    ["for a reason the playbook does not list", LENA, "not-fit"],
    ["to somebody the ledger does not know", "new@acme.example", "duplicate"],
    ["to a name every object has", "constructor", "duplicate"],
  ])("is not given %s", (_, rep, reason) => {
    expect(creditBack(standings, rep, reason, fairness)).toBe(standings);
  });

  test("leaves nobody below nothing", () => {
    const fresh = aLedger({ [LENA]: aStanding() });
    expect(creditBack(fresh, LENA, "duplicate", fairness)).toEqual(fresh);
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
      const roster = formRoster(playbook.team, OWNERS, aLedger(known), TUESDAY);
      const assignment = route("hand-raiser", aLead({ "lead.country": country }), playbook, roster, TUESDAY);
      const { standings: given } = rosterAfter(roster, assignment, TUESDAY);
      const rep = assignment.outcome === "assigned" ? (assignment.rep ?? "") : "";
      const back = creditBack(given, rep, "duplicate", fairness);
      const joined = assignment.candidates.find((one) => one.rep === rep)?.level ?? 0;
      expect(back.get(rep)?.credits).toBe(known[rep]?.credits ?? joined);
      const others = (all: Standings) => [...all].filter(([id]) => id !== rep);
      expect(others(back)).toEqual(others(given));
    }),
    { numRuns: 100 },
  );
});
