/**
 * The playbook's conditions: data that admins write, compiled into functions that answer yes, no or unknown, and say
 * why. Logic is Kleene's: `all` is no as soon as one part is no, yes only when every part is yes, and otherwise unknown.
 * Every part is judged, also when the outcome is settled before it: a trace that stops early explains too little.
 */
import * as z from "zod";
import type { Condition, Finding, Truth } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { below, type Change, type CompileContext, type CompiledCondition } from "./compiled.ts";
import { accountSchema, compileAccount } from "./account-condition.ts";
import { compileFact } from "./fact-condition.ts";
import { compileList, listSchema } from "./list-condition.ts";
import { factTestSchema, type FactTest } from "./operator.ts";
import {
  compileSequence,
  compileSignal,
  formSchema,
  sequenceSchema,
  signalSchema,
} from "./signal-condition.ts";
import { TYPE_FACT } from "./subject.ts";
import { didYouMean } from "./words.ts";

export type { AccountWatch, Change, CompileContext, CompiledCondition } from "./compiled.ts";

/** A fact's name: `lead.email`, `account.employees`. The dot is what tells a fact from a keyword. */
export const FACT_NAME = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

const KEYWORDS = "all any none stage type territory score signal form sequence account list".split(" ");

/** Conditions side by side in one. */
const MOST_PARTS = 200;

const name = z.string().min(1).max(100);
const names = z.union([name, z.array(name).min(1).max(50)]);
const parts = z
  .array(z.lazy((): typeof conditionSchema => conditionSchema))
  .min(1)
  .max(MOST_PARTS);
const scoreSchema = z.strictObject({
  score: z
    .strictObject({ from: z.int().describe("The fewest points that will do.") })
    .describe("What the lead did is worth this many points; see score in definition.yaml."),
});

/** What a condition may look like in YAML, nested as deep as the file may be. */
export type ConditionYaml =
  | { readonly all: readonly ConditionYaml[] }
  | { readonly any: readonly ConditionYaml[] }
  | { readonly none: readonly ConditionYaml[] }
  | { readonly stage: string | readonly string[] }
  | { readonly type: string | readonly string[] }
  | { readonly territory: string | readonly string[] }
  | z.output<typeof scoreSchema>
  | z.output<typeof signalSchema>
  | z.output<typeof formSchema>
  | z.output<typeof sequenceSchema>
  | z.output<typeof accountSchema>
  | z.output<typeof listSchema>
  | Readonly<Record<`${string}.${string}`, FactTest>>;

/** Zod's view of `ConditionYaml`; spans come out in milliseconds. */
export const conditionSchema: z.ZodType<ConditionYaml> = z
  .union(
    [
      z.strictObject({ all: parts.describe("Every one of these holds.") }),
      z.strictObject({ any: parts.describe("At least one of these holds.") }),
      z.strictObject({ none: parts.describe("None of these holds.") }),
      z.strictObject({
        stage: names.describe("The lead stands at this stage of fields.yaml, or at one of these."),
      }),
      z.strictObject({
        type: names.describe("The lead is handed off as this type of definition.yaml, or one of these."),
      }),
      z.strictObject({
        territory: names.describe("The lead lies in this territory of routing.yaml, or in one of these."),
      }),
      scoreSchema,
      signalSchema,
      formSchema,
      sequenceSchema,
      accountSchema,
      listSchema,
      z
        .record(z.string().regex(FACT_NAME, { error: sayKeyProblem }), factTestSchema)
        .refine((facts) => Object.keys(facts).length > 0, { error: "a condition is empty" })
        .refine((facts) => Object.keys(facts).length <= MOST_PARTS, {
          error: `a condition has more than ${MOST_PARTS} facts`,
        }),
    ],
    { error: "a condition is expected, such as { lead.role: { known: true } }" },
  )
  .meta({
    id: "condition",
    title: "Condition",
    description: "A fact and what it must be (account.employees: { from: 50 }), or something the lead did.",
  });

/** Compiles a checked condition. Names it cannot know are told to `context`; throws nothing. */
export function compileCondition(yaml: ConditionYaml, context: CompileContext): CompiledCondition {
  if ("all" in yaml) return combine("all", yaml.all, context);
  if ("any" in yaml) return combine("any", yaml.any, context);
  if ("none" in yaml) return combine("none", yaml.none, context);
  if ("territory" in yaml) return compileTerritory(listOf(yaml.territory), context);
  if ("stage" in yaml) return compileNamed("stage", listOf(yaml.stage), context);
  if ("type" in yaml) return compileNamed("type", listOf(yaml.type), context);
  if ("score" in yaml) return compileScore(yaml.score.from, context);
  if ("signal" in yaml) return compileSignal(yaml, context);
  if ("sequence" in yaml) return compileSequence(yaml, context);
  if ("form" in yaml) return compileSignal(yaml, context);
  if ("account" in yaml) return compileAccount(yaml, context);
  if ("list" in yaml) return compileList(yaml, context);
  return compileFacts(yaml, context);
}

/** Truth of `all` over its parts. */
export function allOf(findings: readonly Finding[]): Truth {
  if (findings.some((part) => part.truth === "no")) return "no";
  return findings.every((part) => part.truth === "yes") ? "yes" : "unknown";
}

