/** Leads and Contacts. Types, lengths and letters are those of genuine describes (v48 to v59). */
import { audit, deletable, identity, mergeable, owner } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";
import { industries, leadSources, ratings, salutations } from "./words.ts";

const named: readonly FieldDefinition[] = [
  field("LastName", "string(80)", "cu"),
  field("FirstName", "string(40)", "cun"),
  field("Salutation", "picklist(40)", "cun", { options: salutations }),
  field("Name", "string(121)"),
  field("Title", "string(128)", "cun"),
];
const reachable: readonly FieldDefinition[] = [
  field("Phone", "phone(40)", "cun"),
  field("MobilePhone", "phone(40)", "cun"),
  field("Fax", "phone(40)", "cun"),
  field("Email", "email(80)", "cun"),
  field("Description", "textarea(32000)", "cun"),
  field("LeadSource", "picklist(255)", "cun", { options: leadSources }),
];
/** Hidden by field-level security in a genuine describe, though they exist. */
const consent: readonly FieldDefinition[] = [
  field("HasOptedOutOfEmail", "boolean", "cud", { hidden: true, initially: false }),
  field("DoNotCall", "boolean", "cud", { hidden: true, initially: false }),
];

function address(prefix: string): readonly FieldDefinition[] {
  return [
    field(`${prefix}Street`, "textarea(255)", "cun"),
    field(`${prefix}City`, "string(40)", "cun"),
    field(`${prefix}State`, "string(80)", "cun"),
    field(`${prefix}PostalCode`, "string(20)", "cun"),
    field(`${prefix}Country`, "string(80)", "cun"),
  ];
}

/** The fields of Lead. */
export const leadFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  ...mergeable("Lead"),
  ...named,
  field("Company", "string(255)", "cu"),
  ...address(""),
  ...reachable,
  field("Website", "url(255)", "cun"),
  field("Status", "picklist(255)", "cud", { options: { rowsOf: "LeadStatus" } }),
  field("Industry", "picklist(255)", "cun", { options: industries }),
  field("Rating", "picklist(255)", "cun", { options: ratings }),
  field("AnnualRevenue", "currency", "cun"),
  field("NumberOfEmployees", "int", "cun"),
  owner(true),
  field("IsConverted", "boolean", "cd", { initially: false }),
  field("ConvertedDate", "date", "n"),
  field("ConvertedAccountId", "reference", "n", { to: ["Account"], as: "ConvertedAccount" }),
  field("ConvertedContactId", "reference", "n", { to: ["Contact"], as: "ConvertedContact" }),
  field("ConvertedOpportunityId", "reference", "n", { to: ["Opportunity"], as: "ConvertedOpportunity" }),
  field("IsUnreadByOwner", "boolean", "cud", { initially: true }),
  field("LastActivityDate", "date", "n"),
  field("LastTransferDate", "date", "n", { hidden: true }),
  field("EmailBouncedReason", "string(255)", "un"),
  field("EmailBouncedDate", "datetime", "un"),
  ...consent,
  ...audit,
];

/** The fields of Contact. */
export const contactFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  ...mergeable("Contact"),
  field("AccountId", "reference", "cun", { to: ["Account"], as: "Account" }),
  ...named,
  ...address("Mailing"),
  ...reachable,
  field("HomePhone", "phone(40)", "cun"),
  field("OtherPhone", "phone(40)", "cun"),
  field("Department", "string(80)", "cun"),
  field("ReportsToId", "reference", "cun", { to: ["Contact"], as: "ReportsTo" }),
  field("Birthdate", "date", "cun"),
  owner(),
  field("LastActivityDate", "date", "n"),
  field("EmailBouncedReason", "string(255)", "cun"),
  field("EmailBouncedDate", "datetime", "cun"),
  field("IsEmailBounced", "boolean", "d", { initially: false }),
  ...consent,
  ...audit,
];
