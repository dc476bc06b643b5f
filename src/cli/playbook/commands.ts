/** The commands around versions as a person sees them: names, arguments, options and help. */
import { type Command, Option } from "commander";
import { SIDES } from "../../model/version.ts";
import type { Shell } from "../shell.ts";
import type { PublishOptions } from "./publish.ts";
import type { SignOptions } from "./sign.ts";

/** The folder most of them take. */
const FOLDER = "the playbook (BATON_PLAYBOOK, else mappings/default)";

/** Adds diff, sign, publish, rollback and versions to the program. @param group  The heading they stand under in the help. */
export function addVersionCommands(
  program: Command,
  group: string,
  shell: Shell,
  leave: (code: number) => void,
): void {
  addDiff(program, group, shell);
  addSign(program, group, shell);
  addPublish(program, group, shell, leave);
  addRollback(program, group, shell);
  program
    .command("versions")
    .helpGroup(group)
    .summary("list the versions: since when, by whom, signed by whom, how many handoffs")
    .description("Lists every version that was live or is signed. The live one comes first.")
    .option("--json", "print one JSON document")
    .action(async (options: { json?: boolean }) => (await import("./versions.ts")).versions(shell, options));
}

function addDiff(program: Command, group: string, shell: Shell): void {
  program
    .command("diff")
    .helpGroup(group)
    .summary("say in words what a new version changes, and for whom")
    .description(
      "Compares two playbooks, file by file, and says what changes for people. Each is a folder, the first digits of a " +
        "version, or live.",
    )
    .argument("[from]", "the version before", "live")
    .argument("[to]", FOLDER)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      "\nExamples:\n  baton diff\n  baton diff 3f2a live\n  baton diff mappings/default mappings/product-led",
    )
    .action(async (from: string, to: string | undefined, options: { json?: boolean }) =>
      (await import("./diff.ts")).diff(shell, from, to, options),
    );
}

function addSign(program: Command, group: string, shell: Shell): void {
  program
    .command("sign")
    .helpGroup(group)
    .summary("sign a new version for marketing or for sales")
    .description(
      "Prints what the folder's version changes, then signs it. Who may sign is said by sign_off in agreement.yaml of the " +
        "version that is live.",
    )
    .argument("[folder]", FOLDER)
    .addOption(new Option("--as <side>", "for whom").choices([...SIDES]).makeOptionMandatory())
    .requiredOption("--by <address>", "who signs, as sign_off names them")
    .option("--yes", "do not ask")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExample:\n  baton sign --as sales --by head-of-sales@acme.example")
    .action(async (folder: string | undefined, options: SignOptions) =>
      (await import("./sign.ts")).sign(shell, folder, options),
    );
}

function addPublish(program: Command, group: string, shell: Shell, leave: (code: number) => void): void {
  program
    .command("publish")
    .helpGroup(group)
    .summary("put a new version live")
    .description(
      "Checks the folder's playbook and its examples, and puts it live if everybody has signed who must. Running servers " +
        "follow within seconds. Exits with 2 while signatures are missing, and says whose.",
    )
    .argument("[folder]", FOLDER)
    .option("--by <address>", "who publishes (the user of this machine)")
    .option("--json", "print one JSON document")
    .action(async (folder: string | undefined, options: PublishOptions) =>
      leave(await (await import("./publish.ts")).publishFolder(shell, folder, options)),
    );
}

function addRollback(program: Command, group: string, shell: Shell): void {
  program
    .command("rollback")
    .helpGroup(group)
    .summary("put an earlier version live again")
    .description(
      "Goes back to the version before the live one, or to the one named. It was live before, so nobody has to sign.",
    )
    .argument("[version]", "its first digits, as baton versions prints them")
    .option("--by <address>", "who rolls back (the user of this machine)")
    .option("--json", "print one JSON document")
    .action(async (version: string | undefined, options: PublishOptions) =>
      (await import("./rollback.ts")).rollback(shell, version, options),
    );
}
