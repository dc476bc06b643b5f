/** `baton resync` as a person sees it: name, options and help. */
import type { Command } from "commander";
import type { Shell } from "./shell.ts";

/** Adds the command. @param group  Under which heading of the help it stands. */
export function addResync(program: Command, shell: Shell, group: string): void {
  program
    .command("resync")
    .helpGroup(group)
    .summary("look for what webhooks have dropped")
    .description(
      "Asks a running server to look at the leads that were modified lately, for changes nobody has told it of: after an " +
        "outage of HubSpot's, a wrong address of the webhooks, a proxy that was down. What is found is decided like any other " +
        "change, and nothing is handed off twice. A server does the same by itself once a day and after it was down.",
    )
    .option("--since <span>", "how far back to look: 90m, 6h, 2d", "1d")
    .option("--portal <id>", "only in this portal")
    .option("--no-wait", "ask, and do not wait for the end")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  baton resync --since 2d")
    .action(async (options: { since: string; portal?: string; wait: boolean; json?: boolean }) =>
      (await import("./resync.ts")).resync(shell, options),
    );
}
