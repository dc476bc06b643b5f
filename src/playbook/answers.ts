/** The part of fields.yaml about answers: where sales gives them in the CRM, and where a lead goes after one. */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";
import { CRM_WORDS, listPath, ownPath } from "./crm.ts";

/** Where sales answers. Values are agreement.yaml's own words, unless `also` maps another property's. */
export interface Answers {
  /** `contact.baton_owner_disposition`. */
  readonly answer: string;
  readonly reason: string;
  /** A property sales keeps anyway, and what its values say; those not listed say nothing. */
  readonly also?: { readonly property: string; readonly map: ReadonlyMap<string, string> };
}

/** What is done to a lead that sales gave back. */
export interface Destination {
  /** Property path to value. */
  readonly set: Readonly<Record<string, string>>;
  /** The CRM's id of a list the lead is put on. */
  readonly list?: string;
}

const EXAMPLE: Readonly<Record<Crm, string>> = {
  hubspot: "contact.baton_owner_disposition",
  salesforce: "lead.Baton_Disposition__c",
};
const word = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: "an answer is one of agreement.yaml, such as rejected",
});

/** The shape of a CRM's `answers`. */
export function answersSchema(crm: Crm) {
  const path = pathOf(crm);
  return z.strictObject({
    answer: path.describe("The pick list with the answer: accepted, rejected, recycled, or an outcome."),
    reason: path.describe("The pick list with the reason."),
    also: z
      .strictObject({
        property: path.describe("A property sales keeps anyway, such as the lead status."),
        map: z.record(z.string().min(1).max(100), word).describe("Its value: the answer that it means."),
      })
      .exactOptional()
      .describe("A property sales keeps anyway, whose values mean answers."),
  });
}

/** The shape of one of a CRM's `destinations`. */
export function destinationSchema(crm: Crm) {
  const { objects, list } = CRM_WORDS[crm];
  const [own] = objects;
  return z
    .strictObject({
      set: z
        .record(pathOf(crm), z.string().max(LONGEST_VALUE))
        .default({})
        .describe(`${own === "contact" ? "Contact" : "Lead"} properties and the values they get.`),
      list: listPath(crm)
        .transform((id) => id.slice(id.indexOf(":") + 1))
        .exactOptional()
        .describe(
          own === "contact"
            ? `A static list the contact is put on, such as ${list.example}.`
            : `A campaign the lead is put on, such as ${list.example}.`,
        ),
    })
    .refine(({ set, list: named }) => Object.keys(set).length > 0 || named !== undefined, {
      error: "a destination sets properties, or names a list",
    });
}

/** Characters; pick lists have no longer values. */
const LONGEST_VALUE = 100;

function pathOf(crm: Crm): z.ZodString {
  const [own] = CRM_WORDS[crm].objects;
  return ownPath(crm, `a ${own} property is expected`, EXAMPLE[crm]);
}

/** Compiles a checked `answers`. Throws nothing. */
export function compileAnswers({
  answer,
  reason,
  also,
}: z.output<ReturnType<typeof answersSchema>>): Answers {
  return {
    answer,
    reason,
    ...(also && { also: { property: also.property, map: new Map(Object.entries(also.map)) } }),
  };
}
