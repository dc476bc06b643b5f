/**
 * Writes the tables of docs/fairness.md: `node scripts/fairness-table.ts`.
 *
 * Five weeks of a small team are dealt by the same `route` and `credit` that hand out real leads, with the rules of
 * mappings/product-led. A test holds the document equal to what this gives.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from "../src/model/instant.ts";
import type { Snapshot } from "../src/model/lead.ts";
import type { Rep, Standing } from "../src/model/rep.ts";
import type { Playbook } from "../src/playbook/playbook.ts";
import { loadPlaybook } from "../src/playbook-folder.ts";
import { credit, route } from "../src/route/index.ts";
import { ALWAYS } from "../src/sla/calendar.ts";

const FILE = "docs/fairness.md";
const BEGIN = "<!-- from scripts/fairness-table.ts -->";
const END = "<!-- end -->";

/** Monday 2 November 2026. */
const MONDAY = Date.UTC(2026, 10, 2);
const WEEKS = 5;
const LEADS_A_DAY = 28;
const BEN_AWAY = { fromAt: mondayOf(2), toAt: mondayOf(4) };
const EVE_JOINS = mondayOf(5);

/** Working days by number, from 1: what the rows tell apart. */
const ROWS: readonly { readonly says: string; readonly from: number; readonly to: number }[] = [
  { says: "Week 1", from: 1, to: 5 },
  { says: "Weeks 2 and 3: Ben is on holiday", from: 6, to: 15 },
  { says: "Week 4, Monday: Ben is back", from: 16, to: 16 },
  { says: "Week 4, Tuesday", from: 17, to: 17 },
  { says: "Week 4, the rest", from: 18, to: 20 },
  { says: "Week 5, Monday: Eve is new", from: 21, to: 21 },
  { says: "Week 5, Tuesday", from: 22, to: 22 },
  { says: "Week 5, the rest", from: 23, to: 25 },
];
const NAMES = ["Ana", "Ben", "Cat", "Dan", "Eve"] as const;
const NOBODY: Standing = { credits: 0, open: 0, day: "", today: 0, lastAt: 0 };

/** Both tables as Markdown: as Baton deals, and as it would be if nobody were kept level. */
export async function fairnessTables(): Promise<string> {
  const { playbook } = await loadPlaybook("mappings/product-led");
  return [
    "Leads a day, as Baton deals them:",
    "",
    ...table(playbook, true),
    "",
    "The same leads if every turn somebody missed were still owed to them:",
    "",
    ...table(playbook, false),
  ].join("\n");
}

/** The document with its tables as they are now. Throws when the document has no place for them. */
export function withTables(document: string, tables: string): string {
  const [before, rest] = document.split(`${BEGIN}\n`);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${FILE} has no place for its tables`);
  return `${before}${BEGIN}\n\n${tables}\n\n${END}${after}`;
}

function table(playbook: Playbook, isLevelled: boolean): readonly string[] {
  const days = deal(playbook, isLevelled);
  const cell = (name: string, from: number, to: number): string => {
    const own = days.slice(from - 1, to);
    if (own.every((day) => !day.there.has(name))) return "–";
    return String(
      Math.round((own.reduce((sum, day) => sum + (day.given.get(name) ?? 0), 0) / own.length) * 10) / 10,
    );
  };
  const rows = [
    ["", ...NAMES.map((name) => (name === "Dan" ? "Dan (half share)" : name))],
    ["---", ...NAMES.map(() => "--:")],
    ...ROWS.map(({ says, from, to }) => [says, ...NAMES.map((name) => cell(name, from, to))]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row, index) => {
    const padded = row.map((text, column) => {
      const width = widths[column] ?? 0;
      if (index === 1) return column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`;
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  });
}

interface Day {
  readonly given: ReadonlyMap<string, number>;
  readonly there: ReadonlySet<string>;
}

function deal(playbook: Playbook, isLevelled: boolean): readonly Day[] {
  const standings = new Map(isLevelled ? [] : NAMES.map((name) => [idOf(name), NOBODY] as const));
  const days: Day[] = [];
  for (let number = 0; number < WEEKS * 5; number += 1) {
    const morning = mondayOf(1 + Math.floor(number / 5)) + (number % 5) * DAY_MS + 9 * HOUR_MS;
    const reps = NAMES.filter((name) => name !== "Eve" || morning >= EVE_JOINS).map(aRep);
    const given = new Map<string, number>();
    for (let lead = 0; lead < LEADS_A_DAY; lead += 1) {
      const now = morning + lead * 15 * MINUTE_MS;
      const roster = { reps, owners: [], standings };
      const assignment = route("hand-raiser", aLead(now), playbook, roster, now);
      const owed = assignment.candidates.map(({ level: _level, ...candidate }) => candidate);
      const changed = credit(roster, isLevelled ? assignment : { ...assignment, candidates: owed }, now);
      for (const [rep, standing] of changed) standings.set(rep, standing);
      if (assignment.outcome === "assigned")
        given.set(assignment.ownerName, (given.get(assignment.ownerName) ?? 0) + 1);
    }
    const isAway = ({ away }: Rep): boolean =>
      away.some(({ fromAt, toAt }) => fromAt <= morning && morning < toAt);
    const there = new Set(reps.filter((rep) => !isAway(rep)).map(({ name }) => name));
    days.push({ given, there });
  }
  return days;
}

function aRep(name: string): Rep {
  return {
    id: idOf(name),
    name,
    ownerId: name,
    team: "growth",
    skills: [],
    weight: name === "Dan" ? 50 : 100,
    cap: {},
    calendar: ALWAYS,
    away: name === "Ben" ? [BEN_AWAY] : [],
  };
}

function aLead(now: Instant): Snapshot {
  return {
    decisionId: "fairness",
    lead: { crm: "hubspot", id: "fairness" },
    leadUrl: "https://crm.example/lead",
    facts: {},
    unmapped: [],
    signals: [],
    readAt: now,
  };
}

function idOf(name: string): string {
  return `${name.toLowerCase()}@acme.example`;
}

/** Of the nth week, from 1. */
function mondayOf(week: number): Instant {
  return MONDAY + (week - 1) * 7 * DAY_MS;
}

if (import.meta.main) {
  writeFileSync(FILE, withTables(readFileSync(FILE, "utf8"), await fairnessTables()));
  process.stdout.write(`${FILE} written\n`);
}
