/**
 * `sign_off` of agreement.yaml: who says yes to a new version, for each of the two teams whose agreement it is.
 * Source: docs/decisions/0018-versions.md.
 */
import * as z from "zod";
import { BatonError } from "../errors.ts";
import { type Side, SIDES, type Signature } from "../model/version.ts";
import { addressSchema } from "./team.ts";
import { parseYaml } from "./yaml.ts";

const signersSchema = z.array(addressSchema).min(1, { error: "at least one address is needed: who signs?" });

/** The shape of `sign_off`. Nobody stands on both sides: one person could then publish alone. */
export const signOffSchema = z
  .strictObject({
    marketing: signersSchema.describe("Who signs for marketing: one of them is enough."),
    sales: signersSchema.describe("Who signs for sales: one of them is enough."),
  })
  .superRefine(({ marketing, sales }, context) => {
    for (const [index, address] of sales.entries())
      if (marketing.includes(address))
        context.addIssue({
          code: "custom",
          path: ["sales", index],
          message: `"${address}" signs for marketing already: with one person on both sides nobody else is asked`,
        });
  });

/** Who may sign, by side: lower-case e-mail addresses, at least one each. */
export type SignOff = z.output<typeof signOffSchema>;

/**
 * Who must sign what comes after a version. Reads that section alone, so that a version which this Baton cannot run any more
 * still protects itself.
 *
 * @param files  The version's texts by file name.
 * @returns      Undefined where nobody has to sign. Throws `playbook.invalid` when it cannot be told: then nobody may pass.
 */
export function signOffOf(files: Readonly<Record<string, string>>): SignOff | undefined {
  const value = parseYaml("agreement.yaml", files["agreement.yaml"] ?? "").yaml?.value;
  if (typeof value === "object" && value !== null) {
    if (!("sign_off" in value)) return undefined;
    const read = signOffSchema.safeParse(value.sign_off);
    if (read.success) return read.data;
  }
  throw new BatonError(
    "playbook.invalid",
    "Who signs cannot be told from sign_off in agreement.yaml of the version that is live. Use the Baton that published it.",
  );
}

/** The sides of which nobody who may sign has signed, in the order of `SIDES`. Throws nothing. */
export function missingSides(signOff: SignOff, signatures: readonly Signature[]): readonly Side[] {
  return SIDES.filter(
    (side) => !signatures.some((one) => one.side === side && signOff[side].includes(one.by)),
  );
}
