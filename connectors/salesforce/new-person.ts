/**
 * A newcomer as the row of a new record: a Contact of the account they plainly belong to, and otherwise a Lead. A Contact needs an owner
 * who is no queue, a user who may make it, and a field for every yes: an opt-out that only Leads can hold is not lost for the account.
 */
import type { Newcomer } from "../../src/model/newcomer.ts";
import type { Row } from "./collections.ts";
import type { ObjectShape } from "./describe.ts";
import { toId, toIdOf } from "./ids.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import type { PersonObject } from "./person.ts";
import { cutText } from "./plain-text.ts";
import { jsonOf } from "./values.ts";

/** What may be made of a Lead and of a Contact; undefined where Baton's user sees none. */
export type PeopleShapes = Readonly<Record<PersonObject, ObjectShape | undefined>>;

/** The row that makes somebody, or why there is none. */
type Made =
  | {
      readonly is: "row";
      readonly row: Row;
      /** What somebody is made as and why, where more than one thing was possible. */
      readonly told?: string;
      /** The Lead to make where Salesforce refuses the Contact. */
      readonly otherwise?: Row;
    }
  | { readonly is: "unclear"; readonly code: "crm.invalid"; readonly reason: string };

/** What Salesforce wants of every record, and what stands there as long as nobody knows it: it is Salesforce's own word for it. */
const REQUIRED: Readonly<Record<PersonObject, readonly string[]>> = {
  Lead: ["LastName", "Company"],
  Contact: ["LastName"],
};
const NOT_KNOWN = "[not provided]";

/** Fields the record does not have, and what the user may not write, are left out. Throws nothing. */
export function newPersonRow(newcomer: Newcomer, shapes: PeopleShapes): Made {
  const lead = rowOf(newcomer, "Lead", shapes.Lead);
  const { belonging } = newcomer;
  if (lead.is === "unclear" || belonging === undefined) return lead;
  const account = toIdOf("Account", belonging.account ?? "");
  const against = account === undefined ? belonging.why : whyNoContact(newcomer, shapes);
  if (account === undefined || against !== undefined) return { ...lead, told: asLead(against ?? "") };
  const contact = rowOf(newcomer, "Contact", shapes.Contact);
  if (contact.is === "unclear") return contact;
  const row = { ...contact.row, fields: { ...contact.row.fields, AccountId: account } };
  const told = `made as a Contact of account ${account}, because ${belonging.why}`;
  return { is: "row", row, told, otherwise: lead.row };
}

/** Says that somebody was made as a Lead, and why: `why` goes on from "because". Throws nothing. */
export function asLead(why: string): string {
  return `made as a Lead, because ${why}`;
}

/** What speaks against a Contact, if anything does. */
function whyNoContact(
  { ownerId = "", properties }: Newcomer,
  { Lead, Contact }: PeopleShapes,
): string | undefined {
  if (toIdOf("Group", ownerId) !== undefined) return "a queue owns it, and no queue owns a Contact";
  const isPossible = Contact?.isCreateable === true && Contact.fields.get("AccountId")?.isCreateable === true;
  if (!isPossible) return "Baton's user may not make Contacts of accounts: assign the permission set";
  const lost = Object.entries(properties)
    .filter(([, text]) => text.toLowerCase() === "true")
    .map(([path]) => path.slice("lead.".length))
    .find((name) => {
      const field = Lead?.fields.get(name);
      return (
        field?.type === "boolean" && field.isCreateable && Contact.fields.get(name)?.isCreateable !== true
      );
    });
  return lost === undefined ? undefined : `its "${lost}" is a yes, and Baton can write none to a Contact`;
}

function rowOf(
  { counterpart, ownerId, properties }: Newcomer,
  object: PersonObject,
  shape: ObjectShape | undefined,
): Made {
  const fields: Record<string, string | number | boolean | null> = {};
  for (const [path, text] of Object.entries(properties)) {
    const field = path.startsWith("lead.") ? shape?.fields.get(path.slice("lead.".length)) : undefined;
    if (field?.isCreateable !== true || text === "") continue;
    const json = jsonOf(text, field, true);
    if (json === undefined)
      return unspeakable(`"${text}" is no value for "${field.name}", a ${field.type}: see fields.yaml.`);
    fields[field.name] = json;
  }
  for (const name of REQUIRED[object]) fields[name] ??= NOT_KNOWN;
  if (shape?.fields.get(COUNTERPART_FIELD)?.isCreateable === true) fields[COUNTERPART_FIELD] = counterpart.id;
  const owner = ownerId === undefined ? undefined : toId(ownerId);
  if (ownerId !== undefined && owner === undefined)
    return unspeakable(`Owner "${cutText(ownerId, 40)}" is no Salesforce id.`);
  if (owner !== undefined) fields["OwnerId"] = owner;
  return { is: "row", row: { object, fields } };
}

function unspeakable(reason: string): Made {
  return { is: "unclear", code: "crm.invalid", reason };
}
