/**
 * fields.yaml: how a CRM's properties become the facts and signals Baton decides on, and what Baton writes back.
 * CRM words live in this file and in the connector, nowhere else.
 */
import * as z from "zod";
import type { Wanted } from "../connector.ts";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { below, type CompileContext } from "./compiled.ts";
import { FACT_NAME } from "./condition.ts";
import { isCountryCode } from "./country.ts";
import {
  type Answers,
  answersSchema,
  compileAnswers,
  type Destination,
  destinationSchema,
} from "./answers.ts";
import { compileEnrichment, type Enrichment } from "./enrichment.ts";
import { enrichmentSchema } from "./enrichment-schema.ts";
import { compileFieldReading, type FieldReading, fieldReadingSchema } from "./field-reading.ts";
import { glob, type Glob } from "./glob.ts";
import { compileMatch, matchSchema, type Matching } from "./matching.ts";
import { compileSentEvents, type SentEvents, sentEventsSchema } from "./sent-events.ts";
import {
  compileSignalReading,
  readBySignal,
  type SignalReading,
  signalReadingSchema,
} from "./signal-reading.ts";
import { FUNCTIONS, SENIORITIES } from "./title-words.ts";

/** What Baton can write into a property. Filled in by plan/. */
const WRITABLE = [
  "handoff.status",
  "handoff.type",
  "handoff.reason",
  "handoff.deadline",
  "handoff.link",
  "brief.why_now",
] as const;
export type Writable = (typeof WRITABLE)[number];

/** A stage of the lead's life: Baton's name for it and the CRM's value. */
interface Stage {
  readonly name: string;
  readonly value: string;
}

/** Job titles an admin taught Baton, tried before its own table. */
export interface Titles {
  readonly seniority: readonly { readonly matches: Glob; readonly word: string }[];
  readonly function: readonly { readonly matches: Glob; readonly word: string }[];
}

interface FieldWriting {
  /** `contact.baton_why_now`. */
  readonly property: string;
  readonly value: Writable;
}

/** fields.yaml, compiled. */
export interface Fields {
  readonly crm: "hubspot";
  readonly reads: readonly FieldReading[];
  /** Earliest first, as the file lists them. */
  readonly stages: readonly Stage[];
  readonly signals: readonly SignalReading[];
  /** Forms that say more than "a form was filled in": slug to the kind of signal they are. */
  readonly forms: ReadonlyMap<string, SignalKind>;
  /** What events mean that senders call by names of their own. */
  readonly events: SentEvents;
  readonly titles: Titles;
  readonly deals: boolean;
  readonly writes: readonly FieldWriting[];
  /** Where sales says what it made of a lead; absent where the CRM is not asked. */
  readonly answers?: Answers;
  /** What "next" of agreement.yaml means in the CRM, by name. */
  readonly destinations: ReadonlyMap<string, Destination>;
  /** Whom to ask for what the CRM does not know; absent where nobody is asked. */
  readonly enrich?: Enrichment;
  readonly match: Matching;
}

const writePath = z.string().regex(/^contact\.[a-z0-9_]+$/, {
  error: "Baton writes contact properties only, such as contact.baton_why_now",
});
const factName = z
  .string()
  .regex(FACT_NAME, { error: "a fact's name is two words and a dot, such as lead.email" });
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: "a name is lower-case letters, digits and hyphens, such as marketing-qualified",
});
const kind = z.enum(SIGNAL_KINDS).describe("What filling in the form tells that the lead did.");

/** The shape of fields.yaml. */
export const fieldsSchema = z
  .strictObject({
    hubspot: z
      .strictObject({
        read: z
          .record(factName, fieldReadingSchema)
          .describe("Baton's name for a fact: where HubSpot keeps it."),
        stages: z
          .record(slug, z.string().min(1).max(100))
          .refine((stages) => Object.keys(stages).length > 0, {
            error: "at least one stage is needed, such as marketing-qualified: marketingqualifiedlead",
          })
          .describe(
            "Baton's name for each lifecycle stage: HubSpot's value. Earliest first; numbers in quotes.",
          ),
        deals: z.boolean().default(true).describe("Whether open deals are read with each lead."),
        signals: z
          .array(signalReadingSchema)
          .max(50)
          .default([])
          .describe("Properties that tell what a lead did."),
        forms: z
          .record(slug, kind)
          .default({})
          .describe(
            `Forms that say more than "a form was filled in": the form's name and the kind of signal.`,
          ),
        titles: z
          .strictObject({
            seniority: z
              .record(z.string().max(200), z.enum(SENIORITIES))
              .default({})
              .describe("A title (* stands for anything): the seniority it means."),
            function: z
              .record(z.string().max(200), z.enum(FUNCTIONS))
              .default({})
              .describe("A title (* stands for anything): the function it means."),
          })
          .default({ seniority: {}, function: {} })
          .describe("Titles that Baton's own table gets wrong or does not know."),
        write: z
          .record(writePath, z.enum(WRITABLE))
          .default({})
          .describe("A contact property: what Baton writes into it."),
        answers: answersSchema
          .exactOptional()
          .describe("Where sales says what it made of a lead, once it has it."),
        destinations: z
          .record(slug, destinationSchema)
          .default({})
          .describe('What "next" of agreement.yaml means in HubSpot, by name.'),
      })
      .describe("HubSpot's side: what is read from it, and what is written to it."),
    events: sentEventsSchema,
    enrich: enrichmentSchema.exactOptional(),
    match: matchSchema,
  })
  .meta({
    title: "fields.yaml",
    description: "Which CRM properties Baton reads, what it makes of them, and what it writes back.",
  });

