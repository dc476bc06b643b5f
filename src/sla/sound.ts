/** Whether a calendar can be counted in at all: a zone the runtime knows, hours a day has, dates a year has. */
import { BatonError } from "../errors.ts";
import type { Calendar, WorkingSpan } from "../model/rep.ts";
import { dayOfDate, isZone } from "./zone.ts";

const DAY_MINUTES = 24 * 60;

/**
 * Throws `playbook.invalid` for a zone without data, hours that no day has (25:00, backwards, half a minute) and days off that
 * no calendar has (30 February). Hours that overlap, no hours and dates twice are sound.
 */
export function checkCalendar({ zone, hours, daysOff }: Calendar): void {
  if (!isZone(zone))
    throw unsound(`the time zone "${zone}" is unknown`, "an IANA zone such as Europe/Berlin");
  const hour = hours.find((span) => !isSpan(span));
  if (hour !== undefined)
    throw unsound(
      `working hours on weekday ${hour.weekday} from minute ${hour.fromMinute} to ${hour.toMinute} are in no day`,
      "whole minutes in order, 0 to 1440, on weekdays 1 to 7",
    );
  const date = daysOff.find((one) => !isDate(one));
  if (date !== undefined)
    throw unsound(`the day off "${date}" is in no calendar`, "a date such as 2026-12-25");
}

function isSpan({ weekday, fromMinute, toMinute }: WorkingSpan): boolean {
  return (
    [weekday, fromMinute, toMinute].every(Number.isInteger) &&
    weekday >= 1 &&
    weekday <= 7 &&
    fromMinute >= 0 &&
    fromMinute < toMinute &&
    toMinute <= DAY_MINUTES
  );
}

function isDate(text: string): boolean {
  try {
    dayOfDate(text);
    return /^\d{4}-\d\d-\d\d$/.test(text);
  } catch {
    return false;
  }
}

function unsound(value: string, rule: string): BatonError {
  return new BatonError(
    "playbook.invalid",
    `${value}: give ${rule} in team.yaml, or to the owner in the CRM`,
  );
}
