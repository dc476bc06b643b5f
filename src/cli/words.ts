/** Numbers, spans, times and foreign text as people read them in a terminal: one place, so that all commands agree. */
import { FORMULA_SIGNS } from "../model/formula.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";

/** `412 ms`, `4.2 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`; a sign for negative spans. */
export function inDuration(ms: DurationMs): string {
  if (ms < 0) return `-${inDuration(-ms)}`;
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND_MS) return `${Math.floor(ms / 100) / 10} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return twoUnits(ms, MINUTE_MS, "m", SECOND_MS, "s");
  if (ms < DAY_MS) return twoUnits(ms, HOUR_MS, "h", MINUTE_MS, "m");
  return twoUnits(ms, DAY_MS, "d", HOUR_MS, "h");
}

function twoUnits(
  ms: DurationMs,
  large: DurationMs,
  largeName: string,
  small: DurationMs,
  smallName: string,
): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}

/** `Tue 17 Nov 2026 14:02:11 UTC`; elsewhere the local time first: `Tue 17 Nov 2026 15:02:11 (14:02:11 UTC)`. */
export function inTime(at: Instant, zone: string): string {
  const local = parts(at, zone);
  const utc = parts(at, "UTC");
  if (`${local.day}${local.time}` === `${utc.day}${utc.time}`) return `${utc.day} ${utc.time} UTC`;
  return `${local.day} ${local.time} (${local.day === utc.day ? "" : `${utc.day} `}${utc.time} UTC)`;
}

/** `in 3 m 20 s`, `2 h 5 m ago`, `now`. */
export function fromNow(at: Instant, now: Instant): string {
  if (Math.abs(at - now) < SECOND_MS) return "now";
  return at > now ? `in ${inDuration(at - now)}` : `${inDuration(now - at)} ago`;
}

/** `1 lead`, `1,204 leads`. The plural is given where an s does not make it. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}

/** For the beginning of a sentence. Throws nothing. */
export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/**
 * Controls of both sets, what changes direction or ends a line, and characters without a shape: somebody else's text must not move
 * the cursor, hide a line or look like another one.
 */
const UNPRINTABLE =
  /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu;

/** Text that came from outside, safe to print on one line. Throws nothing. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ");
}

/**
 * JSON that can be printed as it stands: what `JSON.stringify` leaves of the characters above is escaped, which means the same to
 * whoever parses it. Line feeds between values stay. Throws nothing.
 */
export function printableJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, (characters) =>
    characters.replaceAll(/[^\n]/g, (unit) => escaped(unit)),
  );
}

/** Where a spreadsheet, splitting a line of JSON at commas or semicolons, could take a text for a formula. */
const FORMULA = new RegExp(`(^"|[,;|]\\s*)([${FORMULA_SIGNS}])`, "g");

/** JSON in which no part of a text can be taken for a formula by a spreadsheet; it means the same. Throws nothing. */
export function withoutFormulas(json: string): string {
  return json.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g, (text) =>
    text.replaceAll(FORMULA, (_, before: string, sign: string) => before + escaped(sign)),
  );
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function parts(at: Instant, zone: string): { readonly day: string; readonly time: string } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const by = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${by["weekday"]} ${by["day"]} ${by["month"]} ${by["year"]}`,
    time: `${by["hour"]}:${by["minute"]}:${by["second"]}`,
  };
}
