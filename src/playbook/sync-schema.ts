/** The shape of `sync` in fields.yaml: which fields HubSpot and Salesforce both keep, and how they are kept equal. */
import * as z from "zod";
import type { SyncType } from "../model/sync.ts";
import { ownPath, readPath } from "./crm.ts";

/** How a value is understood, so that two spellings of one are not two values. */
const SYNC_AS = [
  "text",
  "email",
  "number",
  "boolean",
  "date",
  "date-time",
  "choice",
] as const satisfies readonly SyncType[];
const MOST_FIELDS = 200;
/** Characters. */
const LONGEST_VALUE = 255;

const side = z.enum(["hubspot", "salesforce"]);
const value = z.string().min(1).max(LONGEST_VALUE);

const fieldSchema = z.strictObject({
  hubspot: readPath("hubspot").describe("The contact property, or one of its company, which is only copied."),
  salesforce: ownPath("salesforce", "a field of the lead or contact is expected", "lead.Title").describe(
    "The field of the lead or contact.",
  ),
  direction: z
    .enum(["both", "to-salesforce", "to-hubspot"])
    .default("both")
    .describe("Which way values go. One way, the side they come from is always right."),
  winner: z
    .enum(["latest", "hubspot", "salesforce", "non-empty", "true-wins"])
    .exactOptional()
    .describe(
      "Whose value stands when both were changed. Left out: latest. true-wins: a yes on either side stays, for opt-outs.",
    ),
  otherwise: side
    .default("salesforce")
    .describe(
      "Whose value stands where the winner cannot be told: changed at one instant, or nobody knows when.",
    ),
  as: z
    .enum(SYNC_AS)
    .exactOptional()
    .describe("What kind of value it is. Left out: text; with values, choice."),
  values: z
    .record(value, value)
    .exactOptional()
    .describe(
      "HubSpot's value: Salesforce's value that means the same. Others are held back; without the list all are taken as they are.",
    ),
});
/** One field, checked. */
export type SyncFieldYaml = z.output<typeof fieldSchema>;

/** The shape of the section. */
export const syncSchema = z
  .strictObject({
    fields: z.array(fieldSchema).min(1).max(MOST_FIELDS).describe("The fields, each at most once."),
    create: z
      .enum(["lead", "contact", "never"])
      .default("lead")
      .describe(
        "What becomes of a HubSpot contact that is handed off and that Salesforce does not know. contact: a Contact of the account it plainly belongs to, and a lead where there is none.",
      ),
    create_in_hubspot: z
      .enum(["contact", "never"])
      .default("never")
      .describe(
        "What becomes of a person of Salesforce's with an e-mail address whom HubSpot does not know. never: nothing is asked or made.",
      ),
    coexist: z
      .enum(["auto", "yes", "no"])
      .default("auto")
      .describe(
        "Whether HubSpot's own Salesforce connector syncs fields too; Baton then keeps to the hand-off. auto: Baton looks.",
      ),
  })
  .describe("How HubSpot and Salesforce are kept in step, where both are connected.");
/** The section, checked. */
export type SyncYaml = z.output<typeof syncSchema>;
