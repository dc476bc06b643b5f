/**
 * HubSpot's ids and texts, made fit to keep. Ids are integers in events and text in the API; Baton keeps them as text, as
 * they are no numbers to it. Texts lose what a database cannot hold.
 */
import { z } from "zod";

/**
 * An id from 1 up, out of a JSON number or its digits. Numbers past 2^53 are refused, because reading them has already
 * changed them; as text they are taken up to 20 digits.
 */
export const identifier = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,19}$/u)], {
    error: "expected a positive whole number of at most 2^53, or its digits as text",
  })
  .transform(String);

/**
 * Says why something could not be read: the place and the expectation, never the value, as it may be personal data.
 * Throws nothing.
 */
export function whyUnreadable(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue === undefined ? "" : issue.path.map(String).join(".");
  return `${place === "" ? "the entry" : place} cannot be read: ${issue?.message ?? "wrong shape"}`;
}

/**
 * Text that can be stored anywhere: without NUL characters and unpaired surrogates, both of which JSON can spell and
 * PostgreSQL refuses. One such value in a batch would otherwise keep all the others out of the inbox for ever.
 * At most `length` characters are kept. Throws nothing.
 */
export function storable(text: string, length: number): string {
  return text.slice(0, length).replaceAll("\u0000", "").toWellFormed();
}
