/** The properties Baton adds to an account: what it knows of a handoff, for the owner's eyes and the admin's lists. */
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

/** What an owner can say of a lead, in the order of `agreement.yaml`. */
const DISPOSITIONS = {
  accepted: "Accepted",
  rejected: "Rejected",
  recycled: "Recycle later",
  working: "Working",
  "no-response": "No response",
  meeting: "Meeting booked",
  "no-show": "No show",
  opportunity: "Opportunity",
  converted: "Converted",
} as const;

/** Why a lead is rejected or recycled: the reasons of the default `agreement.yaml`. */
const DISPOSITION_REASONS = {
  "not-fit": "Not a fit",
  duplicate: "Duplicate",
  student: "Student",
  competitor: "Competitor",
  "no-contact-info": "No contact information",
  "wrong-owner": "Wrong owner",
  "bad-data": "Bad data",
  "weak-intent": "Weak intent",
  timing: "Timing",
  budget: "Budget",
  "early-stage": "Too early",
} as const;

/** What Baton adds to contacts. The two pick lists are for the owner; the rest is written by Baton. */
export const CONTACT_PROPERTIES: readonly PropertyDeclaration[] = [
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
  pickList(
    "baton_owner_disposition",
    "Owner's disposition",
    "What the owner made of this lead.",
    DISPOSITIONS,
  ),
  pickList(
    "baton_disposition_reason",
    "Disposition reason",
    "Why the lead was rejected or recycled.",
    DISPOSITION_REASONS,
  ),
  text("baton_handoff_link", "Handoff in Baton", "The page that explains this handoff."),
];

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
  options: Readonly<Record<string, string>>,
): PropertyDeclaration {
  return {
    ...text(name, label, description),
    type: "enumeration",
    fieldType: "select",
    options: Object.entries(options).map(([value, optionLabel], displayOrder) => ({
      label: optionLabel,
      value,
      displayOrder,
    })),
  };
}
