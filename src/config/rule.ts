/** What the rules of settings are made of. Messages say what was wrong with the value and how to mend it. */
import { z } from "zod";

export type Context = z.RefinementCtx;

/** A setting that is text. `what` is what to give when it is not set. */
export function text(what: string): z.ZodString {
  return z.string({ error: `is not set. Give ${what}.` });
}

/** Refuses a value: for the end of a transform. Throws nothing. */
export function refuse(context: Context, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

/** The items of a list separated by commas, without blanks around them; those that are empty are left out. Throws nothing. */
export function splitList(value: string): readonly string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** An app's client secrets, newest first. */
export function toSecrets(value: string, context: Context): readonly string[] {
  const secrets = splitList(value);
  if (secrets.length > 0 && secrets.every((secret) => /^[\x21-\x7e]{8,}$/.test(secret))) return secrets;
  return refuse(
    context,
    "holds an item shorter than 8 characters or with blanks. Copy the client secret as the CRM shows it.",
  );
}
