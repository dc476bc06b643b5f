/**
 * A sandbox portal in this process and a Baton in another one, installed into it over HTTP as an admin would. The sandbox's
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
  readonly portal: Portal;
  readonly app: App;
  readonly server: ServerChild;
  /** Installs the app; from then on webhooks are sent. */
  install(): Promise<void>;
  /** Settles when every webhook is answered and no call has come for a while; or after `withinMs`, whichever is first. */
  quiet(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

/** No call for this long means that nobody works: Baton looks for work every second. */
const SILENCE_MS = 1_300;
const LOOK_EVERY_MS = 20;

export async function openPortal(seed: number): Promise<BenchPortal> {
  const sandbox = await startSandbox({ seed });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = sandbox.registerApp(hubspotAppDeclaration(url, seed));
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, seed, 0, Date.now());
  const playbook = playbookWithoutCaps();
  const server = await startServer("baton", port, {
    BATON_PLAYBOOK: playbook,
    BATON_HUBSPOT_APP_ID: String(app.id),
    BATON_HUBSPOT_CLIENT_ID: app.clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: app.clientSecret,
    BATON_HUBSPOT_API_URL: sandbox.url,
    BATON_HUBSPOT_AUTHORIZE_URL: `${sandbox.url}/oauth/authorize`,
  });
  return {
    sandbox,
    portal,
    app,
    server,
    install: () => install(url, sandbox),
    quiet: (withinMs) => quiet(sandbox, withinMs),
    async close() {
      await server.stop();
      await sandbox.close();
      rmSync(playbook, { recursive: true, force: true });
    },
  };
}

/** The shipped playbook without the reps' caps: a burst is about calls, and eight people take no thousand leads a day. */
function playbookWithoutCaps(): string {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-playbook-"));
  cpSync("mappings/default", folder, { recursive: true });
  const file = join(folder, "team.yaml");
  const team = parseDocument(readFileSync(file, "utf8"));
  const reps = team.get("reps");
  if (isMap(reps)) for (const { value } of reps.items) if (isMap(value)) value.delete("cap");
  writeFileSync(file, team.toString());
  return folder;
}

async function install(url: string, sandbox: Sandbox): Promise<void> {
  sandbox.consent.automatic = true;
  const begin = await fetch(`${url}/oauth/hubspot/install`, { redirect: "manual" });
  const cookie = begin.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .join("; ");
  const consent = await fetch(begin.headers.get("location") ?? "", { redirect: "manual" });
  const done = await fetch(consent.headers.get("location") ?? "", { headers: { cookie } });
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
