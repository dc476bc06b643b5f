/**
 * fields.yaml: how a CRM's properties become the facts and signals Baton decides on, and what Baton writes back.
 * CRM words live in this file and in the connector, nowhere else.
 */
import * as z from "zod";
import type { Wanted } from "../connector.ts";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { below, type CompileContext } from "./compiled.ts";
import { FACT_NAME } from "./condition.ts";
import { glob, type Glob } from "./glob.ts";
import { FUNCTIONS, SENIORITIES } from "./title.ts";

/** How a property's text is understood. `stage` translates through `stages`; `text` only trims. */
const READ_AS = [
  "text",
  "email",
  "phone",
  "country",
  "integer",
  "money",
  "date",
  "url-domain",
  "boolean",
  "owner",
  "stage",
] as const;
export type ReadAs = (typeof READ_AS)[number];

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

/** One fact and where it is read: the first property that is known wins, or all known ones joined. */
export interface FieldReading {
  readonly fact: string;
  readonly from: readonly string[];
  readonly join?: string;
  readonly as: ReadAs;
  /** A fact or an ISO code that says which country a local phone number is from. */
  readonly region?: string;
  /** Raw value, lower case, to Baton's word. */
  readonly map?: ReadonlyMap<string, string | number | boolean>;
  /** What becomes of a value that is not understood: listed for an admin, kept as it is, or left unknown in silence. */
  readonly otherwise: "review" | "keep" | "ignore";
}

/** A stage of the lead's life: Baton's name for it and the CRM's value. */
interface Stage {
  readonly name: string;
  readonly value: string;
}

/** A property that tells what a lead did. */
export type SignalReading =
  | {
      /** Every value the property ever had is one signal, at the instant it was set. */
      readonly kind: SignalKind;
      readonly each: string;
      readonly as: "page" | "form" | "asset" | "event" | "campaign";
      /** A property whose own values are the instants of repeats that leave `each` unchanged. */
      readonly again?: string;
    }
  /** The property's value is the instant of the latest signal. */
  | { readonly kind: SignalKind; readonly at: string };

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
  readonly titles: Titles;
  readonly deals: boolean;
  readonly writes: readonly FieldWriting[];
}

const readPath = z.string().regex(/^(contact|company)\.[a-z0-9_]+$/, {
  error: "a property is contact.… or company.… and the internal name HubSpot shows, such as contact.jobtitle",
});
const writePath = z.string().regex(/^contact\.[a-z0-9_]+$/, {
  error: "Baton writes contact properties only, such as contact.baton_why_now",
});
const factName = z
  .string()
  .regex(FACT_NAME, { error: "a fact's name is two words and a dot, such as lead.email" });
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: "a name is lower-case letters, digits and hyphens, such as marketing-qualified",
});
const mapped = z.union([z.string().max(200), z.number(), z.boolean()]);
const paths = z.union([readPath, z.array(readPath).min(1).max(10)]);
const asText = z.literal(["page", "form", "asset", "event", "campaign"]);

const readingSchema = z.union([
  paths,
  z.strictObject({
    from: paths.describe(
      "Where it is read: contact.… or company.… and the internal name of the property. The first of several that is known.",
    ),
    join: z.string().max(10).exactOptional().describe("Put all known ones together with this between them."),
    as: z.enum(READ_AS).exactOptional().describe("How the text is understood. Left out: text."),
    region: z
      .string()
      .max(100)
      .exactOptional()
      .describe("Whose phone numbers lack a prefix: a fact such as lead.country, or a code such as DE."),
    map: z
      .record(z.string().max(500), mapped)
      .exactOptional()
      .describe("HubSpot's value: Baton's word. Letters in either case."),
    otherwise: z
      .enum(["review", "keep", "ignore"])
      .exactOptional()
      .describe(
        "What becomes of a value that is not understood. review: unknown, and listed for you; keep: as it is; ignore: unknown.",
      ),
  }),
]);
type ReadingYaml = z.output<typeof readingSchema>;
type LongReading = Extract<ReadingYaml, { readonly from: unknown }>;

const kind = z.enum(SIGNAL_KINDS).describe("What the property tells that the lead did.");
const signalSchema = z.union([
  z.strictObject({
    signal: kind,
    each: readPath.describe("Every value this property ever had is one deed, at the time it was set."),
    as: asText.describe("What the value names."),
    again: readPath.exactOptional().describe("A property whose value is the time of the latest repeat."),
  }),
  z.strictObject({
    signal: kind,
    at: readPath.describe("The value of this property is the time of the latest deed."),
  }),
]);

