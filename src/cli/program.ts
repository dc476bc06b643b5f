/**
 * The commands as a person sees them: names, arguments, options and help. What a command does stands in the file of its
 * name, which is loaded only when it runs, so that `--help` answers at once.
 */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { EXIT_CODE } from "../errors.ts";
import { addBackupCommands } from "./backup-commands.ts";
import { addChannels } from "./channels-command.ts";
import { addHandoff } from "./handoff-command.ts";
import { addPair } from "./pair-command.ts";
import { addReport } from "./report-command.ts";
import { addResync } from "./resync-command.ts";
import { addReview } from "./review-command.ts";
import { addVersionCommands } from "./playbook/commands.ts";
import type { Shell } from "./shell.ts";

const RUN = "Run:";
const AGREE = "Agree:";
const UNDERSTAND = "Understand:";
const MEND = "Mend:";
const KEEP = "Keep:";
const FORGET = "Forget:";

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
    .commandsGroup("Help:")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", AFTER_HELP)
    .showHelpAfterError("(baton --help says more)")
    .configureHelp({ helpWidth: shell.out.columns ?? 100 })
    .exitOverride();

  addRun(program, shell);
  addPair(program, shell, RUN);
  addAgree(program, shell, leave);
  addVersionCommands(program, AGREE, shell, leave);
  addUnmapped(program, shell);
  addExplain(program, shell);
  addReport(program, shell, UNDERSTAND);
  addDoctor(program, shell, leave);
  addSignalsKey(program, shell);
  addChannels(program, shell, RUN);
  addExport(program, shell);
  addHandoff(program, shell, MEND);
  addMend(program, shell);
  addReview(program, shell, MEND);
  addResync(program, shell, MEND);
  addBackupCommands(program, KEEP, shell);
  addErase(program, shell);
  addUninstall(program, shell);
  return program;
}

function addRun(program: Command, shell: Shell): void {
  program
    .command("serve")
    .helpGroup(RUN)
    .summary("run the server")
    .description(
      "Runs the server until SIGTERM or SIGINT: turns under way are finished, and what waits is on disk. " +
        "The log goes to standard output as one JSON line an event; addresses and warnings to standard error.",
    )
    .action(async () => (await import("./serve.ts")).serve(shell));

  // The demo brings a whole sandbox with it and declares its own options: they are read once it is asked for.
  program
    .command("demo")
    .helpGroup(RUN)
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

function addAgree(program: Command, shell: Shell, leave: (code: number) => void): void {
  program
    .command("check")
    .helpGroup(AGREE)
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
  addRoutes(program, shell, leave);
}

function addRoutes(program: Command, shell: Shell, leave: (code: number) => void): void {
  const routes = program
    .command("routes")
    .helpGroup(AGREE)
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

function addExplain(program: Command, shell: Shell): void {
  program
    .command("explain")
    .helpGroup(UNDERSTAND)
    .summary("say why a lead was decided as it was, and what came of it")
    .description(
      "Explains the decision about a lead: the verdict and every condition behind it with the value it saw, who got " +
        "the lead and who was passed over, what was planned and what became of it, deadlines and delays.",
    )
    .argument("<lead>", "the lead's CRM id or e-mail address, or the id of a handoff or decision")
    .option("--portal <id>", "the portal, where several know the lead")
    .option("--all", "also list every stored decision about the lead, newest first")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      "\nMarks: ✓ yes, ✗ no, ? not known.\n\nExamples:\n  baton explain 10001\n  baton explain lead@example.com --all",
    )
    .action(async (lead: string, options: { portal?: string; all?: boolean; json?: boolean }) =>
      (await import("./explain.ts")).explain(shell, lead, options),
    );
}

function addDoctor(program: Command, shell: Shell, leave: (code: number) => void): void {
  program
    .command("doctor")
    .helpGroup(UNDERSTAND)
    .summary("say what is configured, reachable, granted and missing")
    .description(
      "Looks at configuration, database, keys, playbook, HubSpot and every installation. Each line says ok, warning or " +
        "problem, with what to do. Exits with the code of the first problem.",
    )
    .option("--json", "print one JSON document")
    .option("--offline", "call no CRM")
    .option("--setup", "also print what an admin pastes into the CRM; it holds keys")
    .action(async (options: { json?: boolean; offline?: boolean; setup?: boolean }) =>
      leave(await (await import("./doctor.ts")).doctor(shell, options)),
    );
}

function addExport(program: Command, shell: Shell): void {
  program
    .command("export")
    .helpGroup(UNDERSTAND)
    .summary("print events, decisions, effects, handoffs and reviews as NDJSON")
    .description(
      "Prints what is stored, one JSON object a line, in an order that does not change. The first line says which " +
        "version of the format follows. The output holds personal data.",
    )
    .option("--portal <id>", "only this portal")
    .option("--since <instant>", "only what is not older: 2026-11-17, 2026-11-17T09:00Z, or 7d, 12h, 30m ago")
    .option("--out <file>", "write to a new file that only you may read")
    .addHelpText("after", "\nExample:\n  baton export --since 7d | jq 'select(.record == \"handoff\")'")
    .action(async (options: { portal?: string; since?: string; out?: string }) =>
      (await import("./export.ts")).exportAll(shell, options),
    );
}

function addSignalsKey(program: Command, shell: Shell): void {
  const keys = program
    .command("signals-key")
    .helpGroup(RUN)
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
  keys
    .command("list", { isDefault: true })
    .description("lists keys by id, never the keys themselves")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./signals-key.ts")).listKeys(shell, options),
    );
  keys
    .command("revoke")
    .description("ends a key for good")
    .argument("<id>", "the key's id, as `baton signals-key list` prints it")
    .option("--portal <id>", "the portal, where Baton is in several")
    .action(async (id: string, options: { portal?: string }) =>
      (await import("./signals-key.ts")).revokeKey(shell, id, options),
    );
}

