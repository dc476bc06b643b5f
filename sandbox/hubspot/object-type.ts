/**
 * The object types the sandbox keeps, under all the names the API knows them by.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
 */

/** Every object type, in a fixed order. */
export const allObjectTypes = [
  "contact",
  "company",
  "deal",
  "task",
  "note",
  "call",
  "email",
  "meeting",
  "user",
  "lead",
] as const;

/** An object type by its singular name. */
export type ObjectType = (typeof allObjectTypes)[number];

interface TypeNames {
  readonly plural: string;
  readonly typeId: string;
  readonly readScope: string;
  readonly writeScope: string;
  /** What an answer holds when no properties are asked for, besides the id and the two dates. */
  readonly shown: readonly string[];
  readonly created: string;
  readonly modified: string;
}

const crm = (name: string): Pick<TypeNames, "readScope" | "writeScope"> => ({
  readScope: `crm.objects.${name}.read`,
  writeScope: `crm.objects.${name}.write`,
});
const activity = { created: "hs_createdate", modified: "hs_lastmodifieddate" } as const;
const standard = { created: "createdate", modified: "hs_lastmodifieddate" } as const;

/** Names, scopes and default properties per object type. Activities go under the contact scopes. */
export const objectTypes: Readonly<Record<ObjectType, TypeNames>> = {
  contact: {
    plural: "contacts",
    typeId: "0-1",
    ...crm("contacts"),
    shown: ["email", "firstname", "lastname"],
    created: "createdate",
    modified: "lastmodifieddate",
  },
  company: {
    plural: "companies",
    typeId: "0-2",
    ...crm("companies"),
    shown: ["domain", "name"],
    ...standard,
  },
  deal: {
    plural: "deals",
    typeId: "0-3",
    ...crm("deals"),
    shown: ["amount", "closedate", "dealname", "dealstage", "pipeline"],
    ...standard,
  },
  task: { plural: "tasks", typeId: "0-27", ...crm("contacts"), shown: [], ...activity },
  note: { plural: "notes", typeId: "0-46", ...crm("contacts"), shown: [], ...activity },
  call: { plural: "calls", typeId: "0-48", ...crm("contacts"), shown: [], ...activity },
  email: { plural: "emails", typeId: "0-49", ...crm("contacts"), shown: [], ...activity },
  meeting: { plural: "meetings", typeId: "0-47", ...crm("contacts"), shown: [], ...activity },
  user: { plural: "users", typeId: "0-115", ...crm("users"), shown: [], ...activity },
  lead: { plural: "leads", typeId: "0-136", ...crm("leads"), shown: [], ...activity },
};

const byName = new Map<string, ObjectType>(
  allObjectTypes.flatMap((type) => [
    [type, type],
    [objectTypes[type].plural, type],
    [objectTypes[type].typeId, type],
  ]),
);

/** Finds the type behind `contact`, `contacts` or `0-1`; undefined for a name the sandbox does not serve. */
export function parseObjectType(name: string): ObjectType | undefined {
  return byName.get(name.toLowerCase());
}
