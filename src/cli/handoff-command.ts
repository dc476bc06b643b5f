/** `baton handoff` as a person sees it: names, arguments, options and help. What it does stands in handoff.ts. */
import type { Command } from "commander";
import type { Shell } from "./shell.ts";

const WHICH = "CRM id or e-mail address of the lead, or the id of the handoff";

/** Adds the command to `program`, under the heading `group`. */
export function addHandoff(program: Command, shell: Shell, group: string): void {
  const handoff = program
    .command("handoff")
    .helpGroup(group)
    .summary("what sales made of a lead, and clocks that stand still: answer, pause, resume")
    .description(
      "Sales answers in the CRM or in Slack; this is for whoever answers for them. A server that runs acts on it within a second.",
    )
    .commandsGroup("What to do:");
  handoff
    .command("answer")
    .description(
      "says what sales made of a lead: accepted, rejected, recycled, or an outcome of agreement.yaml",
    )
    .argument("<lead>", WHICH)
    .argument("<answer>", "the answer")
    .option("--reason <reason>", "the reason, where the agreement asks for one")
    .option("--by <who>", "who answers, as an e-mail address")
    .option("--portal <id>", "only this portal")
    .addHelpText("after", "\nExample:\n  baton handoff answer ana@lead.example rejected --reason not-fit")
    .action(
      async (lead: string, answer: string, options: { reason?: string; by?: string; portal?: string }) =>
        (await import("./handoff.ts")).answerHandoff(shell, lead, { answer, ...options }),
    );
  handoff
    .command("pause")
    .description(
      "stops every clock of a lead's handoff until it is resumed: no deadline passes, nobody is escalated",
    )
    .argument("<lead>", WHICH)
    .requiredOption("--reason <text>", "why, as the report will show it")
    .option("--portal <id>", "only this portal")
    .action(async (lead: string, options: { reason: string; portal?: string }) =>
      (await import("./handoff.ts")).pauseHandoff(shell, lead, options),
    );
  handoff
    .command("resume")
    .description("lets the clocks of a paused handoff run on")
    .argument("<lead>", WHICH)
    .option("--portal <id>", "only this portal")
    .action(async (lead: string, options: { portal?: string }) =>
      (await import("./handoff.ts")).resumeHandoff(shell, lead, options),
    );
}
