/** definition.yaml: what "ready for sales" means, what only looks like it, and the examples both teams agreed on. */
import type * as z from "zod";
import type { DurationMs } from "../model/instant.ts";
import { below, type CompileContext, type CompiledCondition, type Score, type YamlPath } from "./compiled.ts";
import { compileCondition, joinConditions } from "./condition.ts";
import { type definitionSchema, NEEDS } from "./definition-schema.ts";
import { compileExample, type Example } from "./example.ts";
import { compileScore, worthMs } from "./score.ts";

export { definitionSchema } from "./definition-schema.ts";

/** One of `NEEDS`. */
export type Need = (typeof NEEDS)[number];

/** Words a verdict gives as its reason that no admin chose. Names of refusals must differ from them. */
export const REASONS = [
  "no-type-matches",
  "consent",
  "incomplete",
  "with-sales",
  "nothing-new",
  "answered-for-good",
  ...NEEDS,
] as const;

/** A kind of handoff: when it applies and what it needs. */
export interface HandoffType {
  readonly name: string;
  readonly when: CompiledCondition;
  readonly needs: readonly Need[];
  /** Facts marketing owes for other types, but not for this one. */
  readonly waive: "all" | readonly string[];
  /** `account`: one handoff of this type stands for the whole account, because its condition counts what its people did. */
  readonly scope: "lead" | "account";
  /** `definition.yaml:12`. */
  readonly source: string;
}

/** Whom a handoff of this type stands for. A type the definition does not know stands for its lead. Throws nothing. */
export function scopeOf({ types }: Pick<Definition, "types">, type: string): HandoffType["scope"] {
  return types.find(({ name }) => name === type)?.scope ?? "lead";
}

/** "At least so many of these". */
export interface Intent {
  readonly atLeast: number;
  readonly of: readonly CompiledCondition[];
  readonly source: string;
}

interface Refusal {
  readonly name: string;
  readonly when: CompiledCondition;
}

/** definition.yaml, compiled. */
export interface Definition {
  /** In order; the first that matches is the lead's. */
  readonly types: readonly HandoffType[];
  /** The type of a handoff somebody asked for, when no type matches and no type's needs hold; waives its needs. */
  readonly requested?: string;
  readonly reachable: CompiledCondition;
  /** False where the file says nothing about `reachable`, and the usual meaning stands in for it. */
  readonly isReachableWritten: boolean;
  readonly fit?: CompiledCondition;
  readonly intent?: Intent;
  /** Points of the lead's behaviour, halving with age; absent without a `score` section. */
  readonly score?: Score;
  /** Whether some condition asks for the score: then outcomes change with every minute, not only when a window ends. */
  readonly isScored: boolean;
  /** Points by kind of signal, for ordering what a lead did by weight; empty without a `score` section. */
  readonly points: ReadonlyMap<string, number>;
  readonly refuse: readonly Refusal[];
  readonly consent: {
    /** `mustKnow`: it asks for a list, and one that cannot be read may hold the lead. */
    readonly never: readonly { readonly when: CompiledCondition; readonly mustKnow: boolean }[];
    /** Where `when` holds, `need` must be known to hold. */
    readonly require: readonly { readonly when: CompiledCondition; readonly need: CompiledCondition }[];
    readonly source: string;
  };
  readonly examples: readonly Example[];
  /** Every span signals are counted in, ascending: the instants at which an outcome can change by itself. */
  readonly windows: readonly DurationMs[];
}

type DefinitionYaml = z.output<typeof definitionSchema>;

/** Somebody whom nobody can reach is no lead: the meaning of `reachable` where the file gives none. */
const REACHABLE = { any: [{ "lead.email": { known: true } }, { "lead.phone": { known: true } }] } as const;

