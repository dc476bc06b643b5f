/** Every object of an org: its fields, and what can be done with its rows. */
import { accountFields, contactRoleFields, opportunityFields } from "./business.ts";
import { emailMessageFields, eventFields, noteFields, taskFields } from "./activity.ts";
import { packageFields } from "./baton.ts";
import { campaignFields, campaignMemberFields } from "./campaign.ts";
import type { FieldDefinition } from "./field.ts";
import { contactFields, leadFields } from "./people.ts";
import {
  historyFields,
  leadStatusFields,
  opportunityStageFields,
  organizationFields,
  recordTypeFields,
  taskPriorityFields,
  taskStatusFields,
} from "./settings.ts";
import { groupFields, groupMemberFields, outOfOfficeFields, queueObjectFields, userFields } from "./team.ts";

/** An object of one org. Fields are found by their name in lower case, as SOQL does not mind the case. */
export interface ObjectDefinition {
  readonly name: string;
  readonly keyPrefix: string;
  /** Whether the API may create, change and delete rows. */
  readonly writable: boolean;
  readonly fields: Map<string, FieldDefinition>;
}

/** The objects of an org by name in lower case. */
export type Schema = ReadonlyMap<string, ObjectDefinition>;

/** Makes an org's objects; custom fields can be added to them later. */
export function createSchema(withPackage: boolean): Schema {
  return new Map(
    objects.map(([name, keyPrefix, fields, writable]) => [
      name.toLowerCase(),
      {
        name,
        keyPrefix,
        writable: writable === "rw",
        fields: new Map(
          [...fields, ...(withPackage ? (packageFields[name] ?? []) : [])].map((one) => [
            one.name.toLowerCase(),
            one,
          ]),
        ),
      },
    ]),
  );
}

type Listed = readonly [name: string, keyPrefix: string, fields: readonly FieldDefinition[], may: "rw" | "r"];
const objects: readonly Listed[] = [
  ["Lead", "00Q", leadFields, "rw"],
  ["Contact", "003", contactFields, "rw"],
  ["Account", "001", accountFields, "rw"],
  ["Opportunity", "006", opportunityFields, "rw"],
  ["OpportunityContactRole", "00K", contactRoleFields, "rw"],
  ["Task", "00T", taskFields, "rw"],
  ["Event", "00U", eventFields, "rw"],
  ["EmailMessage", "02s", emailMessageFields, "rw"],
  ["Note", "002", noteFields, "rw"],
  ["Campaign", "701", campaignFields, "rw"],
  ["CampaignMember", "00v", campaignMemberFields, "rw"],
  ["User", "005", userFields, "r"],
  ["Group", "00G", groupFields, "r"],
  ["GroupMember", "011", groupMemberFields, "r"],
  ["QueueSobject", "03g", queueObjectFields, "r"],
  ["OutOfOffice", "0Ot", outOfOfficeFields, "rw"],
  ["LeadStatus", "01J", leadStatusFields, "r"],
  ["TaskStatus", "01K", taskStatusFields, "r"],
  ["TaskPriority", "01L", taskPriorityFields, "r"],
  ["OpportunityStage", "01M", opportunityStageFields, "r"],
  ["RecordType", "012", recordTypeFields, "r"],
  ["Organization", "00D", organizationFields, "r"],
  ["LeadHistory", "017", historyFields("Lead"), "r"],
  ["ContactHistory", "03h", historyFields("Contact"), "r"],
];
