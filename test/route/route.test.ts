import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Owner, Standings } from "../../src/model/rep.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formRoster, route } from "../../src/route/index.ts";
import { aLead, aLedger, anOwner, aPlaybook, aStanding, OWNERS, SATURDAY, TUESDAY } from "./acme.ts";

const shipped = aPlaybook();

function routed(
  facts: Readonly<Record<string, FactValue>>,
  options: {
    playbook?: Playbook;
    owners?: readonly Owner[];
    standings?: Standings;
    type?: string;
    now?: number;
    lead?: Partial<Snapshot>;
  } = {},
) {
  const {
    playbook = shipped,
    owners = OWNERS,
    standings = new Map(),
    type = "hand-raiser",
    now = TUESDAY,
    lead,
  } = options;
  const roster = formRoster(playbook.team, owners, standings, now);
  return route(type, aLead(facts, lead), playbook, roster, now);
}

/** The rule and who got the lead, in one line. */
function result(assignment: ReturnType<typeof routed>): string {
  const { rule, outcome } = assignment;
  if (assignment.outcome === "assigned") return `${rule} -> ${assignment.ownerId}`;
  return assignment.outcome === "partner"
    ? `${rule} -> partner ${assignment.partner}`
    : `${rule} -> ${outcome} ${assignment.queue}`;
}

const away = (id: string): readonly Owner[] =>
  OWNERS.map((owner) =>
    owner.id === id ? { ...owner, away: [{ fromAt: TUESDAY - HOUR_MS, toAt: TUESDAY + DAY_MS }] } : owner,
  );

describe("the shipped rules", () => {
  test.each([
    [
      "a known account's lead goes to its owner",
      { "account.owner": "nora" },
      "Keep the account's owner -> nora",
    ],
    [
      "also from another region",
      { "account.owner": "diego", "lead.country": "DE" },
      "Keep the account's owner -> diego",
    ],
    [
      "an account whose owner left goes by territory",
      { "account.owner": "gone", "lead.country": "DE" },
      "EMEA -> amelie",
    ],
    [
      "an open deal's owner keeps it",
      { "account.open_deal": "7", "deal.owner": "diego", "lead.country": "DE" },
      "Open deal's owner -> diego",
    ],
    [
      "an open deal without an owner goes by territory",
      { "account.open_deal": "7", "lead.country": "US" },
      "AMER -> jordan",
    ],
    [
      "an owner a person chose stays",
      { "lead.owner": "priya", "lead.country": "DE" },
      "Keep the lead's owner -> priya",
    ],
    [
      "a large company in EMEA goes to the enterprise reps",
      { "lead.country": "FR", "account.employees": 1000 },
      "EMEA enterprise -> amelie",
    ],
    ["a small one to everybody there", { "lead.country": "FR", "account.employees": 999 }, "EMEA -> amelie"],
    ["one of unknown size too", { "lead.country": "JP" }, "APAC -> kenji"],
    ["a lead from nowhere waits", {}, "otherwise -> queued unrouted"],
  ])("%s", (_what, facts, expected) => {
    expect(result(routed(facts))).toBe(expected);
  });

  test("a partner's lead goes to the partner, with what may be shared", () => {
    const assignment = routed({ "lead.partner": "Northwind" }, { type: "partner" });
    expect(assignment).toMatchObject({
      outcome: "partner",
      rule: "Partner leads",
      partner: "Northwind",
      share: ["lead.name", "lead.email", "account.name", "brief.why_now"],
      because: "lead.partner is Northwind",
    });
  });

  test("the account's owner is passed over while away, an open deal's owner is not", () => {
    const owners = away("nora");
    const facts = { "account.owner": "nora", "lead.country": "DE" };
    const assignment = routed(facts, { owners });
    expect(result(assignment)).toBe("EMEA -> amelie");
    expect(assignment.candidates[0]).toEqual({
      rep: "nora@acme.example",
      eligible: false,
      because: "away until Wed 18 Nov, 09:00 (Berlin)",
    });
    const deal = { ...facts, "account.open_deal": "7", "deal.owner": "nora" };
    expect(result(routed(deal, { owners }))).toBe("Open deal's owner -> nora");
  });

  test("an owner who stands in no team keeps the lead and takes no turn", () => {
    const owners = [...OWNERS, anOwner("vera@acme.example")];
    const assignment = routed({ "account.owner": "vera" }, { owners });
    expect(assignment).toMatchObject({ outcome: "assigned", ownerId: "vera", counts: false });
    expect(assignment).not.toHaveProperty("rep");
  });

  test("a rep who keeps an account is named, and it is no turn", () => {
    const assignment = routed({ "account.owner": "nora" });
    expect(assignment).toMatchObject({ rep: "nora@acme.example", ownerName: "Nora", counts: false });
    expect(assignment).not.toHaveProperty("pool");
  });

  test("a pool's lead is a turn", () => {
    expect(routed({ "lead.country": "DE" })).toMatchObject({ pool: "emea-sdr", counts: true });
  });
});

