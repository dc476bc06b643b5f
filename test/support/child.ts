/** Starts, kills and restarts a Baton that runs beside the test, against a sandbox inside the test. */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type App, type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { buildWorld } from "../../sandbox/world/build.ts";
import { hubspotAppDeclaration } from "../../src/cli/demo/declaration.ts";
import { freePort, installAsAdmin, sandboxEnvironment } from "../../src/cli/demo/setting.ts";
import { uncappedPlaybook } from "./uncapped.ts";

export interface BatonChild {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly app: App;
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, as a power cut would. Settles when the process is gone. */
  kill(): Promise<void>;
  /** Asks it to stop and waits. @returns Its exit code. */
  terminate(): Promise<number | null>;
  /** Installs the app as an admin's browser would. */
  install(): Promise<void>;
  close(): Promise<void>;
}

/** The sandbox runs in real time here: a process that is killed has no clock to share. */
export async function openBatonChild(databaseUrl: string, seed: number): Promise<BatonChild> {
  const sandbox = await startSandbox({ seed });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = sandbox.registerApp(hubspotAppDeclaration(url, seed));
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, seed, 0, Date.now());
  const own = { port, databaseUrl, playbook: uncappedPlaybook(), secretKey: randomBytes(32) };
  const env = {
    ...process.env,
    ...sandboxEnvironment(sandbox, app, own),
    BATON_LOG_LEVEL: process.env["BATON_TEST_LOG"] ?? "error",
    BATON_TEST_SETTLE_MS: "1000",
  };
  let child: ChildProcess | undefined;

  const gone = async (signal: NodeJS.Signals): Promise<number | null> => {
    const dying = child;
    if (dying === undefined) return null;
    child = undefined;
    return await new Promise((resolve) => {
      dying.once("exit", (code) => resolve(code));
      dying.kill(signal);
    });
  };

  return {
    sandbox,
    portal,
    app,
    url,
    async start() {
      const starting = fork(join(import.meta.dirname, "serve-child.ts"), {
        env,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      child = starting;
      await new Promise<void>((resolve, reject) => {
        starting.once("message", () => resolve());
        starting.once("exit", (code) => reject(new Error(`Baton ended with ${code} while starting`)));
      });
    },
    kill: () => gone("SIGKILL").then(() => undefined),
    terminate: () => gone("SIGTERM"),
    install: () => installAsAdmin(url, sandbox),
    async close() {
      await gone("SIGKILL");
      await sandbox.close();
    },
  };
}
