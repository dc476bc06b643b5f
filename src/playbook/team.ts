/** team.yaml: who can receive leads, when they work, what they can do, and how much they take. */
import * as z from "zod";
import type { Instant } from "../model/instant.ts";
import type { WorkingSpan } from "../model/rep.ts";
import { isHolidayRegion } from "../sla/holidays.ts";
import type { WorkingTime } from "../sla/form.ts";
import { parseHours } from "../sla/hours.ts";
import { dayOfDate, isZone, startOfDay } from "../sla/zone.ts";
import type { CompileContext } from "./compiled.ts";

/** Local dates, both inclusive, in which somebody is away. */
export interface DateSpan {
  readonly from: string;
  readonly to: string;
}

/** One person as team.yaml describes them; times it leaves out come from the CRM, then from the team. `id` is the lower-case e-mail address. */
export interface Member extends WorkingTime {
  readonly id: string;
  readonly team: string;
  readonly skills: readonly string[];
  readonly weight: number;
  readonly cap: { readonly open?: number; readonly day?: number };
  readonly away: readonly DateSpan[];
}

export interface TeamRules extends WorkingTime {
  /** Lower-case e-mail address. */
  readonly manager?: string;
}

/** team.yaml, compiled. Every member's team is among `teams`. */
export interface Team {
  readonly members: readonly Member[];
  readonly teams: ReadonlyMap<string, TeamRules>;
}

/** An e-mail address, lower-cased: CRMs and people differ in case, addresses do not. */
export const addressSchema = z
  .string({ error: "an e-mail address is expected" })
  .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, { error: "an e-mail address is expected, such as lena@acme.example" })
  .transform((text) => text.toLowerCase());

/** Names of teams, skills, queues and types: `emea-sdr`. */
export const slugSchema = z.string({ error: "a name is expected" }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
  error: "a name is lower-case letters, digits and hyphens, such as emea-sdr",
});

const hoursTextSchema = z
  .string({ error: 'working hours are text such as "Mon-Fri 09:00-17:30"' })
  .refine((text) => parseHours(text) !== undefined, {
    error: 'working hours look like "Mon-Fri 09:00-17:30", "Mon,Wed 09:00-12:00, 13:00-17:00" or "always"',
  });

const workingTimeShape = {
  hours: z
    .union([hoursTextSchema, z.array(hoursTextSchema).min(1)], {
      error: 'working hours are text such as "Mon-Fri 09:00-17:30", or a list of such texts',
    })
    .transform((texts): readonly WorkingSpan[] => [texts].flat().flatMap((text) => parseHours(text) ?? []))
    .optional()
    .describe('Working hours: "Mon-Fri 09:00-17:30", a list of such lines, or "always".'),
  zone: z
    .string()
    .refine(isZone, { error: "a zone is an IANA name such as Europe/Berlin" })
    .optional()
    .describe("The time zone they work in, such as Europe/Berlin."),
  holidays: z
    .string()
    .refine(isHolidayRegion, {
      error: "holidays are those of a country or region, such as DE, DE-BE or US-NY",
    })
    .optional()
    .describe("Whose public holidays are days off: DE, DE-BE, US-NY."),
};

const DATE = String.raw`\d{4}-\d{2}-\d{2}`;
const awaySchema = z
  .string({ error: "a date such as 2026-12-24, or a span such as 2026-12-21..2027-01-02, is expected" })
  .regex(new RegExp(`^${DATE}(\\.\\.${DATE})?$`), {
    error: "away days are a date such as 2026-12-24, or a span such as 2026-12-21..2027-01-02",
  })
  .refine((text) => text.split("..").every(isDate), { error: "the calendar has no such date" })
  .refine((text) => (text.split("..")[1] ?? text) >= (text.split("..")[0] ?? text), {
    error: "the span ends before it starts",
  })
  .transform((text): DateSpan => {
    const [from = text, to = from] = text.split("..");
    return { from, to };
  });

const wholeSchema = (from: number, to: number): z.ZodNumber =>
  z.number({ error: "a whole number is expected" }).int().min(from).max(to);

const memberSchema = z.strictObject({
  team: slugSchema.describe("The pool they belong to, from teams below."),
  skills: z.array(slugSchema).default([]).describe("What routing.yaml may ask for."),
  weight: wholeSchema(1, 1_000)
    .default(100)
    .describe("Their share of the leads next to the others: 100 each is equal, 50 is half a share."),
  cap: z
    .strictObject({
      open: wholeSchema(1, 10_000).optional().describe("No more handoffs than this at a time."),
      day: wholeSchema(1, 1_000).optional().describe("No more than this on one of their own days."),
    })
    .default({})
    .describe("The most they take."),
  away: z
    .array(awaySchema)
    .default([])
    .describe("Dates without new leads: 2026-12-24, or 2026-12-21..2027-01-02, both included."),
  ...workingTimeShape,
});

/** The shape of team.yaml. */
export const teamSchema = z
  .strictObject({
    reps: z
      .record(addressSchema, memberSchema, { error: "reps are listed by e-mail address" })
      .describe("Who can receive leads, by the e-mail address they have in the CRM."),
    teams: z
      .record(
        slugSchema,
        z.strictObject({
          manager: addressSchema.optional().describe("Who hears when a promise slips."),
          ...workingTimeShape,
        }),
      )
      .describe("The pools, and what holds for members about whom nothing else is known."),
  })
  .superRefine((file, context) => {
    for (const [id, member] of Object.entries(file.reps)) {
      if (Object.hasOwn(file.teams, member.team)) continue;
      const known = Object.keys(file.teams).join(", ");
      context.addIssue({
        code: "custom",
        path: ["reps", id, "team"],
        message: `team "${member.team}" is not under teams: add it there, or use one of ${known}`,
      });
    }
  })
  .meta({ title: "team.yaml", description: "Who can receive leads, when they work and how much they take." });

/** Compiles a checked team.yaml. Throws nothing. */
export function compileTeam(file: z.output<typeof teamSchema>, _context: CompileContext): Team {
  return {
    members: Object.entries(file.reps).map(([id, { hours, zone, holidays, cap, ...member }]) => ({
      ...member,
      id,
      cap: { ...(cap.open && { open: cap.open }), ...(cap.day && { day: cap.day }) },
      ...workingTime({ hours, zone, holidays }),
    })),
    teams: new Map(
      Object.entries(file.teams).map(([name, { manager, ...times }]) => [
        name,
        { ...(manager !== undefined && { manager }), ...workingTime(times) },
      ]),
    ),
  };
}

/** Local dates as instants: from the first instant of the first day to the first instant after the last. */
export function awayInstants(span: DateSpan, zone: string): { fromAt: Instant; toAt: Instant } {
  return {
    fromAt: startOfDay(zone, dayOfDate(span.from)),
    toAt: startOfDay(zone, dayOfDate(span.to) + 1),
  };
}

function isDate(text: string): boolean {
  try {
    dayOfDate(text);
    return true;
  } catch {
    return false;
  }
}

function workingTime(file: {
  hours?: readonly WorkingSpan[] | undefined;
  zone?: string | undefined;
  holidays?: string | undefined;
}): WorkingTime {
  return {
    ...(file.hours !== undefined && { hours: file.hours }),
    ...(file.zone !== undefined && { zone: file.zone }),
    ...(file.holidays !== undefined && { holidays: file.holidays }),
  };
}
