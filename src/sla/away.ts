/**
 * An owner's absences as days off, so that a promise made to a lead is not counted on days its owner is not there.
 *
 * Only whole local days count. An absence of an afternoon moves no promise: it would let a calendar full of meetings move every one.
 */
import type { Instant } from "../model/instant.ts";
import type { Calendar } from "../model/rep.ts";
import { checkCalendar } from "./sound.ts";
import { dateOfDay, startOfDay, wallClock } from "./zone.ts";

/** Half-open. */
interface Absence {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** Longer than this nobody is merely away: the lead needs another owner, and a promise needs a deadline. */
const LONGEST_ABSENCE_DAYS = 400;

/** More than this many absences of one calendar are not kept: many owners share a calendar, each with their own. */
const KEPT_PER_CALENDAR = 200;
const madeByCalendar = new WeakMap<Calendar, Map<string, Calendar>>();

/**
 * The calendar with the local days off that `spans` cover from their first to their last instant; spans that touch or
 * overlap cover a day together. Absences of more than 400 days change nothing, nor do those that end before they begin.
 *
 * @returns `calendar` itself when no day is added, and the same object for the same days, so that its work is kept.
 * Throws `playbook.invalid` for a calendar whose zone is unknown.
 */
export function withAway(calendar: Calendar, spans: readonly Absence[]): Calendar {
  if (spans.length === 0) return calendar;
  const made = madeOf(calendar);
  const known = new Set(calendar.daysOff);
  const added = joined(spans)
    .flatMap((span) => coveredDates(calendar.zone, span))
    .filter((date) => !known.has(date));
  return added.length === 0 ? calendar : remembered(made, calendar, added);
}

/** What was made of a calendar so far. A calendar is checked once, when the first is to be made: it never changes. */
function madeOf(calendar: Calendar): Map<string, Calendar> {
  let made = madeByCalendar.get(calendar);
  if (made === undefined) {
    checkCalendar(calendar);
    made = new Map();
    madeByCalendar.set(calendar, made);
  }
  return made;
}

function joined(spans: readonly Absence[]): readonly Absence[] {
  const result: Absence[] = [];
  for (const span of spans.toSorted((a, b) => a.fromAt - b.fromAt)) {
    const last = result.at(-1);
    if (last === undefined || span.fromAt > last.toAt) result.push(span);
    else result[result.length - 1] = { fromAt: last.fromAt, toAt: Math.max(last.toAt, span.toAt) };
  }
  return result;
}

function coveredDates(zone: string, { fromAt, toAt }: Absence): readonly string[] {
  const { day } = wallClock(zone, fromAt);
  const first = startOfDay(zone, day) < fromAt ? day + 1 : day;
  const dates: string[] = [];
  for (let next = first; startOfDay(zone, next + 1) <= toAt; next++) {
    if (dates.length === LONGEST_ABSENCE_DAYS) return [];
    dates.push(dateOfDay(next));
  }
  return dates;
}

function remembered(made: Map<string, Calendar>, calendar: Calendar, added: readonly string[]): Calendar {
  const key = added.join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const anew: Calendar = { ...calendar, daysOff: [...calendar.daysOff, ...added].sort() };
  if (made.size === KEPT_PER_CALENDAR) made.clear();
  made.set(key, anew);
  return anew;
}
