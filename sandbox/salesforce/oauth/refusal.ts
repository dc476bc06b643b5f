/** Refusals of the OAuth endpoints: `{ error, error_description }`, an object and no list. */
import { Problem } from "../../answer.ts";

/** 400 with an OAuth error. */
export function oauthRefusal(error: string, description: string): Problem {
  return new Problem({ status: 400, body: { error, error_description: description } }, description);
}
