/**
 * Making an account ready and finding out what it can do. Everything here may be done again at any time: what exists is
 * left as it is, also when an admin has changed its label or its options; options that are missing are added behind those there are.
 *
 * Whether tasks and notes take a property with unique values is documented nowhere, so it is tried: create the property,
 * then read by it. Any refusal on the way means that marks in the text have to do.
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { Capabilities, KeyPlace } from "../../src/model/capabilities.ts";
import type { OfferedAnswers } from "../../src/model/disposition.ts";
import type { Gateway } from "../http/gateway.ts";
import type { WriteAnswer } from "../http/outcome.ts";
import { parseAnswer } from "./answer.ts";
import { lookByKey } from "./keyed.ts";
import { contactProperties, DEFAULT_ANSWERS, KEY_DECLARATION, PROPERTY_GROUP } from "./properties.ts";
import type { PropertyDeclaration } from "./properties.ts";
import { PROPERTIES_VERSION } from "./version.ts";

type PreparedType = "contacts" | "tasks" | "notes";

/** The optional scope each feature stands on. Source: HubSpot's scope list. */
const SCOPES = {
  deals: "crm.objects.deals.read",
  workingHours: "crm.objects.users.read",
  submissions: "forms",
  callbacks: "automation",
  lists: "crm.lists.read",
  touches: "crm.objects.contacts.read",
} as const;
/** Both are needed: a sequence is never started over a running one. */
const SEQUENCE_SCOPES = ["automation.sequences.read", "automation.sequences.enrollments.write"];

/**
 * What HubSpot's own connector to Salesforce adds to contacts. That these are the names is what its users report, and nowhere
 * documented: `coexist` of fields.yaml says it by hand.
 */
const OF_ITS_OWN_CONNECTOR: ReadonlySet<string> = new Set(["salesforceleadid", "salesforcecontactid"]);

/** A key no write has: reading by it shows whether reading by keys works. */
const PROBE_KEY = "baton-probe";

/** Options are sent back whole, so everything in them is kept as it came. */
const option = z.looseObject({ value: z.string() });
const described = z.object({
  name: z.string(),
  hasUniqueValue: z.boolean().optional().catch(undefined),
  options: z.array(option).optional().catch(undefined),
});
type Described = z.infer<typeof described>;

/**
 * Creates Baton's properties where they are missing and says what this account can do.
 * @throws BatonError `crm.*` when HubSpot cannot be asked, or refuses the contact properties.
 */
export async function prepareAccount(
  gateway: Gateway,
  offered: OfferedAnswers = DEFAULT_ANSWERS,
): Promise<Capabilities> {
  const scopes = new Set(await gateway.scopes());
  const wanted = contactProperties(offered);
  const properties = await createMissing(gateway, "contacts", wanted);
  await addMissingOptions(gateway, wanted, properties);
  const taskKey = await probeKey(gateway, "tasks");
  const noteKey = await probeKey(gateway, "notes");
  return {
    taskKey,
    noteKey,
    deals: scopes.has(SCOPES.deals),
    workingHours: scopes.has(SCOPES.workingHours),
    submissions: scopes.has(SCOPES.submissions),
    callbacks: scopes.has(SCOPES.callbacks),
    lists: scopes.has(SCOPES.lists),
    touches: scopes.has(SCOPES.touches),
    sequences: SEQUENCE_SCOPES.every((scope) => scopes.has(scope)),
    ...(properties.some(({ name }) => OF_ITS_OWN_CONNECTOR.has(name)) ? { syncsItself: true } : {}),
  };
}

async function createMissing(
  gateway: Gateway,
  type: PreparedType,
  wanted: readonly PropertyDeclaration[],
): Promise<readonly (Described | PropertyDeclaration)[]> {
  const path = `/crm/properties/${PROPERTIES_VERSION}/${type}`;
  const answer = await gateway.read({ method: "GET", path });
  const { results } = parseAnswer(
    z.object({ results: z.array(described) }),
    answer,
    `a read of the properties of ${type}`,
  );
  const names = new Set(results.map((property) => property.name));
  const missing = wanted.filter((property) => !names.has(property.name));
  if (missing.length === 0) return results;
  await create(gateway, `${path}/groups`, PROPERTY_GROUP);
  for (const property of missing) await create(gateway, path, property);
  return [...results, ...missing];
}

/** What is no pick list any more, or takes no further options, because an admin has seen to it, is left as it is. */
async function addMissingOptions(
  gateway: Gateway,
  wanted: readonly PropertyDeclaration[],
  existing: readonly (Described | PropertyDeclaration)[],
): Promise<void> {
  for (const { name, options = [] } of wanted) {
    const there = existing.find((property) => property.name === name)?.options ?? [];
    const values = new Set(there.map(({ value }) => value));
    const missing = options.filter(({ value }) => !values.has(value));
    if (there.length === 0 || missing.length === 0) continue;
    const added = missing.map((one, index) => ({ ...one, displayOrder: there.length + index }));
    const path = `/crm/properties/${PROPERTIES_VERSION}/contacts/${name}`;
    const answer = await gateway.write({ method: "PATCH", path, body: { options: [...there, ...added] } });
    if (answer.outcome !== "answered" && answer.outcome !== "refused")
      throw unconfirmed(answer, `Adding options to ${name}`);
  }
}

/** Creates one thing; that it exists already is as good. Lost answers are errors: preparing again is safe. */
async function create(gateway: Gateway, path: string, body: { readonly name: string }): Promise<void> {
  const answer = await gateway.write({ method: "POST", path, body });
  if (answer.outcome === "answered" || answer.code === "crm.conflict") return;
  throw unconfirmed(answer, `Creating ${body.name} at ${path}`);
}

function unconfirmed(answer: Exclude<WriteAnswer, { outcome: "answered" }>, what: string): BatonError {
  const detail = answer.outcome === "refused" ? `refused it: ${answer.reason}` : "did not confirm it";
  return new BatonError(answer.code, `${what}: HubSpot ${detail}.`);
}

async function probeKey(gateway: Gateway, type: "tasks" | "notes"): Promise<KeyPlace> {
  try {
    const properties = await createMissing(gateway, type, [KEY_DECLARATION]);
    const isUnique = properties.some(
      ({ name, hasUniqueValue }) => name === KEY_DECLARATION.name && hasUniqueValue === true,
    );
    if (!isUnique) return "marker";
    await lookByKey(gateway, type, [PROBE_KEY]);
    return "unique-property";
  } catch (error) {
    if (error instanceof BatonError && REFUSALS.has(error.code)) return "marker";
    throw error;
  }
}
const REFUSALS: ReadonlySet<string> = new Set([
  "crm.invalid",
  "crm.forbidden",
  "crm.not-found",
  "crm.conflict",
]);
