/** A Baton beside a sandbox that can be stopped, copied, put back and started again inside the test, on either database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { buildWorld } from "../../sandbox/world/build.ts";
import { createDemoClock, type DemoClock } from "../../src/cli/demo/clock.ts";
import { hubspotAppDeclaration } from "../../src/cli/demo/declaration.ts";
import { freePort, installAsAdmin, sandboxEnvironment } from "../../src/cli/demo/setting.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { type Baton, startBaton } from "../../src/main.ts";
import { type Keeping, keepInSqlite } from "./keeping.ts";
import { runInside } from "./shell.ts";
import { uncappedPlaybook } from "./uncapped.ts";

export interface Restorable {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly clock: DemoClock;
  /** The server that runs now. */
  readonly baton: () => Baton;
  readonly path: (name: string) => string;
  readonly keeping: Keeping;
  /** Runs a command with the server's own settings. Throws when it fails, unless its code is wanted. */
  readonly run: (
    args: readonly string[],
    code?: number,
  ) => Promise<{ readonly out: string; readonly err: string }>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Settles when every webhook was answered and everything they caused is done. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

const MORNING = Date.UTC(2026, 10, 17);
const SEED = 7;
/** A day passes in seconds, so the limit of calls is scaled as time is. */
const DAY_IN_SECONDS = { perWindow: 100_000 };

/** @param kept  Where; on a SQLite file without it. */
export async function openRestorable(
  rules: Partial<Portal["rules"]> = {},
  kept?: Keeping,
): Promise<Restorable> {
  const clock = createDemoClock(MORNING);
  const folder = mkdtempSync(join(tmpdir(), "baton-restore-"));
  const path = (name: string): string => join(folder, name);
  const keeping = kept ?? keepInSqlite(path);
  const now = (): number => clock.now();
  const sandbox = await startSandbox({ seed: SEED, now, limits: DAY_IN_SECONDS });
  const port = await freePort();
  const app = sandbox.registerApp(hubspotAppDeclaration(`http://127.0.0.1:${port}`, SEED));
  const portal = sandbox.createPortal({ rules });
  buildWorld(sandbox, portal.id, SEED, 0);
  Object.assign(sandbox.webhooks.mood, { duplicateShare: 0.2, reorderShare: 0.2 });
  const own = { port, playbook: uncappedPlaybook(), secretKey: Buffer.alloc(32, "restore") };
  const env = () => sandboxEnvironment(sandbox, app, { ...own, databaseUrl: keeping.url() });
  const log = createLog({ level: process.env["BATON_TEST_LOG"] ?? "silent" });
  const start = (): Promise<Baton> => startBaton(loadConfig(env()), { log, now, settleMs: 0 });
  let baton = await start();
  await installAsAdmin(baton.url, sandbox);

  return {
    sandbox,
    portal,
    clock,
    baton: () => baton,
    path,
    keeping,
    async run(args, code = 0) {
      const run = await runInside(args, { env: env(), now });
      if (run.code !== code) throw new Error(`baton ${args.join(" ")} ended with ${run.code}: ${run.err}`);
      return run;
    },
    async start() {
      baton = await start();
    },
    stop: () => baton.stop(),
    async quiet() {
      do {
        await sandbox.drained();
        await baton.idle();
      } while (!sandbox.webhooks.isIdle());
    },
    async close() {
      await baton.stop();
      await sandbox.close();
      await keeping.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
