/**
 * The words of one org: fields of Leads, Contacts and Accounts with their values, the statuses of Leads, owners and campaigns, so
 * that a playbook can be checked before a lead shows what is wrong with it. `lead.` stands for both Lead and Contact, so it has the
 * fields of both; where both have one, the Lead's counts.
 */
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { CrmOption, CrmProperty, Known, Vocabulary } from "../../src/model/vocabulary.ts";
import type { Field, ObjectShape } from "./describe.ts";
import type { Tools } from "./org.ts";
import { readOwners } from "./owners.ts";
import { HANDOFF_FIELDS } from "./package-fields.ts";
import { findRecords } from "./queries.ts";
import { soql } from "./soql.ts";
import { idIn, textOf } from "./values.ts";

/**
 * Reads the vocabulary as it is now; a part the user may not see is unknown. Salesforce keeps no forms.
 * @throws BatonError `crm.*` when Salesforce cannot be read for any other reason.
 */
export async function readVocabulary(tools: Tools): Promise<Vocabulary> {
  const { schema, statuses, capabilities } = tools;
  schema.forget();
  const [lead, contact, account] = await Promise.all([
    schema.of("Lead"),
    schema.of("Contact"),
    schema.of("Account"),
  ]);
  const [stages, owners, lists] = await Promise.all([
    ifPermitted(statuses.all()),
    ifPermitted(readOwners(tools)),
    listsOf(tools, capabilities),
  ]);
  const people = propertiesOf(contact, lead);
  return {
    properties: { lead: people, account: propertiesOf(account) },
    own: people.known
      ? HANDOFF_FIELDS.filter((name) => people.all.has(name)).map((name) => `lead.${name}`)
      : [],
    stages,
    owners,
    forms: { known: false },
    lists,
  };
}

async function ifPermitted<T>(reading: Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, all: await reading };
  } catch (error) {
    if (error instanceof BatonError && UNSEEN.has(error.code)) return { known: false };
    throw error;
  }
}
/** An object the user may not see is refused like a name that is none. */
const UNSEEN: ReadonlySet<string> = new Set(["crm.forbidden", "crm.invalid", "crm.not-found"]);

async function listsOf(
  { gateway }: Tools,
  { lists }: Pick<Capabilities, "lists">,
): Promise<Known<readonly CrmOption[]>> {
  if (!lists) return { known: false };
  const text = soql({ select: ["Id", "Name"], from: "Campaign", orderBy: ["Name", "Id"] });
  return ifPermitted(
    findRecords(gateway, text).then((records) =>
      records.flatMap((record) => {
        const id = idIn(record, "Id");
        return id === undefined ? [] : [{ value: id, label: textOf(record["Name"]) ?? id }];
      }),
    ),
  );
}

/** The fields of objects, the later one's first in honour. */
function propertiesOf(...shapes: readonly (ObjectShape | undefined)[]): Vocabulary["properties"][string] {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length === 0) return { known: false };
  const fields = known.flatMap((shape) => [...shape.fields.values()]);
  return { known: true, all: new Map(fields.map((field) => [field.name, describeField(field)])) };
}

/** An unrestricted pick list takes any text, so its values are no limit. */
function describeField({ type, isUpdateable, isRestricted, options }: Field): CrmProperty {
  const isClosed = isRestricted && options.length > 0;
  return {
    type: TYPES.get(type) ?? "other",
    writable: isUpdateable,
    ...(isClosed ? { options } : {}),
  };
}
const TYPES: ReadonlyMap<string, CrmProperty["type"]> = new Map<string, CrmProperty["type"]>([
  ["string", "text"],
  ["textarea", "text"],
  ["phone", "text"],
  ["email", "text"],
  ["url", "text"],
  ["combobox", "text"],
  ["id", "text"],
  ["reference", "text"],
  ["encryptedstring", "text"],
  ["int", "number"],
  ["long", "number"],
  ["double", "number"],
  ["currency", "number"],
  ["percent", "number"],
  ["boolean", "boolean"],
  ["date", "date"],
  ["datetime", "date-time"],
  ["picklist", "choice"],
  ["multipicklist", "choices"],
]);
