/**
 * Conditions on what the lead did: one kind of signal so many times within a span, a form, or several in order.
 * A signal that is not there did not happen, so these are never `unknown`. A span ends now and both its ends count.
 */
import * as z from "zod";
import type { Finding } from "../model/finding.ts";
import { DAY_MS, MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { SIGNAL_KINDS, type Signal, type SignalKind } from "../model/signal.ts";
import type { Change, CompileContext, CompiledCondition } from "./compiled.ts";
import { durationSchema, formatDuration } from "./duration.ts";
import { glob } from "./glob.ts";
import { rememberWords } from "./remember.ts";
import { withSignals } from "./subject.ts";

/** A CRM's clock may be ahead of ours: what it dates up to this far in the future has happened. */
const SKEW_MS: DurationMs = 5 * MINUTE_MS;

/** Days kept in words: ten years. */
const MOST_DAYS = 3_650;

const pattern = z.string().min(1).max(500);
const patterns = z.union([pattern, z.array(pattern).min(1).max(100)]);
const filters = {
  page: patterns.exactOptional().describe("Of a page with this path; * stands for anything."),
  form: patterns.exactOptional().describe("Of a form with this name, in lower case with hyphens."),
  asset: patterns.exactOptional().describe("Of something to download with this name."),
  campaign: patterns.exactOptional().describe("Of this campaign."),
  engagement: patterns.exactOptional().describe("How much they took part: strong, for instance."),
  event: patterns.exactOptional().describe("Of an event that was sent under this name."),
};
const counting = {
  at_least: z.int().min(1).max(1000).exactOptional().describe("How often; once unless this says more."),
  within: durationSchema.exactOptional().describe("Counted over this span, ending now: 24h, 14d."),
};
const kindSchema = z.enum(SIGNAL_KINDS).describe("What the lead did.");
/** One kind of deed with its filters, as every condition on deeds writes it. */
export const stepSchema = z.strictObject({ signal: kindSchema, ...filters });

/** `{ signal: page-viewed, page: "/pricing*", at_least: 3, within: 14d }`. */
export const signalSchema = z.strictObject({ signal: kindSchema, ...filters, ...counting });
/** `{ form: [demo-request, pricing], within: 24h }`: a form of that name, whatever kind of signal it stands for. */
export const formSchema = z.strictObject({
  form: patterns.describe("Filled in a form with one of these names, whatever kind of signal it stands for."),
  page: filters.page,
  ...counting,
});
/** `{ sequence: [ … ], within: 7d }`: signals in this order, other things may happen in between. */
export const sequenceSchema = z.strictObject({
  sequence: z
    .array(stepSchema)
    .min(2)
    .max(20)
    .describe("Did these in this order; other things may happen in between."),
  within: counting.within,
});

const FILTERS = ["page", "form", "asset", "campaign", "engagement", "event"] as const;
type Filters = Omit<z.output<typeof stepSchema>, "signal"> & {
  /** Absent where any kind will do: a form is a form, whatever kind `forms:` of fields.yaml makes of it. */
  readonly signal?: SignalKind;
};
type Counting = Pick<z.output<typeof signalSchema>, "at_least" | "within">;

/** One kind of signal with its filters, ready to run. `sample` makes a signal that matches. */
export interface Step {
  readonly says: string;
  readonly matches: (signal: Signal) => boolean;
  readonly sample: (at: Instant, number: number) => Signal;
}

/** Compiles a count of signals. Throws nothing. */
export function compileSignal(yaml: Filters & Counting, context: CompileContext): CompiledCondition {
  if (yaml.within !== undefined) context.onWindow?.(yaml.within);
  const step = compileStep(yaml);
  const atLeast = yaml.at_least ?? 1;
  const often = atLeast === 1 ? "" : ` at least ${atLeast} times`;
  const says = `${step.says}${often}${withinWords(yaml.within)}`;
  const source = context.source(context.path);
  const none: Finding = Object.freeze({ says, truth: "no", saw: "none", source });
  const within = ({ signals }: Snapshot, now: Instant): readonly Signal[] =>
    signals.filter((signal) => isWithin(signal, yaml.within, now) && step.matches(signal));
  return {
    says,
    test(subject, now) {
      const found = within(subject, now);
      const [latest] = found;
      if (latest === undefined) return none;
      const saw = `${found.length}, last on ${dayOf(latest.at)}`;
      return { says, truth: found.length >= atLeast ? "yes" : "no", saw, source };
    },
    truth: (subject, now) => (within(subject, now).length >= atLeast ? "yes" : "no"),
    changes(subject, now, wanted) {
      const missing = atLeast - within(subject, now).length;
      if (!wanted || missing <= 0) return [];
      return [addition(`with ${missing === 1 ? "one" : missing} more ${step.says}`, step, missing)];
    },
  };
}

/**
 * Compiles signals in order. The earliest match of each step is taken, which finds the sequence whenever there is one.
 * Throws nothing.
 */
export function compileSequence(
  yaml: z.output<typeof sequenceSchema>,
  context: CompileContext,
): CompiledCondition {
  if (yaml.within !== undefined) context.onWindow?.(yaml.within);
  const steps = yaml.sequence.map(compileStep);
  const says = `${steps.map((step) => step.says).join(", then ")}${withinWords(yaml.within)}`;
  const source = context.source(context.path);
  const reached = ({ signals }: Snapshot, now: Instant): number => {
    let done = 0;
    for (let index = signals.length - 1; index >= 0; index -= 1) {
      const signal = signals[index];
      if (signal === undefined || !isWithin(signal, yaml.within, now)) continue;
      if (steps[done]?.matches(signal) === true) done += 1;
    }
    return done;
  };
  return {
    says,
    test(subject, now) {
      const done = reached(subject, now);
      const truth = done === steps.length ? "yes" : "no";
      return { says, truth, saw: `${done} of ${steps.length} steps`, source };
    },
    truth: (subject, now) => (reached(subject, now) === steps.length ? "yes" : "no"),
    changes(subject, now, wanted) {
      const last = steps.at(-1);
      if (!wanted || last === undefined || reached(subject, now) !== steps.length - 1) return [];
      return [addition(`with ${last.says} to complete the sequence`, last, 1)];
    },
  };
}

function addition(says: string, step: Step, count: number): Change {
  const more = (at: Instant): readonly Signal[] =>
    count === 1
      ? [step.sample(at, 0)]
      : Array.from({ length: count }, (_, number) => step.sample(at, number));
  return {
    says,
    kind: "signal",
    apply: (subject, at) => withSignals(subject, more(at)),
  };
}

/** Whether a signal lies in the span ending now; without a span, whether it has happened. */
export function isWithin({ at }: Signal, within: DurationMs | undefined, now: Instant): boolean {
  return at <= now + SKEW_MS && (within === undefined || at >= now - within);
}

/** Compiles one kind of deed with its filters. Throws nothing. */
export function compileStep(yaml: Filters): Step {
  const globs = FILTERS.flatMap((name) => {
    const wanted = yaml[name];
    if (wanted === undefined) return [];
    const list = typeof wanted === "string" ? [wanted] : wanted;
    const matchers = list.map(glob);
    return [{ name, list, fits: rememberWords((value) => matchers.some((matches) => matches(value))) }];
  });
  const words = globs.map(({ list }) => orList(list));
  const sample = { kind: yaml.signal ?? "form-submitted", ...acceptedBy(globs) } as const;
  return {
    says: [yaml.signal ?? "form", ...words].join(" "),
    matches: (signal) =>
      (yaml.signal === undefined || signal.kind === yaml.signal) &&
      globs.every(({ name, fits }) => {
        const value = signal[name];
        return value !== undefined && fits(value);
      }),
    sample: (at, number) => ({ ...sample, key: `supposed:${number}`, at }),
  };
}

/** `/pricing*, /docs* or /security*`. */
function orList(list: readonly string[]): string {
  return [list.slice(0, -1).join(", "), ...list.slice(-1)].filter((part) => part !== "").join(" or ");
}

/** What the filters accept: every star stands for nothing. */
function acceptedBy(
  globs: readonly { readonly name: (typeof FILTERS)[number]; readonly list: readonly string[] }[],
): Partial<Signal> {
  return Object.fromEntries(globs.map(({ name, list }) => [name, (list[0] ?? "").replaceAll("*", "")]));
}

function withinWords(within: DurationMs | undefined): string {
  return within === undefined ? "" : ` within ${formatDuration(within)}`;
}

/** Dates in words by day since the epoch: writing one costs more than judging the rest of a condition. */
const dayWords = new Map<number, string>();

/** The date in UTC, `2026-11-17`: findings are the same wherever they are read. */
export function dayOf(at: Instant): string {
  const day = Math.floor(at / DAY_MS);
  const known = dayWords.get(day);
  if (known !== undefined) return known;
  const words = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (dayWords.size < MOST_DAYS) dayWords.set(day, words);
  return words;
}
