/**
 * One field of an object as the org defines it. Written down in one line each: name, type with its length, and letters
 * for what may be done with it.
 */

/** The types a describe names. */
type FieldType =
  | "id"
  | "string"
  | "textarea"
  | "email"
  | "phone"
  | "url"
  | "picklist"
  | "combobox"
  | "reference"
  | "boolean"
  | "int"
  | "double"
  | "currency"
  | "percent"
  | "date"
  | "datetime"
  | "anyType";

/** What a field may have beside its type and letters. */
export interface FieldTraits {
  /** Objects a reference points to; empty for one that points anywhere. */
  readonly to?: readonly string[];
  /** The name of the relationship in SOQL: `Owner` for `OwnerId`. */
  readonly as?: string;
  /** Values of a picklist, or the object whose rows are the values. */
  readonly options?: readonly string[] | { readonly rowsOf: string };
  /** Refuses values that are no option. */
  readonly restricted?: boolean;
  readonly externalId?: boolean;
  readonly unique?: boolean;
  /** Only seen where `rules.fls` allows: as if the field did not exist. */
  readonly hidden?: boolean;
  /** The value a new row gets. */
  readonly initially?: string | number | boolean;
}

/** A field. `length` is in characters, 0 where the type has none. */
export interface FieldDefinition extends FieldTraits {
  readonly name: string;
  readonly type: FieldType;
  readonly length: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly nillable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly custom: boolean;
}

/**
 * Makes a field.
 * @param kind   The type, with the length where it has one: `string(80)`.
 * @param can    Letters: `c` may be set on create, `u` on update, `n` may be empty, `d` has a default.
 * @throws RangeError for a type that does not read so.
 */
export function field(name: string, kind: string, can = "", traits: FieldTraits = {}): FieldDefinition {
  const [, type = "", length] = /^([a-zA-Z]+)(?:\((\d+)\))?$/.exec(kind) ?? [];
  if (!isFieldType(type)) throw new RangeError(`${name} has no type ${kind}`);
  return {
    name,
    type,
    length: length === undefined ? (type === "reference" || type === "id" ? idLength : 0) : Number(length),
    createable: can.includes("c"),
    updateable: can.includes("u"),
    nillable: can.includes("n"),
    defaultedOnCreate: can.includes("d"),
    custom: name.endsWith("__c"),
    ...traits,
  };
}

/** Characters of an id as the API gives it. */
const idLength = 18;

const fieldTypes: ReadonlySet<string> = new Set<FieldType>([
  "id",
  "string",
  "textarea",
  "email",
  "phone",
  "url",
  "picklist",
  "combobox",
  "reference",
  "boolean",
  "int",
  "double",
  "currency",
  "percent",
  "date",
  "datetime",
  "anyType",
]);

function isFieldType(text: string): text is FieldType {
  return fieldTypes.has(text);
}
