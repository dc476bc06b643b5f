/** HubSpot's ids: integers in events and text in the API. Baton keeps them as text, as they are no numbers to it. */
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
