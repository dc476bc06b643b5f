/** `baton help`: commander's own says nothing of a command that is not there, and knows no options of one that declares them late. */
import type { Command } from "commander";

/** Adds the command to `program`, under the heading `group`. `baton help demo` is `baton demo --help`. */
export function addHelp(program: Command, group: string): void {
  program
    .command("help")
    .helpGroup(group)
    .summary("print the help of a command")
    .description("Prints the help of a command, or of all of Baton.")
    .argument("[command...]", "the command: check, or report pack")
    .action(async (words: readonly string[]) => {
      const known = knownOf(program, words);
      const isUnknown = words.length > 0 && known.length === 0;
      // Asked for by itself, an unknown command is refused with a suggestion.
      await program.parseAsync(isUnknown ? words.slice(0, 1) : [...known, "--help"], { from: "user" });
    });
}

/** The words up to the first that names no command: what stands after it could be an argument of something that is done. */
function knownOf(program: Command, words: readonly string[]): readonly string[] {
  const known: string[] = [];
  let within: Command | undefined = program;
  for (const word of words) {
    within = within.commands.find((one) => one.name() === word);
    if (within === undefined) break;
    known.push(word);
  }
  return known;
}
