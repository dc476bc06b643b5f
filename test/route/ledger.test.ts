import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/model/decision.ts";
import { DAY_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Owner, Roster, Standings } from "../../src/model/rep.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { credit, formRoster, route } from "../../src/route/index.ts";
import { aLead, aLedger, anOwner, aPlaybook, aStanding, TUESDAY, rosterAfter } from "./acme.ts";

const ROUTING = `
rules:
  - { name: Kept, when: { account.owner: { known: true } }, to: account.owner }
  - { name: Enterprise, when: { account.employees: { from: 1000 } }, to: { pool: crew, skill: enterprise } }
  - { name: Everybody, to: { pool: crew } }
otherwise: { queue: unrouted, within: 30m }
`;

/** A crew that is always at work: rep id to weight, with some more settings. */
function aCrew(members: Readonly<Record<string, string>>): Playbook {
  const reps = Object.entries(members).map(
    ([id, more]) => `  ${id}@acme.example: { team: crew, hours: always, ${more} }`,
  );
  return aPlaybook({ routing: ROUTING, team: `reps:\n${reps.join("\n")}\nteams: { crew: {} }` });
}

function ownersOf(playbook: Playbook, away: Readonly<Record<string, Owner["away"]>> = {}): readonly Owner[] {
  return playbook.team.members.map(({ id }) => anOwner(id, { away: away[id.split("@")[0] ?? ""] ?? [] }));
}

/** Routes one lead after another, a minute apart, each with the ledger as the one before left it. */
function deal(
  playbook: Playbook,
  turns: number,
  from: {
    standings?: Standings;
    owners?: readonly Owner[];
    at?: number;
    facts?: Readonly<Record<string, number | string>>;
  } = {},
): { roster: Roster; given: readonly string[]; assignments: readonly Assignment[] } {
  const { standings = new Map(), owners = ownersOf(playbook), at = TUESDAY, facts = {} } = from;
  let roster = formRoster(playbook.team, owners, standings, at);
  const assignments: Assignment[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const now = at + turn * MINUTE_MS;
    const assignment = route("hand-raiser", aLead(facts), playbook, roster, now);
    roster = rosterAfter(roster, assignment, now);
    assignments.push(assignment);
  }
  const given = assignments.map((one) => (one.outcome === "assigned" ? one.ownerId : one.outcome));
  return { roster, given, assignments };
}

const countOf = (given: readonly string[], id: string): number => given.filter((one) => one === id).length;

describe("a turn in the ledger", () => {
  const crew = aCrew({ ana: "", ben: "" });

  test("is a credit, an open lead, one of today's, and an instant", () => {
    const { roster } = deal(crew, 1);
    expect(roster.standings).toEqual(
      aLedger({
        "ana@acme.example": { credits: 1, open: 1, day: "2026-11-17", today: 1, lastAt: TUESDAY },
        "ben@acme.example": aStanding(),
      }),
    );
  });

  test("leaves the roster before it as it was", () => {
    const roster = formRoster(crew.team, ownersOf(crew), new Map(), TUESDAY);
    const assignment = route("hand-raiser", aLead(), crew, roster, TUESDAY);
    expect([...credit(roster, assignment, TUESDAY).keys()]).toEqual(["ana@acme.example", "ben@acme.example"]);
    expect(roster.standings).toEqual(new Map());
  });

  test("a kept account is open and today's, and no credit", () => {
    const { roster } = deal(crew, 1, { facts: { "account.owner": "ben" } });
    expect(roster.standings.get("ben@acme.example")).toEqual(
      aStanding({ open: 1, day: "2026-11-17", today: 1, lastAt: TUESDAY }),
    );
  });

  test("a new day counts from one again", () => {
    const standings = aLedger({ "ana@acme.example": aStanding({ day: "2026-11-16", today: 7, open: 3 }) });
    const { roster } = deal(crew, 1, { standings });
    expect(roster.standings.get("ana@acme.example")).toMatchObject({ day: "2026-11-17", today: 1, open: 4 });
  });

  test("what goes to nobody of ours changes nothing", () => {
    const roster = formRoster(crew.team, [], new Map(), TUESDAY);
    const queued = route("hand-raiser", aLead(), crew, roster, TUESDAY);
    expect(queued.outcome).toBe("queued");
    expect(credit(roster, queued, TUESDAY)).toEqual(new Map());
  });
});

