/** `baton backup` and `baton restore` as a person sees them. */
import { type Command, Option } from "commander";
import type { RestoreOptions } from "./restore.ts";
import type { Shell } from "./shell.ts";

/** Adds both commands under a heading of the help. */
export function addBackupCommands(program: Command, group: string, shell: Shell): void {
  program
    .command("backup")
    .helpGroup(group)
    .summary("copy the database into a file, while the server runs")
    .description(
      "Copies a SQLite database into one file that only you may read, and checks the copy. A server may go on working " +
        "meanwhile. For PostgreSQL it says what to run instead.",
    )
    .argument("<file>", "the file to write")
    .option("--force", "replace a file of that name")
    .addHelpText("after", "\nExample:\n  baton backup /backup/baton-$(date +%F).sqlite")
    .action(async (file: string, options: { force?: boolean }) =>
      (await import("./backup.ts")).backup(shell, file, options),
    );
  program
    .command("restore")
    .helpGroup(group)
    .summary("put a backup in the database's place, while the server is stopped")
    .description(
      "Checks a backup and puts it in the place of the SQLite database, which is kept beside it. Whoever was erased since the " +
        "backup is erased again. For 90 days Baton asks the CRM what it did in the time between, so that nothing is written twice.",
    )
    .argument("[file]", "a file of `baton backup`, or any other copy of the database")
    .option(
      "--done",
      "the database has been restored by other means: mark it, and erase again who was erased since",
    )
    .addOption(
      new Option(
        "--replaced <url>",
        "with --done: the database it replaces, where that can still be read; an address without a password",
      ).conflicts("replacedEnv"),
    )
    .option(
      "--replaced-env <name>",
      "the environment variable that holds its address, where that has a password",
    )
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      "\nExamples:\n  baton restore /backup/baton-2026-11-17.sqlite\n  baton restore --done --replaced-env OLD_DATABASE_URL",
    )
    .action(async (file: string | undefined, options: RestoreOptions) =>
      (await import("./restore.ts")).restore(shell, file, options),
    );
}
