/** `baton routes audit`: who can receive what, and where the routing rules leave holes or contradict themselves. */
import { join } from "node:path";
import { loadPartialConfig } from "../config.ts";
import { BatonError, EXIT_CODE } from "../errors.ts";
import { accountOf } from "../model/lead.ts";
import type { Owner, Standings } from "../model/rep.ts";
import { loadPlaybook } from "../playbook-folder.ts";
import type { AuditFinding } from "../route/audit-finding.ts";
import { auditRoutes, type RoutingAudit } from "../route/audit.ts";
import { formRoster } from "../route/index.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { loadStandings } from "../store/standings.ts";
import { latestOwners } from "../store/turns.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted, inTime } from "./words.ts";

const SEVERITIES = ["error", "warning", "note"] as const;

/** What an installation knows: its owners as the last turn saw them, and its ledger. */
interface Ledger {
  readonly portal: string;
  readonly account: string;
  readonly owners: readonly Owner[];
  readonly standings: Standings;
  readonly asOf: number;
}

/**
 * Audits and prints. Without `portal` and without a database the playbook alone is audited.
 * @returns 0, or 3 while there is an error.
 * Throws `playbook.missing`, `playbook.invalid`, and with `portal` `cli.not-found` or `config.invalid`.
 */
export async function auditRouting(
  shell: Shell,
  folder: string | undefined,
  options: { readonly json?: boolean; readonly portal?: string },
): Promise<number> {
  const place = folder ?? loadPartialConfig(shell.env, ["BATON_PLAYBOOK"]).BATON_PLAYBOOK;
  const { playbook } = await loadPlaybook(place);
  const ledger = await findLedger(shell, options.portal);
  const now = shell.now();
  const audit = auditRoutes({
    playbook,
    roster: formRoster(playbook.team, ledger?.owners ?? [], ledger?.standings ?? new Map(), now),
    ownersKnown: ledger !== undefined,
    now,
  });
  const findings = audit.findings.map((finding) =>
    finding.source === undefined ? finding : { ...finding, source: join(place, finding.source) },
  );
  const placed = { ...audit, findings };
  if (options.json === true) {
    const { portal, asOf } = ledger ?? {};
    await printJson(shell.out, { folder: place, version: playbook.version, portal, asOf, ...placed });
  } else await print(shell, place, placed, ledger);
  return findings.some(({ severity }) => severity === "error") ? EXIT_CODE.reconfigure : 0;
}

/** The portal's owners and ledger; undefined where nobody asked for a portal and there is not exactly one. */
async function findLedger(shell: Shell, portal: string | undefined): Promise<Ledger | undefined> {
  try {
    return await withStore(shell, async (store) => {
      const [installation, ...more] = await chooseInstallations(store, portal);
      if (installation === undefined || more.length > 0) return undefined;
      return await readLedger(store, installation);
    });
  } catch (error) {
    const isMissing = error instanceof BatonError && ["config.invalid", "cli.not-found"].includes(error.code);
    if (portal === undefined && isMissing) return undefined;
    throw error;
  }
}

async function readLedger(store: Store, installation: Installation): Promise<Ledger | undefined> {
  const { id, tenant: portal } = installation;
  const latest = await latestOwners(store.db, id);
  if (latest === undefined) return undefined;
  const { owners, at: asOf } = latest;
  return {
    portal,
    account: accountOf(installation),
    owners,
    standings: await loadStandings(store.db, id),
    asOf,
  };
}

async function print(
  shell: Shell,
  folder: string,
  audit: RoutingAudit,
  ledger: Ledger | undefined,
): Promise<void> {
  const { out } = shell;
  const { paint } = out;
  const rules = audit.rules.map(({ rule, to, reps, hours, perDay }) => [
    rule,
    to,
    hours === undefined ? "" : reps.map(shortName).join(", ") || "nobody",
    hours === undefined ? "" : (perDay ?? "no cap").toString(),
    hours ?? "",
  ]);
  const reps = audit.reps.map((one) => [
    one.rep,
    one.team,
    counted(one.rules.length, "rule"),
    [capped("open", one.cap.open), capped("day", one.cap.day)].filter((text) => text !== "").join(", "),
    one.turns?.toString() ?? "",
    one.expected?.toString() ?? "",
    one.open?.toString() ?? "",
  ]);
  await printLines(out, [
    paint.bold("Who can receive what"),
    ...tableLines(out, { head: ["rule", "to", "reps", "a day", "at work (UTC)"], rows: rules, indent: 2 }),
    "",
    paint.bold("Who takes turns"),
    ...tableLines(out, {
      head: ["rep", "team", "reached by", "caps", "turns", "even share", "open"],
      rows: reps,
      indent: 2,
    }),
    "",
    ledger === undefined
      ? "Owners and turns are not known: no portal or org was looked at (--portal says which)."
      : `Owners and turns: ${ledger.account}, as of ${inTime(ledger.asOf, shell.zone)}.`,
    "",
    ...SEVERITIES.flatMap((severity) =>
      audit.findings.filter((one) => one.severity === severity).map((one) => line(shell, one)),
    ),
    ...(audit.findings.length > 0 ? [""] : []),
    closing(shell, folder, audit.findings),
  ]);
}

function line(shell: Shell, { severity, says, source }: AuditFinding): string {
  const { paint } = shell.out;
  const colour = { error: paint.red, warning: paint.yellow, note: paint.dim }[severity];
  return `${colour(severity)}: ${says}${source === undefined ? "" : ` (${source})`}`;
}

function closing(shell: Shell, folder: string, findings: readonly AuditFinding[]): string {
  const { paint } = shell.out;
  const count = (severity: AuditFinding["severity"]): string =>
    counted(findings.filter((one) => one.severity === severity).length, severity);
  const isGood = !findings.some(({ severity }) => severity === "error");
  return `${isGood ? paint.green("✓") : paint.red("✗")} ${folder}: ${count("error")}, ${count("warning")}, ${count("note")}`;
}

function shortName(address: string): string {
  return address.split("@")[0] ?? address;
}

function capped(what: string, cap: number | undefined): string {
  return cap === undefined ? "" : `${cap} ${what}`;
}
