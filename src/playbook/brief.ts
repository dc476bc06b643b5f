/** brief.yaml: what the owner reads. Wording, talk tracks and next best actions, as templates over plain values. */
import * as z from "zod";
import type { DurationMs } from "../model/instant.ts";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { below, type CompileContext, type YamlPath } from "./compiled.ts";
import { FACT_NAME } from "./condition.ts";
import { durationSchema } from "./duration.ts";
import { WHY_NOW } from "./routing.ts";
import { slugSchema } from "./team.ts";
import { compileTemplate, templateProblem, type Template, type TemplateKind } from "./template.ts";

/** How the owner is to work one type of lead. Absent parts are left out of the note. */
export interface Play {
  /** The type in words: `Asked to talk to us`. */
  readonly label: string;
  readonly whyNow: Template;
  readonly likelyProblem?: Template;
  readonly angle?: Template;
  readonly nextAction?: Template;
  readonly firstHour: readonly Template[];
  readonly firstDay: readonly Template[];
  readonly firstWeek: readonly Template[];
  readonly task: {
    readonly action: "call" | "email" | "to-do";
    readonly priority: "low" | "medium" | "high";
    readonly remindBeforeMs?: DurationMs;
  };
}

/** brief.yaml, compiled. */
export interface BriefTemplates {
  readonly note: Template;
  readonly partnerNote: Template;
  readonly taskSubject: Template;
  readonly taskBody: Template;
  readonly plays: ReadonlyMap<string, Play>;
  /** For a type without a play of its own. */
  readonly otherwise: Play;
  /** What a lead did, in words, by kind of signal. */
  readonly signals: ReadonlyMap<SignalKind, Template>;
  /** Facts in words, for partners' notes: `account.name` is `Company`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Every fact some template reads. */
  readonly facts: readonly string[];
}

/**
 * The variables of a brief that are not facts. Everything else with a dot is a fact of fields.yaml.
 * Values come from plan/vocabulary.ts; mappings/default/brief.yaml explains each.
 */
const BRIEF_WORDS = (
  "who type label why_now reason rule score last last.says last.date last.ago behaviours seen people growth.people growth.recent growth.before answers likely_problem angle " +
  "next_action first_hour first_day first_week deadline.first_attempt deadline.meaningful_touch owner.name link.lead link.handoff"
).split(" ");
/** All that a partner's note may speak of: what is shared is settled in routing.yaml, not in the wording. */
const PARTNER_WORDS = ["partner", "label", "shared"] as const;
/** What `signals` templates speak of: one deed, and how often it was done. */
const SIGNAL_WORDS = ["page", "form", "asset", "campaign", "engagement", "event", "count"] as const;

const textSchema = z.string().max(2_000, { abort: true }).superRefine(refuseBad("text"));
const htmlSchema = z.string().max(20_000, { abort: true }).superRefine(refuseBad("html"));

const playSchema = z.strictObject({
  label: z.string().min(1).max(120).describe("The type in words."),
  why_now: textSchema.describe("One sentence, at most 300 characters: why this lead, why now."),
  likely_problem: textSchema.optional().describe("What troubles them, as far as they showed it."),
  angle: textSchema.optional().describe("What to open with."),
  next_action: textSchema.optional().describe("The next best action, in a few words."),
  plan: z
    .strictObject({
      hour: z.array(textSchema).default([]).describe("The first hour."),
      day: z.array(textSchema).default([]).describe("The first day."),
      week: z.array(textSchema).default([]).describe("The first week."),
    })
    .default({ hour: [], day: [], week: [] })
    .describe("What to do, step by step."),
  task: z
    .strictObject({
      action: z
        .enum(["call", "email", "to-do"])
        .default("to-do")
        .describe("What kind of task it is in the CRM."),
      priority: z.enum(["low", "medium", "high"]).default("medium").describe("Its priority in the CRM."),
      remind_before: durationSchema.optional().describe("How long before it is due the CRM reminds."),
    })
    .describe("The task the owner gets."),
});

/** The shape of brief.yaml. */
export const briefSchema = z
  .strictObject({
    note: htmlSchema.describe("The note on the lead: a Liquid template, as HTML the CRM keeps."),
    partner_note: htmlSchema.describe("The note on a lead that goes to a partner."),
    task: z
      .strictObject({
        subject: textSchema.describe("One line."),
        body: htmlSchema.describe("HTML the CRM keeps."),
      })
      .describe("The words of the task."),
    types: z.record(slugSchema, playSchema).default({}).describe("How leads are worked, by type."),
    otherwise: playSchema.describe("How leads of every other type are worked."),
    signals: z
      .record(z.enum(SIGNAL_KINDS), textSchema.describe("This kind of deed in words."))
      .describe("What a lead did, in words."),
    labels: z
      .record(z.string(), z.string().max(60))
      .default({})
      .describe("Facts in words, for the notes of partners."),
  })
  .meta({ title: "brief.yaml", description: "What the owner reads: the note and the task, as templates." });

