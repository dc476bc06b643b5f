/** Points in time as conditions write them: a date (`2026-01-31`), an instant, or a span back (`30d ago`). */
import * as z from "zod";
import type { Instant } from "../model/instant.ts";
import { durationSchema } from "./duration.ts";

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A moment, kept as the admin wrote it; a bare date is its midnight in UTC. */
export const momentSchema = z
  .string({ error: 'a date such as "2026-01-31" or a span back such as "30d ago" is expected' })
  .refine((text) => (ISO.test(text) && !Number.isNaN(Date.parse(text))) || spanBackMs(text) !== undefined, {
    error: 'a moment is a date ("2026-01-31"), an instant with its zone, or a span back ("30d ago")',
  });

/** A checked moment as a function of `now`: constant for dates, moving for spans back. Throws nothing. */
export function momentOf(text: string): (now: Instant) => Instant {
  const back = spanBackMs(text);
  if (back !== undefined) return (now) => now - back;
  const at = Date.parse(text);
  return () => at;
}

/** A date that a condition saw: `2026-11-16 14:02 UTC`; what no calendar has, as the number it is. Throws nothing. */
export function sayMoment(at: Instant): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? String(at)
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function spanBackMs(text: string): number | undefined {
  if (!text.endsWith(" ago")) return undefined;
  const parsed = durationSchema.safeParse(text.slice(0, -" ago".length));
  return parsed.success ? parsed.data : undefined;
}
