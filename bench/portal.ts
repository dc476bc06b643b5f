/**
 * A sandbox portal, or many, in this process and a Baton in another one, installed over HTTP as an admin would. The sandbox's
 * ledger and this process share one monotonic clock, so what is read off the ledger is in the bench's own time.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isMap, parseDocument } from "yaml";
import { type App, type Portal, type Sandbox, startSandbox } from "../sandbox/index.ts";
import { buildWorld } from "../sandbox/world/build.ts";
import { hubspotAppDeclaration } from "../src/cli/demo/declaration.ts";
import { type ServerChild, startServer } from "./child.ts";
import { freePort } from "../src/cli/demo/setting.ts";

export interface BenchPortal {
  readonly sandbox: Sandbox;
  /** The first of them. */
  readonly portal: Portal;
  readonly portals: readonly Portal[];
  readonly app: App;
  readonly server: ServerChild;
  /** Installs the app into every portal; from then on webhooks are sent. */
  install(): Promise<void>;
  /** Settles when every webhook is answered and no call has come for a while; or after `withinMs`, whichever is first. */
  quiet(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/** No call for this long means that nobody works: Baton looks for work every second. */
const SILENCE_MS = 1_300;
const LOOK_EVERY_MS = 20;

/** @param count  How many portals; each is the same world with ids of its own. */
export async function openPortal(seed: number, count = 1): Promise<BenchPortal> {
  const sandbox = await startSandbox({ seed });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = sandbox.registerApp(hubspotAppDeclaration(url, seed));
  const portal = sandbox.createPortal();
  const portals = [portal, ...Array.from({ length: count - 1 }, () => sandbox.createPortal())];
  for (const { id } of portals) buildWorld(sandbox, id, seed, 0, Date.now());
  const playbook = playbookWithoutCaps();
  const server = await startServer("baton", port, {
    BATON_PLAYBOOK: playbook,
    BATON_HUBSPOT_APP_ID: String(app.id),
    BATON_HUBSPOT_CLIENT_ID: app.clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: app.clientSecret,
    BATON_HUBSPOT_API_URL: sandbox.url,
    BATON_HUBSPOT_AUTHORIZE_URL: `${sandbox.url}/oauth/authorize`,
    // Admins come from addresses of their own: one address may install a few times a minute.
    BATON_TRUST_PROXY: "1",
  });
  return {
    sandbox,
    portal,
    portals,
    app,
    server,
    async install() {
      sandbox.consent.automatic = true;
      for (const [index, { id }] of portals.entries()) await install(url, id, index);
    },
    quiet: (withinMs) => quiet(sandbox, withinMs),
    async close() {
      await server.stop();
      await sandbox.close();
      rmSync(playbook, { recursive: true, force: true });
    },
  };
}

/**
 * The shipped playbook without the reps' caps: a burst is about calls, and eight people take no thousand leads a day.
 * @param shipped  Which of those in `mappings/`.
 */
export function playbookWithoutCaps(shipped = "default"): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-playbook-"));
  cpSync(`mappings/${shipped}`, folder, { recursive: true });
  const file = join(folder, "team.yaml");
  const team = parseDocument(readFileSync(file, "utf8"));
  const reps = team.get("reps");
  if (isMap(reps)) for (const { value } of reps.items) if (isMap(value)) value.delete("cap");
  writeFileSync(file, team.toString());
  return folder;
}

/** @param admin  Which of the admins: 0 to 65,535. */
async function install(url: string, portalId: number, admin: number): Promise<void> {
  const from = { "x-forwarded-for": `10.0.${admin >> 8}.${admin & 255}` };
  const begin = await fetch(`${url}/oauth/hubspot/install`, { headers: from, redirect: "manual" });
  const cookie = begin.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .join("; ");
  const asked = `${begin.headers.get("location") ?? ""}&portal=${portalId}`;
  const consent = await fetch(asked, { redirect: "manual" });
  const done = await fetch(consent.headers.get("location") ?? "", { headers: { ...from, cookie } });
  if (!done.ok) throw new Error(`installing failed: HTTP ${done.status} ${await done.text()}`);
}

async function quiet({ webhooks, ledger }: Sandbox, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  let calls = ledger.calls.length;
  let since = performance.now();
  while (performance.now() < until) {
    await pause(LOOK_EVERY_MS);
    const isBusy = !webhooks.isIdle() || ledger.calls.some(({ endMs }) => endMs === undefined);
    if (isBusy || ledger.calls.length !== calls) {
      calls = ledger.calls.length;
      since = performance.now();
    }
    if (performance.now() - since >= SILENCE_MS) return;
  }
}
