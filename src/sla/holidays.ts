/** Public holidays of a country or region as local dates, from the `date-holidays` tables. */
import DateHolidays from "date-holidays";
import { DAY_MS, HOUR_MS, type DurationMs } from "../model/instant.ts";
import { dateOfDay, dayOfDate } from "./zone.ts";

/** How much shorter than its days a holiday may be: a clock may be set forward in it. Turkish feasts end in half a day. */
const CLOCK_CHANGE_MS: DurationMs = 2 * HOUR_MS;

const datesByRegionYear = new Map<string, readonly string[]>();

/** Whether `region` is a country or a part of one that the tables know: `DE`, `DE-BE`, `US-NY`. Throws nothing. */
export function isHolidayRegion(region: string): boolean {
  const [country = "", state, ...rest] = region.split("-");
  if (rest.length > 0 || !Object.hasOwn(new DateHolidays().getCountries(), country)) return false;
  return state === undefined || Object.hasOwn(new DateHolidays().getStates(country) ?? {}, state);
}

/**
 * The public holidays of a year as `2026-12-25`, in order. Half days and observances are working days. Every region and
 * year is worked out once: the tables take milliseconds.
 */
export function holidaysOf(region: string, year: number): readonly string[] {
  const key = `${region} ${year}`;
  let dates = datesByRegionYear.get(key);
  if (dates === undefined) {
    dates = workOut(region, year);
    datesByRegionYear.set(key, dates);
  }
  return dates;
}

function workOut(region: string, year: number): readonly string[] {
  const [country = "", state] = region.split("-");
  const tables = state === undefined ? new DateHolidays(country) : new DateHolidays(country, state);
  const dates = new Set<string>();
  for (const holiday of tables.getHolidays(year)) {
    const wholeDays = Math.floor(
      (holiday.end.getTime() - holiday.start.getTime() + CLOCK_CHANGE_MS) / DAY_MS,
    );
    const startsAtMidnight = holiday.date.slice(11, 19) === "00:00:00";
    if (holiday.type !== "public" || !startsAtMidnight) continue;
    const first = dayOfDate(holiday.date.slice(0, 10));
    for (let day = first; day < first + Math.max(1, wholeDays); day++) dates.add(dateOfDay(day));
  }
  return [...dates].sort();
}