describe("why", () => {
  test("every rule that was read is told, with what it saw and where it is written", () => {
    const { findings } = routed({ "account.owner": "gone", "lead.country": "DE", "account.employees": 200 });
    expect(findings.map(({ says, truth, saw }) => [says, truth, saw])).toEqual([
      [`rule "Keep the account's owner"`, "yes", "gone@acme.example left the CRM"],
      [`rule "Open deal's owner"`, "no", undefined],
      [`rule "Partner leads"`, "no", undefined],
      [`rule "Keep the lead's owner"`, "no", undefined],
      [`rule "Whoever had it before"`, "no", undefined],
      [`rule "Whoever has their other record"`, "no", undefined],
      [`rule "Whoever works this account"`, "no", undefined],
      [`rule "EMEA enterprise"`, "no", undefined],
      [`rule "AMER enterprise"`, "no", undefined],
      [`rule "APAC enterprise"`, "no", undefined],
      [`rule "EMEA"`, "yes", undefined],
    ]);
    for (const finding of findings) expect(finding.source).toMatch(/^routing\.yaml:\d+$/);
  });

  test("everybody of the pool is told why they have the lead or have it not", () => {
    const owners = away("amelie").filter((owner) => owner.id !== "lena");
    const assignment = routed({ "lead.country": "DE", "account.employees": 5000 }, { owners });
    expect(assignment.candidates).toEqual([
      { rep: "lena@acme.example", eligible: false, because: "no active owner in the CRM" },
      { rep: "tomas@acme.example", eligible: false, because: "skill enterprise missing" },
      { rep: "amelie@acme.example", eligible: false, because: "away until Wed 18 Nov, 09:00 (Paris)" },
      { rep: "lena@acme.example", eligible: false, because: "no active owner in the CRM", level: 0 },
      { rep: "tomas@acme.example", eligible: true, because: "largest shortfall", shortfall: 100, level: 0 },
      {
        rep: "amelie@acme.example",
        eligible: false,
        because: "away until Wed 18 Nov, 09:00 (Paris)",
        level: 0,
      },
    ]);
    expect(assignment.because).toBe("Tomas is the only one in emea-sdr who can take it now");
  });

  test.each([
    ["open cap", aStanding({ open: 25 }), "25 of 25 open leads"],
    ["day cap", aStanding({ today: 10, day: "2026-11-17" }), "10 of 10 leads today"],
  ])("a rep at the %s is passed over", (_which, standing, because) => {
    const { candidates } = routed(
      { "lead.country": "DE" },
      { standings: aLedger({ "lena@acme.example": standing }) },
    );
    expect(candidates.find(({ rep }) => rep === "lena@acme.example")).toMatchObject({
      eligible: false,
      because,
    });
  });

  test("yesterday's leads do not fill today", () => {
    const standings = aLedger({ "lena@acme.example": aStanding({ today: 10, day: "2026-11-16" }) });
    const { candidates } = routed({ "lead.country": "DE" }, { standings });
    expect(candidates.find(({ rep }) => rep === "lena@acme.example")).toMatchObject({ eligible: true });
  });

  test("the day of a cap is the rep's own", () => {
    const now = Date.UTC(2026, 10, 17, 1, 30); // 17 November in Tokyo and Kolkata, 16 November in New York
    const standings = aLedger({
      "kenji@acme.example": aStanding({ today: 10, day: "2026-11-17" }),
      "maya@acme.example": aStanding({ today: 12, day: "2026-11-17" }),
    });
    const because = (country: string, rep: string): string | undefined =>
      routed({ "lead.country": country }, { standings, now }).candidates.find((one) => one.rep === rep)
        ?.because;
    expect(because("JP", "kenji@acme.example")).toBe("10 of 10 leads today");
    expect(because("US", "maya@acme.example")).toMatch(/outside working hours/);
  });
});

