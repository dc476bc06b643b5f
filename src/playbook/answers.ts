/** The part of fields.yaml about answers: where sales gives them in the CRM, and where a lead goes after one. */
import * as z from "zod";

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

const path = z.string().regex(/^contact\.[a-z0-9_]+$/, {
  error: "a contact property is expected, such as contact.baton_owner_disposition",
});
const word = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: "an answer is one of agreement.yaml, such as rejected",
});

/** The shape of `answers`. */
export const answersSchema = z.strictObject({
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

/** The shape of one of `destinations`. */
export const destinationSchema = z
  .strictObject({
    set: z
      .record(path, z.string().max(100))
      .default({})
      .describe("Contact properties and the values they get."),
    list: z
      .string()
      .regex(/^hubspot:\d{1,20}$/, { error: "a list of HubSpot is expected, such as hubspot:1042" })
      .transform((id) => id.slice(id.indexOf(":") + 1))
      .exactOptional()
      .describe("A static list the contact is put on, such as hubspot:1042."),
  })
  .refine(({ set, list }) => Object.keys(set).length > 0 || list !== undefined, {
    error: "a destination sets properties, or names a list",
  });

/** Compiles a checked `answers`. Throws nothing. */
export function compileAnswers({ answer, reason, also }: z.output<typeof answersSchema>): Answers {
  return {
    answer,
    reason,
    ...(also && { also: { property: also.property, map: new Map(Object.entries(also.map)) } }),
  };
}
