/** One example of definition.yaml: a lead in a few words, and what must become of it. */
import * as z from "zod";
import type { Colleague } from "../model/account.ts";
import type { FormerHandoff } from "../model/handoff.ts";
import { DAY_MS, HOUR_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Facts, FactValue, Snapshot } from "../model/lead.ts";
import { SIGNAL_KINDS, type Signal } from "../model/signal.ts";
import { below, type CompileContext, type YamlPath } from "./compiled.ts";
import { domainOf, isInDomainGroup } from "./mail-domain.ts";
import { durationSchema } from "./duration.ts";
import { listId, listNumber } from "./list-condition.ts";
import { momentOf, momentSchema } from "./moment.ts";
import { functionOf, seniorityOf } from "./title.ts";

const givenValue = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);
const section = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]*$/, {
      error: 'a fact is named without its first word here, such as role for "lead.role"',
    }),
    givenValue,
  )
  .exactOptional();
const text = z.string().max(500).exactOptional();

/** Deeds with their age, as examples write them. */
const signalsSchema = z
  .array(
    z
      .strictObject({
        signal: z
          .enum(SIGNAL_KINDS)
          .exactOptional()
          .describe("What they did; may be left out beside a form."),
        page: text.describe("The path of the page."),
        form: text.describe("The name of the form, in lower case with hyphens."),
        asset: text.describe("What they downloaded."),
        campaign: text.describe("The campaign it belongs to."),
        engagement: text.describe("How much they took part."),
        event: text.describe("The name of the event that was sent."),
        ago: durationSchema.exactOptional().describe("How long ago: 5m, 3d. Left out: an hour."),
        times: z.int().min(1).max(100).exactOptional().describe("How often. Left out: once."),
      })
      .refine(({ signal, form }) => signal !== undefined || form !== undefined, {
        error: "a signal says which: { signal: page-viewed, … } or { form: demo-request, … }",
      }),
  )
  .max(100)
  .default([]);

/** The shape of one entry of `examples` and `counterexamples`. */
export const exampleSchema = z.strictObject({
  say: z.string().min(1).max(300).describe("The case in one sentence that both teams understand."),
  given: z
    .strictObject({
      lead: section.describe(
        'Facts of the person, without "lead.": { role: VP Sales, created: 3h ago }. null takes a usual fact away.',
      ),
      account: section.describe("Facts of the company: { employees: 200, industry: software }."),
      deal: section.describe("Facts of the open deal."),
      campaign: section.describe("Facts of the campaign."),
      former: z
        .strictObject({
          answer: z.string().max(64).describe("What sales said: rejected, recycled, or an outcome."),
          reason: text.describe("The reason it gave."),
          awake: z
            .boolean()
            .exactOptional()
            .describe("true: the day has come on which it is looked at again."),
          for_good: z.boolean().exactOptional().describe("true: the reason is one for good."),
        })
        .exactOptional()
        .describe("The handoff before; signals are those since it ended."),
      requested: z.boolean().exactOptional().describe("true: a workflow asked for this handoff."),
      lists: z.array(listId).max(50).default([]).describe("Lists of the CRM they are on: hubspot:1042."),
      colleagues: z
        .array(
          z.strictObject({
            role: text.describe("What they are."),
            signals: signalsSchema.describe("What they did."),
          }),
        )
        .max(50)
        .default([])
        .describe("Other people of their company, and what those did."),
      signals: signalsSchema.describe("What they did."),
    })
    .describe("What is known of the lead, and what they did."),
  expect: z
    .discriminatedUnion("ready", [
      z.strictObject({
        ready: z.literal(true).describe("Whether the lead is handed off."),
        type: z
          .string()
          .max(64)
          .exactOptional()
          .describe("As which type; any will do where this is left out."),
      }),
      z.strictObject({
        ready: z.literal(false).describe("Whether the lead is handed off."),
        because: z
          .string()
          .max(64)
          .describe(
            "The reason: the name of a refusal, or no-type-matches, consent, incomplete, reachable, fit, intent.",
          ),
      }),
    ])
    .describe("What must become of it."),
});
type ExampleYaml = z.output<typeof exampleSchema>;

/** One example, ready to be judged. */
export interface Example {
  readonly say: string;
  readonly expect: ExampleYaml["expect"];
  /** The lead as described, seen at `now`. */
  readonly subjectAt: (now: Instant) => Snapshot;
  /** `definition.yaml:88`. */
  readonly source: string;
  readonly path: YamlPath;
}

/** Everybody in an example can be written to, unless it says `email: null`. */
const USUAL_FACTS: Readonly<Record<string, FactValue>> = { "lead.email": "somebody@lead.example" };
/** Signals given without `ago` are this old. */
const USUAL_AGE_MS: DurationMs = HOUR_MS;
/** How long ago an example's former handoff ended. */
const USUAL_QUARTER_MS: DurationMs = 90 * DAY_MS;

