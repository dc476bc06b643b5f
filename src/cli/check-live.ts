/** `baton check --live`: what a playbook names and a connected portal does not have, after what is wrong with it by itself. */
import { accountOf } from "../model/lead.ts";
import { join } from "node:path";
import { type Config, loadConfig, loadPartialConfig } from "../config.ts";
import { BatonError, type ErrorCode, EXIT_CODE, type Remedy } from "../errors.ts";
import type { Crm } from "../model/lead.ts";
import { checkAgainst, unknownParts } from "../playbook/index.ts";
import type { Problem } from "../playbook/problem.ts";
import { readPlaybook } from "../playbook-folder.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { check, checkFolder, placed } from "./check.ts";
import { connectorFor } from "./crm.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted, printable } from "./words.ts";

/** A playbook as checked against one portal. `fault` says why it could not be. */
export interface LiveChecked {
  readonly crm: Crm;
  readonly portal: string;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What the portal does not let Baton see, so that nothing about it was checked. */
  readonly unknown: readonly string[];
  readonly fault?: { readonly code: ErrorCode; readonly remedy: Remedy; readonly message: string };
}

/**
 * Checks and prints. @returns The code `check` would, else that of the first portal with an error (3) or that could not be
 * asked. Throws `playbook.missing`, `config.invalid`, and `cli.not-found` for a portal Baton is not in.
 */
export async function checkLive(
  shell: Shell,
  folder: string | undefined,
  options: { readonly json?: boolean; readonly portal?: string },
): Promise<number> {
  const config = loadConfig(shell.env);
  const place = folder ?? loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]).BATON_PLAYBOOK;
  const live = await withStore(shell, async (store) => {
    const checked: LiveChecked[] = [];
    for (const installation of await chooseInstallations(store, options.portal)) {
      checked.push(await checkPortal(config, store, installation, place, shell));
    }
    return checked;
  });
  const bad = live.map(codeOf).find((code) => code !== 0) ?? 0;
  if (options.json === true) {
    const offline = await checkFolder(place, shell.now());
    await printJson(shell.out, { ...offline, live });
    return offline.errors.length > 0 ? EXIT_CODE.reconfigure : bad;
  }
  const code = await check(shell, place, {});
  for (const one of live) await printPortal(shell, one);
  return code === 0 ? bad : code;
}

async function checkPortal(
  config: Config,
  store: Store,
  installation: Installation,
  folder: string,
  shell: Shell,
): Promise<LiveChecked> {
  const { crm, tenant: portal } = installation;
  const { files } = await readPlaybook(folder);
  const connector = connectorFor(config, store, installation, shell.now);
  try {
    const vocabulary = await connector.vocabulary();
    const problems = checkAgainst(files, vocabulary).map((problem) => ({
      ...problem,
      file: join(folder, problem.file),
    }));
    return {
      crm,
      portal,
      errors: problems.filter(({ severity }) => severity === "error"),
      warnings: problems.filter(({ severity }) => severity === "warning"),
      unknown: unknownParts(vocabulary),
    };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    const { code, remedy, message } = error;
    return { crm, portal, errors: [], warnings: [], unknown: [], fault: { code, remedy, message } };
  } finally {
    await connector.close();
  }
}

function codeOf({ errors, fault }: LiveChecked): number {
  if (fault !== undefined) return EXIT_CODE[fault.remedy];
  return errors.length === 0 ? 0 : EXIT_CODE.reconfigure;
}

async function printPortal(shell: Shell, checked: LiveChecked): Promise<void> {
  const { paint } = shell.out;
  const { crm, portal, errors, warnings, unknown, fault } = checked;
  const account = accountOf({ crm, tenant: portal });
  if (fault !== undefined) {
    const says = `${paint.red("✗")} ${account}: not checked: ${printable(fault.message)} [${fault.code}]`;
    await printLines(shell.out, ["", says]);
    return;
  }
  const counts = `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}`;
  const unseen =
    unknown.length === 0 ? "" : `; not checked, because it was not granted: ${unknown.join(", ")}`;
  await printLines(shell.out, [
    "",
    ...[...errors, ...warnings].map((problem) => placed(shell, problem)),
    ...(errors.length + warnings.length === 0 ? [] : [""]),
    `${errors.length === 0 ? paint.green("✓") : paint.red("✗")} ${account}: ${counts}${unseen}`,
  ]);
}
