/**
 * The contact properties that exist from the start.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/objects/contacts/guide
 */
import { hubspotDefined } from "./definition.ts";
import type { DefinitionTraits, PropertyDefinition } from "./definition.ts";

/** The lifecycle stages in their order, with one stage that the portal added (custom stages have numeric ids). */
export const lifecycleStages: readonly (readonly [string, string])[] = [
  ["subscriber", "Subscriber"],
  ["lead", "Lead"],
  ["marketingqualifiedlead", "Marketing Qualified Lead"],
  ["164392217", "Sales accepted"],
  ["salesqualifiedlead", "Sales Qualified Lead"],
  ["opportunity", "Opportunity"],
  ["customer", "Customer"],
  ["evangelist", "Evangelist"],
  ["other", "Other"],
];

const sources = [
  "ORGANIC_SEARCH",
  "PAID_SEARCH",
  "EMAIL_MARKETING",
  "SOCIAL_MEDIA",
  "REFERRALS",
  "OTHER_CAMPAIGNS",
  "DIRECT_TRAFFIC",
  "OFFLINE",
  "PAID_SOCIAL",
  "AI_REFERRALS",
] as const;
const leadStatuses = [
  "NEW",
  "OPEN",
  "IN_PROGRESS",
  "OPEN_DEAL",
  "UNQUALIFIED",
  "ATTEMPTED_TO_CONTACT",
  "CONNECTED",
  "BAD_TIMING",
] as const;
const legalBases = [
  "Legitimate interest – prospect/lead",
  "Legitimate interest – existing customer",
  "Performance of a contract",
  "Freely given consent from contact",
  "Not applicable",
] as const;

const datetime: DefinitionTraits = { type: "datetime" };
const number: DefinitionTraits = { type: "number" };
const bool: DefinitionTraits = { type: "bool" };
const readOnly = (traits: DefinitionTraits = {}): DefinitionTraits => ({ ...traits, readOnly: true });
const calculated = (traits: DefinitionTraits = {}): DefinitionTraits => ({ ...traits, calculated: true });
const analytics = (traits: DefinitionTraits = {}): DefinitionTraits => ({
  ...traits,
  group: "analyticsinformation",
  readOnly: true,
});

const table: Readonly<Record<string, DefinitionTraits>> = {
  email: { label: "Email", unique: true },
  firstname: { label: "First Name" },
  lastname: { label: "Last Name" },
  jobtitle: { label: "Job Title" },
  phone: { label: "Phone Number", fieldType: "phonenumber" },
  mobilephone: { label: "Mobile Phone Number", fieldType: "phonenumber" },
  company: { label: "Company Name" },
  website: { label: "Website URL" },
  country: { label: "Country/Region" },
  city: { label: "City" },
  state: { label: "State/Region" },
  hs_language: { label: "Preferred language" },
  hs_timezone: { label: "Time Zone" },
  message: { label: "Message", fieldType: "textarea" },
  lifecyclestage: { label: "Lifecycle Stage", fieldType: "radio", options: lifecycleStages },
  hs_lead_status: { label: "Lead Status", fieldType: "radio", options: leadStatuses },
  hubspot_owner_id: { label: "Contact owner", type: "enumeration", owner: true },
  hubspot_owner_assigneddate: readOnly(datetime),
  hubspot_team_id: readOnly({ type: "enumeration", owner: false }),
  hs_all_owner_ids: readOnly(),
  associatedcompanyid: number,
  num_associated_deals: calculated(number),
  hs_object_id: readOnly(number),
  createdate: readOnly(datetime),
  lastmodifieddate: readOnly(datetime),
  hs_analytics_source: { ...analytics(), readOnly: false, options: sources },
  hs_analytics_source_data_1: analytics(),
  hs_analytics_source_data_2: analytics(),
  hs_latest_source: { ...analytics(), options: sources },
  hs_latest_source_data_1: analytics(),
  hs_latest_source_data_2: analytics(),
  hs_latest_source_timestamp: analytics(datetime),
  hs_analytics_num_page_views: analytics(number),
  hs_analytics_num_visits: analytics(number),
  hs_analytics_first_url: analytics(),
  hs_analytics_last_url: analytics(),
  hs_analytics_first_timestamp: analytics(datetime),
  hs_analytics_last_timestamp: analytics(datetime),
  hs_analytics_last_visit_timestamp: analytics(datetime),
  hs_analytics_last_referrer: analytics(),
  first_conversion_event_name: calculated(),
  first_conversion_date: calculated(datetime),
  recent_conversion_event_name: calculated(),
  recent_conversion_date: calculated(datetime),
  num_conversion_events: calculated(number),
  num_unique_conversion_events: calculated(number),
  hs_email_optout: readOnly(bool),
  hs_email_hard_bounce_reason_enum: readOnly(),
  hs_legal_basis: { fieldType: "checkbox", options: legalBases },
  hs_marketable_status: readOnly(bool),
  hs_sa_first_engagement_date: readOnly(datetime),
  hs_time_to_first_engagement: readOnly(number),
  hs_first_outreach_date: readOnly(datetime),
  hs_is_unworked: calculated(bool),
  hs_last_sales_activity_timestamp: readOnly(datetime),
  hs_last_sales_activity_type: readOnly(),
  notes_last_contacted: readOnly(datetime),
  notes_last_updated: readOnly(datetime),
  notes_next_activity_date: readOnly(datetime),
  num_contacted_notes: readOnly(number),
  hs_sales_email_last_replied: readOnly(datetime),
  hs_sales_email_last_opened: readOnly(datetime),
  hs_sales_email_last_clicked: readOnly(datetime),
  engagements_last_meeting_booked: readOnly(datetime),
  hubspotscore: calculated(number),
  hs_predictivecontactscore_v2: calculated(number),
  hs_predictivescoringtier: calculated({ options: ["tier_1", "tier_2", "tier_3", "tier_4"] }),
  hs_sequences_is_enrolled: readOnly(bool),
  hs_latest_sequence_enrolled: readOnly(number),
  hs_additional_emails: readOnly({ fieldType: "checkbox" }),
  hs_merged_object_ids: readOnly(),
  hs_calculated_merged_vids: calculated(),
  hs_pinned_engagement_id: number,
  hs_unique_creation_key: readOnly({ unique: true }),
};

/** All contact definitions, with the two dates of every lifecycle stage. */
export function contactDefinitions(): PropertyDefinition[] {
  const stageDates = lifecycleStages.flatMap(([stage]) =>
    [`hs_v2_date_entered_${stage}`, `hs_v2_date_exited_${stage}`, `hs_lifecyclestage_${stage}_date`].map(
      (name) => hubspotDefined(name, "contactlifecyclestages", calculated(datetime)),
    ),
  );
  return [
    ...Object.entries(table).map(([name, traits]) => hubspotDefined(name, "contactinformation", traits)),
    ...stageDates,
  ];
}
