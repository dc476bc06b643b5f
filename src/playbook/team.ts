/** team.yaml: who can receive leads, when they work, what they can do, and how much they take. */
import * as z from "zod";
import type { Instant } from "../model/instant.ts";
import type { WorkingSpan } from "../model/rep.ts";
import type { WorkingTime } from "../sla/form.ts";
import { dayOfDate, startOfDay } from "../sla/zone.ts";
import type { CompileContext } from "./compiled.ts";
import { lowered, onceInAnyLetters, underFoldedKeys } from "./folded-keys.ts";
import { asName, didYouMean } from "./words.ts";
import { workingTimeShape } from "./working-time-schema.ts";

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

const ADDRESS_EXPECTED = "an e-mail address is expected, such as lena@acme.example";
const addressTextSchema = z
  .string({ error: ADDRESS_EXPECTED })
  .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, { error: ADDRESS_EXPECTED });
/** An e-mail address, lower-cased: CRMs and people differ in case, addresses do not. */
export const addressSchema = addressTextSchema.transform(lowered);

const NAME_EXPECTED = "a name is lower-case letters, digits and hyphens, such as emea-sdr";
/** Names of teams, skills, queues and types: `emea-sdr`. */
export const slugSchema = z.string({ error: NAME_EXPECTED }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
  error: ({ input }) => NAME_EXPECTED + asName(String(input)),
});

const DATE = String.raw`\d{4}-\d{2}-\d{2}`;
const AWAY_EXPECTED = "away days are a date such as 2026-12-24, or a span such as 2026-12-21..2027-01-02";
const awaySchema = z
  .string({ error: AWAY_EXPECTED })
  .regex(new RegExp(`^${DATE}(\\.\\.${DATE})?$`), { error: AWAY_EXPECTED, abort: true })
  .refine((text) => text.split("..").every(isDate), {
    error: ({ input }) => `the calendar has no such date: ${whyNoDate(String(input))}`,
    abort: true,
  })
  .refine((text) => (text.split("..")[1] ?? text) >= (text.split("..")[0] ?? text), {
    error: ({ input }) =>
      `the span ends before it starts; did you mean "${String(input).split("..").toReversed().join("..")}"?`,
  })
  .transform((text): DateSpan => {
    const [from = text, to = from] = text.split("..");
    return { from, to };
  });

const memberSchema = z.strictObject({
  team: slugSchema.describe("The pool they belong to, from teams below."),
  skills: z.array(slugSchema).default([]).describe("What routing.yaml may ask for."),
  weight: z
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe("Their share of the leads next to the others: 100 each is equal, 50 is half a share."),
  cap: z
    .strictObject({
      open: z.int().min(1).max(10_000).optional().describe("No more handoffs than this at a time."),
      day: z.int().min(1).max(1_000).optional().describe("No more than this on one of their own days."),
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
      .record(addressTextSchema, memberSchema)
      .superRefine(onceInAnyLetters(lowered))
      .transform(underFoldedKeys(lowered))
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
      const known = Object.keys(file.teams);
      const hint = didYouMean(member.team, known) || `, or use one of ${known.join(", ")}`;
      context.addIssue({
        code: "custom",
        path: ["reps", id, "team"],
        message: `team "${member.team}" is not under teams: add it there${known.length === 0 ? "" : hint}`,
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

/** Months have other days, or the year other months. `text` is one date or two. */
function whyNoDate(text: string): string {
  const wrong = text.split("..").find((one) => !isDate(one)) ?? text;
  const [year = 0, month = 0] = wrong.split("-").map(Number);
  if (month < 1 || month > 12) return `months go from 01 to 12`;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return `${wrong.slice(0, 7)} has ${days} days`;
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
