/** What compiling a condition takes and gives. The files `*-condition.ts` compile; `condition.ts` puts them together. */
import type { Condition } from "../model/finding.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";

/** Where something stands in a YAML file: keys and list indexes from the top. */
export type YamlPath = readonly (string | number)[];

/** What kind of value a condition expects of a fact: compared as text, counted, or placed in time. */
export type FactUse = "text" | "number" | "date" | "any";

/** A fact that is read somewhere: what it is taken for, and the values it is compared with. */
export interface FactMention {
  readonly name: string;
  readonly use: FactUse;
  readonly values: readonly string[];
  readonly path: YamlPath;
}

/** Points of what a lead did, at an instant. Throws nothing. */
export type Score = (subject: Snapshot, now: Instant) => number;

/** Deeds of an account's people that some condition counts, over a span that ends now. */
export interface AccountWatch {
  readonly matches: (signal: Signal) => boolean;
  readonly within: DurationMs;
}

/** What a section is compiled with. `path` is the place of the value being compiled within its file. */
export interface CompileContext {
  /** A path to `definition.yaml:12`. */
  readonly source: (path: YamlPath) => string;
  readonly path: YamlPath;
  /** Territories by name, where conditions may say `{ territory: name }`. */
  readonly territories?: ReadonlyMap<string, Condition>;
  /** The lead's score, where conditions may say `{ score: … }`. */
  readonly score?: Score;
  /** Hears of every fact that is read, so that it can be checked against fields.yaml. */
  readonly onFact?: (mention: FactMention) => void;
  /** Hears of every span of time that signals are counted in. */
  readonly onWindow?: (within: DurationMs) => void;
  /** Hears of every condition on the score. */
  readonly onScore?: () => void;
  /** Hears of every list of the CRM, by its id there, and as the file names it: `hubspot:1042`. */
  readonly onList?: (id: string, name: string, path: YamlPath) => void;
  /** Hears of every deed that is counted over all people of an account. */
  readonly onAccount?: (watch: AccountWatch) => void;
  /** Hears of every stage and handoff type that is named. */
  readonly onName?: (kind: "stage" | "type", name: string, path: YamlPath) => void;
  /** Hears of what is wrong and only compiling finds out. */
  readonly onProblem?: (message: string, path: YamlPath) => void;
}

/** One change to a lead that would turn a condition. `says` completes "ready …": `with one more email-replied`. */
export interface Change {
  readonly says: string;
  /** Signals can still come; facts would have to be other than they are. */
  readonly kind: "fact" | "signal";
  /** The lead after the change, made at `at`. Pure. */
  apply(subject: Snapshot, at: Instant): Snapshot;
}

/** A condition that also knows how it could be turned. */
export interface CompiledCondition extends Condition {
  /** Single changes that could make it (or a part of it) come out as `wanted`; to be tried, not believed. */
  changes(subject: Snapshot, now: Instant, wanted: boolean): readonly Change[];
}

/** `context` one step further down in the file. */
export function below(context: CompileContext, ...steps: YamlPath): CompileContext {
  return { ...context, path: [...context.path, ...steps] };
}
