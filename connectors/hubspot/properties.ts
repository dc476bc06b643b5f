/** The properties Baton adds to an account: what it knows of a handoff, for the owner's eyes and the admin's lists. */
import type { OfferedAnswers } from "../../src/model/disposition.ts";
import { KEY_PROPERTY } from "./compose.ts";

/** The group they stand in, on each object type that has any of them. */
export const PROPERTY_GROUP = { name: "baton", label: "Baton" } as const;

/** One definition as HubSpot's properties API takes it. */
export interface PropertyDeclaration {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly groupName: string;
  readonly type: "string" | "enumeration" | "datetime";
  readonly fieldType: "text" | "textarea" | "select" | "date";
  readonly options?: readonly {
    readonly label: string;
    readonly value: string;
    readonly displayOrder: number;
  }[];
  readonly hasUniqueValue?: boolean;
}

/** What the pick lists offer as long as nobody says what was agreed: the words of the default `agreement.yaml`. */
export const DEFAULT_ANSWERS: OfferedAnswers = {
  answers: [
    "accepted",
    "rejected",
    "recycled",
    "working",
    "no-response",
    "meeting",
    "no-show",
    "opportunity",
    "converted",
  ],
  reasons: [
    "not-fit",
    "duplicate",
    "student",
    "competitor",
    "no-contact-info",
    "wrong-owner",
    "bad-data",
    "weak-intent",
    "timing",
    "budget",
    "early-stage",
  ],
};

/** What Baton writes to contacts. */
const WRITTEN: readonly PropertyDeclaration[] = [
  text("baton_handoff_status", "Handoff status", "Where this lead stands between marketing and sales."),
  text("baton_handoff_type", "Handoff type", "What kind of handoff this is, as the playbook names it."),
  {
    ...text("baton_why_now", "Why this lead, why now", "The one sentence the owner should know."),
    fieldType: "textarea",
  },
  text("baton_reason", "Handoff reason", "What decided that this lead was or was not handed to sales."),
  {
    ...text("baton_deadline", "Handoff deadline", "When sales promised the first attempt."),
    type: "datetime",
    fieldType: "date",
  },
  text("baton_handoff_link", "Handoff in Baton", "The page that explains this handoff."),
];

/** What Baton adds to contacts: what it writes, and the two pick lists in which the owner answers. Throws nothing. */
export function contactProperties(offered: OfferedAnswers): readonly PropertyDeclaration[] {
  return [
    ...WRITTEN,
    pickList(
      "baton_owner_disposition",
      "Owner's disposition",
      "What the owner made of this lead.",
      orDefault(offered.answers, DEFAULT_ANSWERS.answers),
    ),
    pickList(
      "baton_disposition_reason",
      "Disposition reason",
      "Why the lead was rejected or recycled.",
      orDefault(offered.reasons, DEFAULT_ANSWERS.reasons),
    ),
  ];
}

/** HubSpot takes no pick list without an option. */
function orDefault(words: readonly string[], otherwise: readonly string[]): readonly string[] {
  return words.length > 0 ? words : otherwise;
}

/** The unique key of a task or a note: what makes a creation recognisable after its answer was lost. */
export const KEY_DECLARATION: PropertyDeclaration = {
  ...text(
    KEY_PROPERTY,
    "Baton key",
    "Names the write that made this record, so that it is never made twice.",
  ),
  hasUniqueValue: true,
};

function text(name: string, label: string, description: string): PropertyDeclaration {
  return { name, label, description, groupName: PROPERTY_GROUP.name, type: "string", fieldType: "text" };
}

function pickList(
  name: string,
  label: string,
  description: string,
  words: readonly string[],
): PropertyDeclaration {
  return {
    ...text(name, label, description),
    type: "enumeration",
    fieldType: "select",
    options: words.map((value, displayOrder) => ({ label: sentenceCase(value), value, displayOrder })),
  };
}

/** `no-show` is "No show". */
function sentenceCase(slug: string): string {
  const words = slug.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
