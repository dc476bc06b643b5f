/** What the package adds to Leads, Contacts and activities: fields, a rule, a list and an action for answering. */
import {
  DISPOSITION_FIELD,
  HANDOFF_FIELDS,
  PACKAGE_FIELDS,
  REASON_FIELD,
} from "../../connectors/salesforce/package-fields.ts";
import type { PackageField } from "../../connectors/salesforce/package-fields.ts";
import { PEOPLE } from "../../connectors/salesforce/person.ts";
import { OWN_CHANGES } from "./access.ts";
import { component } from "./xml.ts";
import type { Content, PackageFile } from "./xml.ts";

/** The words of an agreement that the package shows: what sales may answer, why, and which answers need a reason. */
export interface Words {
  readonly answers: readonly string[];
  readonly reasons: readonly string[];
  readonly needReason: readonly string[];
}

/** The quick action and the list, by their API names. */
const ANSWER_ACTION = "Baton_Answer";
const LIST = "Baton_My_Handoffs";

/** The files, under `folder`. Throws nothing. */
export function fieldFiles(folder: string, words: Words): readonly PackageFile[] {
  const fields = Object.entries(PACKAGE_FIELDS).flatMap(([object, some]) =>
    some.map((field) =>
      component(
        `${folder}/objects/${object}/fields/${field.name}.field-meta.xml`,
        "CustomField",
        fieldContent(field, words),
      ),
    ),
  );
  const forPeople = PEOPLE.flatMap((object) => [
    component(
      `${folder}/objects/${object}/validationRules/Baton_Reason_Needed.validationRule-meta.xml`,
      "ValidationRule",
      reasonRule(words),
    ),
    component(
      `${folder}/objects/${object}/listViews/${LIST}.listView-meta.xml`,
      "ListView",
      listContent(object === "Lead" ? "LEAD.COMPANY" : "ACCOUNT.NAME"),
    ),
    component(
      `${folder}/quickActions/${object}.${ANSWER_ACTION}.quickAction-meta.xml`,
      "QuickAction",
      actionContent(object),
    ),
  ]);
  return [...fields, ...forPeople];
}

function fieldContent(field: PackageField, words: Words): Readonly<Record<string, Content>> {
  const { name, label, help } = field;
  return { fullName: name, inlineHelpText: help, label, ...typeContent(field, words) };
}

function typeContent(
  { name, type, length = 0 }: PackageField,
  words: Words,
): Readonly<Record<string, Content>> {
  switch (type) {
    case "key":
      return { length, type: "Text", caseSensitive: false, externalId: true, unique: true, required: false };
    case "text":
      return { length, type: "Text", externalId: false, unique: false, required: false };
    case "long-text":
      return { length, type: "LongTextArea", visibleLines: 4 };
    case "date-time":
      return { type: "DateTime", required: false };
    case "url":
      return { type: "Url", required: false };
    case "pick-list":
      return { type: "Picklist", required: false, valueSet: valueSet(wordsOf(name, words)) };
  }
}

function wordsOf(name: string, { answers, reasons }: Words): readonly string[] {
  return name === REASON_FIELD ? reasons : answers;
}

/** Unrestricted: an agreement may gain words that nobody has added to the org yet. */
function valueSet(words: readonly string[]): Content {
  const value = words.map((word) => ({ fullName: word, default: false, label: sentenceCase(word) }));
  return { restricted: false, valueSetDefinition: { sorted: false, value } };
}

/** `no-show` is "No show". */
function sentenceCase(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Asks for a reason when somebody answers, and never when a record with an old answer is saved. What Baton writes passes. */
function reasonRule({ needReason }: Words): Readonly<Record<string, Content>> {
  const needs = needReason.map((word) => `ISPICKVAL(${DISPOSITION_FIELD}, "${word}")`).join(", ");
  const formula = [
    "AND(",
    `  NOT($Permission.${OWN_CHANGES}),`,
    `  OR(ISNEW(), ISCHANGED(${DISPOSITION_FIELD}), ISCHANGED(${REASON_FIELD})),`,
    `  OR(${needs}),`,
    `  ISBLANK(TEXT(${REASON_FIELD}))`,
    ")",
  ];
  return {
    fullName: "Baton_Reason_Needed",
    active: true,
    description: "Marketing learns from the reason why a lead was rejected or recycled.",
    errorConditionFormula: formula.join("\n"),
    errorDisplayField: REASON_FIELD,
    errorMessage: "Please say why: choose a disposition reason.",
  };
}

/** Handed to me, and not answered for. */
function listContent(company: string): Readonly<Record<string, Content>> {
  return {
    fullName: LIST,
    columns: ["FULL_NAME", company, ...LIST_FIELDS],
    filterScope: "Mine",
    filters: [
      { field: "Baton_Deadline__c", operation: "notEqual" },
      { field: DISPOSITION_FIELD, operation: "equals" },
    ],
    label: "My handoffs to answer for",
  };
}
const LIST_FIELDS = [
  "Baton_Handoff_Type__c",
  "Baton_Deadline__c",
  "Baton_Handoff_Status__c",
  DISPOSITION_FIELD,
];

function actionContent(object: string): Readonly<Record<string, Content>> {
  const shown = HANDOFF_FIELDS.filter((name) => name !== DISPOSITION_FIELD && name !== REASON_FIELD);
  return {
    description: "Says what came of a lead that Baton handed over.",
    label: "Answer for the handoff",
    optionsCreateFeedItem: false,
    quickActionLayout: {
      layoutSectionStyle: "TwoColumnsLeftToRight",
      quickActionLayoutColumns: [
        { quickActionLayoutItems: [item(DISPOSITION_FIELD, "Required"), item(REASON_FIELD, "Edit")] },
        { quickActionLayoutItems: shown.map((name) => item(name, "Readonly")) },
      ],
    },
    successMessage: "Thank you: marketing can see it.",
    targetObject: object,
    type: "Update",
  };
}

function item(field: string, uiBehavior: "Edit" | "Readonly" | "Required"): Content {
  return { emptySpace: false, field, uiBehavior };
}
