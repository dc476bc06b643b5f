/** The shape of agreement.yaml, and the words editors explain its keys with. */
import * as z from "zod";
import { SEAMS } from "../model/handoff.ts";
import { TOUCH_KINDS } from "../model/touch.ts";
import { conditionSchema, FACT_NAME } from "./condition.ts";
import { durationSchema, promisedSchema } from "./duration.ts";
import { reviewSchema } from "./review.ts";
import { signOffSchema } from "./sign-off.ts";
import { addressSchema, slugSchema } from "./team.ts";
import { didYouMean } from "./words.ts";

const FACT_EXPECTED = "a fact such as lead.role, or the word signals, is expected";
const countSchema = z.int().min(1).max(1_000_000);

const RATE_EXPECTED = "a share from 0 to 1 is expected, such as 0.6 for 60 %";
const SHARE_EXPECTED = "a share of the promised time is expected, such as 80%";

const SEQUENCE_EXPECTED = "a sequence of HubSpot by its number is expected, such as hubspot:4711";

const recipientsSchema = z
  .array(
    z.union([z.enum(["owner", "manager"]), addressSchema], {
      error: "owner, manager or an e-mail address is expected",
    }),
  )
  .default([]);

/** What sales promises for one type. */
export const promiseSchema = z.strictObject({
  first_attempt: promisedSchema.describe("Until the owner has tried: called, written, asked for a meeting."),
  meaningful_touch: promisedSchema.describe("Until the owner and the lead have really been in touch."),
  attempts: z
    .strictObject({
      at_least: countSchema.describe("How many attempts."),
      within: promisedSchema.describe("In which span."),
    })
    .optional()
    .describe("How often sales tries before a lead may be given up."),
});

/** One step of escalation. */
export const stepSchema = z
  .strictObject({
    at: z
      .string({ error: SHARE_EXPECTED })
      .regex(/^[1-9]\d{0,2}%$/, { error: SHARE_EXPECTED })
      .describe("The share of the promised time that has passed: 80%."),
    notify: recipientsSchema.describe("Who hears of it: owner, manager, or an e-mail address."),
    note: z.boolean().default(false).describe("Whether it is written on the lead as well."),
    reassign: z
      .literal("same-pool")
      .optional()
      .describe("The lead goes to the next in turn of the same pool."),
  })
  .refine((step) => step.notify.length > 0 || step.note || step.reassign !== undefined, {
    error: "an escalation does something: notify, note or reassign",
  });

/** What counts as an attempt, and what as being in touch. */
const touchesSchema = z
  .strictObject({
    attempt: z
      .array(z.enum(TOUCH_KINDS))
      .min(1)
      .default(["call", "email", "meeting", "task"])
      .describe("What a rep does that counts as an attempt, whatever came of it."),
    meaningful: z
      .array(z.enum(TOUCH_KINDS))
      .min(1)
      .default(["call", "reply", "meeting"])
      .describe(
        "What counts as being in touch once the lead was reached: a conversation, a reply, a meeting.",
      ),
  })
  .prefault({});

/** What follows one answer of sales. */
export const dispositionSchema = z
  .strictObject({
    reasons: z.array(slugSchema).default([]).describe("What sales may give as the reason."),
    next: slugSchema
      .optional()
      .describe("Where the lead goes, such as nurture: see destinations in fields.yaml."),
    stage: slugSchema.optional().describe("The stage a lead at an earlier one is raised to."),
    for_good: z
      .array(slugSchema)
      .default([])
      .describe("Reasons after which the lead is not handed off again, whatever it does."),
    reroute: z
      .array(slugSchema)
      .default([])
      .describe(
        "Reasons that speak of the owner and not of the lead: somebody else of the pool gets it at once.",
      ),
    wake: z
      .record(slugSchema, durationSchema)
      .default({})
      .describe("By reason: after how long the lead is looked at again."),
  })
  .superRefine(({ reasons, wake, for_good: forGood, reroute }, context) => {
    for (const reason of Object.keys(wake))
      if (!reasons.includes(reason))
        context.addIssue({
          code: "custom",
          path: ["wake", reason],
          message: notAmong("reasons", reason, reasons),
        });
    for (const [key, named] of Object.entries({ for_good: forGood, reroute }))
      for (const [index, reason] of named.entries())
        if (!reasons.includes(reason))
          context.addIssue({
            code: "custom",
            path: [key, index],
            message: notAmong("reasons", reason, reasons),
          });
  });

/** What sales may answer, and what follows. */
const dispositionsSchema = z
  .strictObject({
    accepted: dispositionSchema
      .default({ reasons: [], wake: {}, for_good: [], reroute: [] })
      .describe("Sales takes the lead."),
    rejected: dispositionSchema.describe("It was no lead."),
    recycled: dispositionSchema.describe("A lead, and not yet."),
    outcomes: z.array(slugSchema).default([]).describe("What may become of an accepted lead."),
    closing: z.array(slugSchema).default([]).describe("Outcomes with which the handoff is over."),
    opportunity_when: conditionSchema
      .optional()
      .describe("What a deal must have to count as an opportunity, such as deal.amount: { from: 1 }."),
    required_within: promisedSchema.describe("How long sales has to answer."),
  })
  .superRefine(({ outcomes, closing }, context) => {
    for (const [index, outcome] of closing.entries())
      if (!outcomes.includes(outcome))
        context.addIssue({
          code: "custom",
          path: ["closing", index],
          message: notAmong("outcomes", outcome, outcomes),
        });
  });

