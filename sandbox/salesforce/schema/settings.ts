/** What an admin sets up: statuses, stages, record types, the org itself, and the histories of tracked fields. */
import { audit, deletable, identity } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";

const listed: readonly FieldDefinition[] = [
  ...identity,
  field("MasterLabel", "string(255)", "n"),
  field("ApiName", "string(255)"),
  field("SortOrder", "int", "n"),
];

/** The fields of LeadStatus. */
export const leadStatusFields = [
  ...listed,
  field("IsDefault", "boolean", "d", { initially: false }),
  field("IsConverted", "boolean", "d", { initially: false }),
  ...audit,
];

/** The fields of TaskStatus. */
export const taskStatusFields = [
  ...listed,
  field("IsDefault", "boolean", "d", { initially: false }),
  field("IsClosed", "boolean", "d", { initially: false }),
  ...audit,
];

/** The fields of TaskPriority. */
export const taskPriorityFields = [
  ...listed,
  field("IsDefault", "boolean", "d", { initially: false }),
  field("IsHighPriority", "boolean", "d", { initially: false }),
  ...audit,
];

/** The fields of OpportunityStage. */
export const opportunityStageFields = [
  ...listed,
  field("IsActive", "boolean", "d", { initially: true }),
  field("IsClosed", "boolean", "d", { initially: false }),
  field("IsWon", "boolean", "d", { initially: false }),
  field("DefaultProbability", "percent", "n"),
  ...audit,
];

/** The fields of RecordType. */
export const recordTypeFields = [
  ...identity,
  field("Name", "string(80)"),
  field("DeveloperName", "string(80)"),
  field("SobjectType", "picklist(40)"),
  field("IsActive", "boolean", "d", { initially: true }),
  ...audit,
];

/** The fields of Organization: one row, the org. */
export const organizationFields = [
  ...identity,
  field("Name", "string(80)", "u"),
  field("OrganizationType", "picklist(40)", "n"),
  field("InstanceName", "string(5)", "n"),
  field("IsSandbox", "boolean", "d", { initially: false }),
  field("TimeZoneSidKey", "picklist(40)", "u"),
  field("DefaultLocaleSidKey", "picklist(40)", "u"),
  field("LanguageLocaleKey", "picklist(40)", "u"),
  field("NamespacePrefix", "string(15)", "n"),
  ...audit,
];

/** The fields of a history object: old and new value of one tracked field. */
export function historyFields(type: "Lead" | "Contact"): readonly FieldDefinition[] {
  return [
    ...identity,
    ...deletable,
    field(`${type}Id`, "reference", "", { to: [type], as: type }),
    field("Field", "picklist(255)"),
    field("DataType", "picklist(40)"),
    field("OldValue", "anyType", "n"),
    field("NewValue", "anyType", "n"),
    field("CreatedById", "reference", "d", { to: ["User"], as: "CreatedBy" }),
    field("CreatedDate", "datetime", "d"),
  ];
}
