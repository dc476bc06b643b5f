/** `baton report` as a person sees it: names, arguments, options and help. What it does stands in report.ts and its neighbours. */
import { type Command, Option } from "commander";
import { type Dimension, DIMENSIONS } from "../report/tally.ts";
import { addDefaultHelp } from "./default-help.ts";
import type { DecidedOptions } from "./report-decided.ts";
import type { PackOptions } from "./report-pack.ts";
import type { ReportOptions } from "./report.ts";
import type { Shell } from "./shell.ts";

/** Adds the command to `program`, under the heading `group`. */
export function addReport(program: Command, shell: Shell, group: string): void {
  const report = program
    .command("report")
    .helpGroup(group)
    .summary("speed, acceptance, promises of both sides, pipeline; what is stuck; the review pack")
    .description(
      "Figures of the handoffs of some days, as they stand now. A handoff belongs to the day it was handed off, in UTC. " +
        "docs/reports.md says of each figure what is counted.",
    )
    .commandsGroup("What to do:");
  addDefaultHelp(report, addFigures(report, shell));
  report
    .command("stuck")
    .description("lists leads that go nowhere, with what to do: nobody can take them, untouched, gone quiet")
    .option("--portal <id>", "the portal, where Baton is in several")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./report-stuck.ts")).reportStuck(shell, options),
    );
  addPack(report, shell);
  report
    .command("decided")
    .description("records what a review decided: the next pack opens with it")
    .argument("<text>", "what was decided, in a sentence")
    .option("--by <address>", "who says so (default: cli)")
    .option("--portal <id>", "the portal, where Baton is in several")
    .addHelpText(
      "after",
      '\nExample:\n  baton report decided "Students are refused from December on" --by mia@acme.example',
    )
    .action(async (text: string, options: DecidedOptions) =>
      (await import("./report-decided.ts")).recordDecided(shell, text, options),
    );
}

function addFigures(report: Command, shell: Shell): Command {
  return report
    .command("figures", { isDefault: true })
    .description("prints the figures of some days, as a whole and by a grouping")
    .option("--from <date>", "the first day (default: 30 days)")
    .option("--to <date>", "the last day (default: today)")
    .addOption(new Option("--by <grouping>", "what to tell apart").choices(DIMENSIONS).default("type"))
    .option("--portal <id>", "the portal, where Baton is in several")
    .option("--json", "print one JSON document")
    .addOption(new Option("--csv", "print comma-separated values").conflicts("json"))
    .addHelpText(
      "after",
      "\nExamples:\n  baton report --by source\n  baton report --from 2026-10-01 --by week --csv",
    )
    .action(async (options: ReportOptions & { by: Dimension }) =>
      (await import("./report.ts")).reportFigures(shell, options),
    );
}

function addPack(report: Command, shell: Shell): void {
  report
    .command("pack")
    .description(
      "makes the pack for the meeting of marketing and sales: one page that opens anywhere and prints on two sheets",
    )
    .option("--from <date>", "the first day (default: as long as between two reviews, else 14 days)")
    .option("--to <date>", "the last day (default: today)")
    .option("--out <file>", "write to a new file that only you may read")
    .option("--markdown", "as Markdown")
    .addOption(new Option("--csv", "as comma-separated values").conflicts("markdown"))
    .option("--portal <id>", "the portal, where Baton is in several")
    .addHelpText("after", "\nExample:\n  baton report pack --out pack.html")
    .action(async (options: PackOptions) => (await import("./report-pack.ts")).reportPack(shell, options));
}