describe("who joins", () => {
  test("starts at the level of the peers, and is neither flooded nor starved", () => {
    const crew = aCrew({ ana: "", ben: "", new: "" });
    const standings = aLedger({
      "ana@acme.example": aStanding({ credits: 400 }),
      "ben@acme.example": aStanding({ credits: 400 }),
    });
    const { given, roster } = deal(crew, 30, { standings });
    expect(countOf(given, "new")).toBe(10);
    expect(given.slice(0, 6).filter((id) => id === "new")).toHaveLength(2);
    expect(roster.standings.get("new@acme.example")?.credits).toBe(410);
  });

  test("gets a small share too, because the level is settled once", () => {
    const crew = aCrew({ ana: "weight: 100", ben: "weight: 100", part: "weight: 1" });
    const standings = aLedger({
      "ana@acme.example": aStanding({ credits: 1000 }),
      "ben@acme.example": aStanding({ credits: 1000 }),
    });
    const { given } = deal(crew, 402, { standings });
    expect(countOf(given, "part")).toBe(2);
  });

  test("at the level of those who compete for the lead, not of the whole team", () => {
    const crew = aCrew({ ana: "skills: [enterprise]", ben: "", new: "skills: [enterprise]" });
    const standings = aLedger({
      "ana@acme.example": aStanding({ credits: 10, lastAt: 1 }),
      "ben@acme.example": aStanding({ credits: 100 }),
    });
    const { given, roster } = deal(crew, 1, { standings, facts: { "account.employees": 5000 } });
    expect(given).toEqual(["new"]);
    expect(roster.standings.get("new@acme.example")?.credits).toBe(11);
  });

  test("at the level of the team too, when the first lead is an account's", () => {
    const crew = aCrew({ ana: "", ben: "", new: "" });
    const standings = aLedger({
      "ana@acme.example": aStanding({ credits: 40 }),
      "ben@acme.example": aStanding({ credits: 42 }),
    });
    const { roster } = deal(crew, 1, { standings, facts: { "account.owner": "new" } });
    expect(roster.standings.get("new@acme.example")?.credits).toBe(41);
  });
});

describe("who comes back", () => {
  const back = TUESDAY + 7 * DAY_MS;
  const crew = aCrew({ ana: "", ben: "", cat: "" });
  const even = new Map(
    ["ana", "ben", "cat"].map((id) => [`${id}@acme.example`, aStanding({ credits: 50, lastAt: 1 })] as const),
  );
  const owners = ownersOf(crew, { cat: [{ fromAt: TUESDAY, toAt: back }] });

  test("from leave stands level with the peers, and takes ordinary turns", () => {
    const without = deal(crew, 100, { standings: even, owners });
    expect(countOf(without.given, "cat")).toBe(0);
    const after = deal(crew, 30, { standings: without.roster.standings, owners, at: back });
    expect(countOf(after.given, "cat")).toBe(10);
    expect(after.given.slice(0, 6).filter((id) => id === "cat")).toHaveLength(2);
  });

  test("from leave and was ahead keeps the lead over the others", () => {
    const ahead = new Map(even).set("cat@acme.example", aStanding({ credits: 60, lastAt: 1 }));
    const without = deal(crew, 4, { standings: ahead, owners });
    expect(without.roster.standings.get("cat@acme.example")?.credits).toBe(60);
  });

  test("from a full cap is not flooded with what the others took meanwhile", () => {
    const capped = aCrew({ ana: "", ben: "", cat: "cap: { open: 50 }" });
    const full = new Map(even).set("cat@acme.example", aStanding({ credits: 50, open: 50, lastAt: 1 }));
    const { standings } = deal(capped, 40, { standings: full }).roster;
    const cat = { ...aStanding(), ...standings.get("cat@acme.example"), open: 0 };
    expect(cat.credits).toBe(69);
    const after = deal(capped, 31, { standings: new Map(standings).set("cat@acme.example", cat) });
    expect(countOf(after.given, "cat")).toBe(11);
  });
});

describe("one ledger over all leads", () => {
  test("who takes the rare leads gets fewer of the common ones", () => {
    const crew = aCrew({ ana: "skills: [enterprise]", ben: "" });
    const rare = deal(crew, 10, { facts: { "account.employees": 5000 } });
    expect(countOf(rare.given, "ana")).toBe(10);
    const common = deal(crew, 12, { standings: rare.roster.standings });
    // Ben joins at ana's level of ten, so from here on they share.
    expect(countOf(common.given, "ben")).toBe(6);
    const later = deal(crew, 4, { standings: common.roster.standings, facts: { "account.employees": 5000 } });
    const catchUp = deal(crew, 4, { standings: later.roster.standings });
    expect(countOf(catchUp.given, "ben")).toBe(4);
  });

  test("lacking a skill is no absence: nobody is raised for leads they could not take", () => {
    const crew = aCrew({ ana: "skills: [enterprise]", ben: "" });
    const standings = aLedger({
      "ana@acme.example": aStanding({ credits: 5 }),
      "ben@acme.example": aStanding({ credits: 5 }),
    });
    const owners = ownersOf(crew, { ben: [{ fromAt: 0, toAt: TUESDAY + DAY_MS }] });
    const { roster } = deal(crew, 10, { standings, owners, facts: { "account.employees": 5000 } });
    expect(roster.standings.get("ben@acme.example")?.credits).toBe(5);
  });
});

