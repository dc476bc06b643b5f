/**
 * The words of one account: properties with their options, lifecycle stages, owners, forms and lists, so that a playbook
 * can be checked before a lead shows what is wrong with it. Lifecycle stages are the options of the property `lifecyclestage`.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/properties/guide
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { CrmProperty, Known, Vocabulary } from "../../src/model/vocabulary.ts";
import type { Gateway } from "../http/gateway.ts";
import { parseAnswer } from "./answer.ts";
import { readListNames } from "./lists.ts";
import { readOwners } from "./owners.ts";
import { readAll } from "./pages.ts";
import { contactProperties, DEFAULT_ANSWERS } from "./properties.ts";
import { FORMS_VERSION, PROPERTIES_VERSION } from "./version.ts";

const flag = z.boolean().optional().catch(undefined);
const definition = z.object({
  name: z.string(),
  type: z.string().catch("other"),
  fieldType: z.string().optional().catch(undefined),
  options: z
    .array(z.object({ value: z.string(), label: z.string().catch("") }))
    .catch([])
    .default([]),
  /** The options live elsewhere: owner ids, for one. */
  externalOptions: flag,
  calculated: flag,
  archived: flag,
  modificationMetadata: z.object({ readOnlyValue: flag }).optional().catch(undefined),
});
type Definition = z.infer<typeof definition>;
const definitions = z.object({ results: z.array(definition) });
const formItem = z.object({ name: z.string(), archived: flag });

/**
 * Reads the vocabulary; a part whose scope was not granted is unknown.
 * @throws BatonError `crm.*` when HubSpot cannot be read for any other reason.
 */
export async function readVocabulary(gateway: Gateway, capabilities: Capabilities): Promise<Vocabulary> {
  const [contact, company, owners, forms, lists] = await Promise.all([
    ifGranted(readProperties(gateway, "contacts")),
    ifGranted(readProperties(gateway, "companies")),
    // Whose working hours are which is of no interest here, and costs a call.
    ifGranted(readOwners(gateway, { ...capabilities, workingHours: false })),
    ifGranted(readFormNames(gateway)),
    // The one part that is optional for the app too: asking without the scope would only make an error.
    capabilities.lists ? ifGranted(readListNames(gateway)) : { known: false as const },
  ]);
  const stages = contact.known ? contact.all.get("lifecyclestage")?.options : undefined;
  return {
    properties: { contact, company },
    own: contactProperties(DEFAULT_ANSWERS).map(({ name }) => `contact.${name}`),
    stages: stages === undefined ? { known: false } : { known: true, all: stages },
    owners,
    forms,
    lists,
  };
}

async function ifGranted<T>(reading: Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, all: await reading };
  } catch (error) {
    if (error instanceof BatonError && error.code === "crm.forbidden") return { known: false };
    throw error;
  }
}

async function readProperties(
  gateway: Gateway,
  type: "contacts" | "companies",
): Promise<ReadonlyMap<string, CrmProperty>> {
  const answer = await gateway.read({ method: "GET", path: `/crm/properties/${PROPERTIES_VERSION}/${type}` });
  const { results } = parseAnswer(definitions, answer, `a read of the properties of ${type}`);
  return new Map(
    results.filter((one) => one.archived !== true).map((one) => [one.name, describeProperty(one)]),
  );
}

function describeProperty(item: Definition): CrmProperty {
  const isClosed = item.options.length > 0 && item.externalOptions !== true;
  return {
    type: typeOf(item),
    writable: item.calculated !== true && item.modificationMetadata?.readOnlyValue !== true,
    ...(isClosed ? { options: item.options } : {}),
  };
}

function typeOf({ type, fieldType }: Definition): CrmProperty["type"] {
  if (type === "enumeration") return fieldType === "checkbox" ? "choices" : "choice";
  return TYPES.get(type) ?? "other";
}
const TYPES: ReadonlyMap<string, CrmProperty["type"]> = new Map([
  ["string", "text"],
  ["phone_number", "text"],
  ["number", "number"],
  ["bool", "boolean"],
  ["date", "date"],
  ["datetime", "date-time"],
]);

async function readFormNames(gateway: Gateway): Promise<readonly string[]> {
  const query = { limit: "100", formTypes: "hubspot,captured,flow,blog_comment" };
  const path = `/marketing/${FORMS_VERSION}/forms`;
  const forms = await readAll(gateway, { path, query, item: formItem, what: "forms" });
  return forms.filter(({ archived }) => archived !== true).map(({ name }) => name);
}
