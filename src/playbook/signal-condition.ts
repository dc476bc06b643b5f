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
  event: patterns.exactOptional().describe("A product event of this name."),
};
const counting = {
  at_least: z.int().min(1).max(1000).exactOptional().describe("How often; once unless this says more."),
  within: durationSchema.exactOptional().describe("Counted over this span, ending now: 24h, 14d."),
};
const kindSchema = z.enum(SIGNAL_KINDS).describe("What the lead did.");
const stepSchema = z.strictObject({ signal: kindSchema, ...filters });

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
interface Step {
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
  const count = (subject: Snapshot, now: Instant): { readonly times: number; readonly latest?: Signal } => {
    let times = 0;
    let latest: Signal | undefined;
    for (const signal of subject.signals) {
      if (!isWithin(signal, yaml.within, now) || !step.matches(signal)) continue;
      times += 1;
      latest ??= signal;
    }
    return latest === undefined ? { times } : { times, latest };
  };
  return {
    says,
    test(subject, now) {
      const found = count(subject, now);
      if (found.latest === undefined) return none;
      const saw = `${found.times}, last on ${dayOf(found.latest.at)}`;
      return { says, truth: found.times >= atLeast ? "yes" : "no", saw, source };
    },
    changes(subject, now, wanted) {
      const missing = atLeast - count(subject, now).times;
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
  const reached = (subject: Snapshot, now: Instant): number => {
    let done = 0;
    for (const signal of subject.signals.toReversed()) {
      if (isWithin(signal, yaml.within, now) && steps[done]?.matches(signal) === true) done += 1;
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
    changes(subject, now, wanted) {
      const last = steps.at(-1);
      if (!wanted || last === undefined || reached(subject, now) !== steps.length - 1) return [];
      return [addition(`with ${last.says} to complete the sequence`, last, 1)];
    },
  };
}

function addition(says: string, step: Step, count: number): Change {
  return {
    says,
    kind: "signal",
    apply: (subject, at) =>
      withSignals(
        subject,
        Array.from({ length: count }, (_, number) => step.sample(at, number)),
      ),
  };
}

/** Whether a signal lies in the span ending now; without a span, whether it has happened. */
function isWithin({ at }: Signal, within: DurationMs | undefined, now: Instant): boolean {
  return at <= now + SKEW_MS && (within === undefined || at >= now - within);
}

function compileStep(yaml: Filters): Step {
  const globs = FILTERS.flatMap((name) => {
    const wanted = yaml[name];
    if (wanted === undefined) return [];
    const list = typeof wanted === "string" ? [wanted] : wanted;
    return [{ name, list, matchers: list.map(glob) }];
  });
  const words = globs.map(({ list }) => orList(list));
  return {
    says: [yaml.signal ?? "form", ...words].join(" "),
    matches: (signal) =>
      (yaml.signal === undefined || signal.kind === yaml.signal) &&
      globs.every(({ name, matchers }) => {
        const value = signal[name];
        return value !== undefined && matchers.some((matches) => matches(value));
      }),
    sample: (at, number) => sampleOf(yaml.signal ?? "form-submitted", globs, at, number),
  };
}

/** `/pricing*, /docs* or /security*`. */
function orList(list: readonly string[]): string {
  return [list.slice(0, -1).join(", "), ...list.slice(-1)].filter((part) => part !== "").join(" or ");
}

/** A signal the filters accept: every star stands for nothing. */
function sampleOf(
  kind: SignalKind,
  globs: readonly { readonly name: (typeof FILTERS)[number]; readonly list: readonly string[] }[],
  at: Instant,
  number: number,
): Signal {
  const values = globs.map(({ name, list }) => [name, (list[0] ?? "").replaceAll("*", "")] as const);
  return { key: `supposed:${kind}:${at}:${number}`, kind, at, ...Object.fromEntries(values) };
}

function withinWords(within: DurationMs | undefined): string {
  return within === undefined ? "" : ` within ${formatDuration(within)}`;
}

/** Dates in words by day since the epoch: writing one costs more than judging the rest of a condition. */
const dayWords = new Map<number, string>();

/** The date in UTC, `2026-11-17`: findings are the same wherever they are read. */
function dayOf(at: Instant): string {
  const day = Math.floor(at / DAY_MS);
  const known = dayWords.get(day);
  if (known !== undefined) return known;
  const words = new Date(day * DAY_MS).toISOString().slice(0, 10);
  if (dayWords.size < MOST_DAYS) dayWords.set(day, words);
  return words;
}
