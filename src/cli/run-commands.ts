/** The commands that run Baton, as a person sees them: names, arguments, options and help. */
import type { Command } from "commander";
import { addDefaultHelp } from "./default-help.ts";
import type { Shell } from "./shell.ts";

/** Adds serve and demo to `program`, under the heading `group`. */
export function addRun(program: Command, shell: Shell, group: string): void {
  program
    .command("serve")
    .helpGroup(group)
    .summary("run the server")
    .description(
      "Runs the server until SIGTERM or SIGINT: turns under way are finished, and what waits is on disk. " +
        "The log goes to standard output as one JSON line an event; addresses and warnings to standard error.",
    )
    .action(async () => (await import("./serve.ts")).serve(shell));

  // The demo brings a whole sandbox with it and declares its own options: they are read once it is asked for.
  program
    .command("demo")
    .helpGroup(group)
    .summary("play one day of leads against the built-in sandbox: no account, no service")
    .usage("[options]")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options: object, command: Command) => {
      const { demoCommand } = await import("./demo/index.ts");
      const demo = demoCommand(shell).name("baton demo").copyInheritedSettings(program);
      await demo.parseAsync(command.args, { from: "user" });
    });
}

/** Adds signals-key, in the same way. */
export function addSignalsKey(program: Command, shell: Shell, group: string): void {
  const keys = program
    .command("signals-key")
    .helpGroup(group)
    .summary("keys with which signals are sent in: create, list, revoke")
    .description(
      "Whoever sends signals (page views, product events) shows a write key. A running server knows a new key at once, " +
        "and a revoked one no longer after a second.",
    )
    .commandsGroup("What to do:");
  keys
    .command("create")
    .description("makes a key and prints it: it cannot be shown again")
    .option("--portal <id>", "the portal, where Baton is in several")
    .action(async (options: { portal?: string }) =>
      (await import("./signals-key.ts")).createKey(shell, options),
    );
  const list = keys
    .command("list", { isDefault: true })
    .description("lists keys by id, never the keys themselves")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./signals-key.ts")).listKeys(shell, options),
    );
  addDefaultHelp(keys, list);
  keys
    .command("revoke")
    .description("ends a key for good")
    .argument("<id>", "the key's id, as `baton signals-key list` prints it")
    .option("--portal <id>", "the portal, where Baton is in several")
    .action(async (id: string, options: { portal?: string }) =>
      (await import("./signals-key.ts")).revokeKey(shell, id, options),
    );
}
