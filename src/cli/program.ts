/**
 * The commands as a person sees them: names, arguments, options and help. What a command does stands in the file of its
 * name, which is loaded only when it runs, so that `--help` answers at once.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { EXIT_CODE } from "../errors.ts";
import { addAgree, addUnmapped } from "./agree-commands.ts";
import { addBackupCommands } from "./backup-commands.ts";
import { addChannels } from "./channels-command.ts";
import { addErase, addUninstall } from "./forget-commands.ts";
import { addHandoff } from "./handoff-command.ts";
import { addHelp } from "./help-command.ts";
import { addPair } from "./pair-command.ts";
import { addParked } from "./parked-command.ts";
import { addReport } from "./report-command.ts";
import { addResync } from "./resync-command.ts";
import { addReview } from "./review-command.ts";
import { addRun, addSignalsKey } from "./run-commands.ts";
import { addVersionCommands } from "./playbook/commands.ts";
import type { Shell } from "./shell.ts";
import { addDoctor, addExplain, addExport } from "./understand-commands.ts";

const RUN = "Run:";
const AGREE = "Agree:";
const UNDERSTAND = "Understand:";
const MEND = "Mend:";
const KEEP = "Keep:";
const FORGET = "Forget:";
const HELP = "Help:";

/**
 * Builds the command line.
 * @param leave  Told the exit code of a command that did its work and has bad news, as `check` has for a wrong playbook.
 * Faults are thrown: a `BatonError`, or commander's own error for a wrong use, after it has said what is wrong.
 */
export function buildProgram(shell: Shell, leave: (code: number) => void): Command {
  const program = new Command("baton")
    .description(
      "Baton carries a lead from marketing to sales: decided, owned, briefed, written once and measured.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", AFTER_HELP)
    .showHelpAfterError("(baton --help says more)")
    .configureHelp({ helpWidth: shell.out.columns ?? 100 })
    .exitOverride();

  addRun(program, shell, RUN);
  addPair(program, shell, RUN);
  addAgree(program, shell, AGREE, leave);
  addVersionCommands(program, AGREE, shell, leave);
  addUnmapped(program, shell, AGREE);
  addExplain(program, shell, UNDERSTAND);
  addReport(program, shell, UNDERSTAND);
  addDoctor(program, shell, UNDERSTAND, leave);
  addSignalsKey(program, shell, RUN);
  addChannels(program, shell, RUN);
  addExport(program, shell, UNDERSTAND);
  addHandoff(program, shell, MEND);
  addParked(program, shell, MEND);
  addReview(program, shell, MEND);
  addResync(program, shell, MEND);
  addBackupCommands(program, KEEP, shell);
  addErase(program, shell, FORGET);
  addUninstall(program, shell, FORGET);
  addHelp(program, HELP);
  return program;
}

const AFTER_HELP = `
Examples:
  baton check mappings/default       is the playbook right?
  baton demo                         see it work, without an account
  baton serve                        run it
  baton explain 10001                why did this lead go to Lena?
  baton parked retry --all           the CRM is back: try everything again

Exit codes:
  0  done
  ${EXIT_CODE.report}  a fault in Baton: please report it
  ${EXIT_CODE.reject}  it was asked wrongly, or there is no such thing
  ${EXIT_CODE.reconfigure}  configuration or playbook must be changed
  ${EXIT_CODE.reauthorize}  the app must be installed again in the CRM
  ${EXIT_CODE.retry}  it may pass: try again later
  ${EXIT_CODE.replan}  the world changed meanwhile

Settings come from the environment (BATON_DATABASE_URL, BATON_SECRET_KEYS, BATON_PLAYBOOK, BATON_URL, BATON_HUBSPOT_…)
and from the file BATON_CONFIG names: docs/configuration.md. Error codes: docs/errors.md.`;

function packageVersion(): string {
  for (const place of ["../../package.json", "../../../package.json"]) {
    const version = versionIn(new URL(place, import.meta.url));
    if (version !== undefined) return version;
  }
  return "unknown";
}

/** The source tree and the built one lie at different depths below the package's file. */
function versionIn(file: URL): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof content === "object" && content !== null && "version" in content
      ? String(content.version)
      : undefined;
  } catch {
    return undefined;
  }
}
