/** Acme's org in words: the fields, statuses and campaigns its admin set up, and what stands in Salesforce for HubSpot's values. */
import { field } from "../salesforce/schema/field.ts";
import type { FieldDefinition } from "../salesforce/schema/field.ts";
import { formPlans } from "./forms.ts";
import { doNotContact, guests } from "./lists.ts";

/** Fields on Lead and Contact that the website and marketing fill in. The histories of the `tracked` ones are kept. */
export const acmeFields: readonly FieldDefinition[] = [
  field("Last_Form__c", "string(255)", "cun"),
  field("Last_Form_At__c", "datetime", "cun"),
  field("Last_Page__c", "url(255)", "cun"),
  field("Last_Reply_At__c", "datetime", "cun"),
  field("First_Campaign__c", "string(255)", "cun"),
  field("Last_Campaign__c", "string(255)", "cun"),
  field("Lead_Source_Detail__c", "picklist(255)", "cun", {
    options: ["partner", "event", "website", "outbound"],
  }),
  field("Message__c", "textarea(32000)", "cun"),
  field("Question__c", "textarea(32000)", "cun"),
  field("Team_Size__c", "string(20)", "cun"),
];

/** Whose former values the org keeps. */
export const trackedFields = [
  "OwnerId",
  "Status",
  "Last_Form__c",
  "Last_Page__c",
  "Baton_Disposition__c",
  "Baton_Disposition_Reason__c",
] as const;

/** The status that marketing gives a Lead it holds for ready. */
export const qualifiedStatus = "Marketing Qualified";

/** The same for a Contact, who has no status. */
export const qualifiedCampaign = "Marketing Qualified";

/** The campaigns in the order they are made, so that their ids are the same in every world; each form has one of its name. */
export const campaignNames: readonly string[] = [
  doNotContact.name,
  guests.name,
  qualifiedCampaign,
  ...formPlans.map(({ name }) => name),
];

/** The queue that website leads fall into, and the one for leads nobody can take. */
export const queueNames = ["Inbound", "Unrouted"] as const;

/** Somebody at Acme's marketing who looks after the org. */
export const orgAdmin = { email: "crm-admin@acme.example", firstName: "Mira", lastName: "Jansen" } as const;

/** Where a lead came from, in the org's words. */
export const leadSourceOf: Readonly<Record<string, string>> = {
  ORGANIC_SEARCH: "Organic Search",
  PAID_SEARCH: "Paid Search",
  EMAIL_MARKETING: "Email",
  DIRECT_TRAFFIC: "Web",
  SOCIAL_MEDIA: "Social",
  PAID_SOCIAL: "Paid Social",
  REFERRALS: "Referral",
  OFFLINE: "Other",
};

/** Industries as Salesforce lists them. */
export const industryOf: Readonly<Record<string, string>> = {
  COMPUTER_SOFTWARE: "Technology",
  FINANCIAL_SERVICES: "Finance",
  LOGISTICS_AND_SUPPLY_CHAIN: "Transportation",
  INSURANCE: "Insurance",
  RETAIL: "Retail",
  MANAGEMENT_CONSULTING: "Consulting",
  HOSPITAL_HEALTH_CARE: "Healthcare",
};
