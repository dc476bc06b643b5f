/** Commands that do something when no word says what: their help has to say so, and by which options. */
import type { Command } from "commander";

/** Adds to the help of `group` what it does by itself, with the options of the command that does it. */
export function addDefaultHelp(group: Command, usual: Command): void {
  group.addHelpText(
    "after",
    () => `\nWithout one of these words: ${usual.name()}\n\n${usual.helpInformation().trimEnd()}`,
  );
}
