/** Spans of time as the playbook writes them: `15m`, `4h`, `14d`, and `1bd` for business days. */
import * as z from "zod";
import { DAY_MS, HOUR_MS, MINUTE_MS, type DurationMs } from "../model/instant.ts";
import type { Promised } from "../model/rep.ts";

const UNIT_MS: Readonly<Record<string, DurationMs>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** The fixed pattern both schemas share; at most four digits, so that every span stays an exact integer. */
const SPAN = /^[1-9]\d{0,3}[mhd]$/;
const BUSINESS_DAYS = /^([1-9]\d{0,2})bd$/;

/** `15m`, `4h` or `14d` to milliseconds. A day is 24 hours: calendars belong to `promisedSchema`. */
export const durationSchema = z
  .string({ error: "a span of time such as 15m, 4h or 14d is expected" })
  .regex(SPAN, { error: "a span of time is a whole number and m, h or d: 15m, 4h, 14d" })
  .transform((text): DurationMs => spanMs(text));

/** A promise: `4h` (milliseconds of working time) or `1bd` (business days). */
export const promisedSchema = z
  .string({ error: "a promise such as 15m, 4h or 1bd is expected" })
  .regex(/^([1-9]\d{0,3}[mhd]|[1-9]\d{0,2}bd)$/, {
    error: "a promise is a whole number and m, h, d or bd (business days): 15m, 4h, 1bd",
  })
  .transform((text): Promised => {
    const days = BUSINESS_DAYS.exec(text)?.[1];
    return days === undefined ? { ms: spanMs(text) } : { businessDays: Number(days) };
  });

/** Milliseconds as the playbook would write them, in the largest unit that divides them: 86,400,000 is `24h`. */
export function formatDuration(ms: DurationMs): string {
  if (ms % DAY_MS === 0 && ms > DAY_MS) return `${ms / DAY_MS}d`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS}h`;
  return `${Math.round(ms / MINUTE_MS)}m`;
}

/** `text` has the shape of SPAN already. */
function spanMs(text: string): DurationMs {
  return Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? MINUTE_MS);
}
