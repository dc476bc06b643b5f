/** A describe as the API gives it: the same keys as a genuine one, of the fields that the user may see. */
import { optionsOf } from "./coercion.ts";
import type { OrgState } from "./org.ts";
import type { FieldDefinition } from "./schema/field.ts";
import type { ObjectDefinition } from "./schema/index.ts";
import { childrenOf } from "./soql/children.ts";
import { restBase } from "./version.ts";
import { visibleFields } from "./visible.ts";

/** The describe of one object. */
export function describeObject(state: OrgState, object: ObjectDefinition): unknown {
  const isPerson = object.name === "Lead" || object.name === "Contact" || object.name === "Account";
  return {
    actionOverrides: [],
    childRelationships: childrenOf(object.name).map((child) => ({
      cascadeDelete: true,
      childSObject: child.object,
      deprecatedAndHidden: false,
      field: child.field,
      junctionIdListNames: [],
      junctionReferenceTo: [],
      relationshipName: child.name,
      restrictedDelete: false,
    })),
    compactLayoutable: isPerson,
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: visibleFields(state, object).map((field) => describeField(state, field)),
    implementedBy: null,
    implementsInterfaces: null,
    isInterface: false,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [
      {
        active: true,
        available: true,
        defaultRecordTypeMapping: true,
        developerName: "Master",
        master: true,
        name: "Master",
        recordTypeId: "012000000000000AAA",
        urls: { layout: `${restBase}/sobjects/${object.name}/describe/layouts/012000000000000AAA` },
      },
    ],
    sobjectDescribeOption: "FULL",
    supportedScopes: [{ label: `All ${object.name}s`, name: "everything" }],
    ...summarize(object),
  };
}

/** What the list of all objects says of one. */
export function summarize({
  name,
  keyPrefix,
  writable,
  fields,
}: ObjectDefinition): Readonly<Record<string, unknown>> {
  const canMerge = fields.has("masterrecordid");
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: writable,
    custom: name.endsWith("__c"),
    customSetting: false,
    deepCloneable: false,
    deletable: writable,
    deprecatedAndHidden: false,
    feedEnabled: canMerge,
    hasSubtypes: false,
    isSubtype: false,
    keyPrefix,
    label: name,
    labelPlural: `${name}s`,
    layoutable: writable,
    mergeable: canMerge,
    mruEnabled: writable,
    name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchLayoutable: writable,
    searchable: writable,
    triggerable: writable,
    undeletable: fields.has("isdeleted"),
    updateable: writable,
    urls: {
      describe: `${restBase}/sobjects/${name}/describe`,
      rowTemplate: `${restBase}/sobjects/${name}/{ID}`,
      sobject: `${restBase}/sobjects/${name}`,
    },
  };
}

/** Characters past which text can be neither filtered nor sorted by. */
const longText = 255;
/** Bytes that a character of text may take. */
const bytesPerCharacter = 3;

function describeField(state: OrgState, field: FieldDefinition): unknown {
  const { name, type, length } = field;
  const isLong = type === "textarea" && length > longText;
  const isPicklist = type === "picklist" || type === "combobox";
  const isNumber = type === "double" || type === "currency" || type === "percent";
  return {
    aggregatable: !isLong && type !== "boolean",
    aiPredictionField: false,
    autoNumber: false,
    byteLength: type === "id" || type === "reference" ? length : length * bytesPerCharacter,
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable: field.createable,
    custom: field.custom,
    defaultValue: type === "boolean" ? false : null,
    defaultValueFormula: null,
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: type === "int" ? 8 : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId === true,
    extraTypeInfo: null,
    filterable: !isLong,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: !isLong && !isNumber && type !== "datetime",
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: type === "id" || type === "email" || field.externalId === true,
    inlineHelpText: null,
    label: name,
    length,
    mask: null,
    maskType: null,
    name,
    nameField: name === "Name",
    namePointing: (field.to?.length ?? 0) > 1,
    nillable: field.nillable,
    permissionable: field.nillable && (field.createable || field.updateable),
    picklistValues: isPicklist ? optionsOf(state, field).map(describeOption) : [],
    polymorphicForeignKey: (field.to?.length ?? 0) > 1,
    precision: isNumber ? 18 : 0,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: field.to ?? [],
    relationshipName: field.as ?? null,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: field.restricted === true,
    scale: 0,
    searchPrefilterable: false,
    soapType: soapTypes[type] ?? "xsd:string",
    sortable: !isLong,
    type: type === "anyType" ? "anyType" : type,
    unique: field.unique === true,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

const soapTypes: Readonly<Record<string, string>> = {
  id: "tns:ID",
  reference: "tns:ID",
  boolean: "xsd:boolean",
  int: "xsd:int",
  double: "xsd:double",
  currency: "xsd:double",
  percent: "xsd:double",
  date: "xsd:date",
  datetime: "xsd:dateTime",
  anyType: "xsd:anyType",
};

function describeOption({ value, label, isDefault }: ReturnType<typeof optionsOf>[number]): unknown {
  return { active: true, defaultValue: isDefault, label, validFor: null, value };
}
