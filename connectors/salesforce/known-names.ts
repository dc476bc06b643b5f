/** Asking with the names the org had an hour ago at most, and once more with those it has now. */
import { BatonError } from "../../src/errors.ts";
import type { Schema } from "./describe.ts";

/**
 * Does something that names fields. An admin may have removed one since they were looked up: then Salesforce refuses the name,
 * and it is done once more with what is there now.
 * @throws BatonError whatever the second time throws, or the first for another reason.
 */
export async function withKnownNames<T>(schema: Schema, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof BatonError) || error.code !== "crm.invalid") throw error;
    schema.forget();
    return act();
  }
}
