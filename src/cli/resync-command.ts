/** `baton resync` as a person sees it: name, options and help. */
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { ResyncOptions } from "./resync.ts";
import type { Shell } from "./shell.ts";

/** Adds the command. @param group  Under which heading of the help it stands. */
export function addResync(program: Command, shell: Shell, group: string): void {
  program
    .command("resync")
    .helpGroup(group)
    .summary("look for what nobody told, and compare two CRMs")
    .description(
      "Asks a running server to look at the leads that were modified lately, for changes nobody has told it of: after an " +
        "outage of the CRM's, a wrong address of the webhooks, a proxy that was down. What is found is decided like any other " +
        "change, and nothing is handed off twice. A server does the same by itself once a day and after it was down.\n\n" +
        "Where a portal is paired with a Salesforce org, the fields both keep are compared too, and made equal by the rules of " +
        "fields.yaml; --dry-run says what would change and writes nothing. It goes on after a restart where it was.",
    )
    .option("--only <what>", "leads: what nobody told; fields: what both CRMs keep; links: who is in both")
    .option("--dry-run", "of fields or links: say what would change, and write nothing")
    .option("--since <span>", "how far back: 90m, 6h, 2d (leads: 1d; fields and links: all)")
    .option("--max-calls <number>", "of fields or links: end after so many calls, with the page in hand")
    .option("--portal <id>", "only in this portal or org")
    .option("--crm <name>", "only in hubspot or salesforce")
    .option("--status", "show how it stands, and ask nothing")
    .option("--stop", "end the comparison under way")
    .option("--resume", "let one go on that was stopped, or ran out of calls")
    .option("--no-wait", "ask, and do not wait for the end")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  baton resync --since 2d\n  baton resync --only fields --dry-run\n  baton resync --status",
    )
    .action(async (options: ResyncOptions) => {
      const interrupt = new AbortController();
      const leave = (): void => interrupt.abort();
      process.once("SIGINT", leave);
      try {
        const { resync } = await import("./resync.ts");
        const { signal } = interrupt;
        await resync(shell, options, {
          wait: (ms) => pause(ms, undefined, { signal }).catch(() => undefined),
          isInterrupted: () => signal.aborted,
        });
      } finally {
        process.off("SIGINT", leave);
      }
    });
}
