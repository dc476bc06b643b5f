/** Working hours as people write them, `Mon-Fri 09:00-17:30`, into the spans of a week. */
import type { WorkingSpan } from "../model/rep.ts";

type Weekday = WorkingSpan["weekday"];

const WEEK: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MINUTES = 24 * 60;

/** Every minute of every week. */
export const ALL_HOURS: readonly WorkingSpan[] = WEEK.map((weekday) => ({
  weekday,
  fromMinute: 0,
  toMinute: DAY_MINUTES,
}));

/**
 * Reads `Mon-Fri 09:00-17:30`, `Mon,Wed 09:00-12:00, 13:00-17:00`, `Fri 22:00-06:00` (into Saturday) or `always`.
 *
 * @returns The spans of the week in order, touching ones joined, or undefined when the text is something else. Overlaps
 * are joined too, so the spans never overlap. Throws nothing.
 */
export function parseHours(text: string): readonly WorkingSpan[] | undefined {
  if (text.trim().toLowerCase() === "always") return ALL_HOURS;
  const [, dayText, timeText] = /^\s*([a-z,\s-]+?)\s+(\d.*)$/i.exec(text) ?? [];
  const weekdays = parseWeekdays(dayText ?? "");
  const times = (timeText ?? "").split(",").map(parseTimes);
  if (weekdays === undefined) return undefined;
  const spans: WorkingSpan[] = [];
  for (const time of times) {
    if (time === undefined) return undefined;
    for (const weekday of weekdays) spans.push(...onWeekday(weekday, time.fromMinute, time.toMinute));
  }
  return joinSpans(spans);
}

/** Sorts the spans of a week and joins those that touch or overlap on one day. */
export function joinSpans(spans: readonly WorkingSpan[]): readonly WorkingSpan[] {
  const joined: WorkingSpan[] = [];
  const sorted = [...spans].sort((a, b) => a.weekday - b.weekday || a.fromMinute - b.fromMinute);
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && last.weekday === span.weekday && span.fromMinute <= last.toMinute) {
      joined[joined.length - 1] = { ...last, toMinute: Math.max(last.toMinute, span.toMinute) };
    } else joined.push(span);
  }
  return joined;
}

/** `Mon-Fri`, `Mon,Wed`, `Fri-Mon` (over the weekend). */
function parseWeekdays(text: string): readonly Weekday[] | undefined {
  const days = new Set<Weekday>();
  for (const part of text.toLowerCase().split(",")) {
    const [first, last, ...rest] = part.split("-").map((name) => weekdayNamed(name.trim()));
    if (first === undefined || rest.length > 0) return undefined;
    if (part.includes("-") && last === undefined) return undefined;
    for (let index = first; ; index = (index + 1) % 7) {
      days.add(WEEK[index] ?? 1);
      if (index === (last ?? first)) break;
    }
  }
  return [...days];
}

function weekdayNamed(name: string): number | undefined {
  const index = NAMES.indexOf(name.slice(0, 3));
  return index < 0 || !/^[a-z]{3,9}$/.test(name) ? undefined : index;
}

function parseTimes(text: string): { fromMinute: number; toMinute: number } | undefined {
  const [, from, to] = /^\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*$/.exec(text) ?? [];
  const fromMinute = parseMinute(from ?? "");
  const toMinute = parseMinute(to ?? "");
  if (fromMinute === undefined || toMinute === undefined || fromMinute === toMinute) return undefined;
  return fromMinute === DAY_MINUTES ? undefined : { fromMinute, toMinute };
}

function parseMinute(text: string): number | undefined {
  const [hours, minutes] = text.split(":").map(Number);
  if (hours === undefined || minutes === undefined || minutes > 59) return undefined;
  const minute = hours * 60 + minutes;
  return minute <= DAY_MINUTES ? minute : undefined;
}

/** Hours past midnight belong to two weekdays. */
function onWeekday(weekday: Weekday, fromMinute: number, toMinute: number): readonly WorkingSpan[] {
  if (fromMinute < toMinute) return [{ weekday, fromMinute, toMinute }];
  const next = WEEK[weekday % 7] ?? 1;
  const evening: WorkingSpan = { weekday, fromMinute, toMinute: DAY_MINUTES };
  return toMinute === 0 ? [evening] : [evening, { weekday: next, fromMinute: 0, toMinute }];
}
