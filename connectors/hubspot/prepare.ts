/**
 * Making an account ready and finding out what it can do. Everything here may be done again at any time: what exists is
 * left as it is, also when an admin has changed its label or its options.
 *
 * Whether tasks and notes take a property with unique values is documented nowhere, so it is tried: create the property,
 * then read by it. Any refusal on the way means that marks in the text have to do.
 */
import { z } from "zod";
import type { Capabilities, KeyPlace } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import { parseAnswer } from "./answer.ts";
import type { Gateway } from "./gateway.ts";
import { lookByKey } from "./keyed.ts";
import { CONTACT_PROPERTIES, KEY_DECLARATION, PROPERTY_GROUP } from "./properties.ts";
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
} as const;

/** A key no write has: reading by it shows whether reading by keys works. */
const PROBE_KEY = "baton-probe";

const described = z.object({ name: z.string(), hasUniqueValue: z.boolean().optional().catch(undefined) });

/**
 * Creates Baton's properties where they are missing and says what this account can do.
 * @throws BatonError `crm.*` when HubSpot cannot be asked, or refuses the contact properties.
 */
export async function prepareAccount(gateway: Gateway): Promise<Capabilities> {
  const scopes = new Set(await gateway.scopes());
  await createMissing(gateway, "contacts", CONTACT_PROPERTIES);
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
  };
}

async function createMissing(
  gateway: Gateway,
  type: PreparedType,
  wanted: readonly PropertyDeclaration[],
): Promise<readonly { readonly name: string; readonly hasUniqueValue?: boolean | undefined }[]> {
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

/** Creates one thing; that it exists already is as good. Lost answers are errors: preparing again is safe. */
async function create(gateway: Gateway, path: string, body: { readonly name: string }): Promise<void> {
  const answer = await gateway.write({ method: "POST", path, body });
  if (answer.kind === "answered" || answer.code === "crm.conflict") return;
  const detail = answer.kind === "refused" ? `refused it: ${answer.reason}` : "did not confirm it";
  throw new BatonError(answer.code, `Creating ${body.name} at ${path}: HubSpot ${detail}.`);
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
