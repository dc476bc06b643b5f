/**
 * fields.yaml, the sections `hubspot` and `salesforce`: one CRM's side each, in the same shape and with the names of its own
 * properties. What one section says by itself is checked here; what both say together, in fields.ts.
 */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";
import { SIGNAL_KINDS } from "../model/signal.ts";
import { answersSchema, destinationSchema } from "./answers.ts";
import { below, type CompileContext } from "./compiled.ts";
import { FACT_NAME } from "./condition.ts";
import { isCountryCode } from "./country.ts";
import { CRM_WORDS, ownPath } from "./crm.ts";
import { fieldReadingSchema } from "./field-reading.ts";
import { signalReadingSchema } from "./signal-reading.ts";
import { lowered, onceInAnyLetters } from "./folded-keys.ts";
import { FUNCTIONS, SENIORITIES } from "./title-words.ts";
import { asName } from "./words.ts";

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

const factName = z
  .string()
  .regex(FACT_NAME, { error: "a fact's name is two words and a dot, such as lead.email" });
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: ({ input }) =>
    `a name is lower-case letters, digits and hyphens, such as marketing-qualified${asName(String(input))}`,
});
const kind = z.enum(SIGNAL_KINDS).describe("What filling in the form tells that the lead did.");

/** The shape of HubSpot's section. */
export const hubspotSchema = z
  .strictObject({
    read: readSchema("hubspot"),
    stages: stagesSchema(
      "Baton's name for each lifecycle stage: HubSpot's value. Earliest first; numbers in quotes.",
    ).refine((stages) => Object.keys(stages).length > 0, {
      error: "at least one stage is needed, such as marketing-qualified: marketingqualifiedlead",
    }),
    ...partsOf("hubspot"),
  })
  .describe("HubSpot's side: what is read from it, and what is written to it.");

/** The shape of Salesforce's section. Beside HubSpot's, where leads are read, it may leave out `read` and `stages`. */
export const salesforceSchema = z
  .strictObject({
    read: readSchema("salesforce").default({}),
    stages: stagesSchema("Baton's name for each Lead Status: Salesforce's value. Earliest first.").default(
      {},
    ),
    ...partsOf("salesforce"),
  })
  .describe("Salesforce's side: what is read from it, and what is written to it.");

/** One CRM's section, checked. */
export type CrmSection = z.output<typeof hubspotSchema | typeof salesforceSchema>;

function readSchema(crm: Crm) {
  return z
    .record(factName, fieldReadingSchema(crm))
    .describe(`Baton's name for a fact: where ${CRM_WORDS[crm].name} keeps it.`);
}

function stagesSchema(says: string) {
  return z.record(slug, z.string().min(1).max(100)).describe(says);
}

function partsOf(crm: Crm) {
  const { name, objects, example } = CRM_WORDS[crm];
  const [own] = objects;
  const writePath = ownPath(crm, `Baton writes ${own} properties only`, example.write);
  return {
    deals: z
      .boolean()
      .exactOptional()
      .describe("Whether open deals are read with each lead. Left out: they are."),
    signals: z
      .array(signalReadingSchema(crm))
      .max(50)
      .default([])
      .describe("Properties that tell what a lead did."),
    forms: z
      .record(slug, kind)
      .default({})
      .describe(`Forms that say more than "a form was filled in": the form's name and the kind of signal.`),
    titles: titlesSchema(),
    write: z
      .record(writePath, z.enum(WRITABLE))
      .default({})
      .describe(`A ${own} property: what Baton writes into it.`),
    answers: answersSchema(crm)
      .exactOptional()
      .describe("Where sales says what it made of a lead, once it has it."),
    destinations: z
      .record(slug, destinationSchema(crm))
      .default({})
      .describe(`What "next" of agreement.yaml means in ${name}, by name.`),
  };
}

function titlesSchema() {
  return z
    .strictObject({
      seniority: z
        .record(z.string().max(200), z.enum(SENIORITIES))
        .superRefine(onceInAnyLetters(lowered))
        .default({})
        .describe("A title (* stands for anything): the seniority it means."),
      function: z
        .record(z.string().max(200), z.enum(FUNCTIONS))
        .superRefine(onceInAnyLetters(lowered))
        .default({})
        .describe("A title (* stands for anything): the function it means."),
    })
    .default({ seniority: {}, function: {} })
    .describe("Titles that Baton's own table gets wrong or does not know.");
}

/** A section, whose it is, and what facts are known besides those it reads itself. */
export interface OpenSection {
  readonly crm: Crm;
  readonly yaml: CrmSection;
  /** Whether leads are read from this CRM. */
  readonly leads: boolean;
}

/**
 * Tells `context` (the section's) what no shape can hold. `known` are the facts that some section reads or that Baton works out;
 * `builtIn` those that must not be read. Throws nothing.
 */
export function tellSectionProblems(
  { yaml, leads }: OpenSection,
  facts: { readonly known: ReadonlySet<string>; readonly builtIn: ReadonlySet<string> },
  context: CompileContext,
): void {
  const tell = (message: string, ...steps: (string | number)[]): void =>
    context.onProblem?.(message, below(context, ...steps).path);
  if (leads && !Object.hasOwn(yaml.read, "lead.email")) {
    tell('"lead.email" must be read: Baton finds leads by it', "read");
  }
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(yaml.stages)) {
    const other = names.get(value);
    if (other !== undefined) tell(`the value ${value} is the stage "${other}" already`, "stages", name);
    names.set(value, name);
  }
  for (const [fact, reading] of Object.entries(yaml.read)) {
    const region = typeof reading === "object" && "region" in reading ? reading.region : undefined;
    if (region !== undefined && !isCountryCode(region) && !facts.known.has(region))
      tell(`"${region}" is neither the code of a country nor a fact that is read`, "read", fact, "region");
    if (facts.builtIn.has(fact))
      tell(`"${fact}" is known without being read: take this line out`, "read", fact);
  }
}
