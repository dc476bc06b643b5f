/**
 * fields.yaml: how a CRM's properties become the facts and signals Baton decides on, and what Baton writes back.
 * CRM words live in this file and in the connector, nowhere else.
 */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";
import type { Wanted } from "../model/record.ts";
import type { SignalKind } from "../model/signal.ts";
import { type Answers, compileAnswers, type Destination } from "./answers.ts";
import { below, type CompileContext } from "./compiled.ts";
import {
  type CrmSection,
  hubspotSchema,
  type OpenSection,
  salesforceSchema,
  tellSectionProblems,
  type Writable,
} from "./crm-section.ts";
import { CRM_WORDS } from "./crm.ts";
import { enrichmentSchema } from "./enrichment-schema.ts";
import { compileEnrichment, type Enrichment } from "./enrichment.ts";
import { compileFieldReading, type FieldReading } from "./field-reading.ts";
import { glob, type Glob } from "./glob.ts";
import { compileMatch, matchSchema, type Matching } from "./matching.ts";
import { compileSentEvents, type SentEvents, sentEventsSchema } from "./sent-events.ts";
import { compileSignalReading, readBySignal, type SignalReading } from "./signal-reading.ts";
import { syncSchema } from "./sync-schema.ts";
import { compileSync, type OwnWrites, type Sync } from "./sync.ts";
import { tellTogether } from "./two-sections.ts";

export type { Writable } from "./crm-section.ts";

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

/**
 * fields.yaml, compiled. Where both CRMs are connected, what is read and written of either stands in one list each: a
 * property's object says whose it is (`crmOf`).
 */
export interface Fields {
  /** The CRM leads are read from; where both are connected, HubSpot. */
  readonly crm: Crm;
  /** Sales' CRM where that is another one, with the stages a lead has there, earliest first. */
  readonly sales?: { readonly crm: Crm; readonly stages: readonly Stage[] };
  /** In the order they are tried: a fact may be read from both CRMs, and what the leading one knows counts. */
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
  /** How both CRMs are kept in step; absent where they are not. */
  readonly sync?: Sync;
  /** Whom to ask for what the CRM does not know; absent where nobody is asked. */
  readonly enrich?: Enrichment;
  readonly match: Matching;
}

/** The shape of fields.yaml. */
export const fieldsSchema = z
  .strictObject({
    hubspot: hubspotSchema.exactOptional(),
    salesforce: salesforceSchema.exactOptional(),
    sync: syncSchema.exactOptional(),
    events: sentEventsSchema,
    enrich: enrichmentSchema.exactOptional(),
    match: matchSchema,
  })
  .refine(({ hubspot, salesforce }) => hubspot !== undefined || salesforce !== undefined, {
    error: '"hubspot" or "salesforce" is missing: one of them says where leads are read',
  })
  .meta({
    title: "fields.yaml",
    description: "Which CRM properties Baton reads, what it makes of them, and what it writes back.",
  });

/** fields.yaml, checked. */
export type FieldsFile = z.output<typeof fieldsSchema>;

/** The CRMs' sections that a file has. Leads are read from the first; with two, sales works in the second. Throws nothing. */
export function sectionsOf({ hubspot, salesforce }: FieldsFile): readonly OpenSection[] {
  return [
    ...(hubspot === undefined ? [] : [{ crm: "hubspot", yaml: hubspot, leads: true } as const]),
    ...(salesforce === undefined
      ? []
      : [{ crm: "salesforce", yaml: salesforce, leads: hubspot === undefined } as const]),
  ];
}

/** Compiles a checked fields.yaml. Tells `context` what only shows when its parts are seen together; throws nothing. */
export function compileFields(file: FieldsFile, context: CompileContext): Fields {
  const { sync, events, enrich, match } = file;
  const sections = sectionsOf(file);
  tellProblems(sections, sync !== undefined, context);
  const [leading, sales] = sections;
  // Sales' own section decides, where it says anything.
  const [own, other] = [sales ?? leading, leading].map((section) => section?.yaml);
  const answers = own?.answers ?? other?.answers;
  const reads = sections.flatMap(({ yaml }) => readingsOf(yaml));
  const fields = {
    crm: leading?.crm ?? "hubspot",
    ...(sales === undefined ? {} : { sales: { crm: sales.crm, stages: stagesIn(sales.yaml) } }),
    reads,
    stages: leading === undefined ? [] : stagesIn(leading.yaml),
    signals: sections.flatMap(({ yaml }) => yaml.signals.map(compileSignalReading)),
    forms: new Map(sections.flatMap(({ yaml }) => Object.entries(yaml.forms))),
    events: compileSentEvents(events),
    titles: {
      seniority: sections.flatMap(({ yaml }) => globsOf(yaml.titles.seniority)),
      function: sections.flatMap(({ yaml }) => globsOf(yaml.titles.function)),
    },
    deals: own?.deals ?? true,
    writes: sections.flatMap(({ yaml }) => writingsOf(yaml)),
    ...(answers && { answers: compileAnswers(answers) }),
    destinations: destinationsOf(sections),
    match: compileMatch(match, below(context, "match")),
    ...(enrich === undefined
      ? {}
      : { enrich: compileEnrichment(enrich, { reads, builtIn: BUILT_IN }, below(context, "enrich")) }),
  };
  return sync === undefined
    ? fields
    : { ...fields, sync: compileSync(sync, ownWrites(fields), below(context, "sync")) };
}

