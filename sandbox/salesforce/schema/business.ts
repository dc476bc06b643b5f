/** Accounts, Opportunities and who plays a part in them. Types and lengths are those of genuine describes. */
import { audit, deletable, identity, mergeable, owner } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";
import { accountTypes, contactRoles, industries, leadSources, ratings } from "./words.ts";

/** The fields of Account. */
export const accountFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  ...mergeable("Account"),
  field("Name", "string(255)", "cu"),
  field("Type", "picklist(40)", "cun", { options: accountTypes }),
  field("RecordTypeId", "reference", "cun", { to: ["RecordType"], as: "RecordType" }),
  field("ParentId", "reference", "cun", { to: ["Account"], as: "Parent" }),
  field("BillingStreet", "textarea(255)", "cun"),
  field("BillingCity", "string(40)", "cun"),
  field("BillingState", "string(80)", "cun"),
  field("BillingPostalCode", "string(20)", "cun"),
  field("BillingCountry", "string(80)", "cun"),
  field("Phone", "phone(40)", "cun"),
  field("Fax", "phone(40)", "cun"),
  field("AccountNumber", "string(40)", "cun"),
  field("Website", "url(255)", "cun"),
  field("Industry", "picklist(40)", "cun", { options: industries }),
  field("AnnualRevenue", "currency", "cun"),
  field("NumberOfEmployees", "int", "cun"),
  field("Description", "textarea(32000)", "cun"),
  field("Rating", "picklist(40)", "cun", { options: ratings }),
  field("Site", "string(80)", "cun"),
  field("AccountSource", "picklist(40)", "cun", { options: leadSources }),
  owner(),
  field("LastActivityDate", "date", "n"),
  ...audit,
];

/** The fields of Opportunity. `ContactId` is for creating only. */
export const opportunityFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("AccountId", "reference", "cun", { to: ["Account"], as: "Account" }),
  field("IsPrivate", "boolean", "cud", { initially: false }),
  field("Name", "string(120)", "cu"),
  field("Description", "textarea(32000)", "cun"),
  field("StageName", "picklist(255)", "cu", { options: { rowsOf: "OpportunityStage" } }),
  field("Amount", "currency", "cun"),
  field("Probability", "percent", "cund"),
  field("ExpectedRevenue", "currency", "n"),
  field("CloseDate", "date", "cu"),
  field("Type", "picklist(255)", "cun", { options: ["New Customer", "Existing Customer - Upgrade"] }),
  field("NextStep", "string(255)", "cun"),
  field("LeadSource", "picklist(255)", "cun", { options: leadSources }),
  field("IsClosed", "boolean", "d", { initially: false }),
  field("IsWon", "boolean", "d", { initially: false }),
  field("CampaignId", "reference", "cun", { to: ["Campaign"], as: "Campaign" }),
  owner(),
  field("LastActivityDate", "date", "n"),
  field("LastStageChangeDate", "datetime", "n"),
  field("ContactId", "reference", "cn", { to: ["Contact"] }),
  ...audit,
];

/** The fields of OpportunityContactRole. */
export const contactRoleFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("OpportunityId", "reference", "c", { to: ["Opportunity"], as: "Opportunity" }),
  field("ContactId", "reference", "cu", { to: ["Contact"], as: "Contact" }),
  field("Role", "picklist(40)", "cun", { options: contactRoles }),
  field("IsPrimary", "boolean", "cud", { initially: false }),
  ...audit,
];
