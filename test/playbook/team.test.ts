import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { awayInstants, compileTeam, teamSchema } from "../../src/playbook/team.ts";
import { formRoster } from "../../src/route/index.ts";
import { elapsed } from "../../src/sla/calendar.ts";
import { shippedFiles } from "./kit.ts";
import { anOwner, aPlaybook, compile, OWNERS, problemsIn, TUESDAY } from "../route/acme.ts";

const aTeam = (text: string) => compile("team", text, teamSchema, compileTeam);
const withLena = (more: string): string =>
  `reps: { lena@acme.example: { team: emea${more === "" ? "" : `, ${more}`} } }\nteams: { emea: { manager: Lead@acme.example } }`;

describe("team.yaml", () => {
  test("a rep needs a team and no more", () => {
    const { members, teams } = aTeam(withLena(""));
    expect(members).toEqual([
      { id: "lena@acme.example", team: "emea", skills: [], weight: 100, cap: {}, away: [] },
    ]);
    expect(teams.get("emea")).toEqual({ manager: "lead@acme.example" });
  });

  test("hours in several lines are one week", () => {
    const { members } = aTeam(withLena('hours: ["Mon-Thu 09:00-17:00", "Fri 09:00-13:00"]'));
    expect(members[0]?.hours?.at(-1)).toEqual({ weekday: 5, fromMinute: 540, toMinute: 780 });
  });

  test("away days include both ends, in the rep's own zone", () => {
    const [span] = aTeam(withLena("away: [2026-12-21..2026-12-31]")).members[0]?.away ?? [];
    expect(span).toEqual({ from: "2026-12-21", to: "2026-12-31" });
    expect(awayInstants({ from: "2026-12-21", to: "2026-12-31" }, "Europe/Berlin")).toEqual({
      fromAt: Date.UTC(2026, 11, 20, 23),
      toAt: Date.UTC(2026, 11, 31, 23),
    });
  });

  test.each([
    ["a team that is not there", "team: emae", /team "emae" is not under teams.*emea/],
    ["a weight of nothing", "weight: 0", /weight/],
    ["a weight that is no whole number", "weight: 1.5", /weight/],
    ["hours nobody can read", 'hours: "9 to 5"', /hours: .*Mon-Fri 09:00-17:30/],
    ["a zone nobody knows", "zone: Europe/Atlantis", /zone: .*IANA/],
    ["holidays of nowhere", "holidays: DE-XX", /holidays: .*DE-BE/],
    ["a date the calendar lacks", "away: [2026-02-30]", /no such date/],
    ["a span that ends before it starts", "away: [2026-12-24..2026-12-20]", /ends before it starts/],
    ["a date in another form", "away: [24.12.2026]", /2026-12-24/],
    ["a setting nobody knows", "wheight: 3", /wheight/],
    ["a cap nobody could reach", "cap: { open: 0 }", /cap\.open/],
  ])("%s is refused", (_what, more, message) => {
    const text = more.startsWith("team") ? withLena("").replace("team: emea", more) : withLena(more);
    expect(problemsIn(text, teamSchema).join("\n")).toMatch(message);
  });

  test.each([
    ["zone: Europe/Berln", 'found "Europe/Berln"; did you mean "Europe/Berlin"?'],
    ["zone: PST", 'found "PST"; did you mean "America/Los_Angeles"?'],
    ["zone: new york", 'found "new york"; did you mean "America/New_York"?'],
    ["zone: UTC+2", 'a zone is an IANA name such as Europe/Berlin, found "UTC+2"'],
    ["holidays: UK", 'found "UK"; did you mean "GB"?'],
    ["holidays: Bavaria", 'found "Bavaria"; did you mean "DE-BY"?'],
    ["holidays: de_be", 'found "de_be"; did you mean "DE-BE"?'],
    ["holidays: DE-XX", 'found "DE-XX"; did you mean "DE"?'],
    ["holidays: Nowhere", 'found "Nowhere"'],
    ["hours: Mon-Fri 9-17", 'found "Mon-Fri 9-17"; did you mean "Mon-Fri 09:00-17:00"?'],
    ["hours: Mon–Fri 9am – 5pm", 'found "Mon–Fri 9am – 5pm"; did you mean "Mon-Fri 09:00-17:00"?'],
    ["hours: 9 to 5", 'found "9 to 5"'],
    ["away: [2026-12-32]", '2026-12 has 31 days, found "2026-12-32"'],
    ["away: [2026-00-01..2026-02-01]", 'months go from 01 to 12, found "2026-00-01..2026-02-01"'],
    ["away: [2026-12-24..2026-12-20]", 'did you mean "2026-12-20..2026-12-24"?'],
    ["away: 2026-12-24", 'expected a list, found "2026-12-24"; write ["2026-12-24"]'],
    ["skills: [Key Accounts]", 'found "Key Accounts"; write key-accounts'],
    ["weight: 0", "expected a whole number from 1 to 1000, found 0"],
  ])("%s is told with the value, and with what may have been meant", (more, message) => {
    const [problem = "", ...others] = problemsIn(withLena(more), teamSchema);
    expect(problem.slice(-message.length)).toBe(message);
    expect(others).toEqual([]);
  });

  test("one rep in two spellings is two entries for one person, and neither takes the other's place", () => {
    const twice =
      "reps:\n  lena@acme.example: { team: emea }\n  Lena@acme.example: { team: apac }\nteams: { emea: {}, apac: {} }";
    expect(problemsIn(twice, teamSchema)).toContainEqual(
      expect.stringContaining(
        '"Lena@acme.example" stands here already in other letters: "lena@acme.example" (line 2); keep one of them',
      ),
    );
  });

  test("what is wrong with a rep in capital letters is told at that rep", () => {
    const text = (shippedFiles()["team.yaml"] ?? "").replace(
      "  maya@acme.example:\n    team: amer-sdr",
      "  Maya@acme.example:\n    team: amer-srd",
    );
    const line = text.split("\n").findIndex((one) => one.includes("amer-srd")) + 1;
    const { problems } = parsePlaybook({ ...shippedFiles(), "team.yaml": text });
    expect(problems).toEqual([
      expect.objectContaining({
        line,
        message: 'team "amer-srd" is not under teams: add it there; did you mean "amer-sdr"?',
      }),
    ]);
  });

  test("a rep is named by an address", () => {
    expect(problemsIn("reps: { lena: { team: emea } }\nteams: { emea: {} }", teamSchema).join()).toMatch(
      /address/,
    );
  });
});

