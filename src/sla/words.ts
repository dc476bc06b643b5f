/** Instants in the words a rep reads, in the rep's own zone. English, 24 hours, no library: formatting is slow. */
import { DAY_MS, HOUR_MS, MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";
import { dateOfDay, wallClock, weekdayOf } from "./zone.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Tue 17 Nov`. */
export function sayDate(at: Instant, zone: string): string {
  const { day } = wallClock(zone, at);
  const [, month = "01", date = "01"] = dateOfDay(day).split("-");
  return `${WEEKDAYS[weekdayOf(day) - 1]} ${Number(date)} ${MONTHS[Number(month) - 1]}`;
}

/** `Tue 17 Nov, 10:15 (Berlin)`: the zone is named by its city, because abbreviations mean several zones. */
export function sayTime(at: Instant, zone: string): string {
  const minutes = Math.floor(wallClock(zone, at).ofDayMs / MINUTE_MS);
  const time = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  const place = zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
  return `${sayDate(at, zone)}, ${time} (${place})`;
}

/** How long ago: `just now`, `12 minutes ago`, `3 hours ago`, `5 days ago`; rounded down. Negative spans are now. */
export function sayAgo(ms: DurationMs): string {
  if (ms < MINUTE_MS) return "just now";
  if (ms < HOUR_MS) return `${countOf(Math.floor(ms / MINUTE_MS), "minute")} ago`;
  if (ms < DAY_MS) return `${countOf(Math.floor(ms / HOUR_MS), "hour")} ago`;
  return `${countOf(Math.floor(ms / DAY_MS), "day")} ago`;
}

function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
