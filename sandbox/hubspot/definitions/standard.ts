/**
 * The properties of every object type but contact, and the groups they sit in.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/activities/tasks/guide,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/objects/users/guide
 */
import type { ObjectType } from "../object-type.ts";
import { activityTables } from "./activity.ts";
import { contactDefinitions, lifecycleStages } from "./contact.ts";
import { hubspotDefined } from "./definition.ts";
import type { DefinitionTraits, PropertyDefinition } from "./definition.ts";

const datetime: DefinitionTraits = { type: "datetime" };
const number: DefinitionTraits = { type: "number" };
const owner: DefinitionTraits = { type: "enumeration", owner: true };
const readOnlyDate: DefinitionTraits = { type: "datetime", readOnly: true };
const common: Readonly<Record<string, DefinitionTraits>> = {
  hs_object_id: { type: "number", readOnly: true },
  hs_lastmodifieddate: readOnlyDate,
  hubspot_owner_id: owner,
  hubspot_owner_assigneddate: readOnlyDate,
  hubspot_team_id: { readOnly: true },
  hs_all_owner_ids: { readOnly: true },
  hs_merged_object_ids: { readOnly: true },
  hs_unique_creation_key: { readOnly: true, unique: true },
};

const industries = [
  "COMPUTER_SOFTWARE",
  "INTERNET",
  "INFORMATION_TECHNOLOGY_AND_SERVICES",
  "FINANCIAL_SERVICES",
  "BANKING",
  "INSURANCE",
  "HIGHER_EDUCATION",
  "HOSPITAL_HEALTH_CARE",
  "RETAIL",
  "LOGISTICS_AND_SUPPLY_CHAIN",
  "MANAGEMENT_CONSULTING",
  "TELECOMMUNICATIONS",
  "AUTOMOTIVE",
  "NON_PROFIT_ORGANIZATION_MANAGEMENT",
] as const;

/** The deal stages of the default pipeline, in order, with those that close a deal. */
export const dealStages: readonly {
  readonly id: string;
  readonly label: string;
  readonly closed: boolean;
}[] = [
  { id: "appointmentscheduled", label: "Appointment scheduled", closed: false },
  { id: "qualifiedtobuy", label: "Qualified to buy", closed: false },
  { id: "presentationscheduled", label: "Presentation scheduled", closed: false },
  { id: "decisionmakerboughtin", label: "Decision maker bought-in", closed: false },
  { id: "contractsent", label: "Contract sent", closed: false },
  { id: "closedwon", label: "Closed won", closed: true },
  { id: "closedlost", label: "Closed lost", closed: true },
];

type Table = Readonly<Record<string, DefinitionTraits>>;
const tables: Readonly<Record<Exclude<ObjectType, "contact">, Table>> = {
  company: {
    name: { label: "Company name" },
    domain: { label: "Company Domain Name" },
    industry: { options: industries },
    numberofemployees: number,
    annualrevenue: number,
    country: {},
    city: {},
    phone: { fieldType: "phonenumber" },
    description: { fieldType: "textarea" },
    website: {},
    lifecyclestage: { fieldType: "radio", options: lifecycleStages },
    hs_lead_status: { options: ["NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED"] },
    num_associated_contacts: { type: "number", calculated: true },
    num_associated_deals: { type: "number", calculated: true },
    hs_num_open_deals: { type: "number", calculated: true },
    createdate: readOnlyDate,
  },
  deal: {
    dealname: { label: "Deal Name" },
    amount: number,
    deal_currency_code: { options: ["EUR", "USD", "GBP"] },
    closedate: datetime,
    pipeline: { options: [["default", "Sales Pipeline"]] },
    dealstage: { fieldType: "radio", options: dealStages.map(({ id, label }) => [id, label] as const) },
    hs_is_closed: { type: "bool", calculated: true },
    hs_is_closed_won: { type: "bool", calculated: true },
    hs_v2_date_entered_current_stage: readOnlyDate,
    createdate: readOnlyDate,
  },
  task: {
    hs_timestamp: datetime,
    hs_task_subject: { label: "Task Title" },
    hs_task_body: { fieldType: "html" },
    hs_task_status: { options: ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"] },
    hs_task_priority: { options: ["NONE", "LOW", "MEDIUM", "HIGH"] },
    hs_task_type: { options: ["TODO", "CALL", "EMAIL"] },
    hs_task_reminders: {},
    hs_task_completion_date: readOnlyDate,
    hs_object_source: { readOnly: true },
    hs_queue_membership_ids: { fieldType: "checkbox" },
    hs_createdate: readOnlyDate,
  },
  note: {
    hs_timestamp: datetime,
    hs_note_body: { fieldType: "html" },
    hs_attachment_ids: { fieldType: "checkbox" },
    hs_createdate: readOnlyDate,
  },
  ...activityTables,
  user: {
    hs_email: {},
    hs_given_name: {},
    hs_family_name: {},
    hs_job_title: {},
    hs_internal_user_id: { type: "number", readOnly: true },
    hs_working_hours: {},
    hs_out_of_office_hours: {},
    hs_standard_time_zone: {},
    hs_availability_status: { options: ["available", "away"] },
    hs_createdate: readOnlyDate,
  },
  lead: {
    hs_lead_name: {},
    hs_lead_type: { options: ["NEW BUSINESS", "UPSELL", "RE-ATTEMPTING"] },
    hs_lead_label: { options: ["HOT", "WARM", "COLD"] },
    hs_pipeline_stage: {},
    hs_createdate: readOnlyDate,
  },
};

/** The standard definitions of one object type. Throws nothing. */
export function standardDefinitions(type: ObjectType): PropertyDefinition[] {
  if (type === "contact") return contactDefinitions();
  return Object.entries({ ...common, ...tables[type] }).map(([name, traits]) =>
    hubspotDefined(name, standardGroups[type], traits),
  );
}

/** The property group that holds an object type's standard properties. */
export const standardGroups: Readonly<Record<ObjectType, string>> = {
  contact: "contactinformation",
  company: "companyinformation",
  deal: "dealinformation",
  task: "task",
  note: "note",
  call: "call",
  email: "email",
  meeting: "meeting",
  user: "userinformation",
  lead: "lead",
};
