/** Which calendar a deadline was counted in: a short name for its zone, hours and days off, stored beside the deadline. */
import { createHash } from "node:crypto";
import type { Calendar } from "../model/rep.ts";
import { joinSpans } from "./hours.ts";

/** Hex digits of the name: as many as a playbook's version has. */
const DIGITS = 12;

const versions = new WeakMap<Calendar, string>();

/**
 * The first 12 hex digits of the SHA-256 over zone, hours and days off. Calendars with the same working time in the same zone have the
 * same version, however their hours and dates are ordered; any other zone, hour or day off is another version.
 *
 * What a zone's clocks do is not part of it: that comes with the runtime. Days off are those the calendar was formed with, so
 * that a new year is a new version. Throws nothing.
 */
export function calendarVersion(calendar: Calendar): string {
  let version = versions.get(calendar);
  if (version === undefined) {
    version = createHash("sha256").update(textOf(calendar)).digest("hex").slice(0, DIGITS);
    versions.set(calendar, version);
  }
  return version;
}

function textOf({ zone, hours, daysOff }: Calendar): string {
  const week = joinSpans(hours).map(({ weekday, fromMinute, toMinute }) => [weekday, fromMinute, toMinute]);
  return JSON.stringify([zone, week, [...new Set(daysOff)].sort()]);
}
