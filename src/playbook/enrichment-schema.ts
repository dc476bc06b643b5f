/** The shape of `enrich` in fields.yaml, and the words editors explain its keys with. */
import * as z from "zod";
import { FACT_NAME } from "./condition.ts";
import type { ReadAs } from "./field-reading.ts";
import { lowered, onceInAnyLetters } from "./folded-keys.ts";

/** Every way to understand a value but those that name something of the CRM's own: stages and owners. */
const ANSWER_AS = [
  "text",
  "email",
  "phone",
  "country",
  "integer",
  "money",
  "date",
  "url-domain",
  "boolean",
] as const satisfies readonly ReadAs[];

/** A lane stands still meanwhile. */
const MOST_SECONDS = 10;
const MOST_REQUESTS = 1_000_000;

const factName = z
  .string()
  .regex(FACT_NAME, { error: "a fact's name is two words and a dot, such as account.domain" });
const answerPath = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z_][\w-]*|\[\d{1,3}\])(?:\.[A-Za-z_][\w-]*|\[\d{1,3}\])*$/, {
    error:
      "a place in the answer is keys and dots, such as company.employees, with [0] for the first of a list",
  });
const answerPaths = z.union([answerPath, z.array(answerPath).min(1).max(10)]);

const answerSchema = z.union([
  answerPaths,
  z.strictObject({
    from: answerPaths.describe("Where it stands in the answer. The first of several that is known."),
    as: z.enum(ANSWER_AS).exactOptional().describe("How the value is understood. Left out: text."),
    map: z
      .record(z.string().max(500), z.union([z.string().max(200), z.number(), z.boolean()]))
      .superRefine(onceInAnyLetters(lowered))
      .exactOptional()
      .describe("The provider's value: Baton's word. Letters in either case."),
    otherwise: z
      .enum(["review", "keep", "ignore"])
      .exactOptional()
      .describe(
        "What becomes of a value that is not understood. review: unknown, and listed for you; keep: as it is; ignore: unknown.",
      ),
  }),
]);
/** What one fact is read from, as written. */
export type AnswerYaml = z.output<typeof answerSchema>;

/** The shape of `enrich` in fields.yaml. */
export const enrichmentSchema = z
  .strictObject({
    send: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z_][\w-]{0,63}$/, { error: "a key is letters, digits, _ and -, such as email" }),
        factName,
      )
      .refine((send) => Object.keys(send).length > 0, {
        error: "at least one fact is sent, such as domain: account.domain",
      })
      .describe("The body of the request: the provider's key, and the fact sent as it."),
    needs: z
      .array(factName)
      .max(20)
      .default([])
      .describe("Facts that must be known for asking to make sense. Left out: one of those sent."),
    read: z
      .record(factName, answerSchema)
      .refine((read) => Object.keys(read).length > 0, { error: "nothing is read from the answer" })
      .describe(
        "The facts it may fill in, and where the answer has them. A fact that is known stays as it is.",
      ),
    timeout: z
      .string({ error: "a span such as 3s is expected" })
      .regex(/^([1-9]|10)s$/, {
        error: `seconds are expected, at most ${MOST_SECONDS}s, because the work waits: 3s`,
      })
      .exactOptional()
      .describe("How long a lead's decision waits for the answer. Left out: 3s."),
    budget: z
      .strictObject({
        per: z.literal("day").describe("The period, by UTC."),
        requests: z.int().min(1).max(MOST_REQUESTS).describe("How many requests."),
      })
      .describe("How often the provider is asked at most, for each portal."),
    keep: z
      .string({ error: "a span such as 90d is expected" })
      .regex(/^[1-9]\d{0,3}d$/, { error: "days are expected, such as 90d" })
      .exactOptional()
      .describe("How long an answer is used before the provider is asked again. Left out: 90d."),
  })
  .describe("A provider that is asked for what the CRM does not know, when a decision depends on it.");
export type EnrichmentYaml = z.output<typeof enrichmentSchema>;
