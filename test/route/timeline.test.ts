import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { Standings } from "../../src/model/rep.ts";
import type { Member } from "../../src/playbook/team.ts";
import { formRoster, route } from "../../src/route/index.ts";
import { aLead, anOwner, aPlaybook, TUESDAY, rosterAfter } from "./acme.ts";

/**
 * Weeks of a team in which people join, leave, go on holiday, fill up and get room again, while leads come in any order.
 * Who is eligible, and by how much everybody is short, is worked out here anew, from the words of docs/fairness.md.
 */
const IDS = ["ana", "ben", "cat", "dan", "eve", "fay"] as const;
const BASE = aPlaybook({
  routing: `
rules:
  - { name: Enterprise, when: { account.employees: { from: 1000 } }, to: { pool: crew, skill: enterprise } }
  - { name: Everybody, when: { account.employees: { known: false } }, to: { pool: crew } }
otherwise: { queue: unrouted, within: 30m }
`,
  team: `reps: { ${IDS.map((id) => `${id}@acme.example: { team: crew, hours: always }`).join(", ")} }\nteams: { crew: {} }`,
});

/** One rep: from which step on they are in the team and until which in the CRM, and when they are away. */
interface Person {
  readonly weight: number;
  readonly isEnterprise: boolean;
  readonly cap?: number;
  readonly joinsAt: number;
  readonly leavesAt: number;
  readonly away: readonly [number, number];
}

type Step =
  | { readonly do: "lead"; readonly isEnterprise: boolean }
  /** The rep's handoffs, one of them, comes to its end. */
  | { readonly do: "close"; readonly who: number };

const person = fc.record<Person>(
  {
    weight: fc.integer({ min: 1, max: 6 }),
    isEnterprise: fc.boolean(),
    cap: fc.integer({ min: 1, max: 8 }),
    joinsAt: fc.constantFrom(0, 0, 0, 12, 25),
    leavesAt: fc.constantFrom(1000, 1000, 1000, 20, 35),
    away: fc.tuple(fc.nat(50), fc.nat(50)),
  },
  { requiredKeys: ["weight", "isEnterprise", "joinsAt", "leavesAt", "away"] },
);
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("lead" as const), isEnterprise: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), who: fc.nat(IDS.length - 1) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

interface Turn {
  readonly isEnterprise: boolean;
  readonly eligible: readonly string[];
  readonly before: Standings;
  readonly chosen: string | undefined;
}

function live(people: readonly Person[], all: readonly Step[]): readonly Turn[] {
  const addressOf = (index: number): string => `${IDS[index] ?? ""}@acme.example`;
  const turns: Turn[] = [];
  let standings: Standings = new Map();
  for (const [step, what] of all.entries()) {
    const now = TUESDAY + step * HOUR_MS;
    if (what.do === "close") {
      const id = addressOf(what.who);
      const own = standings.get(id);
      if (own !== undefined && own.open > 0)
        standings = new Map(standings).set(id, { ...own, open: own.open - 1 });
      continue;
    }
    const members = people.flatMap((one, index): readonly Member[] =>
      one.joinsAt > step
        ? []
        : [
            {
              ...(BASE.team.members.find(({ id }) => id === addressOf(index)) ?? BASE.team.members[0]),
              id: addressOf(index),
              team: "crew",
              weight: one.weight,
              cap: one.cap === undefined ? {} : { open: one.cap },
              skills: one.isEnterprise ? ["enterprise"] : [],
              away: [],
            },
          ],
    );
    const owners = people.map(({ leavesAt, away: [from, span] }, index) =>
      anOwner(addressOf(index), {
        active: leavesAt > step,
        away: [{ fromAt: TUESDAY + from * HOUR_MS, toAt: TUESDAY + (from + span) * HOUR_MS }],
      }),
    );
    const playbook = { ...BASE, team: { ...BASE.team, members } };
    const roster = formRoster(playbook.team, owners, standings, now);
    const eligible = people.flatMap((one, index) => {
      const [from, span] = one.away;
      const id = addressOf(index);
      const isThere = one.joinsAt <= step && one.leavesAt > step && (step < from || step >= from + span);
      const hasRoom = one.cap === undefined || (standings.get(id)?.open ?? 0) < one.cap;
      return isThere && hasRoom && (one.isEnterprise || !what.isEnterprise) ? [id] : [];
    });
    const lead = aLead(what.isEnterprise ? { "account.employees": 5000 } : {});
    const assignment = route("hand-raiser", lead, playbook, roster, now);
    const chosen = assignment.outcome === "assigned" ? assignment.rep : undefined;
    turns.push({ isEnterprise: what.isEnterprise, eligible, before: standings, chosen });
    ({ standings } = rosterAfter(roster, assignment, now));
  }
  return turns;
}

/** Weighted shortfall times the sum of weights; who is new stands at the weighted mean of the others, rounded down. */
function shortfallsOf(
  eligible: readonly string[],
  weightOf: (id: string) => bigint,
  before: Standings,
): ReadonlyMap<string, bigint> {
  const known = eligible.filter((id) => before.get(id) !== undefined);
  const sum = (ids: readonly string[], of: (id: string) => bigint): bigint =>
    ids.reduce((total, id) => total + of(id), 0n);
  const knownWeight = sum(known, weightOf);
  const knownCredits = sum(known, (id) => BigInt(before.get(id)?.credits ?? 0));
  const creditsOf = (id: string): bigint => {
    const own = before.get(id);
    if (own !== undefined) return BigInt(own.credits);
    return knownWeight === 0n ? 0n : (weightOf(id) * knownCredits) / knownWeight;
  };
  const weights = sum(eligible, weightOf);
  const credits = sum(eligible, creditsOf);
  return new Map(eligible.map((id) => [id, weightOf(id) * (credits + 1n) - creditsOf(id) * weights]));
}

const crews = fc.array(person, { minLength: 1, maxLength: IDS.length });

test("nobody eligible is passed over for somebody with a smaller weighted shortfall, whatever happens meanwhile", () => {
  fc.assert(
    fc.property(crews, steps, (people, all) => {
      const weightOf = (id: string): bigint =>
        BigInt(people[IDS.findIndex((name) => id.startsWith(name))]?.weight ?? 0);
      for (const { eligible, before, chosen } of live(people, all)) {
        expect(chosen === undefined).toBe(eligible.length === 0);
        if (chosen === undefined) continue;
        expect(eligible).toContain(chosen);
        const shortfalls = shortfallsOf(eligible, weightOf, before);
        const own = shortfalls.get(chosen) ?? 0n;
        expect([...shortfalls].filter(([, other]) => other > own)).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test("equal reps who share every lead and are there throughout never differ by more than one, whoever comes and goes", () => {
  const steady = fc.record({
    count: fc.integer({ min: 2, max: 3 }),
    weight: fc.integer({ min: 1, max: 6 }),
    isEnterprise: fc.boolean(),
  });
  fc.assert(
    fc.property(
      steady,
      fc.array(person, { maxLength: 3 }),
      steps,
      ({ count, weight, isEnterprise }, others, all) => {
        const equal: Person = { weight, isEnterprise, joinsAt: 0, leavesAt: 1000, away: [0, 0] };
        const people = [...Array.from({ length: count }, () => equal), ...others];
        const turns = live(people, all);
        const counts = IDS.slice(0, count).map(
          (id) => turns.filter(({ chosen }) => chosen?.startsWith(id) === true).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 150 },
  );
});