/** Compiles a checked definition.yaml. Names it cannot check are told to `context`; throws nothing. */
export function compileDefinition(yaml: DefinitionYaml, plain: CompileContext): Definition {
  const windows = new Set<DurationMs>();
  let isScored = false;
  const score = yaml.score === undefined ? undefined : compileScore(yaml.score.half_life, yaml.score.points);
  const context: CompileContext = {
    ...plain,
    onWindow: (within) => windows.add(within),
    onScore: () => (isScored = true),
    ...(score === undefined ? {} : { score }),
  };
  const compile = (condition: DefinitionYaml["fit"] & {}, ...path: YamlPath): CompiledCondition =>
    compileCondition(condition, below(context, ...path));
  tellProblems(yaml, context);
  const sections = {
    types: Object.entries(yaml.types).map(([name, type]) => compileType(name, type, context)),
    ...(yaml.requested === undefined ? {} : { requested: yaml.requested }),
    isReachableWritten: yaml.reachable !== undefined,
    reachable: yaml.reachable === undefined ? unwritten(context) : compile(yaml.reachable, "reachable"),
    ...(yaml.fit === undefined ? {} : { fit: compile(yaml.fit, "fit") }),
    ...(yaml.intent === undefined ? {} : { intent: compileIntent(yaml.intent, below(context, "intent")) }),
    ...(score === undefined ? {} : { score }),
    points: new Map(Object.entries(yaml.score?.points ?? {})),
    refuse: Object.entries(yaml.refuse).map(([name, when]) => ({
      name,
      when: compile(when, "refuse", name),
    })),
    consent: compileConsent(yaml.consent, below(context, "consent")),
    examples: examplesOf(yaml, context),
  };
  if (isScored && yaml.score !== undefined) windows.add(worthMs(yaml.score.half_life));
  return { ...sections, isScored, windows: [...windows].sort((a, b) => a - b) };
}

function unwritten({ onFact: _onFact, ...context }: CompileContext): CompiledCondition {
  const conditions = REACHABLE.any.map((yaml) => compileCondition(yaml, context));
  return joinConditions("any", conditions, context.source(context.path));
}

function compileType(
  name: string,
  { when, needs, waive }: DefinitionYaml["types"][string],
  context: CompileContext,
): HandoffType {
  let scope: HandoffType["scope"] = "lead";
  const at = below(context, "types", name);
  const condition = compileCondition(when, {
    ...below(at, "when"),
    onAccount(watch) {
      scope = "account";
      context.onAccount?.(watch);
    },
    onName(kind, asked, path) {
      if (kind === "stage") context.onName?.(kind, asked, path);
      else context.onProblem?.(`the type is not known yet where types are told apart: "${asked}"`, path);
    },
  });
  return { name, when: condition, needs, waive, scope, source: context.source(at.path) };
}

function compileIntent(yaml: DefinitionYaml["intent"] & {}, context: CompileContext): Intent {
  return {
    atLeast: yaml.at_least,
    of: yaml.of.map((condition, index) => compileCondition(condition, below(context, "of", index))),
    source: context.source(context.path),
  };
}

function compileConsent(yaml: DefinitionYaml["consent"], context: CompileContext): Definition["consent"] {
  return {
    never: yaml.never.map((condition, index) => compileNever(condition, below(context, "never", index))),
    require: yaml.require.map(({ when }, index) => ({
      when: compileCondition(when, below(context, "require", index, "when")),
      need: compileCondition(
        { "lead.legal_basis": { known: true } },
        below(context, "require", index, "legal_basis"),
      ),
    })),
    source: context.source(context.path),
  };
}

function compileNever(
  yaml: DefinitionYaml["consent"]["never"][number],
  context: CompileContext,
): Definition["consent"]["never"][number] {
  let mustKnow = false;
  const when = compileCondition(yaml, {
    ...context,
    onList(id, name, path) {
      mustKnow = true;
      context.onList?.(id, name, path);
    },
  });
  return { when, mustKnow };
}

function examplesOf(yaml: DefinitionYaml, context: CompileContext): readonly Example[] {
  return (["examples", "counterexamples"] as const).flatMap((section) =>
    yaml[section].map((example, index) => compileExample(example, below(context, section, index))),
  );
}

/** What zod cannot see: names that must exist elsewhere in the file. */
function tellProblems(yaml: DefinitionYaml, context: CompileContext): void {
  const tell = (message: string, ...steps: YamlPath): void =>
    context.onProblem?.(message, below(context, ...steps).path);
  for (const [name, type] of Object.entries(yaml.types)) {
    for (const [index, need] of type.needs.entries()) {
      if (need !== "reachable" && yaml[need] === undefined) {
        tell(`"${name}" needs ${need}, and there is no ${need} section`, "types", name, "needs", index);
      }
    }
  }
  if (yaml.requested !== undefined)
    context.onName?.("type", yaml.requested, below(context, "requested").path);
  const reserved: readonly string[] = REASONS;
  for (const name of Object.keys(yaml.refuse)) {
    if (reserved.includes(name))
      tell(`"${name}" is a reason of Baton's own: name this refusal differently`, "refuse", name);
  }
  if (yaml.examples.length === 0)
    tell("at least one example is needed: it is the definition's test", "examples");
  if (yaml.counterexamples.length === 0) tell("at least one counterexample is needed", "counterexamples");
}
