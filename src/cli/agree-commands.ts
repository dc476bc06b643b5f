/** The commands around one playbook, as a person sees them: names, arguments, options and help. */
import { type Command, Option } from "commander";
import { addDefaultHelp } from "./default-help.ts";
import type { Shell } from "./shell.ts";

/** Adds check and routes to `program`, under the heading `group`. @param leave  Told the exit code of what was found. */
export function addAgree(program: Command, shell: Shell, group: string, leave: (code: number) => void): void {
  program
    .command("check")
    .helpGroup(group)
    .summary("check a playbook: every problem, and its examples")
    .description(
      "Checks a playbook and prints every problem at once as file:line:column message. The definition's examples and " +
        "counterexamples are run too. With --live also says what the playbook names and a connected portal does not have. " +
        "Exits with 3 while there is an error; warnings do not count.",
    )
    .argument("[folder]", "the playbook (BATON_PLAYBOOK, else mappings/default)")
    .option("--live", "also check it against the portals Baton is installed in")
    .addOption(new Option("--portal <id>", "only this portal, live").implies({ live: true }))
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExamples:\n  baton check mappings/default\n  baton check --live")
    .action(
      async (folder: string | undefined, options: { json?: boolean; live?: boolean; portal?: string }) =>
        leave(
          options.live === true
            ? await (await import("./check-live.ts")).checkLive(shell, folder, options)
            : await (await import("./check.ts")).check(shell, folder, options),
        ),
    );
  addRoutes(program, shell, group, leave);
}

function addRoutes(program: Command, shell: Shell, group: string, leave: (code: number) => void): void {
  const routes = program
    .command("routes")
    .helpGroup(group)
    .summary("audit the routing: who can receive what, gaps, overlaps, dead rules")
    .description("Looks at the rules of routing.yaml and the people of team.yaml as a whole.")
    .commandsGroup("What to do:");
  routes
    .command("audit")
    .description(
      "Tries the rules on every kind of lead their conditions can tell apart. Says who can receive what and when, which " +
        "leads two territories claim or no rule covers, which rules can never match or be reached, which pools have " +
        "nobody, and who is idle, full or far from an even share. Exits with 3 while there is an error.",
    )
    .argument("[folder]", "the playbook (BATON_PLAYBOOK, else mappings/default)")
    .option("--portal <id>", "the portal whose owners and turns to look at, where Baton is in several")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  baton routes audit mappings/enterprise-abm")
    .action(async (folder: string | undefined, options: { json?: boolean; portal?: string }) =>
      leave(await (await import("./routes.ts")).auditRouting(shell, folder, options)),
    );
}

/** Adds unmapped, in the same way. */
export function addUnmapped(program: Command, shell: Shell, group: string): void {
  const unmapped = program
    .command("unmapped")
    .helpGroup(group)
    .summary("values no mapping covers: list, and add the line for one")
    .description(
      "What HubSpot holds and fields.yaml has no word for is never guessed: it waits here. Values of e-mail addresses and " +
        "phone numbers are never listed.",
    )
    .commandsGroup("What to do:");
  const list = unmapped
    .command("list", { isDefault: true })
    .description("lists the values, how often they were met, and the line to add")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./unmapped.ts")).listValues(shell, options),
    );
  addDefaultHelp(unmapped, list);
  unmapped
    .command("add")
    .description(
      "adds the line to fields.yaml of the configured folder; comments and order stay, and nothing is saved that `check` refuses",
    )
    .argument("[field]", "the fact: lead.source")
    .argument("[value]", "the CRM's value, as the list shows it")
    .argument("[word]", "the word it gets")
    .option("--all", "every line that is suggested, after showing them")
    .option("--yes", "with --all: do not ask")
    .option("--portal <id>", "only what this portal met")
    .addHelpText("after", "\nExample:\n  baton unmapped add lead.source CONNECTED_TV connected-tv")
    .action(
      async (
        field: string | undefined,
        value: string | undefined,
        word: string | undefined,
        options: { all?: boolean; yes?: boolean; portal?: string },
      ) => {
        const words = { ...(field && { field }), ...(value && { value }), ...(word && { word }) };
        await (await import("./unmapped-add.ts")).addValues(shell, words, options);
      },
    );
}
