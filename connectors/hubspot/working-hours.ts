/**
 * When a HubSpot user works and is away: two properties that hold JSON as text. The documented samples contradict each
 * other, so everything is read defensively and what makes no sense is left out.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/objects/users/guide
 */
import { z } from "zod";
import type { Instant } from "../../src/model/instant.ts";
import type { Owner, WorkingSpan } from "../../src/model/rep.ts";

type Weekday = WorkingSpan["weekday"];
type Away = NonNullable<Owner["away"]>;

const DAYS: ReadonlyMap<string, readonly Weekday[]> = new Map([
  ["MONDAY", [1]],
  ["TUESDAY", [2]],
  ["WEDNESDAY", [3]],
  ["THURSDAY", [4]],
  ["FRIDAY", [5]],
  ["SATURDAY", [6]],
  ["SUNDAY", [7]],
  ["MONDAY_TO_FRIDAY", [1, 2, 3, 4, 5]],
  ["SATURDAY_SUNDAY", [6, 7]],
  ["EVERY_DAY", [1, 2, 3, 4, 5, 6, 7]],
]);
const MINUTES_A_DAY = 1_440;

const hours = z.object({ days: z.string(), startMinute: z.coerce.number(), endMinute: z.coerce.number() });
const outOfOffice = z.object({ startTimestamp: z.coerce.number(), endTimestamp: z.coerce.number() });

/** Reads `hs_working_hours`, by weekday and minute. Undefined when nothing in it makes sense. Throws nothing. */
export function readWorkingHours(text: string | undefined): readonly WorkingSpan[] | undefined {
  const spans = items(text, hours).flatMap(({ days, startMinute, endMinute }) => {
    const fromMinute = Math.max(0, Math.trunc(startMinute));
    const toMinute = Math.min(MINUTES_A_DAY, Math.trunc(endMinute));
    if (!(fromMinute < toMinute)) return [];
    return (DAYS.get(days) ?? []).map((weekday) => ({ weekday, fromMinute, toMinute }));
  });
  if (spans.length === 0) return undefined;
  return spans.toSorted((a, b) => a.weekday - b.weekday || a.fromMinute - b.fromMinute);
}

/** Reads `hs_out_of_office_hours`; spans that make no sense are left out. Throws nothing. */
export function readOutOfOffice(text: string | undefined): Away {
  return items(text, outOfOffice)
    .flatMap(({ startTimestamp, endTimestamp }) => {
      const fromAt = instantOf(startTimestamp);
      const toAt = instantOf(endTimestamp);
      return fromAt !== undefined && toAt !== undefined && fromAt < toAt ? [{ fromAt, toAt }] : [];
    })
    .toSorted((a, b) => a.fromAt - b.fromAt);
}

/** An IANA zone this machine knows, or undefined. */
export function readZone(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The unit is not documented: ten digits are seconds, thirteen are milliseconds, the rest is nonsense. */
function instantOf(value: number): Instant | undefined {
  if (value >= 1e9 && value < 1e10) return value * 1_000;
  return value >= 1e12 && value < 1e13 ? value : undefined;
}

function items<T>(text: string | undefined, schema: z.ZodType<T>): T[] {
  const list = z.array(z.unknown()).safeParse(parseJson(text));
  if (!list.success) return [];
  return list.data.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
