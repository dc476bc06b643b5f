/**
 * Business time the slow way: minute by minute, asking Intl what the clock on the wall shows. Shares no code with src/sla,
 * so that the two can be held against one another. Understands whole minutes of wall time and offsets of whole minutes.
 */

/** When somebody works, in the words of a table: `Mon-Fri 09:00-17:30`, one line or several, and local dates off. */
export interface SlowCalendar {
  readonly zone: string;
  readonly hours: readonly string[];
  readonly daysOff: readonly string[];
}

/** What the wall shows during one minute. */
interface Minute {
  /** `2026-11-17`. */
  readonly date: string;
  /** Minutes since midnight. */
  readonly ofDay: number;
  readonly isOpen: boolean;
}

export type SlowClock = (at: number) => Minute;

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** Nothing in the tables waits longer. */
const PATIENCE = 3 * 366 * DAY;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The wall of a calendar: what it shows in the minute that holds an instant. */
export function slowClock({ zone, hours, daysOff }: SlowCalendar): SlowClock {
  const open = hours.flatMap(openMinutes);
  const offsetAt = offsets(zone);
  return (at) => {
    const wall = new Date(at + offsetAt(at));
    const date = wall.toISOString().slice(0, 10);
    const ofDay = wall.getUTCHours() * 60 + wall.getUTCMinutes();
    const weekday = DAYS[(wall.getUTCDay() + 6) % 7];
    const isOpen =
      !daysOff.includes(date) &&
      open.some((span) => span.day === weekday && ofDay >= span.from && ofDay < span.to);
    return { date, ofDay, isOpen };
  };
}

/** Walks from `start` until `ms` of working time have passed; minutes that `isPaused` names do not count. */
export function slowDue(
  start: number,
  ms: number,
  clock: SlowClock,
  isPaused: (at: number) => boolean = () => false,
): number {
  let left = ms;
  for (let at = start; left > 0; at = nextMinute(at)) {
    if (at - start > PATIENCE) throw new Error("the slow clock has lost its patience");
    if (!clock(at).isOpen || isPaused(at)) continue;
    const here = nextMinute(at) - at;
    if (left <= here) return at + left;
    left -= here;
  }
  return start;
}

/** Walks to the same time of day, so many dates with working time later; then to the next opening, or else the closing. */
export function slowDueInDays(start: number, businessDays: number, clock: SlowClock): number {
  let from = start;
  while (!clock(from).isOpen) from = nextMinute(from);
  const wanted = clock(from).ofDay * MINUTE + (from % MINUTE);
  let date = clock(from).date;
  let at = from;
  for (let passed = 0; passed < businessDays; at = nextMinute(at)) {
    if (at - start > PATIENCE) throw new Error("the slow clock has lost its patience");
    const minute = clock(at);
    if (!minute.isOpen || minute.date <= date) continue;
    date = minute.date;
    passed += 1;
    if (passed === businessDays) return onDate(date, wanted, at, clock);
  }
  return from;
}

/** Walks from `start` to `end` and adds up the working time; minutes that `isPaused` names do not count. */
export function slowElapsed(
  start: number,
  end: number,
  clock: SlowClock,
  isPaused: (at: number) => boolean = () => false,
): number {
  let sum = 0;
  for (let at = start; at < end; at = nextMinute(at))
    if (clock(at).isOpen && !isPaused(at)) sum += Math.min(nextMinute(at), end) - at;
  return sum;
}

/** The instants at which the wall in a zone shows a date and time, first one first: none, one or two. */
export function slowInstants(zone: string, wallAsUtc: number): readonly number[] {
  const offsetAt = offsets(zone);
  const found = new Set<number>();
  for (let around = wallAsUtc - DAY - 15 * HOUR; around <= wallAsUtc + DAY + 15 * HOUR; around += HOUR / 4) {
    const at = wallAsUtc - offsetAt(around);
    if (at + offsetAt(at) === wallAsUtc) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}

function onDate(date: string, wanted: number, opening: number, clock: SlowClock): number {
  let closing = opening;
  // A date lasts 25 hours at most, and the clock may have gone back into the day before.
  for (let at = opening; at < opening + DAY + 4 * HOUR; at = nextMinute(at)) {
    const minute = clock(at);
    if (minute.date !== date || !minute.isOpen) continue;
    closing = nextMinute(at);
    const shown = minute.ofDay * MINUTE;
    if (shown + MINUTE > wanted) return at + Math.max(0, wanted - shown);
  }
  return closing;
}

function nextMinute(at: number): number {
  return (Math.floor(at / MINUTE) + 1) * MINUTE;
}

function openMinutes(text: string): readonly { day: string | undefined; from: number; to: number }[] {
  const [days = "", times = ""] = text === "always" ? ["Mon-Sun", "00:00-24:00"] : split(text);
  const [first = "", last = first] = days.split("-");
  const spans = [];
  for (const time of times.split(", ")) {
    const [from = 0, to = 0] = time
      .split("-")
      .map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
    for (let index = DAYS.indexOf(first); index <= DAYS.indexOf(last); index++) {
      spans.push({ day: DAYS[index], from, to: from < to ? to : 1_440 });
      if (from > to) spans.push({ day: DAYS[(index + 1) % 7], from: 0, to });
    }
  }
  return spans;
}

function split(text: string): readonly string[] {
  const space = text.indexOf(" ");
  return [text.slice(0, space), text.slice(space + 1)];
}

/** Milliseconds a zone is ahead of UTC. An hour that ends as it began is asked about once. */
function offsets(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const ask = (minuteAt: number): number => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] =
      format.format(minuteAt).match(/\d+/g)?.map(Number) ?? [];
    return Date.UTC(year, month - 1, day, hour, minute) - minuteAt;
  };
  const byHour = new Map<number, number | undefined>();
  return (at) => {
    const hour = Math.floor(at / HOUR) * HOUR;
    if (!byHour.has(hour)) byHour.set(hour, ask(hour) === ask(hour + HOUR) ? ask(hour) : undefined);
    return byHour.get(hour) ?? ask(Math.floor(at / MINUTE) * MINUTE);
  };
}