/** Characters: a line of the review pack and of a message. */
const LONGEST_FOLLOWS = 200;

/** What follows when marketing's half is broken. */
const whenBrokenSchema = z
  .strictObject({
    notify: z.array(addressSchema).default([]).describe("Who is told, by e-mail address."),
    follows: z
      .string()
      .trim()
      .min(1)
      .max(LONGEST_FOLLOWS)
      .optional()
      .describe("What both teams agreed to do then, in one sentence: the notice and the review pack say it."),
  })
  .refine(({ notify, follows }) => notify.length > 0 || follows !== undefined, {
    error: "a consequence does something: notify somebody, or say what follows",
  });

const seamKeySchema = z.string().refine(isSeamPair, {
  error: `a seam is two of ${SEAMS.join(", ")} in that order, such as occurred..received`,
});

/** The shape of agreement.yaml. */
export const agreementSchema = z
  .strictObject({
    sales: z
      .strictObject({
        promises: z.record(slugSchema, promiseSchema).describe("What sales promises, by type of lead."),
        otherwise: promiseSchema.describe("What sales promises for every other type."),
        clock: z
          .enum(["owner", "team", "always"])
          .default("owner")
          .describe("Whose working hours promises are counted in."),
        touches: touchesSchema.describe("What counts as an attempt, and what as being in touch."),
        escalate: z
          .array(stepSchema)
          .superRefine(oncePerShare)
          .default([])
          .describe("What happens as the time for the first attempt runs out."),
      })
      .describe("Sales' half."),
    at_handoff: z
      .strictObject({
        stage: slugSchema.optional().describe("The stage a lead at an earlier one is raised to."),
        notify: recipientsSchema.describe(
          "Who hears of a new lead at once: owner, manager, or an e-mail address.",
        ),
        sequence: z
          .record(
            slugSchema,
            z.string({ error: SEQUENCE_EXPECTED }).regex(/^hubspot:\d{1,20}$/, { error: SEQUENCE_EXPECTED }),
          )
          .default({})
          .describe("By type: the sales sequence that starts in the owner's name, such as hubspot:4711."),
      })
      .prefault({})
      .describe("What changes on the lead when it goes to sales."),
    marketing: z
      .strictObject({
        complete: z
          .array(
            z.union([z.literal("signals"), z.string().regex(FACT_NAME, { error: FACT_EXPECTED })], {
              error: FACT_EXPECTED,
            }),
          )
          .default([])
          .describe(
            "What is on the record before sales gets a lead; signals is at least one thing the lead did.",
          ),
        when_incomplete: z
          .enum(["hold", "enrich", "pass"])
          .default("hold")
          .describe(
            "hold: the lead waits; enrich: the provider of fields.yaml is asked first; pass: sales gets it as it is.",
          ),
        volume: z
          .strictObject({
            per: z.enum(["week", "month", "quarter"]).describe("The period."),
            leads: z.record(slugSchema, countSchema).describe("How many leads, by type."),
          })
          .optional()
          .describe("How many leads marketing promises."),
        quality: z
          .strictObject({
            acceptance_rate: z
              .number({ error: sayRate })
              .min(0)
              .max(1)
              .describe("The share of handoffs that sales accepts, 0 to 1."),
            over: durationSchema.describe("Measured over this span."),
          })
          .optional()
          .describe("How good they are."),
        when_broken: whenBrokenSchema
          .optional()
          .describe("What follows when volume or quality is broken. Left out: it is on the next agenda."),
      })
      .refine(({ when_broken: then, volume, quality }) => then === undefined || volume || quality, {
        path: ["when_broken"],
        error: "nothing can be broken: neither volume nor quality is promised",
      })
      .describe("Marketing's half."),
    dispositions: dispositionsSchema.describe("What sales may answer, and what follows."),
    seams: z
      .record(seamKeySchema, slugSchema)
      .default({})
      .describe("Who answers for the time between two instants of a handoff, such as received..written."),
    review: reviewSchema
      .optional()
      .describe("When both teams meet over the figures, and who is told. Left out: nobody is."),
    sign_off: signOffSchema
      .optional()
      .describe("Who signs a new version before it goes live. Left out: nobody has to."),
  })
  .meta({ title: "agreement.yaml", description: "What sales and marketing promise each other." });

function notAmong(list: string, name: string, known: readonly string[]): string {
  return `"${name}" is not among the ${list}${didYouMean(name, known) || `: ${known.join(", ") || "none is listed"}`}`;
}

/** A percentage is what most people write first. */
function sayRate({ input }: { readonly input?: unknown }): string {
  const percent = Number(String(input).replace("%", ""));
  const isPercent = percent >= 2 && percent <= 100;
  return isPercent ? `${RATE_EXPECTED}; did you mean ${percent / 100}?` : RATE_EXPECTED;
}

/** Of steps that fall due together only the last is done (`track/clocks.ts`), so two of one share would lose the first. */
function oncePerShare(steps: readonly z.output<typeof stepSchema>[], context: z.RefinementCtx): void {
  for (const [index, { at }] of steps.entries())
    if (steps.findIndex((step) => step.at === at) < index)
      context.addIssue({
        code: "custom",
        path: [index, "at"],
        message: `two steps are at ${at}, and only one of them would be done: make one step of them`,
      });
}

function isSeamPair(key: string): boolean {
  const names: readonly string[] = SEAMS;
  const [from = "", to = "", ...rest] = key.split("..");
  return rest.length === 0 && names.includes(from) && names.indexOf(from) < names.indexOf(to);
}
