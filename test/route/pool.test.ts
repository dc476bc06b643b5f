import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Standings } from "../../src/model/rep.ts";
import { formRoster } from "../../src/route/index.ts";
import { chooseFromPool } from "../../src/route/pool.ts";
import { aLedger, anOwner, aPlaybook, aStanding, TUESDAY } from "./acme.ts";

const crew = aPlaybook({
  team: `
reps:
  ana@acme.example: { team: crew, zone: Europe/Berlin }
  ben@acme.example: { team: crew, zone: Europe/Berlin, cap: { day: 2 } }
teams: { crew: {} }`,
});
const FAIRNESS = { unit: "lead", creditBack: [], outsideHours: "queue" } as const;
const owners = [
  anOwner("ana@acme.example", {
    away: [
      { fromAt: TUESDAY - DAY_MS, toAt: TUESDAY + DAY_MS },
      { fromAt: TUESDAY + 7 * DAY_MS, toAt: TUESDAY + 9 * DAY_MS },
    ],
  }),
  anOwner("ben@acme.example"),
];

/** What is said of both, of the same people at several instants. */
function said(standings: Standings, ...instants: readonly number[]): readonly (readonly string[])[] {
  const roster = formRoster(crew.team, owners, standings, TUESDAY);
  return instants.map((now) =>
    chooseFromPool({ pool: "crew", skills: [] }, roster, FAIRNESS, now).candidates.map((one) => one.because),
  );
}

describe("what is said of the same people at another instant", () => {
  test("is the end of the leave they are on then", () => {
    const [first, none, second] = said(new Map(), TUESDAY, TUESDAY + 2 * DAY_MS, TUESDAY + 8 * DAY_MS);
    expect(first?.[0]).toBe("away until Wed 18 Nov, 09:00 (Berlin)");
    expect(none?.[0]).not.toMatch(/^away/);
    expect(second?.[0]).toBe("away until Thu 26 Nov, 09:00 (Berlin)");
  });

  test("is the day's cap on that day only, and the hours of that instant", () => {
    const full = aLedger({ "ben@acme.example": aStanding({ day: "2026-11-17", today: 2 }) });
    const [today, tomorrow] = said(full, TUESDAY, TUESDAY + DAY_MS);
    expect(today?.[1]).toBe("2 of 2 leads today");
    expect(tomorrow?.[1]).not.toContain("leads today");
    const [day, night] = said(new Map(), TUESDAY, TUESDAY + DAY_MS / 2);
    expect(day?.[1]).toBe("largest shortfall");
    expect(night?.[1]).toBe("outside working hours until Wed 18 Nov, 09:00 (Berlin)");
  });
});

test("when everybody has had their leads of the day, the pool opens on the next", () => {
  const day = { day: "2026-11-17", today: 2 };
  const roster = formRoster(crew.team, owners, aLedger({ "ben@acme.example": aStanding(day) }), TUESDAY);
  const { chosen, opensAt } = chooseFromPool({ pool: "crew", skills: [] }, roster, FAIRNESS, TUESDAY);
  expect(chosen).toBeUndefined();
  expect(opensAt).toBe(TUESDAY + DAY_MS);
});
