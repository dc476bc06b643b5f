/** The commands that say what was done and how things are, as a person sees them. */
import type { Command } from "commander";
import type { Shell } from "./shell.ts";

/** Adds explain to `program`, under the heading `group`. */
export function addExplain(program: Command, shell: Shell, group: string): void {
  program
    .command("explain")
    .helpGroup(group)
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

/** Adds doctor, in the same way. @param leave  Told the code of the first problem. */
export function addDoctor(
  program: Command,
  shell: Shell,
  group: string,
  leave: (code: number) => void,
): void {
  program
    .command("doctor")
    .helpGroup(group)
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

/** Adds export, in the same way. */
export function addExport(program: Command, shell: Shell, group: string): void {
  program
    .command("export")
    .helpGroup(group)
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
