/** `review` of agreement.yaml: how often both teams meet over the figures, and who is told that a review is due. */
import * as z from "zod";
import { DAY_MS, type DurationMs } from "../model/instant.ts";
import { addressSchema } from "./team.ts";

const EVERY_EXPECTED = "how often both teams meet is a number of weeks from 1w to 12w, such as 2w";
const DAYS_A_WEEK = 7;

/** The shape of `review`. */
export const reviewSchema = z.strictObject({
  every: z
    .string({ error: EVERY_EXPECTED })
    .regex(/^([1-9]|1[0-2])w$/, { error: EVERY_EXPECTED })
    .transform((text): DurationMs => Number(text.slice(0, -1)) * DAYS_A_WEEK * DAY_MS)
    .describe("How often: 2w. The pack is due on a Monday morning, in UTC."),
  to: z
    .array(addressSchema)
    .min(1, { error: "at least one address is needed: who is told?" })
    .describe("Who is told that a review is due, by e-mail address."),
});
