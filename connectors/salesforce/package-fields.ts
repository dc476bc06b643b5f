/**
 * The custom fields that Baton's package brings: the connector looks for them, and scripts/build-salesforce-package.ts makes the package
 * of them. An org may lack them all; what is lost then stands in docs/install-salesforce.md.
 */

/** On Task and Event: the key of the write that made it, at most once in the org. */
export const KEY_FIELD = "Baton_Key__c";

/** On Lead and Contact: the id of the same person in HubSpot, at most one of each. */
export const COUNTERPART_FIELD = "Baton_HubSpot_Id__c";

/** On Lead and Contact: what the owner made of it, and why. */
export const DISPOSITION_FIELD = "Baton_Disposition__c";
export const REASON_FIELD = "Baton_Disposition_Reason__c";

/** One field as an org is given it. */
export interface PackageField {
  readonly name: string;
  readonly label: string;
  /** What people see beside it. At most 510 characters. */
  readonly help: string;
  /** `key`: text that is an External ID and unique, letters in either case. Pick lists take other values as well. */
  readonly type: "text" | "key" | "long-text" | "date-time" | "url" | "pick-list";
  /** Longest text, in characters; absent where the type says it. */
  readonly length?: number;
}

/** What Baton writes to Leads and Contacts, and what sales answers in. */
const HANDOFF: readonly PackageField[] = [
  {
    name: "Baton_Handoff_Status__c",
    label: "Handoff status",
    help: "Where this lead stands between marketing and sales.",
    type: "text",
    length: 40,
  },
  {
    name: "Baton_Handoff_Type__c",
    label: "Handoff type",
    help: "What kind of handoff this is, as the playbook names it.",
    type: "text",
    length: 80,
  },
  {
    name: "Baton_Why_Now__c",
    label: "Why this lead, why now",
    help: "The one sentence the owner should know.",
    type: "long-text",
    length: 32_000,
  },
  {
    name: "Baton_Handoff_Reason__c",
    label: "Handoff reason",
    help: "What decided that this lead was or was not handed to sales.",
    type: "text",
    length: 255,
  },
  {
    name: "Baton_Deadline__c",
    label: "Handoff deadline",
    help: "When sales promised the first attempt.",
    type: "date-time",
  },
  {
    name: "Baton_Handoff_Link__c",
    label: "Handoff in Baton",
    help: "The page that explains this handoff.",
    type: "url",
  },
  {
    name: DISPOSITION_FIELD,
    label: "Owner's disposition",
    help: "What the owner made of this lead. Rejecting or recycling it takes a reason.",
    type: "pick-list",
  },
  {
    name: REASON_FIELD,
    label: "Disposition reason",
    help: "Why the lead was rejected or recycled.",
    type: "pick-list",
  },
];

const COUNTERPART: PackageField = {
  name: COUNTERPART_FIELD,
  label: "HubSpot id",
  help: "The same person in HubSpot. Baton fills it; please leave it as it is.",
  type: "key",
  length: 64,
};

const KEY: PackageField = {
  name: KEY_FIELD,
  label: "Baton key",
  help: "Names the write that made this record, so that it is never made twice.",
  type: "key",
  length: 64,
};

/** The fields by object. Activity is what Tasks and Events have in common; a field of it is a field of both. */
export const PACKAGE_FIELDS: Readonly<Record<"Lead" | "Contact" | "Activity", readonly PackageField[]>> = {
  Lead: [COUNTERPART, ...HANDOFF],
  Contact: [COUNTERPART, ...HANDOFF],
  Activity: [KEY],
};

/** The names of what Baton writes to Leads and Contacts, and of what sales answers in. */
export const HANDOFF_FIELDS: readonly string[] = HANDOFF.map(({ name }) => name);
const OWN: ReadonlySet<string> = new Set([COUNTERPART_FIELD, ...HANDOFF_FIELDS]);

/** Whether it is a field of the package, there or not. Throws nothing. */
export function isOwnField(name: string): boolean {
  return OWN.has(name);
}
