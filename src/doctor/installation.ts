/** The check-up of one installation: its tokens, what was granted, its lane, and what waits or is not understood. */
import type { Connector } from "../connector.ts";
import { BatonError, ERROR_CODES } from "../errors.ts";
import type { Capabilities } from "../model/capabilities.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { type Locksmith, loadTokens } from "../store/connections.ts";
import { parkedEvents } from "../store/events.ts";
import { readDue } from "../store/figures.ts";
import type { Installation } from "../store/installations.ts";
import { type LastTurn, lastTurn } from "../store/lanes.ts";
import { loadLiveCheck } from "../store/live-checks.ts";
import type { Db } from "../store/schema.ts";
import { stuckEffects } from "../store/stuck-effects.ts";
import { listUnmapped } from "../store/unmapped.ts";
import type { Tokens } from "../tokens.ts";
import { attempt, type Check, ok, problem, warning } from "./check.ts";
import { checkDrift } from "./drift.ts";

/** What the check-up needs beside the store. */
export interface InstallationTools {
  readonly db: Db;
  readonly locksmith: Locksmith;
  readonly now: Instant;
  /** Scopes the app asks for. */
  readonly scopes: { readonly required: readonly string[]; readonly optional: readonly string[] };
  /** Where an admin installs the app (again). */
  readonly installLink: string;
  /** Absent when no CRM may be called. */
  readonly connect?: (installation: Installation) => Connector;
}

/** An event that waits longer than this is not being worked on. */
const SLOW_AFTER_MS: DurationMs = 2 * MINUTE_MS;

/** Checks one installation. Throws nothing but faults. */
export async function checkInstallation(
  installation: Installation,
  tools: InstallationTools,
): Promise<readonly Check[]> {
  const area = `${installation.crm} ${installation.tenant}`;
  return [
    stateOf(area, installation, tools),
    ...(await tokensOf(area, installation, tools)),
    abilitiesOf(area, installation.capabilities),
    ...(await laneOf(area, installation, tools)),
    await parkedOf(area, installation, tools),
    ...(await unmappedOf(area, installation, tools)),
    ...(await liveOf(area, installation, tools)),
    ...(await checkDrift(area, installation, tools)),
  ];
}

function stateOf(area: string, { state }: Installation, { installLink }: InstallationTools): Check {
  if (state === "active") return ok(area, "installed and active");
  return problem(
    area,
    "crm.disconnected",
    "the CRM refuses our token; work waits",
    `Install the app again: ${installLink}`,
  );
}

async function tokensOf(
  area: string,
  installation: Installation,
  tools: InstallationTools,
): Promise<readonly Check[]> {
  const fix = `Install the app again: ${tools.installLink}`;
  return await attempt(area, fix, async () => {
    const tokens = await loadTokens(tools.db, tools.locksmith, installation.id);
    return [
      ok(area, "tokens open with the keys given"),
      ...scopesOf(area, tokens, tools),
      ...(await answerOf(area, installation, tools)),
    ];
  });
}

function scopesOf(
  area: string,
  tokens: Tokens,
  { scopes, installLink }: InstallationTools,
): readonly Check[] {
  const isMissing = (scope: string): boolean => !tokens.scopes.includes(scope);
  const missing = scopes.required.filter(isMissing);
  const without = scopes.optional.filter(isMissing);
  const granted = ok(area, `${scopes.required.length} required scopes granted`);
  return [
    missing.length === 0
      ? granted
      : problem(
          area,
          "install.missing-scope",
          `scopes not granted: ${missing.join(", ")}`,
          `Install the app again: ${installLink}`,
        ),
    ...(without.length === 0 ? [] : [ok(area, `optional scopes not granted: ${without.join(", ")}`)]),
  ];
}

/** Asks the CRM for its owners: cheap, and it takes a token, a scope and a network. */
async function answerOf(
  area: string,
  installation: Installation,
  { connect, installLink }: InstallationTools,
): Promise<readonly Check[]> {
  if (connect === undefined) return [];
  let connector: Connector | undefined;
  try {
    connector = connect(installation);
    const owners = await connector.owners();
    const active = owners.filter((owner) => owner.active).length;
    return [ok(area, `the CRM answers: ${active} active owners, ${owners.length - active} archived`)];
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    if (error.code === "config.invalid")
      return [problem(area, error.code, error.message, "docs/configuration.md says how its app is set up.")];
    const isOurAccess = ERROR_CODES[error.code] === "reauthorize";
    const fix = isOurAccess
      ? `Install the app again: ${installLink}`
      : "Try again in a while; Baton does so by itself.";
    return [problem(area, error.code, `the CRM does not answer: ${error.message}`, fix)];
  } finally {
    await connector?.close();
  }
}

