/** routing.yaml: who gets which lead, in rules read from the top, and what happens when nobody can take it. */
import * as z from "zod";
import type { Condition } from "../model/finding.ts";
import type { DurationMs } from "../model/instant.ts";
import { below, type CompileContext, type YamlPath } from "./compiled.ts";
import { compileCondition, conditionSchema, FACT_NAME } from "./condition.ts";
import { durationSchema } from "./duration.ts";
import { addressSchema, slugSchema } from "./team.ts";

/** The facts that name an owner of the CRM. */
const OWNER_FACTS = [
  "account.owner",
  "account.working_owner",
  "deal.owner",
  "duplicate.owner",
  "former.owner",
  "lead.owner",
] as const;
type OwnerFact = (typeof OWNER_FACTS)[number];

/** Whom a rule sends its leads to. */
export type Target =
  | { readonly kind: "owner"; readonly fact: OwnerFact; readonly unlessAway: boolean }
  | { readonly kind: "rep"; readonly rep: string; readonly unlessAway: boolean }
  | { readonly kind: "pool"; readonly pool: string; readonly skills: readonly string[] }
  /** `partner` is the fact that names the partner; `share` the facts they may see. */
  | { readonly kind: "partner"; readonly partner: string; readonly share: readonly string[] }
  | { readonly kind: "queue"; readonly queue: Queue };

/** A place where leads wait for a person to look, and after how long Baton tries again by itself. */
export interface Queue {
  readonly name: string;
  readonly notify?: string;
  readonly withinMs: DurationMs;
}

export interface Rule {
  readonly name: string;
  /** Absent on a rule for every lead. */
  readonly when?: Condition;
  readonly to: Target;
  /** Where it is written: `routing.yaml:12`. */
  readonly source: string;
}

export interface Fairness {
  /** What a turn is counted in. */
  readonly unit: "lead";
  /** Dispositions that give the turn back. */
  readonly creditBack: readonly string[];
  /** When nobody of a pool is at work: choose among those who are not away, or wait. */
  readonly outsideHours: "assign" | "queue";
}

/** routing.yaml, compiled. */
export interface Routing {
  readonly territories: ReadonlyMap<string, Condition>;
  readonly rules: readonly Rule[];
  readonly otherwise: Queue;
  readonly fairness: Fairness;
  /** The file as it was checked, before compiling: what an audit takes apart. */
  readonly written: z.output<typeof routingSchema>;
}

/** Not a fact: the sentence the brief makes of them. A partner rule may share it. */
export const WHY_NOW = "brief.why_now";

/** A fact as fields.yaml names it, such as `lead.partner`. */
const FACT_EXPECTED = "a fact is named as in fields.yaml, such as lead.name";
const factNameSchema = z.string({ error: FACT_EXPECTED }).regex(FACT_NAME, { error: FACT_EXPECTED });

const queueShape = {
  queue: slugSchema.describe("Where the lead waits for a person to look."),
  notify: addressSchema.optional().describe("The address to ask."),
  within: durationSchema.optional().describe("Baton tries again after this span at the latest."),
};

const TARGET_FORMS =
  "account.owner, account.working_owner, deal.owner, duplicate.owner, former.owner, lead.owner, { pool: … }, { owner: … }, { partner: … } or { queue: … }";

const targetSchema = z
  .strictObject({
    pool: slugSchema.optional().describe("The next in turn of this team."),
    skill: z
      .union([slugSchema, z.array(slugSchema).min(1)], { error: "a skill or a list of skills is expected" })
      .optional()
      .describe("Only among those with this skill, or all of these."),
    owner: addressSchema.optional().describe("One person, by e-mail address."),
    partner: factNameSchema
      .optional()
      .describe("The fact that names a partner outside, such as lead.partner."),
    ...queueShape,
    queue: slugSchema.optional().describe("Nobody: the lead waits for a person to look."),
  })
  .superRefine((to, context) => {
    const named = (["pool", "owner", "partner", "queue"] as const).filter((key) => to[key] !== undefined);
    if (named.length !== 1)
      context.addIssue({ code: "custom", message: `"to" names one of ${TARGET_FORMS}` });
    if (to.skill !== undefined && to.pool === undefined)
      context.addIssue({ code: "custom", path: ["skill"], message: "a skill is asked of a pool" });
    if ((to.notify ?? to.within) !== undefined && to.queue === undefined)
      context.addIssue({ code: "custom", message: '"notify" and "within" belong to a queue' });
  });

