/** The shape of definition.yaml, and the words editors explain its keys with. */
import * as z from "zod";
import { SIGNAL_KINDS } from "../model/signal.ts";
import { conditionSchema } from "./condition.ts";
import { durationSchema } from "./duration.ts";
import { exampleSchema } from "./example.ts";
import { asName } from "./words.ts";

/** What a type may ask of a lead beside its own condition. */
export const NEEDS = ["reachable", "fit", "intent"] as const;

const NAME_EXPECTED = "a name is lower-case letters, digits and hyphens, such as hand-raiser";
const slug = z.string({ error: NAME_EXPECTED }).regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: ({ input }) => NAME_EXPECTED + asName(String(input)),
});

const typeSchema = z.strictObject({
  when: conditionSchema.describe("Which leads are of this type."),
  needs: z.array(z.enum(NEEDS)).max(3).default([]).describe("Sections below that must hold, too."),
  waive: z
    .union([z.literal("all"), z.array(z.string().max(100)).max(50)])
    .default([])
    .describe("Fields of agreement.yaml that marketing need not have filled in for this type; or all."),
});

/** The shape of definition.yaml. */
export const definitionSchema = z
  .strictObject({
    types: z
      .record(slug, typeSchema)
      .refine((types) => Object.keys(types).length > 0, { error: "at least one type is needed" })
      .describe("The kinds of handoff. The first one that matches is the lead's."),
    requested: slug
      .exactOptional()
      .describe(
        "The type of a handoff that a workflow asks for when no type matches and the needs of none hold.",
      ),
    reachable: conditionSchema
      .exactOptional()
      .describe("Who can be reached. Left out: whoever has an e-mail address or a phone number."),
    fit: conditionSchema.exactOptional().describe("Could they buy?"),
    intent: z
      .strictObject({
        at_least: z.int().min(1).max(100).describe("How many of the list must hold."),
        of: z.array(conditionSchema).min(1).max(100).describe("What shows that they want to."),
      })
      .superRefine(({ at_least: atLeast, of }, context) => {
        if (atLeast > of.length)
          context.addIssue({
            code: "custom",
            message: `at_least is ${atLeast}, and the list has ${of.length}: no lead could ever show enough intent`,
          });
      })
      .exactOptional()
      .describe("Do they want to, now?"),
    score: z
      .strictObject({
        half_life: durationSchema.describe("After this span a deed counts half."),
        points: z
          .partialRecord(z.enum(SIGNAL_KINDS), z.int().min(0).max(1000).describe("Points of a fresh one."))
          .describe("Points of a fresh deed, by kind."),
      })
      .exactOptional()
      .describe("What somebody did, in points that halve with time. It orders work."),
    refuse: z
      .record(slug, conditionSchema)
      .default({})
      .describe("What looks like a lead and is none. The name is the reason people see."),
    consent: z
      .strictObject({
        never: z
          .array(conditionSchema)
          .max(100)
          .default([])
          .describe("Whoever one of these holds for is not contacted, whatever they did."),
        require: z
          .array(
            z.strictObject({
              when: conditionSchema.describe("Whom the rule is about."),
              legal_basis: z.literal("known").describe("lead.legal_basis must be on the record."),
            }),
          )
          .max(20)
          .default([])
          .describe("Where the law asks for a legal basis."),
      })
      .default({ never: [], require: [] })
      .describe("Who must not be contacted."),
    examples: z
      .array(exampleSchema)
      .max(1000)
      .default([])
      .describe("Leads that are handed off: tests of this file."),
    counterexamples: z
      .array(exampleSchema)
      .max(1000)
      .default([])
      .describe("Leads that are not: tests of this file, too."),
  })
  .meta({
    title: "definition.yaml",
    description:
      "What ready for sales means: types, needs, refusals, consent, and the examples both teams agreed on.",
  });
