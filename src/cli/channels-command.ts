/** `baton channels` as a person sees it: names, arguments, options and help. What it does stands in the files of its parts. */
import { type Command, Option } from "commander";
import { addDefaultHelp } from "./default-help.ts";
import type { AddOptions } from "./channels-add.ts";
import type { Shell } from "./shell.ts";

/** Adds the command to `program`, under the heading `group`. */
export function addChannels(program: Command, shell: Shell, group: string): void {
  const channels = program
    .command("channels")
    .helpGroup(group)
    .summary("ways by which people are told: add, list, test, remove")
    .description(
      "Slack, e-mail, Microsoft Teams and webhooks, each optional, each of one portal. docs/notices.md sets up each of them " +
        "step by step. A running server uses a new channel at once.",
    )
    .commandsGroup("What to do:");
  const list = channels
    .command("list", { isDefault: true })
    .description("lists channels and what waits for them, never their settings")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./channels-list.ts")).listChannelsOf(shell, options),
    );
  addDefaultHelp(channels, list);
  channels
    .command("add")
    .description(
      "adds a channel. Its settings hold secrets, so they are YAML in a file, on standard input, or in an environment variable, " +
        "and never an argument",
    )
    .addArgument(channels.createArgument("<kind>", "slack, mail, teams or webhook").choices([...KINDS]))
    .addOption(
      new Option("--from <file>", "the file with the settings; - for standard input").conflicts("fromEnv"),
    )
    .option("--from-env <name>", "the environment variable that holds the settings")
    .option("--only <kinds>", "kinds of notices it gets, separated by commas; otherwise all")
    .option("--portal <id>", "the portal, where Baton is in several")
    .addHelpText("after", "\nExample:\n  baton channels add slack --from slack.yaml --only escalation,queued")
    .action(async (kind: AddOptions["kind"], options: Omit<AddOptions, "kind">) =>
      (await import("./channels-add.ts")).addChannelOf(shell, { ...options, kind }),
    );
  channels
    .command("test")
    .description("sends a test notice at once and says what became of it")
    .argument("<id>", "the channel's id, as `baton channels list` prints it")
    .requiredOption("--to <address>", "the e-mail address of whoever is to get it")
    .action(async (id: string, options: { to: string }) =>
      (await import("./channels-test.ts")).testChannel(shell, id, options.to),
    );
  channels
    .command("remove")
    .description("removes a channel with its secrets; what waits for it is dropped")
    .argument("<id>", "the channel's id, as `baton channels list` prints it")
    .action(async (id: string) => (await import("./channels-remove.ts")).removeChannelOf(shell, id));
}

const KINDS = ["slack", "mail", "teams", "webhook"] as const;
