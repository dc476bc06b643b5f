/** fields.yaml, `events`: what the events mean that senders call by names of their own (docs/signals.md). */
import * as z from "zod";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { onceInAnyLetters } from "./folded-keys.ts";
import { didYouMean } from "./words.ts";

/** One event as a signal: its kind, and words every such event carries. They take the place of the sender's own. */
interface SentEvent {
  readonly kind: SignalKind;
  readonly engagement?: string;
  readonly form?: string;
  readonly asset?: string;
  readonly campaign?: string;
}

/** By the event's name, as `eventKey` writes it. */
export type SentEvents = ReadonlyMap<string, SentEvent>;

const kind = z.enum(SIGNAL_KINDS).describe("The kind of signal it is.");
const word = z.string().min(1).max(200).exactOptional();

/** The shape of the section. Left out, only events named after a kind of signal are of that kind. */
export const sentEventsSchema = z
  .record(
    z.string().min(1).max(500),
    z.union(
      [
        kind,
        z.strictObject({
          signal: kind,
          engagement: word.describe("How much they took part: strong, for instance."),
          form: word.describe("The name of the form, in lower case with hyphens."),
          asset: word.describe("What they downloaded."),
          campaign: word.describe("The campaign it belongs to."),
        }),
      ],
      { error: ({ input }) => expected(input) },
    ),
  )
  .superRefine(onceInAnyLetters(eventKey))
  .default({})
  .describe(
    "What a tracked event means that is sent in: its name, and the kind of signal. Letters in either case.",
  );

function expected(input: unknown): string {
  const meant = typeof input === "string" ? didYouMean(input, SIGNAL_KINDS) : "";
  return `expected a kind of signal (${SIGNAL_KINDS.join(", ")}), or { signal: …, engagement: … }${meant}`;
}

/** Compiles the checked section. Throws nothing. */
export function compileSentEvents(yaml: z.output<typeof sentEventsSchema>): SentEvents {
  return new Map(
    Object.entries(yaml).map(([name, meaning]) => {
      const { signal, ...words } = typeof meaning === "string" ? { signal: meaning } : meaning;
      return [eventKey(name), { kind: signal, ...words }];
    }),
  );
}

/** An event's name as it is looked up: `  Asset  Opened` and `asset opened` are one. Throws nothing. */
export function eventKey(name: string): string {
  return name.trim().replaceAll(/\s+/g, " ").toLowerCase();
}
