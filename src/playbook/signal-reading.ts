/** fields.yaml, `signals` of each CRM: the properties that tell what a lead did. */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { readPath } from "./crm.ts";

/** How much somebody took part: a fixed word, or what a property says. */
export type Engagement = { readonly word: string } | { readonly from: string };

const AS = ["page", "form", "asset", "event", "campaign", "engagement"] as const;

/** A property that tells what a lead did. */
export type SignalReading = { readonly kind: SignalKind; readonly engagement?: Engagement } & (
  | {
      /** Every value the property ever had is one signal, at the instant it was set. */
      readonly each: string;
      readonly as: (typeof AS)[number];
      /** A property whose own values are the instants of repeats that leave `each` unchanged. */
      readonly again?: string;
    }
  /** The property's value is the instant of the latest signal. */
  | { readonly at: string }
);

const kind = z.enum(SIGNAL_KINDS).describe("What the property tells that the lead did.");

/** One entry of a CRM's `signals`. */
export function signalReadingSchema(crm: Crm) {
  const path = readPath(crm);
  const engagement = engagementSchema(path);
  return z.union([
    z.strictObject({
      signal: kind,
      each: path.describe("Every value this property ever had is one deed, at the time it was set."),
      as: z.literal(AS).describe("What the value names."),
      again: path.exactOptional().describe("A property whose value is the time of the latest repeat."),
      engagement,
    }),
    z.strictObject({
      signal: kind,
      at: path.describe("The value of this property is the time of the latest deed."),
      engagement,
    }),
  ]);
}

function engagementSchema(path: z.ZodString) {
  return z
    .union([
      z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
        error: "a fixed word is lower-case letters, digits and hyphens, such as strong",
      }),
      z.strictObject({ from: path.describe("The property whose value says it.") }),
    ])
    .exactOptional()
    .describe("How much they took part: a fixed word such as strong, or the property that says it.");
}

/** Compiles a checked entry. Throws nothing. */
export function compileSignalReading({
  signal,
  engagement: how,
  ...rest
}: z.output<ReturnType<typeof signalReadingSchema>>): SignalReading {
  const compiled = typeof how === "string" ? { word: how } : how;
  return { kind: signal, ...rest, ...(compiled === undefined ? {} : { engagement: compiled }) };
}

/** The properties a reading takes: those wanted as they are now, and those of which every former value tells something. */
export function readBySignal(reading: SignalReading): {
  readonly now: readonly string[];
  readonly ever: readonly string[];
} {
  const { engagement: how } = reading;
  const beside = how !== undefined && "from" in how ? [how.from] : [];
  if ("at" in reading) return { now: [reading.at], ever: beside };
  return {
    now: [],
    ever: [reading.each, ...(reading.again === undefined ? [] : [reading.again]), ...beside],
  };
}
