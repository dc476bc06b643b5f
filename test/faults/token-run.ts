/**
 * Lets the access token of one portal expire again and again while several processes use it, against a sandbox that gives a new
 * refresh token each time and revokes everything when an old one is used a second time.
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { startSandbox } from "../../sandbox/index.ts";
import { loadTokens, saveTokens } from "../../src/store/connections.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { type FleetMember, INSTALLATION, locksmithOf, type Order, type Report } from "./token-fleet.ts";

export interface TokenRun {
  readonly databaseUrl: string;
  readonly expiries: number;
  readonly processes: number;
  /** Expiries at which a process dies between HubSpot's answer and its commit. Needs a sandbox that does not rotate. */
  readonly deaths?: number;
  /** Told after each expiry. */
  readonly progress?: (expired: number) => void;
}

/** What the sandbox saw, and what the processes said. */
export interface TokenTally {
  /** Token calls that were granted and refused. */
  readonly granted: number;
  readonly refused: number;
  /** Codes of reads that failed. */
  readonly failures: readonly string[];
  /** Whether the tokens in the store are the ones HubSpot gave last, and good. */
  readonly holdsNewest: boolean;
}

/** Runs it. Throws what breaks the run itself. */
export async function runTokens(run: TokenRun): Promise<TokenTally> {
  const sandbox = await startSandbox({ seed: 7, limits: { perWindow: Number.MAX_SAFE_INTEGER } });
  Object.assign(sandbox.tokens.rules, { rotate: run.deaths === undefined, reuseRevokes: true });
  const portal = sandbox.createPortal();
  const app = sandbox.registerApp();
  const key = randomBytes(32).toString("base64");
  const store = await openStore(run.databaseUrl);
  const granted = sandbox.install(app, portal.id);
  const first = { access: granted.accessToken, refresh: granted.refreshToken, scopes: granted.scopes };
  const expiresAt = Date.now() + 1_800_000;
  await saveTokens(store.db, locksmithOf(key), INSTALLATION, { ...first, expiresAt }, Date.now());
  const member: FleetMember = {
    databaseUrl: run.databaseUrl,
    key,
    config: {
      appId: String(app.id),
      clientId: app.clientId,
      clientSecrets: [app.clientSecret],
      publicUrl: "https://baton.example",
      apiUrl: sandbox.url,
      authorizeUrl: `${sandbox.url}/oauth/authorize`,
    },
  };
  const fleet = await Promise.all(Array.from({ length: run.processes }, () => start(member)));
  const failures: string[] = [];

  try {
    for (let expired = 0; expired < run.expiries; expired += 1) {
      sandbox.tokens.expireAccess(app.id, portal.id);
      if (expired < (run.deaths ?? 0)) fleet.push(await dieInRenewal(store, fleet.shift(), member));
      const reports = await Promise.all(fleet.map((child) => tell(child, "read")));
      failures.push(...reports.flatMap(({ codes }) => codes));
      run.progress?.(expired + 1);
    }
    const tokens = await loadTokens(store.db, locksmithOf(key), INSTALLATION);
    const calls = sandbox.ledger.calls.filter(({ route }) => route.endsWith("/token"));
    return {
      granted: calls.filter(({ status }) => status === 200).length,
      refused: calls.filter(({ status }) => status !== 200).length,
      failures,
      holdsNewest:
        sandbox.tokens.refreshGrant(tokens.refresh) !== undefined &&
        sandbox.tokens.access(tokens.access) !== undefined,
    };
  } finally {
    for (const child of fleet) child.kill("SIGKILL");
    await store.close();
    await sandbox.close();
  }
}

async function start(member: FleetMember): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "token-child.ts"), {
    env: { ...process.env, BATON_FLEET_MEMBER: JSON.stringify(member) },
  });
  await reportOf(child);
  return child;
}

async function tell(child: ChildProcess, order: Order): Promise<Report> {
  child.send(order);
  return await reportOf(child);
}

async function reportOf(child: ChildProcess): Promise<Report> {
  return await new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once("exit", gone);
    child.once("message", (report: Report) => {
      child.off("exit", gone);
      resolve(report);
    });
  });
}

/** One process dies holding the mark; then the mark's time passes, and another process is started. */
async function dieInRenewal(
  store: Store,
  child: ChildProcess | undefined,
  member: FleetMember,
): Promise<ChildProcess> {
  if (child === undefined) throw new RangeError("a fleet has at least one process");
  child.send("read and die" satisfies Order);
  await once(child, "exit");
  await store.db.updateTable("connections").set({ renewing_until: 0 }).execute();
  return await start(member);
}
