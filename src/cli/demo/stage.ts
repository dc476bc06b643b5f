/**
 * The demo's stage: the sandbox with Acme's portal, and a Baton installed into it over HTTP as an admin would, with nothing but
 * configuration pointing the one at the other.
 */
import { createHash } from "node:crypto";
import { type Portal, type Sandbox, startSandbox } from "../../../sandbox/index.ts";
import { buildWorld } from "../../../sandbox/world/build.ts";
import { loadConfig } from "../../config.ts";
import type { Log } from "../../log.ts";
import { type Baton, startBaton } from "../../main.ts";
import type { DurationMs, Instant } from "../../model/instant.ts";
import { hubspotAppDeclaration } from "./declaration.ts";
import { freePort, installAsAdmin, sandboxEnvironment } from "./setting.ts";

export interface StageOptions {
  readonly seed: number;
  readonly now: () => Instant;
  readonly databaseUrl: string;
  readonly playbook: string;
  readonly log: Log;
  /** 0 takes a free port. */
  readonly port: number;
  /** How long activities gather; as in a server where it is left out. */
  readonly gatherMs?: DurationMs;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly baton: Baton;
  /** Settles when every webhook was answered and everything they caused is done, echoes included. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** A day passes in about a minute: what is due once a minute comes due with every act, so the limit is scaled as time is. */
const DAY_IN_A_MINUTE = { perWindow: 110 * 60, searchPerSecond: 5 * 60 };
/** Contacts besides the cast and the day's crowd. */
const BACKGROUND = 20;

/** Builds the world, starts both servers and installs the app. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const sandbox = await startSandbox({ seed: options.seed, now: options.now, limits: DAY_IN_A_MINUTE });
  const port = options.port === 0 ? await freePort() : options.port;
  const publicUrl = `http://127.0.0.1:${port}`;
  const app = sandbox.registerApp(hubspotAppDeclaration(publicUrl, options.seed));
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, options.seed, BACKGROUND);

  const config = loadConfig(
    sandboxEnvironment(sandbox, app, { ...options, port, secretKey: digest(`key ${options.seed}`) }),
  );
  const baton = await startBaton(config, {
    log: options.log,
    now: options.now,
    newId: seededIds(options.seed),
    ...(options.gatherMs === undefined ? {} : { gatherMs: options.gatherMs }),
  });
  await installAsAdmin(baton.url, sandbox);
  Object.assign(sandbox.webhooks.mood, { duplicateShare: 0.2, reorderShare: 0.2, echoOwnWrites: true });

  return {
    sandbox,
    portal,
    baton,
    async quiet() {
      do {
        await sandbox.drained();
        await baton.idle();
      } while (!sandbox.webhooks.isIdle());
    },
    async close() {
      await baton.stop();
      await sandbox.close();
    },
  };
}

/** Ids that are the same for the same seed; real ones are random. */
function seededIds(seed: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return digest(`${seed} ${count}`).toString("hex").slice(0, 24);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(`baton demo ${text}`).digest();
}
