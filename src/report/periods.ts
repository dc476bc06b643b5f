/** Weeks, months and quarters in UTC, for what is promised by the calendar. */
import { DAY_MS } from "../model/instant.ts";
import { type DaySpan, dayOf, mondayOf, sayDay } from "./days.ts";

export type Period = "week" | "month" | "quarter";

/** A period with the name people give it: `week of 2026-11-16`, `November 2026`, `Q4 2026`. */
export interface NamedSpan extends DaySpan {
  readonly name: string;
}

const DAYS_A_WEEK = 7;
const MONTHS_A_QUARTER = 3;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** The period a day lies in. Throws nothing. */
export function periodOf(per: Period, day: number): NamedSpan {
  if (per === "week") {
    const fromDay = mondayOf(day);
    return { name: `week of ${sayDay(fromDay)}`, fromDay, toDay: fromDay + DAYS_A_WEEK };
  }
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (per === "month")
    return {
      name: `${MONTHS[month]} ${year}`,
      fromDay: firstOf(year, month),
      toDay: firstOf(year, month + 1),
    };
  const first = month - (month % MONTHS_A_QUARTER);
  return {
    name: `Q${first / MONTHS_A_QUARTER + 1} ${year}`,
    fromDay: firstOf(year, first),
    toDay: firstOf(year, first + MONTHS_A_QUARTER),
  };
}

/** The period before one. */
export function periodBefore(per: Period, { fromDay }: DaySpan): NamedSpan {
  return periodOf(per, fromDay - 1);
}

function firstOf(year: number, month: number): number {
  return dayOf(Date.UTC(year, month, 1));
}
