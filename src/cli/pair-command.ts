/** `baton connect` and `baton pair` as people see them: name, options and help. */
import type { Command } from "commander";
import type { PairOptions } from "./pair.ts";
import type { Shell } from "./shell.ts";

/** Adds the commands. @param group  Under which heading of the help they stand. */
export function addPair(program: Command, shell: Shell, group: string): void {
  program
    .command("connect")
    .helpGroup(group)
    .summary("install into the Salesforce org that Baton has a key for")
    .description(
      "Installs Baton into the org of BATON_SALESFORCE_LOGIN_URL with a key of its own (BATON_SALESFORCE_GRANT: jwt or " +
        "client-credentials), where no admin signs in. Where one does, open /oauth/salesforce/install of the server instead.",
    )
    .action(async () => (await import("./connect.ts")).connect(shell));
  program
    .command("pair")
    .helpGroup(group)
    .summary("say that sales works in Salesforce on a portal's leads")
    .description(
      "Pairs a HubSpot portal with a Salesforce org, both of which have Baton installed. Leads are decided by what HubSpot knows; " +
        "owner, task and note are written in Salesforce, and what sales does there comes back. The playbook's fields.yaml says which " +
        "fields are kept in step.",
    )
    .option("--portal <id>", "the HubSpot portal (if there are several)")
    .option("--org <id>", "the Salesforce org, by its 18-character id (if there are several)")
    .option("--end", "end it: sales works in HubSpot again")
    .addHelpText("after", "\nExample:\n  baton pair --portal 891472211 --org 00D5g000008ABCDEA4")
    .action(async (options: PairOptions) => (await import("./pair.ts")).pair(shell, options));
}
