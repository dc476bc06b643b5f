/** What comes over the wire, made fit to keep, and said to be unreadable without repeating it. */
import type { z } from "zod";

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
