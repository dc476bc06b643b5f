/**
 * The demo's stage: the sandbox with Acme's portal, and a Baton installed into it over HTTP as an admin would, with nothing but
 * configuration pointing the one at the other.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { type Portal, type Sandbox, startSandbox } from "../../../sandbox/index.ts";
import { buildWorld } from "../../../sandbox/world/build.ts";
import { loadConfig } from "../../config.ts";
import { BatonError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { type Baton, startBaton } from "../../main.ts";
import type { Instant } from "../../model/instant.ts";
import { hubspotAppDeclaration } from "./declaration.ts";

export interface StageOptions {
  readonly seed: number;
  readonly now: () => Instant;
  readonly databaseUrl: string;
  readonly playbook: string;
  readonly log: Log;
  /** 0 takes a free port. */
  readonly port: number;
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
const DAY_IN_A_MINUTE = { perWindow: 110 * 60 };
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

  const config = loadConfig({
    BATON_URL: publicUrl,
    BATON_PORT: String(port),
    BATON_DATABASE_URL: options.databaseUrl,
    BATON_SECRET_KEYS: digest(`key ${options.seed}`).toString("base64"),
    BATON_PLAYBOOK: options.playbook,
    BATON_SANDBOX: "1",
    BATON_HUBSPOT_APP_ID: String(app.id),
    BATON_HUBSPOT_CLIENT_ID: app.clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: app.clientSecret,
    BATON_HUBSPOT_API_URL: sandbox.url,
    BATON_HUBSPOT_AUTHORIZE_URL: `${sandbox.url}/oauth/authorize`,
  });
  const baton = await startBaton(config, {
    log: options.log,
    now: options.now,
    newId: seededIds(options.seed),
  });
  await install(baton, sandbox);
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

/** Walks the installation an admin's browser would walk: to the consent page, back with a code, cookies kept. */
async function install(baton: Baton, sandbox: Sandbox): Promise<void> {
  sandbox.consent.automatic = true;
  const begin = await fetch(`${baton.url}/oauth/hubspot/install`, { redirect: "manual" });
  const cookie = begin.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .join("; ");
  const consent = await fetch(begin.headers.get("location") ?? "", { redirect: "manual" });
  const done = await fetch(consent.headers.get("location") ?? "", {
    headers: { cookie },
    redirect: "manual",
  });
  if (!done.ok) {
    throw new BatonError(
      "install.denied",
      `The demo could not install itself into the sandbox (HTTP ${done.status}).`,
    );
  }
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

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new BatonError("config.invalid", "no free port was found"));
      });
    });
  });
}