/** Compiles a checked fields.yaml. Tells `context` what only shows when its parts are seen together; throws nothing. */
export function compileFields(
  { hubspot, events, enrich, match }: z.output<typeof fieldsSchema>,
  context: CompileContext,
): Fields {
  const at = below(context, "hubspot");
  tellProblems(hubspot, at);
  const reads = Object.entries(hubspot.read).map(([fact, yaml]) => compileFieldReading(fact, yaml));
  return {
    crm: "hubspot",
    reads,
    stages: Object.entries(hubspot.stages).map(([name, value]) => ({ name, value })),
    signals: hubspot.signals.map(compileSignalReading),
    forms: new Map(Object.entries(hubspot.forms)),
    events: compileSentEvents(events, below(context, "events")),
    titles: { seniority: globsOf(hubspot.titles.seniority), function: globsOf(hubspot.titles.function) },
    deals: hubspot.deals,
    writes: Object.entries(hubspot.write).map(([property, value]) => ({ property, value })),
    ...(hubspot.answers && { answers: compileAnswers(hubspot.answers) }),
    destinations: new Map(Object.entries(hubspot.destinations)),
    match: compileMatch(match, below(context, "match")),
    ...(enrich === undefined
      ? {}
      : { enrich: compileEnrichment(enrich, { reads, builtIn: BUILT_IN }, below(context, "enrich")) }),
  };
}

/**
 * The properties that reading a lead takes. The company's domain is among them whatever the file says, because
 * `account.domain` exists whatever the file says.
 */
export function wanted(fields: Fields, lists = false): Wanted {
  const read = fields.reads.flatMap(({ from }) => from);
  const told = fields.signals.map(readBySignal);
  const now = told.flatMap((properties) => properties.now);
  const ever = [...told.flatMap((properties) => properties.ever), ...answerProperties(fields)];
  return {
    properties: [...new Set([...read, ...now, ...ever, "company.domain"])],
    history: [...new Set(ever)],
    deals: fields.deals,
    lists,
  };
}

/** The properties sales answers in. */
function answerProperties({ answers }: Fields): readonly string[] {
  if (answers === undefined) return [];
  return [answers.answer, answers.reason, ...(answers.also === undefined ? [] : [answers.also.property])];
}

/** Baton's name for a CRM's stage value; undefined when `stages` does not list it. */
export function stageNamed(fields: Fields, value: string): string | undefined {
  return fields.stages.find((stage) => stage.value === value)?.name;
}

function globsOf(table: Readonly<Record<string, string>>): Titles["seniority"] {
  return Object.entries(table).map(([pattern, word]) => ({ matches: glob(pattern), word }));
}

function tellProblems(hubspot: z.output<typeof fieldsSchema>["hubspot"], context: CompileContext): void {
  const tell = (message: string, ...steps: (string | number)[]): void =>
    context.onProblem?.(message, below(context, ...steps).path);
  if (!Object.hasOwn(hubspot.read, "lead.email")) {
    tell('"lead.email" must be read: Baton finds leads by it', "read");
  }
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(hubspot.stages)) {
    const other = names.get(value);
    if (other !== undefined) tell(`the value ${value} is the stage "${other}" already`, "stages", name);
    names.set(value, name);
  }
  for (const [fact, reading] of Object.entries(hubspot.read)) {
    const region = typeof reading === "object" && "region" in reading ? reading.region : undefined;
    if (region !== undefined && !isPlace(region, hubspot.read))
      tell(`"${region}" is neither the code of a country nor a fact that is read`, "read", fact, "region");
    if (BUILT_IN.has(fact)) tell(`"${fact}" is known without being read: take this line out`, "read", fact);
  }
}

/** Whether it says in which country something is: a code, or a fact that may hold one. */
function isPlace(region: string, reads: object): boolean {
  return isCountryCode(region) || Object.hasOwn(reads, region) || DERIVED.has(region);
}

/** Facts that come with every lead, from the CRM's own links and stages, and cannot be read in another way. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  "lead.owner",
  "lead.stage",
  "lead.stage_value",
  "account.owner",
  "account.open_deal",
  "account.working_owner",
  "deal.owner",
  "deal.name",
  "deal.amount",
  "duplicate.owner",
  "duplicate.evidence",
  "former.owner",
  "former.answer",
  "former.reason",
  "former.awake",
  "former.story",
]);

/** Facts Baton works out when fields.yaml does not read them. */
export const DERIVED: ReadonlySet<string> = new Set([
  "lead.seniority",
  "lead.function",
  "lead.country",
  "account.domain",
]);