/** Compiles a checked example; its facts and names are told to `context`. Throws nothing. */
export function compileExample(yaml: ExampleYaml, context: CompileContext): Example {
  const given = below(context, "given");
  const facts = factsOf(yaml, (name, value, ...steps) =>
    context.onFact?.({
      name,
      use: "any",
      values: value === null ? [] : [String(value)],
      path: below(given, ...steps).path,
    }),
  );
  if (yaml.expect.ready && yaml.expect.type !== undefined) {
    context.onName?.("type", yaml.expect.type, below(context, "expect", "type").path);
  }
  return {
    say: yaml.say,
    expect: yaml.expect,
    source: context.source(context.path),
    path: context.path,
    subjectAt: (now) => ({
      decisionId: "example",
      lead: { crm: "hubspot", id: "example" },
      leadUrl: "https://crm.example/lead",
      facts: datedAt(facts, now),
      unmapped: [],
      signals: deedsOf(yaml.given.signals, now),
      ...(yaml.given.requested === true ? { request: { via: "workflow" as const } } : {}),
      ...(yaml.given.former === undefined ? {} : { former: formerOf(yaml.given.former, now) }),
      lists: yaml.given.lists.map(listNumber),
      account: {
        colleagues: yaml.given.colleagues.map((one, index) => colleagueOf(one, index, now)),
        handoffs: [],
      },
      readAt: now,
    }),
  };
}

/** Dates may be given by their age, as conditions write them: `3h ago`. */
function datedAt(facts: Facts, now: Instant): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, { value, from }]) => {
      const isAge =
        typeof value === "string" && value.endsWith(" ago") && momentSchema.safeParse(value).success;
      return [name, { value: isAge ? momentOf(value)(now) : value, from }];
    }),
  );
}

/** The facts given, the usual ones, and those that follow from them as they do for a real lead. */
function factsOf(
  yaml: ExampleYaml,
  tell: (name: string, value: FactValue | null, ...steps: readonly string[]) => void,
): Facts {
  const values = new Map(Object.entries(USUAL_FACTS));
  for (const part of ["lead", "account", "deal", "campaign"] as const) {
    for (const [name, given] of Object.entries(yaml.given[part] ?? {})) {
      tell(`${part}.${name}`, given, part, name);
      if (given === null) values.delete(`${part}.${name}`);
      else values.set(`${part}.${name}`, given);
    }
  }
  const { former } = yaml.given;
  if (former !== undefined) {
    values.set("former.answer", former.answer).set("former.awake", former.awake === true);
    if (former.reason !== undefined) values.set("former.reason", former.reason);
  }
  const derive = (name: string, derived: FactValue | undefined): void => {
    if (derived !== undefined && !values.has(name)) values.set(name, derived);
  };
  const role = String(values.get("lead.role") ?? "");
  derive("lead.seniority", seniorityOf(role));
  derive("lead.function", functionOf(role));
  const domain = domainOf(String(values.get("lead.email") ?? ""));
  if (domain !== undefined && !isInDomainGroup(domain, "free-mail")) derive("account.domain", domain);
  return Object.fromEntries([...values].map(([name, one]) => [name, { value: one, from: "example" }]));
}

function formerOf(
  { answer, reason, awake, for_good: isForGood = false }: NonNullable<ExampleYaml["given"]["former"]>,
  now: Instant,
): FormerHandoff {
  const endedAt = now - USUAL_QUARTER_MS;
  return {
    id: "example",
    type: "example",
    startedAt: endedAt - DAY_MS,
    endedAt,
    answer,
    ...(reason === undefined ? {} : { reason }),
    ...(awake === true ? { wakeAt: now } : {}),
    isForGood,
    isRestaged: false,
    count: 1,
  };
}

function colleagueOf(
  { role, signals }: ExampleYaml["given"]["colleagues"][number],
  index: number,
  now: Instant,
): Colleague {
  return {
    lead: `colleague:${index}`,
    ...(role === undefined ? {} : { role }),
    signals: deedsOf(signals, now),
  };
}

function deedsOf(given: ExampleYaml["given"]["signals"], now: Instant): readonly Signal[] {
  return given.flatMap((one, index) => signalsOf(one, index, now)).sort((a, b) => b.at - a.at);
}

function signalsOf(
  { signal, ago, times = 1, ...rest }: ExampleYaml["given"]["signals"][number],
  index: number,
  now: Instant,
): readonly Signal[] {
  const at = now - (ago ?? USUAL_AGE_MS);
  return Array.from({ length: times }, (_, number) => ({
    key: `example:${index}:${number}`,
    kind: signal ?? "form-submitted",
    at,
    ...rest,
  }));
}