function abilitiesOf(area: string, capabilities: Capabilities): Check {
  const without = [
    ...(capabilities.deals ? [] : ["deals (owners of open deals are not known)"]),
    ...(capabilities.workingHours ? [] : ["working hours (team.yaml decides alone)"]),
    ...(capabilities.submissions ? [] : ["form submissions (answers to forms are not quoted)"]),
    ...(capabilities.callbacks ? [] : ["workflow answers (workflows go on without one)"]),
    ...(capabilities.touches ? [] : ["calls, e-mails and meetings (what sales did is not known)"]),
    ...(capabilities.sequences ? [] : ["sequences (none is started)"]),
    ...(capabilities.lists
      ? []
      : ["lists (who is on one is unknown, and nobody is handed off whom one may hold back)"]),
  ];
  const keyed = `tasks found again by ${capabilities.taskKey}, notes by ${capabilities.noteKey}`;
  return ok(area, without.length === 0 ? keyed : `${keyed}; without ${without.join(", ")}`);
}

async function laneOf(
  area: string,
  { id }: Installation,
  { db, now }: InstallationTools,
): Promise<readonly Check[]> {
  const last = await lastTurn(db, id);
  const { count, since = now } = await readDue(db, id, now);
  const isSlow = now - since > SLOW_AFTER_MS;
  return [
    last.failures === 0
      ? ok(area, last.hasWorked ? "its lane works" : "its lane has not worked yet")
      : warning(
          area,
          `its lane failed ${last.failures} times in a row (${whyFailing(last, now)})`,
          "docs/errors.md says what the code asks for; the lane tries again by itself.",
        ),
    isSlow
      ? warning(
          area,
          `${count} events wait for more than two minutes`,
          "Is a server running with this database? Start one: baton serve",
        )
      : ok(area, `${count} events wait`),
  ];
}

/** `crm.resting` is an open breaker: the CRM has not answered for a while. */
function whyFailing({ code = "no code", restsUntil }: LastTurn, now: Instant): string {
  const why = code === "crm.resting" ? "crm.resting: the CRM does not answer" : code;
  return restsUntil > now ? `${why}, tried again in ${Math.ceil((restsUntil - now) / SECOND_MS)} s` : why;
}

async function parkedOf(
  area: string,
  { id, tenant }: Installation,
  { db }: InstallationTools,
): Promise<Check> {
  const [effects, events] = [await stuckEffects(db, id), await parkedEvents(db, id)];
  if (effects.length + events.length === 0) return ok(area, "nothing waits for a person");
  return warning(
    area,
    `${effects.length} writes and ${events.length} events wait for a person`,
    `See them: baton parked list --portal ${tenant}`,
  );
}

async function unmappedOf(
  area: string,
  { id }: Installation,
  { db }: InstallationTools,
): Promise<readonly Check[]> {
  const values = await listUnmapped(db, id);
  if (values.length === 0) return [ok(area, "every value met so far is mapped")];
  return values.map(({ field, from, value, suggestion }) =>
    warning(
      area,
      `${from} holds "${value}", which no mapping of ${field} covers`,
      `fields.yaml: ${suggestion}; or let "baton unmapped" write it`,
    ),
  );
}

/** What the server's nightly check of the playbook found here. */
async function liveOf(
  area: string,
  { id, tenant }: Installation,
  { db, now }: InstallationTools,
): Promise<readonly Check[]> {
  const check = await loadLiveCheck(db, id);
  const fix = `See them: baton check --live --portal ${tenant}`;
  const failed = check?.code;
  const failure =
    failed === undefined
      ? []
      : [
          warning(
            area,
            `its nightly check did not come through (${failed})`,
            "docs/errors.md says what the code asks for.",
          ),
        ];
  if (check?.checkedAt === undefined) {
    return [ok(area, "the playbook was not checked against it yet; a server does so every day"), ...failure];
  }
  const { errors, warnings, checkedAt } = check;
  const says = `the playbook was checked against it ${Math.round((now - checkedAt) / HOUR_MS)} h ago: ${errors} errors, ${warnings} warnings`;
  if (errors > 0) return [problem(area, "playbook.mismatch", says, fix), ...failure];
  return [warnings > 0 ? warning(area, says, fix) : ok(area, says), ...failure];
}
