/**
 * Tasks, Events, e-mails and classic notes. Event is that of a genuine describe; no describe of Task is public, so it is
 * made of Event's kinds and the list of fields of v67.
 */
import { audit, deletable, identity, owner } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";
import { subjects } from "./words.ts";

const about: readonly FieldDefinition[] = [
  field("WhoId", "reference", "cun", { to: ["Contact", "Lead"], as: "Who" }),
  field("WhatId", "reference", "cun", { to: ["Account", "Campaign", "Opportunity"], as: "What" }),
  field("Subject", "combobox(255)", "cun", { options: subjects }),
  field("Description", "textarea(32000)", "cun"),
  field("AccountId", "reference", "n", { to: ["Account"], as: "Account" }),
];
const reminder: readonly FieldDefinition[] = [
  field("ReminderDateTime", "datetime", "cun"),
  field("IsReminderSet", "boolean", "cud", { initially: false }),
  field("IsArchived", "boolean", "d", { initially: false }),
];

/** The fields of Task. */
export const taskFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  ...about,
  field("ActivityDate", "date", "cun"),
  field("Status", "picklist(255)", "cud", { options: { rowsOf: "TaskStatus" } }),
  field("Priority", "picklist(255)", "cud", { options: { rowsOf: "TaskPriority" } }),
  field("IsHighPriority", "boolean", "d", { initially: false }),
  owner(true),
  field("IsClosed", "boolean", "d", { initially: false }),
  field("CompletedDateTime", "datetime", "n"),
  field("Type", "picklist(255)", "cun", { options: ["Call", "Meeting", "Other", "Prep"] }),
  field("CallDurationInSeconds", "int", "cun"),
  field("CallType", "picklist(40)", "cun", {
    restricted: true,
    options: ["Internal", "Inbound", "Outbound"],
  }),
  field("CallDisposition", "string(255)", "cun"),
  field("CallObject", "string(255)", "cun"),
  field("TaskSubtype", "picklist(40)", "cn", {
    restricted: true,
    options: ["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"],
  }),
  field("WhoCount", "int", "n"),
  field("WhatCount", "int", "n"),
  ...reminder,
  ...audit,
];

/** The fields of Event. */
export const eventFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  ...about,
  field("Location", "string(255)", "cun"),
  field("IsAllDayEvent", "boolean", "cud", { initially: false }),
  field("ActivityDateTime", "datetime", "cun"),
  field("ActivityDate", "date", "cun"),
  field("DurationInMinutes", "int", "cun"),
  field("StartDateTime", "datetime", "cun"),
  field("EndDateTime", "datetime", "cun"),
  owner(),
  field("IsPrivate", "boolean", "cud", { initially: false }),
  field("ShowAs", "picklist(40)", "cund", {
    restricted: true,
    options: ["Busy", "OutOfOffice", "Free"],
    initially: "Busy",
  }),
  field("IsChild", "boolean", "d", { initially: false }),
  field("EventSubtype", "picklist(40)", "cn", { restricted: true, options: ["Event"] }),
  ...reminder,
  ...audit,
];

/** The fields of Note, the classic one. */
export const noteFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("ParentId", "reference", "c", { to: ["Account", "Contact", "Lead", "Opportunity"], as: "Parent" }),
  field("Title", "string(80)", "cu"),
  field("IsPrivate", "boolean", "cud", { initially: false }),
  field("Body", "textarea(32000)", "cun"),
  owner(),
  ...audit,
];

/** The fields of EmailMessage: mail that is logged as a Task too. */
export const emailMessageFields: readonly FieldDefinition[] = [
  ...identity,
  ...deletable,
  field("ActivityId", "reference", "cn", { to: ["Task"], as: "Activity" }),
  field("RelatedToId", "reference", "cun", { to: ["Account", "Opportunity"], as: "RelatedTo" }),
  field("Subject", "string(3000)", "cun"),
  field("TextBody", "textarea(131072)", "cun"),
  field("FromAddress", "email(1000)", "cun"),
  field("ToAddress", "string(4000)", "cun"),
  field("Incoming", "boolean", "cud", { initially: false }),
  field("Status", "picklist(40)", "cud", {
    restricted: true,
    options: ["0", "1", "2", "3", "4", "5"],
    initially: "3",
  }),
  field("MessageDate", "datetime", "cun"),
  ...audit,
];