describe("the roster", () => {
  test("everybody of the shipped team is an owner of the CRM", () => {
    const roster = formRoster(aPlaybook().team, OWNERS, new Map(), TUESDAY);
    expect(roster.reps.map(({ id, ownerId, team }) => [id, ownerId, team])).toEqual([
      ["lena@acme.example", "lena", "emea-sdr"],
      ["tomas@acme.example", "tomas", "emea-sdr"],
      ["amelie@acme.example", "amelie", "emea-sdr"],
      ["maya@acme.example", "maya", "amer-sdr"],
      ["jordan@acme.example", "jordan", "amer-sdr"],
      ["sofia@acme.example", "sofia", "amer-sdr"],
      ["kenji@acme.example", "kenji", "apac-sdr"],
      ["priya@acme.example", "priya", "apac-sdr"],
      ["nora@acme.example", "nora", "account-managers"],
      ["diego@acme.example", "diego", "account-managers"],
    ]);
  });

  test("an owner who was archived, or is not there, leaves the rep without one", () => {
    const team = aTeam(withLena(""));
    for (const owners of [[], [anOwner("lena@acme.example", { active: false })]]) {
      const [rep] = formRoster(team, owners, new Map(), TUESDAY).reps;
      expect(rep).not.toHaveProperty("ownerId");
      expect(rep?.name).toBe("lena@acme.example");
    }
  });

  test("an archived namesake does not hide the active owner", () => {
    const twice = [anOwner("lena@acme.example"), anOwner("lena@acme.example", { id: "old", active: false })];
    expect(formRoster(aTeam(withLena("")), twice, new Map(), TUESDAY).reps[0]?.ownerId).toBe("lena");
  });

  test("hours and zone are the file's, else the CRM's, else the team's", () => {
    const hours = [{ weekday: 2, fromMinute: 0, toMinute: 60 }] as const;
    const crm = anOwner("lena@acme.example", { zone: "Asia/Tokyo", hours });
    const zoneOf = (more: string, owner = crm): string | undefined =>
      formRoster(
        aTeam(withLena(more).replace("{ manager", "{ zone: Europe/Paris, manager")),
        [owner],
        new Map(),
        TUESDAY,
      ).reps[0]?.calendar.zone;
    expect(zoneOf("zone: Europe/Berlin")).toBe("Europe/Berlin");
    expect(zoneOf("")).toBe("Asia/Tokyo");
    expect(zoneOf("", anOwner("lena@acme.example"))).toBe("Europe/Paris");
    expect(zoneOf("", anOwner("lena@acme.example", { zone: "Nowhere/Special" }))).toBe("Europe/Paris");
    const [rep] = formRoster(aTeam(withLena("")), [crm], new Map(), TUESDAY).reps;
    expect(rep?.calendar.hours).toEqual(hours);
  });

  test("holidays are days off", () => {
    const [rep] = formRoster(
      aTeam(withLena("zone: Europe/Berlin, holidays: DE-BE")),
      [],
      new Map(),
      TUESDAY,
    ).reps;
    const christmas = Date.UTC(2026, 11, 25, 10);
    const worked = (at: number): number | undefined => rep && elapsed(at, at + HOUR_MS, rep.calendar);
    expect(worked(christmas)).toBe(0);
    expect(worked(christmas - DAY_MS)).toBe(HOUR_MS);
  });

  test("away is what the file or the CRM says, in order", () => {
    const span = { fromAt: Date.UTC(2026, 5, 1), toAt: Date.UTC(2026, 5, 2) };
    const owner = anOwner("lena@acme.example", { away: [span] });
    const team = aTeam(withLena("zone: UTC, away: [2026-12-24, 2026-01-02]"));
    expect(formRoster(team, [owner], new Map(), TUESDAY).reps[0]?.away).toEqual([
      { fromAt: Date.UTC(2026, 0, 2), toAt: Date.UTC(2026, 0, 3) },
      span,
      { fromAt: Date.UTC(2026, 11, 24), toAt: Date.UTC(2026, 11, 25) },
    ]);
  });
});