/** The shape of fields.yaml. */
export const fieldsSchema = z
  .strictObject({
    hubspot: z
      .strictObject({
        read: z.record(factName, readingSchema).describe("Baton's name for a fact: where HubSpot keeps it."),
        stages: z
          .record(slug, z.string().min(1).max(100))
          .refine((stages) => Object.keys(stages).length > 0, {
            error: "at least one stage is needed, such as marketing-qualified: marketingqualifiedlead",
          })
          .describe(
            "Baton's name for each lifecycle stage: HubSpot's value. Earliest first; numbers in quotes.",
          ),
        deals: z.boolean().default(true).describe("Whether open deals are read with each lead."),
        signals: z.array(signalSchema).max(50).default([]).describe("Properties that tell what a lead did."),
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
      })
      .describe("HubSpot's side: what is read from it, and what is written to it."),
  })
  .meta({
    title: "fields.yaml",
    description: "Which CRM properties Baton reads, what it makes of them, and what it writes back.",
  });

/** Compiles a checked fields.yaml. Tells `context` what only shows when its parts are seen together; throws nothing. */
export function compileFields({ hubspot }: z.output<typeof fieldsSchema>, context: CompileContext): Fields {
  const at = below(context, "hubspot");
  tellProblems(hubspot, at);
  return {
    crm: "hubspot",
    reads: Object.entries(hubspot.read).map(([fact, yaml]) => compileReading(fact, yaml)),
    stages: Object.entries(hubspot.stages).map(([name, value]) => ({ name, value })),
    signals: hubspot.signals.map(({ signal, ...rest }) => ({ kind: signal, ...rest })),
    forms: new Map(Object.entries(hubspot.forms)),
    titles: { seniority: globsOf(hubspot.titles.seniority), function: globsOf(hubspot.titles.function) },
    deals: hubspot.deals,
    writes: Object.entries(hubspot.write).map(([property, value]) => ({ property, value })),
  };
}

/**
 * The properties that reading a lead takes. The company's domain is among them whatever the file says, because
 * `account.domain` exists whatever the file says.
 */
export function wanted(fields: Fields): Wanted {
  const read = fields.reads.flatMap(({ from }) => from);
  const told = fields.signals.flatMap((signal) =>
    "at" in signal ? [signal.at] : [signal.each, ...(signal.again === undefined ? [] : [signal.again])],
  );
  const history = fields.signals.flatMap((signal) =>
    "at" in signal ? [] : [signal.each, ...(signal.again === undefined ? [] : [signal.again])],
  );
  return {
    properties: [...new Set([...read, ...told, "company.domain"])],
    history: [...new Set(history)],
    deals: fields.deals,
  };
}

/** Baton's name for a CRM's stage value; undefined when `stages` does not list it. */
export function stageNamed(fields: Fields, value: string): string | undefined {
  return fields.stages.find((stage) => stage.value === value)?.name;
}

function compileReading(fact: string, yaml: ReadingYaml): FieldReading {
  const isShort = typeof yaml === "string" || Array.isArray(yaml);
  const { from, join, as, region, map, otherwise }: LongReading = isShort ? { from: yaml } : yaml;
  return {
    fact,
    from: typeof from === "string" ? [from] : from,
    ...(join === undefined ? {} : { join }),
    as: as ?? "text",
    ...(region === undefined ? {} : { region }),
    ...(map === undefined
      ? {}
      : { map: new Map(Object.entries(map).map(([raw, word]) => [raw.toLowerCase(), word])) }),
    otherwise: otherwise ?? "review",
  };
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
  for (const fact of Object.keys(hubspot.read)) {
    if (BUILT_IN.has(fact)) tell(`"${fact}" is known without being read: take this line out`, "read", fact);
  }
}

/** Facts that come with every lead, from the CRM's own links and stages, and cannot be read in another way. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  "lead.owner",
  "lead.stage",
  "lead.stage_value",
  "account.owner",
  "account.open_deal",
  "deal.owner",
]);

/** Facts Baton works out when fields.yaml does not read them. */
export const DERIVED: ReadonlySet<string> = new Set(["lead.seniority", "lead.function", "account.domain"]);
