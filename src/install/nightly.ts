/**
 * The nightly check: once a day the playbook is compared with each active installation's CRM, so that a property somebody
 * renamed or a rep who left is known before a lead shows it. Installations are spread over the day by their id. What was
 * found is stored and logged as counts: the words themselves are `baton check --live`'s to show.
 */
import { createHash } from "node:crypto";
import type { Connector } from "../connector.ts";
import { BatonError } from "../errors.ts";
import type { Log } from "../log.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/instant.ts";
import { checkAgainst } from "../playbook/index.ts";
import { type Installation, isConnected, listInstallations } from "../store/installations.ts";
import { type LiveCheck, loadLiveCheck, saveLiveCheck } from "../store/live-checks.ts";
import type { Store } from "../store/open.ts";
import { eachInstallation } from "./each.ts";

export interface NightlyTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  /** The texts of the playbook that decides now. */
  readonly files: () => Readonly<Record<string, string>>;
  readonly connect: (installation: Installation) => Reader;
}

/** What of a connector the check needs. */
type Reader = Pick<Connector, "close"> & { asBulk(): Pick<Connector, "vocabulary"> };

export interface Nightly {
  /** Checks the installations that are due, one after the other. @returns How many. Rejects when they cannot be looked up. */
  run(): Promise<number>;
  /** Breaks off what is under way and waits for it; nothing is stored of a check that did not end. */
  stop(): Promise<void>;
}

const NOT_CHECKED = "the playbook could not be checked against this portal";

/** Makes the nightly check of one server; it is asked to run every hour. Throws nothing. */
export function createNightly(tools: NightlyTools): Nightly {
  let stopped = false;
  let open: Reader | undefined;
  let running: Promise<number> = Promise.resolve(0);

  const checkDue = async (): Promise<number> =>
    await eachInstallation(
      await listInstallations(tools.store.db),
      tools.log,
      NOT_CHECKED,
      async (installation) => {
        if (stopped || !isConnected(installation) || !(await isDue(tools, installation.id))) return 0;
        try {
          const found = await checkOne(tools, installation.id, () => (open = tools.connect(installation)));
          if (!stopped) await saveLiveCheck(tools.store.db, installation.id, found);
        } finally {
          await open?.close();
          open = undefined;
        }
        return 1;
      },
    );
  return {
    run() {
      running = running.then(checkDue, checkDue);
      return running;
    },
    async stop() {
      stopped = true;
      await open?.close();
      await running.catch(() => 0);
    },
  };
}

/** The first look at an installation only gives it its place in the day. */
async function isDue({ store, now }: NightlyTools, installation: string): Promise<boolean> {
  const last = await loadLiveCheck(store.db, installation);
  if (last !== undefined) return last.dueAt <= now();
  await saveLiveCheck(store.db, installation, {
    dueAt: nextTurn(installation, now()),
    errors: 0,
    warnings: 0,
  });
  return false;
}

/** A CRM that cannot be connected to or read keeps what was found before; a passing fault is tried again in the next hour. */
async function checkOne(
  { store, log, now, files }: NightlyTools,
  installation: string,
  connect: () => Reader,
): Promise<LiveCheck> {
  const dueAt = nextTurn(installation, now());
  try {
    const problems = checkAgainst(files(), await connect().asBulk().vocabulary());
    const errors = problems.filter(({ severity }) => severity === "error").length;
    const warnings = problems.length - errors;
    const facts = { installation, errors, warnings };
    if (errors > 0)
      log.warn({ code: "playbook.mismatch", ...facts }, "the playbook does not fit this portal");
    else log.info(facts, "the playbook was checked against this portal");
    return { dueAt, checkedAt: now(), errors, warnings };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    log.warn({ installation, code: error.code }, NOT_CHECKED);
    const last = await loadLiveCheck(store.db, installation);
    const isPassing = error.remedy === "retry";
    return {
      ...(last ?? { errors: 0, warnings: 0 }),
      dueAt: isPassing ? now() + HOUR_MS : dueAt,
      code: error.code,
    };
  }
}

/** The installation's next minute of the day: the same every day, and spread over all of them by id. */
function nextTurn(installation: string, now: Instant): Instant {
  const minute = createHash("sha256").update(installation).digest().readUInt32BE() % MINUTES_A_DAY;
  const today = now - (now % DAY_MS) + minute * MINUTE_MS;
  return today > now ? today : today + DAY_MS;
}
const MINUTES_A_DAY = DAY_MS / MINUTE_MS;
