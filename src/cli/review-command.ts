/** `baton review` as a person sees it: names, arguments, options and help. What it does stands in review.ts. */
import { type Command, Option } from "commander";
import { addDefaultHelp } from "./default-help.ts";
import type { ReviewAnswer } from "../store/schema-leads.ts";
import type { Shell } from "./shell.ts";

const ANSWERS: readonly ReviewAnswer[] = ["same", "different", "linked"];

/** Adds the command to `program`, under the heading `group`. */
export function addReview(program: Command, shell: Shell, group: string): void {
  const review = program
    .command("review")
    .helpGroup(group)
    .summary("records that may be one person, companies a lead may belong to: list, settle")
    .description(
      "Baton merges and links nothing by itself. What it is not sure of waits here until somebody says what it is; " +
        "a pair that was settled does not come back.",
    )
    .commandsGroup("What to do:");
  const list = review
    .command("list", { isDefault: true })
    .description("lists what waits for an answer, with what speaks for it")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./review.ts")).listReviews(shell, options),
    );
  addDefaultHelp(review, list);
  review
    .command("settle")
    .description("says what it is")
    .argument("[keys...]", "keys as `baton review list` prints them")
    .addOption(
      new Option(
        "--as <answer>",
        "same: one person, or the lead's company; different: they are not; linked: it is put right in the CRM",
      )
        .choices(ANSWERS)
        .makeOptionMandatory(),
    )
    .option("--portal <id>", "only this portal")
    .addHelpText("after", "\nExample:\n  baton review settle duplicate:10001:10002 --as different")
    .action(async (keys: string[], options: { as: ReviewAnswer; portal?: string }) =>
      (await import("./review.ts")).settleReviews(shell, keys, options),
    );
}
