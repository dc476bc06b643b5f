/** The custom fields that Baton's package brings. An org without the package has none of them. */
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";

const key = field("Baton_Key__c", "string(64)", "cun", { externalId: true, unique: true });

const handoff: readonly FieldDefinition[] = [
  field("Baton_HubSpot_Id__c", "string(64)", "cun", { externalId: true, unique: true }),
  field("Baton_Handoff_Status__c", "string(40)", "cun"),
  field("Baton_Handoff_Type__c", "string(80)", "cun"),
  field("Baton_Why_Now__c", "textarea(32000)", "cun"),
  field("Baton_Handoff_Reason__c", "string(255)", "cun"),
  field("Baton_Deadline__c", "datetime", "cun"),
  field("Baton_Handoff_Link__c", "url(255)", "cun"),
  field("Baton_Disposition__c", "picklist(255)", "cun", { options: ["accepted", "recycled", "rejected"] }),
  field("Baton_Disposition_Reason__c", "picklist(255)", "cun", { options: [] }),
];

/** The package's fields by object. */
export const packageFields: Readonly<Record<string, readonly FieldDefinition[]>> = {
  Lead: handoff,
  Contact: handoff,
  Task: [key],
  Event: [key],
};
