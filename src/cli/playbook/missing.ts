/** The commands with which missing signatures are given. */
import type { Side } from "../../model/version.ts";
import type { SignOff } from "../../playbook/sign-off.ts";

/** One line a side: the exact command, and who else might run it. @param folder  As it was given, if it was. */
export function signCommands(
  signOff: SignOff,
  missing: readonly Side[],
  folder: string | undefined,
): readonly string[] {
  return missing.map((side) => {
    const [signer = "", ...others] = signOff[side];
    const or = others.length === 0 ? "" : `   (or ${others.join(", ")})`;
    return `  ${side.padEnd(9)}  baton sign${folder === undefined ? "" : ` ${folder}`} --as ${side} --by ${signer}${or}`;
  });
}