const ruleSchema = z
  .strictObject({
    name: z.string().min(1).max(120).describe("What the rule is called in explanations and reports."),
    when: conditionSchema.optional().describe("Which leads the rule is for. Left out: all."),
    to: z
      .union([z.enum(OWNER_FACTS), targetSchema], { error: `"to" is one of ${TARGET_FORMS}` })
      .describe("Who gets the lead."),
    unless: z.literal("away").optional().describe("away: not while that owner is away."),
    share: z.array(factNameSchema).min(1).optional().describe("All that the partner is given."),
  })
  .superRefine((rule, context) => {
    const toPartner = typeof rule.to === "object" && rule.to.partner !== undefined;
    const toOwner = typeof rule.to === "string" || rule.to.owner !== undefined;
    if (toPartner !== (rule.share !== undefined))
      context.addIssue({
        code: "custom",
        path: ["share"],
        message: toPartner
          ? "a partner rule lists what it shares, such as [lead.name, account.name]"
          : '"share" belongs to a rule whose "to" is a partner',
      });
    if (rule.unless !== undefined && !toOwner)
      context.addIssue({ code: "custom", path: ["unless"], message: '"unless: away" belongs to an owner' });
  });

type RuleYaml = z.output<typeof ruleSchema>;

/** The shape of routing.yaml. */
export const routingSchema = z
  .strictObject({
    territories: z
      .record(slugSchema, conditionSchema)
      .default({})
      .describe("Names for conditions that rules share."),
    rules: z
      .array(ruleSchema)
      .min(1)
      .describe("Read from the top: the first that matches and finds somebody decides."),
    otherwise: z
      .strictObject({
        ...queueShape,
        within: durationSchema.describe("Baton tries again after this span at the latest."),
      })
      .describe("No rule found anybody."),
    fairness: z
      .strictObject({
        unit: z.literal("lead").default("lead").describe("What a turn is counted in."),
        credit_back: z
          .array(slugSchema)
          .default([])
          .describe("Reasons of agreement.yaml that give a turn back."),
        outside_hours: z
          .enum(["assign", "queue"])
          .default("assign")
          .describe("Nobody is at work. assign: somebody gets it all the same; queue: it waits."),
      })
      .default({ unit: "lead", credit_back: [], outside_hours: "assign" })
      .describe("How turns are counted within a pool."),
  })
  .superRefine((file, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of file.rules.entries()) {
      if (seen.has(name))
        context.addIssue({
          code: "custom",
          path: ["rules", index, "name"],
          message: `two rules are named "${name}": reports could not tell them apart`,
        });
      seen.add(name);
    }
  })
  .meta({ title: "routing.yaml", description: "Who gets which lead, in rules read from the top." });

/** Compiles a checked routing.yaml; territories become known to the rules. Throws what `compileCondition` throws. */
export function compileRouting(file: z.output<typeof routingSchema>, context: CompileContext): Routing {
  const territories = new Map(
    Object.entries(file.territories).map(([name, when]) => [
      name,
      compileCondition(when, below(context, "territories", name)),
    ]),
  );
  const otherwise = queueOf(file.otherwise, file.otherwise.within);
  return {
    territories,
    rules: file.rules.map((rule, index) =>
      compileRule(rule, { ...below(context, "rules", index), territories }, otherwise),
    ),
    otherwise,
    fairness: {
      unit: file.fairness.unit,
      creditBack: file.fairness.credit_back,
      outsideHours: file.fairness.outside_hours,
    },
    written: file,
  };
}

function compileRule(rule: RuleYaml, context: CompileContext, otherwise: Queue): Rule {
  const to = targetOf(rule, otherwise);
  if (to.kind === "partner") {
    const mention = (name: string, path: YamlPath): void =>
      context.onFact?.({ name, use: "any", values: [], path });
    mention(to.partner, below(context, "to", "partner").path);
    for (const [index, fact] of to.share.entries())
      if (fact !== WHY_NOW) mention(fact, below(context, "share", index).path);
  }
  return {
    name: rule.name,
    ...(rule.when && { when: compileCondition(rule.when, below(context, "when")) }),
    to,
    source: context.source(context.path),
  };
}

function targetOf(rule: RuleYaml, otherwise: Queue): Target {
  const unlessAway = rule.unless === "away";
  const { to } = rule;
  if (typeof to === "string") return { kind: "owner", fact: to, unlessAway };
  if (to.pool !== undefined) return { kind: "pool", pool: to.pool, skills: [to.skill ?? []].flat() };
  if (to.owner !== undefined) return { kind: "rep", rep: to.owner, unlessAway };
  if (to.partner !== undefined) return { kind: "partner", partner: to.partner, share: rule.share ?? [] };
  const { queue = otherwise.name, notify, within } = to;
  return { kind: "queue", queue: queueOf({ queue, notify }, within ?? otherwise.withinMs) };
}

function queueOf(file: { queue: string; notify?: string | undefined }, withinMs: DurationMs): Queue {
  return { name: file.queue, ...(file.notify !== undefined && { notify: file.notify }), withinMs };
}
