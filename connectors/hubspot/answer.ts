/**
 * What HubSpot's answers look like, read loosely and once: every field that Baton can do without may be missing or of
 * another type. Values arrive as text; numbers and booleans are taken as the text they would be.
 */
import { z } from "zod";
import { parseAs } from "../http/parse-as.ts";

const id = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Text where it is text; anything else, null included, is as good as absent. */
const loose = text.optional().catch(undefined);
const values = z.record(z.string(), loose);

/** One version of a property's value. The order among them is not stated. */
const historyItem = z.object({
  value: z.union([text, z.null().transform(() => "")]),
  timestamp: text,
  sourceType: loose,
});
export type HistoryItem = z.infer<typeof historyItem>;

/** One CRM record. A record without properties is no record; histories that cannot be read are empty. */
export const crmObject = z.object({
  id,
  properties: values,
  propertiesWithHistory: z.record(z.string(), z.array(historyItem).catch([])).catch({}).default({}),
  objectWriteTraceId: loose,
});
export type CrmObject = z.infer<typeof crmObject>;

/** A record in the answer to a write: known by its id; the properties may be left out. */
const writtenObject = crmObject.extend({ properties: values.catch({}).default({}) });
export type WrittenObject = z.infer<typeof writtenObject>;

const texts = z
  .union([z.array(z.union([z.string(), z.number()]).transform(String)), text.transform((one) => [one])])
  .catch([])
  .default([]);

const NO_CONTEXT = { objectWriteTraceId: [], ids: [], id: [], requiredGranularScopes: [] };

/**
 * One entry of `errors[]`: the inputs it speaks of, or the scopes it misses, are named in its context. An entry that
 * makes no sense still counts as an error.
 */
export const itemError = z
  .object({
    category: loose,
    message: loose,
    context: z
      .object({ objectWriteTraceId: texts, ids: texts, id: texts, requiredGranularScopes: texts })
      .catch(NO_CONTEXT),
  })
  .catch({ category: undefined, message: undefined, context: NO_CONTEXT });
export type ItemError = z.infer<typeof itemError>;
const itemErrors = z.array(itemError).catch([]).default([]);

/** The answer to a batch read. A result that is no record is kept as the id it has, if it has one: it says nothing of the others. */
export const batchRead = z.object({
  results: z.array(
    z.union([
      crmObject.transform((record) => ({ record })),
      z.object({ id }).transform((strange) => ({ strange: strange.id })),
      z.unknown().transform(() => ({ strange: undefined })),
    ]),
  ),
  errors: itemErrors,
});

/**
 * The answer to a batch write, whatever its status: 200, 201, 207, or a 4xx that lists items. A result that cannot be read proves
 * nothing about its own item, and takes nothing away from the others.
 */
export const batchWritten = z.object({
  results: z
    .array(writtenObject.nullable().catch(null))
    .transform((results) => results.filter((result) => result !== null)),
  errors: itemErrors,
});

/** `paging.next.after`, absent on the last page. */
export const paging = z
  .object({ next: z.object({ after: text }).optional().catch(undefined) })
  .optional()
  .catch(undefined);

const problem = z
  .object({ category: loose, message: loose, policyName: loose, errors: itemErrors })
  .catch({ category: undefined, message: undefined, policyName: undefined, errors: [] });

/** Categories and scopes as HubSpot writes them; anything else is left out, so that labels stay safe to log. */
const CATEGORY = /^[A-Z][A-Z0-9_]{1,60}$/;

const SCOPE = /^[a-z][a-z0-9._-]{1,80}$/;

/** What an error body says; every field may be absent. `missingScopes` are those it asks for by name. */
export interface ProblemBody {
  readonly category: string | undefined;
  readonly message: string | undefined;
  readonly policyName: string | undefined;
  readonly missingScopes: readonly string[];
}

/** Reads an error body. Throws nothing. */
export function problemBody(body: unknown): ProblemBody {
  const { category, message, policyName, errors } = problem.parse(body);
  return {
    category: CATEGORY.test(category ?? "") ? category : undefined,
    message,
    policyName,
    missingScopes: errors
      .flatMap((error) => error.context.requiredGranularScopes)
      .filter((scope) => SCOPE.test(scope)),
  };
}

/** Parses an answer of HubSpot's. Throws `crm.bad-answer`, as `parseAs`. */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  return parseAs("HubSpot", schema, body, what);
}
