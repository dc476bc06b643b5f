/** A newcomer as the row of a new Lead. */
import type { Newcomer } from "../../src/connector.ts";
import type { Row } from "./collections.ts";
import type { ObjectShape } from "./describe.ts";
import { toId } from "./ids.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import { cutText } from "./plain-text.ts";
import { jsonOf } from "./values.ts";

/** What Salesforce wants of every Lead, and what stands there as long as nobody knows it: it is Salesforce's own word for it. */
const REQUIRED: readonly string[] = ["LastName", "Company"];
const NOT_KNOWN = "[not provided]";

/** The row; or why there is none. Fields of Contacts and accounts, and what the user may not write, are left out. Throws nothing. */
export function newLeadRow(
  { counterpart, ownerId, properties }: Newcomer,
  lead: ObjectShape | undefined,
):
  | { readonly is: "row"; readonly row: Row }
  | { readonly is: "unclear"; readonly code: "crm.invalid"; readonly reason: string } {
  const fields: Record<string, string | number | boolean | null> = {};
  for (const [path, text] of Object.entries(properties)) {
    const field = path.startsWith("lead.") ? lead?.fields.get(path.slice("lead.".length)) : undefined;
    if (field?.isCreateable !== true || text === "") continue;
    const json = jsonOf(text, field, true);
    if (json === undefined)
      return unspeakable(`"${text}" is no value for "${field.name}", a ${field.type}: see fields.yaml.`);
    fields[field.name] = json;
  }
  for (const name of REQUIRED) fields[name] ??= NOT_KNOWN;
  if (lead?.fields.get(COUNTERPART_FIELD)?.isCreateable === true) fields[COUNTERPART_FIELD] = counterpart.id;
  const owner = ownerId === undefined ? undefined : toId(ownerId);
  if (ownerId !== undefined && owner === undefined)
    return unspeakable(`Owner "${cutText(ownerId, 40)}" is no Salesforce id.`);
  if (owner !== undefined) fields["OwnerId"] = owner;
  return { is: "row", row: { object: "Lead", fields } };
}

function unspeakable(reason: string): {
  readonly is: "unclear";
  readonly code: "crm.invalid";
  readonly reason: string;
} {
  return { is: "unclear", code: "crm.invalid", reason };
}