type BriefYaml = z.output<typeof briefSchema>;
type PlayYaml = z.output<typeof playSchema>;

/** Compiles a checked brief.yaml; the facts and types in it are told to `context`. Throws nothing for what the schema took. */
export function compileBrief(file: BriefYaml, context: CompileContext): BriefTemplates {
  const facts = new Set<string>();
  const compile = (
    text: string,
    kind: TemplateKind,
    path: YamlPath,
    words: readonly string[] = BRIEF_WORDS,
  ): Template => {
    const template = compileTemplate(text, kind);
    for (const read of template.reads) tellRead(read, words, { ...context, path }, facts);
    return template;
  };
  const at = (...steps: YamlPath): YamlPath => below(context, ...steps).path;
  const play = (yaml: PlayYaml, ...steps: YamlPath): Play =>
    compilePlay(yaml, (text, ...rest) => compile(text, "text", at(...steps, ...rest)));
  for (const type of Object.keys(file.types)) context.onName?.("type", type, at("types", type));
  for (const fact of Object.keys(file.labels).filter((name) => name !== WHY_NOW))
    context.onFact?.({ name: fact, use: "any", values: [], path: at("labels", fact) });
  return {
    note: compile(file.note, "html", at("note")),
    partnerNote: compile(file.partner_note, "html", at("partner_note"), PARTNER_WORDS),
    taskSubject: compile(file.task.subject, "text", at("task", "subject")),
    taskBody: compile(file.task.body, "html", at("task", "body")),
    plays: new Map(Object.entries(file.types).map(([type, yaml]) => [type, play(yaml, "types", type)])),
    otherwise: play(file.otherwise, "otherwise"),
    signals: new Map(
      SIGNAL_KINDS.map((kind) => [
        kind,
        compile(file.signals[kind], "text", at("signals", kind), SIGNAL_WORDS),
      ]),
    ),
    labels: new Map(Object.entries(file.labels)),
    facts: [...facts],
  };
}

function compilePlay(yaml: PlayYaml, compile: (text: string, ...path: YamlPath) => Template): Play {
  const optional = (name: "likely_problem" | "angle" | "next_action"): Template | undefined => {
    const text = yaml[name];
    return text === undefined ? undefined : compile(text, name);
  };
  const likelyProblem = optional("likely_problem");
  const angle = optional("angle");
  const nextAction = optional("next_action");
  const { action, priority, remind_before: remindBeforeMs } = yaml.task;
  const steps = (span: "hour" | "day" | "week"): readonly Template[] =>
    yaml.plan[span].map((text, index) => compile(text, "plan", span, index));
  return {
    label: yaml.label,
    whyNow: compile(yaml.why_now, "why_now"),
    ...(likelyProblem && { likelyProblem }),
    ...(angle && { angle }),
    ...(nextAction && { nextAction }),
    firstHour: steps("hour"),
    firstDay: steps("day"),
    firstWeek: steps("week"),
    task: { action, priority, ...(remindBeforeMs !== undefined && { remindBeforeMs }) },
  };
}

/** A variable is one of the words, a list's length or item, a fact, or a mistake. */
function tellRead(read: string, words: readonly string[], context: CompileContext, facts: Set<string>): void {
  const whole = read.replace(LIST_PART, "");
  if (words.includes(read) || (LISTS.has(whole) && words.includes(whole))) return;
  if (words !== BRIEF_WORDS || !FACT_NAME.test(read)) {
    const hint = words === BRIEF_WORDS ? "use a fact or one of" : "use one of";
    context.onProblem?.(`"${read}" is not known here: ${hint} ${words.join(", ")}`, context.path);
    return;
  }
  facts.add(read);
  context.onFact?.({ name: read, use: "any", values: [], path: context.path });
}

const LISTS = new Set([
  "behaviours",
  "seen",
  "people",
  "answers",
  "first_hour",
  "first_day",
  "first_week",
  "shared",
]);
/** `.size`, or an item and one of its parts: `answers[0].answer`. */
const LIST_PART = /\.size$|\[\d{1,2}\](?:\.[a-z]+)?$/;

function refuseBad(kind: TemplateKind): (text: string, context: z.RefinementCtx<string>) => void {
  return (text, context) => {
    const problem = templateProblem(text, kind);
    if (problem !== undefined)
      context.addIssue({ code: "custom", message: problem.message, input: problem.found });
  };
}
