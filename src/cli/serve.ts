/** `baton serve`: runs the server until it is told to stop. */
import { once } from "node:events";
import closeWithGrace from "close-with-grace";
import { destination } from "pino";
import { type Config, loadConfig } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { type Baton, startBaton } from "../main.ts";
import { SECOND_MS } from "../model/instant.ts";
import { signOffOf } from "../playbook/sign-off.ts";
import { newsOf } from "../publish/words.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/** Orchestrators kill after 30 s; what is not finished before is on disk and is looked after at the next start. */
const GRACE_MS = 25 * SECOND_MS;

/**
 * Starts the server and returns; it then runs until SIGTERM or SIGINT, or a fault nobody caught.
 * Throws what loading the configuration and `startBaton` throw: nothing runs then.
 */
export async function serve(shell: Shell): Promise<void> {
  const config = loadConfig(shell.env);
  const lines = destination({ fd: process.stdout.fd, sync: false });
  const log = createLog({ level: config.logLevel, destination: lines });
  const baton = await startBaton(config, { log });
  stopGracefully(baton, log, lines);
  await printLines(shell.err, banner(shell, config, baton));
}

function banner(shell: Shell, config: Config, baton: Baton): readonly string[] {
  const { paint } = shell.err;
  const install = baton.apps.map(({ crm }) => `${config.publicUrl}/oauth/${crm}/install`);
  return [
    `${paint.bold("Baton")} is running.${config.sandbox ? paint.yellow(" The CRM is a sandbox.") : ""}`,
    `  listens    ${baton.url}`,
    `  public     ${config.publicUrl}`,
    ...install.map((link) => `  install    ${link}`),
    ...versionLines(shell, config, baton),
    `  database   ${config.databaseUrl.startsWith("sqlite:") ? config.databaseUrl : "PostgreSQL"}`,
    ...config.warnings.map((warning) => paint.yellow(`  warning    ${warning}`)),
  ];
}

/** Which version decides, and what is to be said of a folder that holds another one. */
function versionLines(shell: Shell, config: Config, { version, folder }: Baton): readonly string[] {
  const { yellow } = shell.err.paint;
  const news = newsOf(folder, config.playbook);
  const live = version.playbook().version;
  if (news !== undefined)
    return [`  playbook   ${live}`, yellow(`  waiting    ${news.says}`), yellow(`             ${news.fix}`)];
  const isUnsigned = folder.status === "first" && signOffOf(version.files()) !== undefined;
  return [
    `  playbook   ${live} (${config.playbook})`,
    ...(isUnsigned
      ? [yellow("  unsigned   the first version went live unsigned; marketing and sales sign the next")]
      : []),
  ];
}

/** A second signal, or the end of the grace, ends the process at once: nothing is lost then either, only unfinished. */
function stopGracefully(baton: Baton, log: Log, lines: ReturnType<typeof destination>): void {
  closeWithGrace(
    {
      delay: GRACE_MS,
      logger: false,
      onTimeout: () => log.error({ code: "serve.grace-over" }, "stopped before everything was finished"),
      onSecondSignal: () => log.error({ code: "serve.second-signal" }, "stopped at once"),
    },
    async ({ signal, err }) => {
      if (err !== undefined)
        log.fatal({ code: "serve.uncaught", err }, "stopping after a fault nobody caught");
      else log.info({ signal }, "stopping: turns under way are finished");
      await baton.stop();
      log.info("stopped");
      // The process ends now: without waiting, a line still on its way to a slow reader would be lost.
      const written = once(lines, "close");
      lines.end();
      await written;
    },
  );
}