function readingsOf({ read }: CrmSection): readonly FieldReading[] {
  return Object.entries(read).map(([fact, yaml]) => compileFieldReading(fact, yaml));
}

function stagesIn({ stages }: CrmSection): readonly Stage[] {
  return Object.entries(stages).map(([name, value]) => ({ name, value }));
}

function writingsOf({ write }: CrmSection): readonly FieldWriting[] {
  return Object.entries(write).map(([property, value]) => ({ property, value }));
}

/** A destination of both CRMs sets the properties of both. */
function destinationsOf(sections: readonly OpenSection[]): ReadonlyMap<string, Destination> {
  const destinations = new Map<string, Destination>();
  for (const [name, { set, list }] of sections.flatMap(({ yaml }) => Object.entries(yaml.destinations))) {
    const before = destinations.get(name);
    destinations.set(name, {
      ...before,
      set: { ...before?.set, ...set },
      ...(list === undefined ? {} : { list }),
    });
  }
  return destinations;
}

function ownWrites(fields: Fields): OwnWrites {
  const { writes, answers } = fields;
  const lists = answers === undefined ? [] : [answers.answer, answers.reason];
  const raised = salesStageProperty(fields);
  return {
    written: new Set([...writes.map(({ property }) => property), ...lists]),
    ...(raised === undefined ? {} : { raised }),
  };
}

/**
 * The properties that reading a lead takes. HubSpot's domain of the company is among them whatever the file says, because
 * `account.domain` exists whatever the file says; so is the stage in sales' CRM, where stages are named.
 */
export function wanted(fields: Fields, lists = false): Wanted {
  const read = fields.reads.flatMap(({ from }) => from);
  const told = fields.signals.map(readBySignal);
  const now = told.flatMap((properties) => properties.now);
  const ever = [...told.flatMap((properties) => properties.ever), ...answerProperties(fields)];
  const always = CRM_WORDS[fields.crm].accountDomain ?? [];
  return {
    properties: [...new Set([...read, ...now, ...ever, always, salesStageProperty(fields) ?? []].flat())],
    history: [...new Set(ever)],
    deals: fields.deals,
    lists,
  };
}

/** Where sales' CRM keeps a lead's stage, if it is another CRM and its stages are named. Throws nothing. */
export function salesStageProperty({ sales }: Fields): string | undefined {
  return sales === undefined || sales.stages.length === 0 ? undefined : CRM_WORDS[sales.crm].stageProperty;
}

/** The properties sales answers in. */
function answerProperties({ answers }: Fields): readonly string[] {
  if (answers === undefined) return [];
  return [answers.answer, answers.reason, ...(answers.also === undefined ? [] : [answers.also.property])];
}

/** The stages of a CRM, earliest first; none of one that has no section. Throws nothing. */
export function stagesOf({ crm: leading, sales, stages }: Fields, crm: Crm): Fields["stages"] {
  if (crm === leading) return stages;
  return crm === sales?.crm ? sales.stages : [];
}

/** Baton's name for a stage value of a CRM, the leading one if none is named; undefined when `stages` does not list it. */
export function stageNamed(fields: Fields, value: string, crm: Crm = fields.crm): string | undefined {
  return stagesOf(fields, crm).find((stage) => stage.value === value)?.name;
}

function globsOf(table: Readonly<Record<string, string>>): Titles["seniority"] {
  return Object.entries(table).map(([pattern, word]) => ({ matches: glob(pattern), word }));
}

function tellProblems(sections: readonly OpenSection[], hasSync: boolean, context: CompileContext): void {
  const known = new Set([...DERIVED, ...sections.flatMap(({ yaml }) => Object.keys(yaml.read))]);
  for (const section of sections)
    tellSectionProblems(section, { known, builtIn: BUILT_IN }, below(context, section.crm));
  tellTogether(sections, hasSync, context);
}

/** Facts that come with every lead, from the CRM's own links and stages, and cannot be read in another way. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  "lead.owner",
  "lead.stage",
  "lead.stage_value",
  "lead.sales_stage",
  "lead.sales_stage_value",
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