describe("outside working hours", () => {
  const night = TUESDAY + 6 * HOUR_MS; // 15:00 in Berlin, 09:00 in New York, 08:00 in Chicago, 06:00 in Los Angeles

  test("whoever is at work is preferred", () => {
    const standings = aLedger({ "maya@acme.example": aStanding({ credits: 50 }) });
    const assignment = routed({ "lead.country": "US" }, { now: night, standings });
    expect(result(assignment)).toBe("AMER -> maya");
    expect(assignment.candidates.map(({ because }) => because)).toEqual([
      "largest shortfall",
      "outside working hours until Tue 17 Nov, 09:00 (Chicago)",
      "outside working hours until Tue 17 Nov, 09:00 (Los Angeles)",
    ]);
  });

  test("when nobody is at work, the next in turn gets it all the same", () => {
    const assignment = routed({ "lead.country": "DE" }, { now: SATURDAY });
    expect(result(assignment)).toBe("EMEA -> amelie");
    expect(assignment.candidates.at(-1)?.because).toBe(
      "largest shortfall; outside working hours until Mon 23 Nov, 09:00 (Paris)",
    );
  });

  test("or waits until somebody is back, when the playbook says so", () => {
    const routing = `
rules: [{ name: Everybody, to: { pool: emea-sdr } }]
otherwise: { queue: unrouted, within: 14d }
fairness: { outside_hours: queue }
`;
    const assignment = routed({}, { playbook: aPlaybook({ routing }), now: SATURDAY });
    expect(assignment).toMatchObject({
      outcome: "queued",
      rule: "otherwise",
      because: "nobody can take it now",
      retryAt: Date.UTC(2026, 10, 23, 8),
    });
  });
});

describe("nobody can take it", () => {
  const single = (routing: string, reps: string): Playbook =>
    aPlaybook({ routing, team: `reps: ${reps}\nteams: { solo: {} }` });
  const everybody = `
rules: [{ name: Everybody, to: { pool: solo } }]
otherwise: { queue: unrouted, notify: revops@acme.example, within: 30m }
`;
  const lena =
    "{ lena@acme.example: { team: solo, zone: Europe/Berlin, hours: 'Mon-Fri 09:00-17:00', cap: { day: 1 } } }";

  test("it waits for the queue's limit, and somebody hears of it", () => {
    const assignment = routed({}, { playbook: single(everybody, lena), owners: [] });
    expect(assignment).toMatchObject({
      outcome: "queued",
      queue: "unrouted",
      notify: "revops@acme.example",
      retryAt: TUESDAY + 30 * MINUTE_MS,
    });
  });

  test("it waits no longer than until the first of them is back", () => {
    const owners = [anOwner("lena@acme.example", { away: [{ fromAt: 0, toAt: TUESDAY + 10 * MINUTE_MS }] })];
    const assignment = routed({}, { playbook: single(everybody, lena), owners });
    expect(assignment).toMatchObject({ outcome: "queued", retryAt: TUESDAY + 10 * MINUTE_MS });
  });

  test("a full day ends with the next opening", () => {
    const routing = everybody.replace("30m", "14d");
    const standings = aLedger({ "lena@acme.example": aStanding({ day: "2026-11-17", today: 1 }) });
    const assignment = routed({}, { playbook: single(routing, lena), standings });
    expect(assignment).toMatchObject({ outcome: "queued", retryAt: TUESDAY + DAY_MS });
  });

  test("a rule may send leads to a queue of its own", () => {
    const routing = `
rules: [{ name: Review, to: { queue: review, within: 4h } }]
otherwise: { queue: unrouted, within: 30m }
`;
    expect(routed({}, { playbook: single(routing, lena) })).toMatchObject({
      outcome: "queued",
      rule: "Review",
      queue: "review",
      retryAt: TUESDAY + 4 * HOUR_MS,
    });
  });

  test("touching away spans are one absence", () => {
    const owners = [
      anOwner("lena@acme.example", {
        away: [
          { fromAt: TUESDAY + HOUR_MS, toAt: TUESDAY + 2 * HOUR_MS },
          { fromAt: 0, toAt: TUESDAY + HOUR_MS },
        ],
      }),
    ];
    const { candidates } = routed({}, { playbook: single(everybody, lena), owners });
    expect(candidates[0]?.because).toBe("away until Tue 17 Nov, 11:00 (Berlin)");
  });
});

test("one person may be named, unless they are away", () => {
  const routing = `
rules:
  - { name: Strategic, to: { owner: Nora@acme.example }, unless: away }
  - { name: Everybody, to: { pool: emea-sdr } }
otherwise: { queue: unrouted, within: 30m }
`;
  const playbook = aPlaybook({ routing });
  expect(result(routed({}, { playbook }))).toBe("Strategic -> nora");
  expect(result(routed({}, { playbook, owners: away("nora") }))).toBe("Everybody -> amelie");
  const without = OWNERS.filter((owner) => owner.id !== "nora");
  expect(result(routed({}, { playbook, owners: without }))).toBe("Everybody -> amelie");
});
