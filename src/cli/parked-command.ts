/** `baton parked` as a person sees it: names, arguments, options and help. */
import type { Command } from "commander";
import { addDefaultHelp } from "./default-help.ts";
import type { Shell } from "./shell.ts";

/** Adds the command to `program`, under the heading `group`. */
export function addParked(program: Command, shell: Shell, group: string): void {
  const parked = program
    .command("parked")
    .helpGroup(group)
    .summary("writes, events and notices that wait for a person: list, retry, drop")
    .description(
      "What Baton could not finish by itself waits here: writes the CRM refused or never answered for, events that failed " +
        "three times, and notices that could not be delivered, or of which nobody can tell. A running server picks up what is retried within a second.",
    )
    .commandsGroup("What to do:");
  const list = parked
    .command("list", { isDefault: true })
    .description("lists what waits, with the reason and what to do")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./parked.ts")).listParked(shell, options),
    );
  addDefaultHelp(parked, list);
  for (const [name, what] of [
    ["retry", "tries again; what may have been written is looked for first"],
    ["drop", "gives up for good"],
  ] as const) {
    parked
      .command(name)
      .description(what)
      .argument("[keys...]", "keys as `baton parked list` prints them")
      .option("--all", "everything that waits")
      .option("--portal <id>", "only this portal")
      .action(async (keys: string[], options: { all?: boolean; portal?: string }) =>
        (await import("./parked.ts")).releaseParked(shell, name, keys, options),
      );
  }
}
