/**
 * Time zones as arithmetic. Between two clock changes a zone is a fixed offset, so the few spans that matter are asked
 * of Temporal once and kept; everything after that is addition. Asking Temporal (or Intl) for every deadline costs a
 * hundred times more.
 *
 * A local day is named by its `EpochDay`: days since 1970-01-01 on the wall calendar, so that dates compare and count
 * as integers. The wall clock is `at + offsetMs`, read as if it were UTC.
 */
import { Temporal } from "temporal-polyfill";
import { DAY_MS, MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";

/** Days since 1970-01-01 on a wall calendar. */
export type EpochDay = number;

/** A stretch between two clock changes, half-open, in which a zone's offset from UTC is `offsetMs`. */
export interface OffsetSpan {
  readonly fromAt: Instant;
  readonly toAt: Instant;
  readonly offsetMs: DurationMs;
}

const EPOCH = new Temporal.PlainDate(1970, 1, 1);
const spansByZone = new Map<string, OffsetSpan[]>();
const dateByDay = new Map<EpochDay, string>();

/** Whether `zone` is an IANA zone this runtime knows, such as `Europe/Berlin`. Throws nothing. */
export function isZone(zone: string): boolean {
  if (spansByZone.has(zone)) return true;
  // Temporal also takes an offset such as +05:30, which knows no daylight time.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** The stretch of constant offset that holds `at`. Throws a RangeError for a zone that `isZone` refuses. */
export function offsetSpanAt(zone: string, at: Instant): OffsetSpan {
  const spans = spansByZone.get(zone) ?? [];
  for (const span of spans) if (at >= span.fromAt && at < span.toAt) return span;
  const found = askTemporal(zone, at);
  spansByZone.set(zone, [found, ...spans]);
  return found;
}

/** The wall clock at `at`: the local day, and the milliseconds since its midnight as a clock on the wall shows them. */
export function wallClock(zone: string, at: Instant): { day: EpochDay; ofDayMs: DurationMs } {
  const wall = at + offsetSpanAt(zone, at).offsetMs;
  const day = Math.floor(wall / DAY_MS);
  return { day, ofDayMs: wall - day * DAY_MS };
}

/** The local date at `at`, as `2026-11-17`. */
export function localDate(zone: string, at: Instant): string {
  return dateOfDay(wallClock(zone, at).day);
}

/**
 * The first instant of a local day. Where the clocks are changed at midnight the day starts when it starts; a day a zone
 * never had (Samoa, 30 December 2011) starts with the next one.
 */
export function startOfDay(zone: string, day: EpochDay): Instant {
  const midnight = day * DAY_MS;
  // No zone is further from UTC than 15 hours, and none changed by more than a day.
  let span = offsetSpanAt(zone, midnight - 15 * 60 * MINUTE_MS);
  while (midnight - span.offsetMs >= span.toAt) span = offsetSpanAt(zone, span.toAt);
  return Math.max(midnight - span.offsetMs, span.fromAt);
}

/** `2026-11-17` as an epoch day. Throws a RangeError for a date the calendar does not have. */
export function dayOfDate(date: string): EpochDay {
  return EPOCH.until(Temporal.PlainDate.from(date)).days;
}

/** An epoch day as `2026-11-17`. */
export function dateOfDay(day: EpochDay): string {
  let date = dateByDay.get(day);
  if (date === undefined) {
    date = EPOCH.add({ days: day }).toString();
    dateByDay.set(day, date);
  }
  return date;
}

/** 1 is Monday, 7 Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: EpochDay): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

function askTemporal(zone: string, at: Instant): OffsetSpan {
  // "previous" means strictly before, so the change that happens exactly at `at` is found from one millisecond later.
  const since = Temporal.Instant.fromEpochMilliseconds(at + 1).toZonedDateTimeISO(zone);
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return {
    fromAt: since.getTimeZoneTransition("previous")?.epochMilliseconds ?? -Infinity,
    toAt: here.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity,
    offsetMs: here.offsetNanoseconds / 1_000_000,
  };
}