function addUnmapped(program: Command, shell: Shell): void {
  const unmapped = program
    .command("unmapped")
    .helpGroup(AGREE)
    .summary("values no mapping covers: list, and add the line for one")
    .description(
      "What HubSpot holds and fields.yaml has no word for is never guessed: it waits here. Values of e-mail addresses and " +
        "phone numbers are never listed.",
    )
    .commandsGroup("What to do:");
  unmapped
    .command("list", { isDefault: true })
    .description("lists the values, how often they were met, and the line to add")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./unmapped.ts")).listValues(shell, options),
    );
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

function addMend(program: Command, shell: Shell): void {
  const parked = program
    .command("parked")
    .helpGroup(MEND)
    .summary("writes, events and notices that wait for a person: list, retry, drop")
    .description(
      "What Baton could not finish by itself waits here: writes the CRM refused or never answered for, events that failed " +
        "three times, and notices that could not be delivered, or of which nobody can tell. A running server picks up what is retried within a second.",
    )
    .commandsGroup("What to do:");
  parked
    .command("list", { isDefault: true })
    .description("lists what waits, with the reason and what to do")
    .option("--portal <id>", "only this portal")
    .option("--json", "print one JSON document")
    .action(async (options: { portal?: string; json?: boolean }) =>
      (await import("./parked.ts")).listParked(shell, options),
    );
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

function addErase(program: Command, shell: Shell): void {
  program
    .command("erase")
    .helpGroup(FORGET)
    .summary("forget a contact")
    .description(
      "Removes everything stored about a contact. A keyed tombstone stays, so that late news about them is dropped " +
        "too. The CRM is not touched.",
    )
    .argument("<contact>", "CRM id or e-mail address")
    .option("--portal <id>", "only in this portal")
    .option("--yes", "do not ask")
    .action(async (contact: string, options: { portal?: string; yes?: boolean }) =>
      (await import("./erase.ts")).erase(shell, contact, options),
    );
}

function addUninstall(program: Command, shell: Shell): void {
  program
    .command("uninstall")
    .helpGroup(FORGET)
    .summary("leave a portal or an org and forget it")
    .description(
      "Uninstalls the app in the CRM, then removes everything stored about the portal, or the org. If the CRM says that the app " +
        "is gone already, the rest is done all the same.",
    )
    .argument("<portal>", "the id of the portal, or of the org")
    .option("--yes", "do not ask")
    .action(async (portal: string, options: { yes?: boolean }) =>
      (await import("./uninstall.ts")).uninstall(shell, portal, options),
    );
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
