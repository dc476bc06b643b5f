/** The commands that forget, as a person sees them. */
import type { Command } from "commander";
import type { Shell } from "./shell.ts";

/** Adds erase to `program`, under the heading `group`. */
export function addErase(program: Command, shell: Shell, group: string): void {
  program
    .command("erase")
    .helpGroup(group)
    .summary("forget a contact")
    .description(
      "Removes everything stored about a contact. A keyed tombstone stays, so that late news about them is dropped " +
        "too. The CRM is not touched.",
    )
    .argument("<contact>", "CRM id or e-mail address")
    .option("--portal <id>", "only in this portal")
    .option("--yes", "do not ask")
    .action(async (contact: string, options: { portal?: string; yes?: boolean }) =>
      (await import("./erase.ts")).erase(shell, contact, options),
    );
}

/** Adds uninstall, in the same way. */
export function addUninstall(program: Command, shell: Shell, group: string): void {
  program
    .command("uninstall")
    .helpGroup(group)
    .summary("leave a portal or an org and forget it")
    .description(
      "Uninstalls the app in the CRM, then removes everything stored about the portal, or the org. If the CRM says that the app " +
        "is gone already, the rest is done all the same.",
    )
    .argument("<portal>", "the id of the portal, or of the org")
    .option("--yes", "do not ask")
    .action(async (portal: string, options: { yes?: boolean }) =>
      (await import("./uninstall.ts")).uninstall(shell, portal, options),
    );
}