/** Truth of `any` over its parts. */
function anyOf(findings: readonly Finding[]): Truth {
  if (findings.some((part) => part.truth === "yes")) return "yes";
  return findings.every((part) => part.truth === "no") ? "no" : "unknown";
}

/** Several conditions as one; used by the sections that join them by themselves. */
export function joinConditions(
  how: "all" | "any" | "none",
  conditions: readonly CompiledCondition[],
  source: string,
): CompiledCondition {
  const says = `${how} of (${conditions.map((condition) => condition.says).join("; ")})`;
  return {
    says,
    test(subject, now) {
      const findings = conditions.map((condition) => condition.test(subject, now));
      return { says, truth: truthOf(how, findings), parts: findings, source };
    },
    truth: (subject, now) => truthOfAll(how, conditions, subject, now),
    changes: (subject, now, wanted) =>
      conditions.flatMap((condition) => condition.changes(subject, now, how === "none" ? !wanted : wanted)),
  };
}

function sayKeyProblem({ input }: { readonly input?: unknown }): string {
  const meant = didYouMean(String(input), KEYWORDS);
  return `a condition is a fact (lead.role, account.employees) or one of ${KEYWORDS.join(", ")}${meant}`;
}

function truthOf(how: "all" | "any" | "none", findings: readonly Finding[]): Truth {
  if (how === "all") return allOf(findings);
  const truth = anyOf(findings);
  if (how === "any" || truth === "unknown") return truth;
  return truth === "yes" ? "no" : "yes";
}

/** As `truthOf` over what the conditions find, up to the one that settles it. */
function truthOfAll(
  how: "all" | "any" | "none",
  conditions: readonly Condition[],
  subject: Snapshot,
  now: Instant,
): Truth {
  const settles: Truth = how === "all" ? "no" : "yes";
  const settled: Truth = how === "any" ? "yes" : "no";
  let isSure = true;
  for (const condition of conditions) {
    const truth = condition.truth(subject, now);
    if (truth === settles) return settled;
    if (truth === "unknown") isSure = false;
  }
  if (!isSure) return "unknown";
  return settled === "yes" ? "no" : "yes";
}

function combine(
  how: "all" | "any" | "none",
  yamls: readonly ConditionYaml[],
  context: CompileContext,
): CompiledCondition {
  const conditions = yamls.map((yaml, index) => compileCondition(yaml, below(context, how, index)));
  return joinConditions(how, conditions, context.source(context.path));
}

/** Facts side by side in one map must all hold. */
function compileFacts(yaml: Readonly<Record<string, FactTest>>, context: CompileContext): CompiledCondition {
  const conditions = Object.entries(yaml).map(([fact, test]) =>
    compileFact(fact, test, below(context, fact)),
  );
  const only = conditions[0];
  if (conditions.length === 1 && only !== undefined) return only;
  return joinConditions("all", conditions, context.source(context.path));
}

function compileNamed(
  kind: "stage" | "type",
  wanted: readonly string[],
  context: CompileContext,
): CompiledCondition {
  for (const one of wanted) context.onName?.(kind, one, below(context, kind).path);
  const { onFact: _names, ...quiet } = context;
  const fact = kind === "stage" ? "lead.stage" : TYPE_FACT;
  return compileFact(fact, { in: [...wanted] }, below(quiet, kind));
}

function compileTerritory(wanted: readonly string[], context: CompileContext): CompiledCondition {
  const path = below(context, "territory").path;
  const conditions = wanted.flatMap((one) => {
    const territory = context.territories?.get(one);
    if (context.territories === undefined) {
      context.onProblem?.(
        `territory "${one}" cannot be asked for here: only the rules of routing.yaml know territories`,
        path,
      );
      return [];
    }
    if (territory === undefined) {
      const known = [...(context.territories?.keys() ?? [])].join(", ");
      context.onProblem?.(`territory "${one}" does not exist; territories are: ${known || "none"}`, path);
      return [];
    }
    return [labelled(one, territory)];
  });
  return joinConditions("any", conditions, context.source(path));
}

/** A territory under its own name; the conditions it is made of stay visible as parts. */
function labelled(territory: string, condition: Condition): CompiledCondition {
  const says = `territory ${territory}`;
  return {
    says,
    test(subject, now) {
      const finding = condition.test(subject, now);
      return { ...finding, says, parts: finding.parts ?? [finding] };
    },
    truth: (subject, now) => condition.truth(subject, now),
    changes: () => [],
  };
}

function compileScore(from: number, context: CompileContext): CompiledCondition {
  const source = context.source(context.path);
  const says = `score from ${from}`;
  const { score } = context;
  context.onScore?.();
  if (score === undefined) context.onProblem?.("no score is defined here: add a score section", context.path);
  return {
    says,
    test(subject: Snapshot, now: Instant): Finding {
      if (score === undefined) return { says, truth: "unknown", source };
      const points = score(subject, now);
      return { says, truth: points >= from ? "yes" : "no", saw: String(points), source };
    },
    truth(subject, now) {
      if (score === undefined) return "unknown";
      return score(subject, now) >= from ? "yes" : "no";
    },
    changes: (): readonly Change[] => [],
  };
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
