/** Property definitions: what `GET /crm/properties/...` describes and what writes are checked against. */

/** One choice of an enumeration. */
export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
}

/** A property as the properties API shows it. `options` is empty where any value of the type is allowed. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type:
    | "string"
    | "number"
    | "bool"
    | "enumeration"
    | "date"
    | "datetime"
    | "object_coordinates"
    | "json";
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly externalOptions: boolean;
  readonly referencedObjectType?: string;
  readonly hasUniqueValue: boolean;
  readonly calculated: boolean;
  readonly hidden: boolean;
  readonly hubspotDefined: boolean;
  readonly displayOrder: number;
  readonly formField: boolean;
  readonly archived: boolean;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly modificationMetadata: {
    readonly archivable: boolean;
    readonly readOnlyDefinition: boolean;
    readonly readOnlyValue: boolean;
  };
}

/** What differs from a plain writable single-line text. */
export interface DefinitionTraits {
  readonly label?: string;
  readonly type?: PropertyDefinition["type"];
  readonly fieldType?: string;
  readonly group?: string;
  /** Values, or value and label pairs. */
  readonly options?: readonly (string | readonly [string, string])[];
  readonly readOnly?: boolean;
  readonly calculated?: boolean;
  readonly unique?: boolean;
  readonly owner?: boolean;
}

const fieldTypes: Readonly<Record<PropertyDefinition["type"], string>> = {
  string: "text",
  number: "number",
  bool: "booleancheckbox",
  enumeration: "select",
  date: "date",
  datetime: "date",
  object_coordinates: "text",
  json: "text",
};

/** Makes a definition that HubSpot itself ships. Throws nothing. */
export function hubspotDefined(
  name: string,
  group: string,
  traits: DefinitionTraits = {},
): PropertyDefinition {
  const type = traits.type ?? (traits.options ? "enumeration" : "string");
  const readOnlyValue = traits.readOnly === true || traits.calculated === true;
  return {
    name,
    label: traits.label ?? name,
    type,
    fieldType: traits.fieldType ?? fieldTypes[type],
    groupName: traits.group ?? group,
    description: "",
    options: optionsOf(
      traits.options ??
        (type === "bool"
          ? [
              ["true", "Yes"],
              ["false", "No"],
            ]
          : []),
    ),
    externalOptions: traits.owner === true,
    ...(traits.owner ? { referencedObjectType: "OWNER" } : {}),
    hasUniqueValue: traits.unique === true,
    calculated: traits.calculated === true,
    hidden: false,
    hubspotDefined: true,
    displayOrder: -1,
    formField: !readOnlyValue,
    archived: false,
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue },
  };
}

/** Turns values, or value and label pairs, into options in the order given. Throws nothing. */
export function optionsOf(values: readonly (string | readonly [string, string])[]): PropertyOption[] {
  return values.map((entry, displayOrder) => {
    const [value, label] = typeof entry === "string" ? [entry, entry] : entry;
    return { label, value, displayOrder, hidden: false };
  });
}
