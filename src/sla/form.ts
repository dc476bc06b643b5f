/** Forming calendars. Equal ones are the same object, so that what is worked out about them is worked out once. */
import type { Instant } from "../model/instant.ts";
import type { Calendar, WorkingSpan } from "../model/rep.ts";
import { holidaysOf } from "./holidays.ts";
import { parseHours } from "./hours.ts";
import { isZone, localDate } from "./zone.ts";

/** What somebody says about when somebody works: a rep, a team, or the CRM about an owner. */
export interface WorkingTime {
  readonly hours?: readonly WorkingSpan[];
  readonly zone?: string;
  /** Country or region whose public holidays are days off: `DE-BE`. */
  readonly holidays?: string;
}

/** Where nobody says any. */
const USUAL_HOURS = parseHours("Mon-Fri 09:00-17:00") ?? [];
const USUAL_ZONE = "UTC";

/** More calendars than this are not kept: the oldest is formed again when it is needed. */
const KEPT = 5_000;
const kept = new Map<string, Calendar>();

/**
 * Forms a calendar from what is said, the first saying of each thing counting: `[rep, owner, team]`.
 *
 * A CRM may say an empty week or a misspelt zone; then it says nothing. Without hours it is Mon-Fri 09:00-17:00, without a
 * zone UTC, without holidays no day is off. Days off are those of the local year of `now`, the one before and the two
 * after, so that long waits and long promises are counted right. Throws nothing.
 */
export function formCalendar(sayings: readonly (WorkingTime | undefined)[], now: Instant): Calendar {
  const hours = sayings.find((one) => (one?.hours?.length ?? 0) > 0)?.hours ?? USUAL_HOURS;
  const zone = sayings.find((one) => one?.zone !== undefined && isZone(one.zone))?.zone ?? USUAL_ZONE;
  const holidays = sayings.find((one) => one?.holidays !== undefined)?.holidays;
  const year = Number(localDate(zone, now).slice(0, 4));
  const week = hours.map((span) => `${span.weekday}:${span.fromMinute}-${span.toMinute}`).join();
  const key = `${zone} ${holidays ?? ""} ${year} ${week}`;
  return kept.get(key) ?? keep(key, { zone, hours, daysOff: daysOff(holidays, year) });
}

function keep(key: string, calendar: Calendar): Calendar {
  kept.set(key, calendar);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return calendar;
}

function daysOff(region: string | undefined, year: number): readonly string[] {
  if (region === undefined) return [];
  return [year - 1, year, year + 1, year + 2].flatMap((each) => holidaysOf(region, each));
}
