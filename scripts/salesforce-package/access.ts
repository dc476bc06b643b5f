/**
 * Who may do what: one permission set for Baton's own user, one for the people who answer, and a permission that says a change is
 * Baton's own. Nothing here gives more than Baton uses: no deleting, no Modify All, no setup.
 */
import {
  DISPOSITION_FIELD,
  HANDOFF_FIELDS,
  PACKAGE_FIELDS,
  REASON_FIELD,
} from "../../connectors/salesforce/package-fields.ts";
import { PEOPLE } from "../../connectors/salesforce/person.ts";
import { component } from "./xml.ts";
import type { Content, PackageFile } from "./xml.ts";

/** The custom permission of Baton's user: flows and rules know its changes by it. */
export const OWN_CHANGES = "Baton_Own_Changes";
/** The platform event by which flows and Apex ask for a handoff. */
export const REQUEST_EVENT = "Baton_Request__e";

/** One object in the permission set of Baton's user. */
interface ObjectAccess {
  readonly object: string;
  readonly create: boolean;
  readonly edit: boolean;
  /** View All Records: an owner Baton has just set may be one whose records its user would not see. */
  readonly viewAll: boolean;
}

const OBJECTS: readonly ObjectAccess[] = [
  { object: "Account", create: false, edit: false, viewAll: true },
  { object: REQUEST_EVENT, create: false, edit: false, viewAll: false },
  { object: "Campaign", create: false, edit: false, viewAll: true },
  { object: "Contact", create: true, edit: true, viewAll: true },
  { object: "Lead", create: true, edit: true, viewAll: true },
  { object: "Opportunity", create: false, edit: false, viewAll: true },
];

/**
 * Standard fields by object that field-level security can hide, and that the shipped playbooks and the connector use. Addresses are
 * given as a whole: Salesforce knows no permission for a country alone.
 */
export const STANDARD_FIELDS: Readonly<
  Record<string, { readonly edited: readonly string[]; readonly read: readonly string[] }>
> = {
  Lead: {
    edited: [
      "Address",
      "AnnualRevenue",
      "DoNotCall",
      "Email",
      "HasOptedOutOfEmail",
      "Industry",
      "LeadSource",
      "MobilePhone",
      "NumberOfEmployees",
      "Phone",
      "Rating",
      "Title",
      "Website",
    ],
    read: [],
  },
  Contact: {
    edited: [
      "AccountId",
      "DoNotCall",
      "Email",
      "HasOptedOutOfEmail",
      "LeadSource",
      "MailingAddress",
      "MobilePhone",
      "Phone",
      "Title",
    ],
    read: [],
  },
  Account: {
    edited: [],
    read: ["AnnualRevenue", "BillingAddress", "Industry", "NumberOfEmployees", "Phone", "Type", "Website"],
  },
  Opportunity: { edited: [], read: ["AccountId", "Amount"] },
  Task: {
    edited: ["ActivityDate", "Description", "Type", "WhatId", "WhoId"],
    read: ["CallDisposition", "CallType"],
  },
  Event: { edited: [], read: ["WhoId"] },
};

/** What a user needs beyond objects: to call the API, and to see activities and give tasks. */
const USER_PERMISSIONS = ["ActivitiesAccess", "ApiEnabled", "EditTask"];

/** The files, under `folder`. Throws nothing. */
export function accessFiles(folder: string): readonly PackageFile[] {
  const sets = `${folder}/permissionsets`;
  return [
    component(`${folder}/customPermissions/${OWN_CHANGES}.customPermission-meta.xml`, "CustomPermission", {
      description:
        "Says that a change is Baton's own, so that flows and rules can let it pass. For Baton's user only.",
      isLicensed: false,
      label: "Baton's own changes",
    }),
    component(`${sets}/Baton.permissionset-meta.xml`, "PermissionSet", {
      customPermissions: [{ enabled: true, name: OWN_CHANGES }],
      description: "For the user Baton works as: what it reads and writes, and nothing else.",
      fieldPermissions: ownFields(),
      hasActivationRequired: false,
      label: "Baton",
      objectPermissions: OBJECTS.map((access) => objectContent(access)),
      userPermissions: USER_PERMISSIONS.map((name) => ({ enabled: true, name })),
    }),
    component(`${sets}/Baton_Sales.permissionset-meta.xml`, "PermissionSet", {
      description: "For people who are given leads: they see what Baton says of a lead, and answer for it.",
      fieldPermissions: salesFields(),
      hasActivationRequired: false,
      label: "Baton for sales",
    }),
  ];
}

function ownFields(): readonly Content[] {
  const custom = Object.entries(PACKAGE_FIELDS).flatMap(([object, fields]) =>
    objectsOf(object).flatMap((one) => fields.map(({ name }) => permission(`${one}.${name}`, true))),
  );
  const standard = Object.entries(STANDARD_FIELDS).flatMap(([object, { edited, read }]) => [
    ...edited.map((name) => permission(`${object}.${name}`, true)),
    ...read.map((name) => permission(`${object}.${name}`, false)),
  ]);
  return [...custom, ...standard];
}

/** Answers are the owner's; everything else is Baton's to write. */
function salesFields(): readonly Content[] {
  const answers = new Set([DISPOSITION_FIELD, REASON_FIELD]);
  return PEOPLE.flatMap((object) =>
    HANDOFF_FIELDS.map((name) => permission(`${object}.${name}`, answers.has(name))),
  );
}

/** A field of Activity is permitted on Task and Event each. */
function objectsOf(object: string): readonly string[] {
  return object === "Activity" ? ["Task", "Event"] : [object];
}

function permission(field: string, editable: boolean): Content {
  return { editable, field, readable: true };
}

function objectContent({ object, create, edit, viewAll }: ObjectAccess): Content {
  return {
    allowCreate: create,
    allowDelete: false,
    allowEdit: edit,
    allowRead: true,
    modifyAllRecords: false,
    object,
    viewAllRecords: viewAll,
  };
}
