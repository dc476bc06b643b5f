/** When Acme's reps work, by what the portal's users say and the holidays team.yaml names: counted minute by minute. */
import { readFileSync } from "node:fs";
import DateHolidays from "date-holidays";
import { parse } from "yaml";
import type { Portal } from "../../sandbox/index.ts";
import { ownJson } from "../../src/store/json.ts";
import { type SlowClock, slowClock, slowInstants } from "../sla/slow-clock.ts";

/** A rep as the plain recount knows them. */
export interface Colleague {
  readonly address: string;
  readonly manager: string;
  readonly clock: SlowClock;
}

interface Team {
  readonly reps: Readonly<Record<string, { readonly team: string; readonly holidays: string }>>;
  readonly teams: Readonly<Record<string, { readonly manager: string }>>;
}

const YEAR = 2026;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Everybody of team.yaml, by their id as an owner. Hours are those of the portal: team.yaml says the same ones. */
export function colleagues(portal: Portal): ReadonlyMap<string, Colleague> {
  const { reps, teams }: Team = parse(readFileSync("mappings/default/team.yaml", "utf8"));
  const users = new Map(
    portal.all("user").map(({ properties }) => [properties["hs_email"] ?? "", properties] as const),
  );
  return new Map(
    portal.state.owners.flatMap(({ id, email }) => {
      const [rep, user] = [reps[email], users.get(email)];
      if (rep === undefined || user === undefined) return [];
      const hours = ownJson<readonly { startMinute: number; endMinute: number }[]>(
        user["hs_working_hours"] ?? "[]",
      );
      const zone = user["hs_standard_time_zone"] ?? "UTC";
      const clock = slowClock({
        zone,
        hours: hours.map((span) => `Mon-Fri ${clockTime(span.startMinute)}-${clockTime(span.endMinute)}`),
        daysOff: [...holidays(rep.holidays), ...awayDays(zone, user["hs_out_of_office_hours"] ?? "[]")],
      });
      return [
        [id, { address: email, manager: teams[rep.team]?.manager ?? "", clock: remembering(clock) }] as const,
      ];
    }),
  );
}

function clockTime(minute: number): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function holidays(region: string): readonly string[] {
  const [country = "", state] = region.split("-");
  const tables = state === undefined ? new DateHolidays(country) : new DateHolidays(country, state);
  return tables
    .getHolidays(YEAR)
    .filter(({ type }) => type === "public")
    .map(({ date }) => date.slice(0, 10));
}

/** Dates on which somebody is out of office from midnight to midnight. */
function awayDays(zone: string, outOfOffice: string): readonly string[] {
  const spans = ownJson<readonly { startTimestamp: number; endTimestamp: number }[]>(outOfOffice);
  return spans.flatMap(({ startTimestamp, endTimestamp }) => {
    const first = Math.floor(startTimestamp / DAY_MS) - 1;
    const days = Array.from(
      { length: Math.ceil((endTimestamp - startTimestamp) / DAY_MS) + 3 },
      (_, place) => {
        const midnight = (first + place) * DAY_MS;
        const [from = 0] = slowInstants(zone, midnight);
        const [to = 0] = slowInstants(zone, midnight + DAY_MS);
        return from >= startTimestamp && to <= endTimestamp
          ? [new Date(midnight).toISOString().slice(0, 10)]
          : [];
      },
    );
    return days.flat();
  });
}

/** The same minutes are asked for thousands of times. */
function remembering(clock: SlowClock): SlowClock {
  const known = new Map<number, ReturnType<SlowClock>>();
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    const shown = known.get(minute) ?? clock(at);
    known.set(minute, shown);
    return shown;
  };
}