describe("whatever the crew and its history", () => {
  const ids = ["ana", "ben", "cat", "dan", "eve"];
  const reps = fc.record({
    weight: fc.integer({ min: 1, max: 5 }),
    open: fc.integer({ min: 1, max: 12 }),
    isAway: fc.boolean(),
    isEnterprise: fc.boolean(),
    credits: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  });
  const crews = fc.array(reps, { minLength: 1, maxLength: 5 }).map((all) => {
    const playbook = aCrew(
      Object.fromEntries(
        all.map(({ weight, open, isEnterprise }, index) => [
          ids[index] ?? "",
          `weight: ${weight}, cap: { open: ${open} }, skills: [${isEnterprise ? "enterprise" : ""}]`,
        ]),
      ),
    );
    const away = Object.fromEntries(
      all.map(({ isAway }, index) => [
        ids[index] ?? "",
        isAway ? [{ fromAt: 0, toAt: TUESDAY + DAY_MS }] : [],
      ]),
    );
    const standings = new Map(
      all.flatMap(({ credits }, index) =>
        credits === undefined ? [] : [[`${ids[index] ?? ""}@acme.example`, aStanding({ credits })] as const],
      ),
    );
    return { playbook, owners: ownersOf(playbook, away), standings };
  });
  const leads = fc.constantFrom({}, { "account.employees": 5000 });

  test("no eligible rep is passed over for one with a smaller weighted shortfall", () => {
    fc.assert(
      fc.property(crews, leads, fc.integer({ min: 1, max: 15 }), ({ playbook, ...from }, facts, turns) => {
        for (const assignment of deal(playbook, turns, { ...from, facts }).assignments) {
          if (assignment.outcome !== "assigned") continue;
          const eligible = assignment.candidates.filter((one) => one.eligible);
          const chosen = eligible.find((one) => one.rep === assignment.rep);
          for (const one of eligible)
            expect(chosen?.shortfall ?? -Infinity).toBeGreaterThanOrEqual(one.shortfall ?? Infinity);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("nobody who is away, full or unskilled is assigned", () => {
    fc.assert(
      fc.property(crews, leads, ({ playbook, owners, standings }, facts) => {
        const { roster, assignments } = deal(playbook, 15, { owners, standings, facts });
        for (const rep of roster.reps)
          expect(roster.standings.get(rep.id)?.open ?? 0).toBeLessThanOrEqual(rep.cap.open ?? 0);
        const chosen = assignments.filter((one) => one.outcome === "assigned");
        const needed = (rule: string): readonly string[] => (rule === "Enterprise" ? ["enterprise"] : []);
        for (const assignment of chosen) {
          const rep = roster.reps.find((one) => one.id === assignment.rep);
          expect(rep?.away).toEqual([]);
          expect(rep?.skills).toEqual(expect.arrayContaining([...needed(assignment.rule)]));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("the same roster, lead and instant give the same assignment", () => {
    fc.assert(
      fc.property(crews, leads, ({ playbook, ...from }, facts) => {
        const once = deal(playbook, 8, { ...from, facts });
        expect(deal(playbook, 8, { ...from, facts })).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });

  test("a burst at one instant is dealt as it is one by one", () => {
    const crew = aCrew({ ana: "weight: 2", ben: "", cat: "" });
    const stored = (standings: Standings): Standings => structuredClone(standings);
    let standings: Standings = new Map();
    const single: string[] = [];
    for (let turn = 0; turn < 40; turn++) {
      const { roster, given } = deal(crew, 1, { standings, at: TUESDAY + turn * MINUTE_MS });
      single.push(...given);
      standings = stored(roster.standings);
    }
    expect(deal(crew, 40).given).toEqual(single);
  });

  test("equal reps who are eligible throughout never differ by more than one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 40 }), (count, turns) => {
        const crew = aCrew(Object.fromEntries(ids.slice(0, count).map((id) => [id, ""])));
        const { given } = deal(crew, turns);
        const counts = ids.slice(0, count).map((id) => countOf(given, id));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});
