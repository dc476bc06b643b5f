/** Campaigns and their members: what Baton calls lists. Of the lists of fields of v67. */
import { audit, deletable, identity, owner } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";
import { campaignStatuses, campaignTypes } from "./words.ts";

/** The fields of Campaign. */
export const campaignFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("Name", "string(80)", "cu"),
  field("ParentId", "reference", "cun", { to: ["Campaign"], as: "Parent" }),
  field("Type", "picklist(40)", "cun", { options: campaignTypes }),
  field("Status", "picklist(40)", "cund", { options: campaignStatuses, initially: "Planned" }),
  field("StartDate", "date", "cun"),
  field("EndDate", "date", "cun"),
  field("IsActive", "boolean", "cud", { initially: false }),
  field("Description", "textarea(32000)", "cun"),
  owner(),
  ...audit,
];

/** The fields of CampaignMember: one for each pair of campaign and person. */
export const campaignMemberFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("CampaignId", "reference", "c", { to: ["Campaign"], as: "Campaign" }),
  field("LeadId", "reference", "cn", { to: ["Lead"], as: "Lead" }),
  field("ContactId", "reference", "cn", { to: ["Contact"], as: "Contact" }),
  field("LeadOrContactId", "reference", "n", { to: ["Contact", "Lead"] }),
  field("Status", "picklist(40)", "cund", { options: ["Sent", "Responded"], initially: "Sent" }),
  field("HasResponded", "boolean", "d", { initially: false }),
  field("FirstRespondedDate", "date", "n"),
  ...audit,
];
