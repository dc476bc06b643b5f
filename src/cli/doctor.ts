/** `baton doctor`: what is configured, reachable, granted and missing, from the ground up. */
import app from "../../app.json" with { type: "json" };
import { type Config, loadPartialConfig } from "../config.ts";
import type { SetupNote } from "../crm-app.ts";
import { checkChannels } from "../doctor/channels.ts";
import { attempt, type Check, ok, problem, warning } from "../doctor/check.ts";
import { checkEnrichment } from "../doctor/enrichment.ts";
import { checkInstallation } from "../doctor/installation.ts";
import { checkKeys } from "../doctor/keys.ts";
import { checkConfiguration, checkDatabase, checkReach } from "../doctor/surroundings.ts";
import { checkVersions } from "../doctor/versions.ts";
import { EXIT_CODE } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { readPlaybook } from "../playbook-folder.ts";
import { listInstallations } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { checkFolder } from "./check.ts";
import { appsOf } from "../apps.ts";
import { connectorFor, locksmithOf } from "./crm.ts";
import { printJson, printLines, wrapped } from "./print.ts";
import type { Screen, Shell } from "./shell.ts";
import { counted, printable } from "./words.ts";

export interface DoctorOptions {
  readonly json?: boolean;
  /** Call no CRM. */
  readonly offline?: boolean;
  /** Also print what an admin may paste into the CRM. It holds keys. */
  readonly setup?: boolean;
}

/**
 * Checks everything, whatever is wrong with the rest, and prints it. @returns The exit code of the first problem, because
 * later ones often follow from it; 0 when there are only warnings. Throws nothing but faults.
 */
export async function doctor(shell: Shell, options: DoctorOptions): Promise<number> {
  const isOnline = options.offline !== true;
  const { config, checks: configured } = checkConfiguration(shell.env);
  const { store, check: database } = await checkDatabase(shell.env);
  const checks: Check[] = [...configured, database];
  const notes: SetupNote[] = [];
  try {
    checks.push(...(await checkPlaybook(shell)));
    if (store !== undefined) {
      const { BATON_PLAYBOOK: folder } = loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]);
      checks.push(...(await checkVersions(store.db, folder)));
    }
    if (config !== undefined && isOnline) checks.push(...(await checkReaches(config)));
    if (config !== undefined) checks.push(...(await checkProvider(config, isOnline)));
    if (config !== undefined && store !== undefined) {
      checks.push(...(await checkKeys(store.db, locksmithOf(config))));
      checks.push(...(await checkInstallations(config, store, shell.now, isOnline)));
      if (options.setup === true) notes.push(...(await setupOf(config, store, shell.now)));
    }
  } finally {
    await store?.close();
  }
  if (options.json === true) await printJson(shell.out, checks);
  else {
    await printChecks(shell.out, checks);
    await printNotes(shell.out, notes);
  }
  const first = checks.find((check) => check.status === "problem");
  return first === undefined ? 0 : EXIT_CODE[first.remedy];
}

/** Whether the hosts of the CRMs that are set up answer. */
async function checkReaches({ hubspot, salesforce }: Config): Promise<readonly Check[]> {
  const urls = [hubspot?.apiUrl, salesforce?.loginUrl].filter((url) => url !== undefined);
  return await Promise.all(urls.map(checkReach));
}

async function checkPlaybook(shell: Shell): Promise<readonly Check[]> {
  const area = "playbook";
  return await attempt(area, "Set BATON_PLAYBOOK to the playbook's folder.", async () => {
    const { BATON_PLAYBOOK: folder } = loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]);
    const { errors, warnings, exampleCount, version } = await checkFolder(folder, shell.now());
    const fix = `See them: baton check ${folder}`;
    if (errors.length > 0) {
      return [problem(area, "playbook.invalid", `${folder} has ${counted(errors.length, "error")}`, fix)];
    }
    const fine = ok(
      area,
      `${folder} is version ${version ?? "unknown"}; its ${counted(exampleCount, "example")} hold`,
    );
    return warnings.length === 0 ? [fine] : [fine, warning(area, counted(warnings.length, "warning"), fix)];
  });
}

/** A playbook that cannot be used has been told of above. */
async function checkProvider(config: Config, isOnline: boolean): Promise<readonly Check[]> {
  const { playbook } = await readPlaybook(config.playbook).catch(() => ({ playbook: undefined }));
  return await checkEnrichment(config, playbook, isOnline);
}

async function checkInstallations(
  config: Config,
  store: Store,
  now: () => Instant,
  isOnline: boolean,
): Promise<readonly Check[]> {
  const crm = config.hubspot === undefined ? "salesforce" : "hubspot";
  const installLink = `${config.publicUrl}/oauth/${crm}/install`;
  const installations = await listInstallations(store.db);
  if (installations.length === 0) {
    return [
      warning(
        "installations",
        "Baton is installed nowhere yet",
        `An admin of the ${crm === "hubspot" ? "portal" : "org"} opens ${installLink}`,
      ),
    ];
  }
  const checks: Check[] = [];
  for (const installation of installations) {
    checks.push(
      ...(await checkInstallation(installation, {
        db: store.db,
        locksmith: locksmithOf(config),
        now: now(),
        scopes: app.scopes,
        installLink,
        ...(isOnline ? { connect: (one) => connectorFor(config, store, one, now) } : {}),
      })),
      ...(await checkChannels(installation, {
        db: store.db,
        locksmith: locksmithOf(config),
        sandbox: config.sandbox,
        now,
        isOnline,
      })),
    );
  }
  return checks;
}

/** What an admin may paste into each account, from its app. */
async function setupOf(config: Config, store: Store, now: () => Instant): Promise<readonly SetupNote[]> {
  const apps = appsOf(config, now);
  const installations = await listInstallations(store.db);
  return installations.flatMap(({ crm, tenant }) =>
    apps
      .filter((one) => one.crm === crm)
      .flatMap((one) => one.setupNotes(tenant))
      .map(({ title, ...note }) => ({ title: `${crm} ${tenant}: ${title}`, ...note })),
  );
}

async function printNotes(screen: Screen, notes: readonly SetupNote[]): Promise<void> {
  for (const { title, text, code } of notes) {
    await printLines(screen, ["", screen.paint.bold(title), ...wrapped(screen, "", text)]);
    if (code !== undefined) await printLines(screen, ["", ...code.split("\n").map((line) => `  ${line}`)]);
  }
}

async function printChecks(screen: Screen, checks: readonly Check[]): Promise<void> {
  const width = Math.max(...checks.map(({ area }) => area.length));
  await printLines(
    screen,
    checks.flatMap((check) => checkLines(screen, check, width)),
  );
  const problems = checks.filter(({ status }) => status === "problem").length;
  const warnings = checks.filter(({ status }) => status === "warning").length;
  await printLines(screen, ["", `${counted(problems, "problem")}, ${counted(warnings, "warning")}.`]);
}

function checkLines(screen: Screen, check: Check, width: number): readonly string[] {
  const { paint } = screen;
  const colour = { ok: paint.green, warning: paint.yellow, problem: paint.red }[check.status];
  const lead = `${colour(check.status.padEnd(8))} ${check.area.padEnd(width)}  `;
  const says = printable(check.says);
  const code = check.status === "problem" ? ` ${paint.dim(`[${check.code}]`)}` : "";
  return [
    ...wrapped(screen, lead, `${says}${code}`),
    ...(check.status === "ok" ? [] : wrapped(screen, " ".repeat(width + 11), `→ ${printable(check.fix)}`)),
  ];
}
