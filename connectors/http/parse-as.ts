/** Reading what a CRM answered by what it documents. */
import type { z } from "zod";
import { BatonError } from "../../src/errors.ts";

/**
 * Parses an answer. `crm` is what the error calls the CRM, `what` what was asked.
 * @throws BatonError `crm.bad-answer` naming the fields that are wrong, never their values.
 */
export function parseAs<T>(crm: string, schema: z.ZodType<T>, body: unknown, what: string): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const fields = read.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "(body)");
  throw new BatonError(
    "crm.bad-answer",
    `${crm}'s answer to ${what} is not what it documents: ${fields.join(", ")}.`,
  );
}
