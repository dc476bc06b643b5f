/**
 * What a write must satisfy: known properties, allowed values, required ones, owners, unique values, admin rules.
 * Source: https://developers.hubspot.com/docs/api-reference/error-handling,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide
 */
import type { PropertyDefinition } from "./definitions/definition.ts";
import type { ObjectType } from "./object-type.ts";
import type { PortalState } from "./portal.ts";
import { invalidProperties, problem, requiredMissing } from "./problem.ts";
import type { InvalidProperty } from "./problem.ts";
import { valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";

/** Longest note body HubSpot takes, in characters. */
const longestNoteBody = 65_536;

/** Properties a creation cannot do without, per object type. */
const required: Partial<Record<ObjectType, readonly string[]>> = {
  task: ["hs_timestamp"],
  note: ["hs_timestamp"],
  call: ["hs_timestamp"],
  email: ["hs_timestamp", "hs_email_direction"],
  meeting: ["hs_timestamp"],
  lead: ["hs_lead_name"],
};

/** A write as it is checked. */
export interface CheckedWrite {
  readonly type: ObjectType;
  readonly properties: Readonly<Record<string, string>>;
  /** The record to update; undefined for a creation. */
  readonly record: StoredRecord | undefined;
  /** True for one of many, where unknown and read-only properties are refused. */
  readonly batch: boolean;
}

/**
 * Checks a write and gives the values to store, with dates turned into ISO text. Read-only properties of a single
 * write are left out silently.
 * @throws Problem 400 VALIDATION_ERROR with every invalid property, or 409 CONFLICT for a unique value in use.
 */
export function checkWrite(portal: PortalState, write: CheckedWrite): Record<string, string> {
  const values: Record<string, string> = {};
  const invalid: InvalidProperty[] = [];
  for (const [name, value] of Object.entries(write.properties)) {
    const definition = portal.definitions[write.type].get(name);
    if (!definition) {
      if (write.batch || !portal.rules.ignoreUnknownOnSingleWrite) invalid.push(unknownProperty(name));
    } else if (definition.modificationMetadata.readOnlyValue) {
      if (write.batch)
        invalid.push({ name, error: "READ_ONLY_VALUE", message: `"${name}" is a read only property` });
    } else {
      const checked = checkValue(portal, definition, value);
      if (typeof checked === "string") values[name] = checked;
      else invalid.push(checked);
    }
  }
  if (invalid.length > 0) throw invalidProperties(invalid);
  checkRequired(write, values);
  checkUnique(portal, write, values);
  checkAdminRules(portal, write, values);
  return values;
}

function unknownProperty(name: string): InvalidProperty {
  return { name, error: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` };
}

function checkValue(
  portal: PortalState,
  definition: PropertyDefinition,
  value: string,
): string | InvalidProperty {
  const { name, type } = definition;
  const wrong = (error: string, message: string): InvalidProperty => ({ name, error, message });
  if (value === "") return value;
  if (definition.referencedObjectType === "OWNER") {
    return ownerAllowed(portal, value)
      ? value
      : wrong("INVALID_OWNER_ID", `Owner ${value} is not an active owner`);
  }
  if (type === "number" && !Number.isFinite(Number(value)))
    return wrong("INVALID_INTEGER", `${value} is not a number`);
  if (type === "date" || type === "datetime") {
    const instant = parseInstant(value);
    return instant === undefined
      ? wrong("INVALID_DATE", `${value} is not a date`)
      : new Date(instant).toISOString();
  }
  const choices = definition.options.map((option) => option.value);
  const chosen = definition.fieldType === "checkbox" ? value.split(";") : [value];
  if (choices.length > 0 && !chosen.every((choice) => choices.includes(choice))) {
    return wrong("INVALID_OPTION", `${value} was not one of the allowed options: [${choices.join(", ")}]`);
  }
  if (name === "hs_note_body" && value.length > longestNoteBody) {
    return wrong("INVALID_STRING_LENGTH", `hs_note_body is longer than ${longestNoteBody} characters`);
  }
  return value;
}

function ownerAllowed(portal: PortalState, id: string): boolean {
  const owner = portal.owners.find((each) => each.id === id);
  return owner !== undefined && !(owner.archived && portal.rules.refuseArchivedOwner);
}

/** Reads epoch milliseconds or ISO text; undefined for anything else. */
function parseInstant(value: string): number | undefined {
  const instant = /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(instant) ? instant : undefined;
}

function checkRequired(write: CheckedWrite, values: Readonly<Record<string, string>>): void {
  const missing = (required[write.type] ?? []).filter((name) =>
    write.record ? values[name] === "" : (values[name] ?? "") === "",
  );
  if (missing.length > 0) throw requiredMissing(write.type, missing);
}

function checkUnique(
  portal: PortalState,
  write: CheckedWrite,
  values: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const holder = portal.unique.get(`${write.type}.${name}`)?.get(uniqueKey(name, value));
    if (holder === undefined || holder === write.record?.id) continue;
    const what =
      write.type === "contact" && name === "email" ? "Contact" : `A ${write.type} with this ${name}`;
    throw problem(409, "CONFLICT", `${what} already exists. Existing ID: ${holder}`);
  }
  if (write.type === "contact" && portal.blockedAddresses.has((values["email"] ?? "").toLowerCase())) {
    throw problem(
      400,
      "VALIDATION_ERROR",
      "This email address was deleted for privacy and cannot be used again",
    );
  }
}

/** How a unique value is compared: addresses without regard to case, everything else exactly. */
export function uniqueKey(name: string, value: string): string {
  return name === "email" ? value.toLowerCase() : value;
}

function checkAdminRules(
  portal: PortalState,
  write: CheckedWrite,
  values: Readonly<Record<string, string>>,
): void {
  for (const rule of portal.rules.adminRules) {
    const set = rule.objectType === write.type ? values[rule.property] : undefined;
    if (set === undefined || set === "" || (rule.value !== undefined && rule.value !== set)) continue;
    const known = values[rule.needs] ?? (write.record ? valueOf(write.record, rule.needs) : undefined) ?? "";
    if (known === "") {
      throw problem(
        400,
        "VALIDATION_ERROR",
        `"${rule.needs}" must have a value when "${rule.property}" is set`,
        {
          errors: [
            {
              message: `${rule.needs} is required`,
              code: "CONDITIONAL_REQUIRED_PROPERTY",
              context: { propertyName: [rule.needs] },
            },
          ],
        },
      );
    }
  }
}
