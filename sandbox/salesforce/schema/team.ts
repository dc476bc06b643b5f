/** Users, groups and queues, and when somebody is away. Of the lists of fields of v67. */
import { audit, identity } from "./audit.ts";
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";

/** The fields of User. */
export const userFields: readonly FieldDefinition[] = [
  ...identity,
  field("Username", "string(80)", "cu"),
  field("LastName", "string(80)", "cu"),
  field("FirstName", "string(40)", "cun"),
  field("Name", "string(121)"),
  field("Alias", "string(8)", "cud"),
  field("Email", "email(128)", "cu"),
  field("IsActive", "boolean", "cud", { initially: true }),
  field("UserType", "picklist(40)", "nd", {
    restricted: true,
    options: [
      "Standard",
      "PowerPartner",
      "CSPLitePortal",
      "AutomatedProcess",
      "CloudIntegrationUser",
      "Guest",
    ],
    initially: "Standard",
  }),
  field("TimeZoneSidKey", "picklist(40)", "cud", { initially: "Europe/Berlin" }),
  field("LocaleSidKey", "picklist(40)", "cud", { initially: "en_GB" }),
  field("LanguageLocaleKey", "picklist(40)", "cud", { initially: "en_US" }),
  field("ManagerId", "reference", "cun", { to: ["User"], as: "Manager" }),
  field("DelegatedApproverId", "reference", "cun", { to: ["Group", "User"], as: "DelegatedApprover" }),
  field("Department", "string(80)", "cun"),
  field("Title", "string(80)", "cun"),
  field("Phone", "phone(40)", "cun"),
  field("OutOfOfficeMessage", "string(40)", "cun"),
  ...audit,
];

/** The fields of Group: queues among them. */
export const groupFields: readonly FieldDefinition[] = [
  ...identity,
  field("Name", "string(40)", "cu"),
  field("DeveloperName", "string(80)", "cun"),
  field("Type", "picklist(40)", "c", {
    restricted: true,
    options: ["Regular", "Queue", "Role", "Organization"],
  }),
  field("Email", "email(255)", "cun"),
  ...audit,
];

/** The fields of GroupMember. */
export const groupMemberFields: readonly FieldDefinition[] = [
  ...identity,
  field("GroupId", "reference", "c", { to: ["Group"], as: "Group" }),
  field("UserOrGroupId", "reference", "c", { to: ["Group", "User"] }),
  field("SystemModstamp", "datetime", "d"),
];

/** The fields of QueueSobject: which objects a queue may own. */
export const queueObjectFields: readonly FieldDefinition[] = [
  ...identity,
  field("QueueId", "reference", "c", { to: ["Group"], as: "Queue" }),
  field("SobjectType", "picklist(40)", "c"),
  field("CreatedById", "reference", "d", { to: ["User"], as: "CreatedBy" }),
  field("SystemModstamp", "datetime", "d"),
];

/** The fields of OutOfOffice. */
export const outOfOfficeFields: readonly FieldDefinition[] = [
  ...identity,
  field("UserId", "reference", "cu", { to: ["User"], as: "User" }),
  field("StartDate", "datetime", "cu"),
  field("EndDate", "datetime", "cu"),
  field("IsEnabled", "boolean", "cud", { initially: true }),
  field("Message", "string(40)", "cu"),
  ...audit,
];
