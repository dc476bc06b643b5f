/**
 * A server under test, as a process of its own: `node bench/server.ts <kind>`, configured by environment. It tells its
 * parent when it listens and, when asked, how much CPU and memory it uses; a load generator in the same process would be measured too.
 */
import { loadConfig } from "../src/config.ts";
import { createLog } from "../src/log.ts";
import { startBaton } from "../src/main.ts";
import { saveInstallation, setInstallationState } from "../src/store/installations.ts";
import { BARE_KINDS, bareServer } from "./bare.ts";

/** What a parent hears. CPU time is user and system together, in milliseconds; memory is what is resident. */
type ServerSays = { readonly ready: string } | { readonly cpuMs: number } | { readonly rssBytes: number };

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

const say = (message: ServerSays): void => {
  process.send?.(message);
};

const running = await start(process.argv[2] ?? "");
process.on("message", (asked) => {
  if (asked === "rss") say({ rssBytes: process.memoryUsage.rss() });
  if (asked !== "cpu") return;
  const { user, system } = process.cpuUsage();
  say({ cpuMs: (user + system) / 1_000 });
});
process.once("SIGTERM", () => {
  void running.stop().then(() => process.exit(0));
});
say({ ready: running.url });

async function start(kind: string): Promise<Running> {
  if (kind === "baton" || kind === "baton-receiving") return await baton(kind === "baton-receiving");
  const bare = BARE_KINDS.find((one) => one === kind);
  if (bare === undefined) throw new Error(`"${kind}" is no kind of server`);
  const app = await bareServer({
    kind: bare,
    url: `${process.env["BATON_URL"]}/hubspot/webhooks`,
    secret: process.env["BATON_HUBSPOT_CLIENT_SECRETS"] ?? "",
    databasePath: (process.env["BATON_DATABASE_URL"] ?? "").slice("sqlite:".length),
  });
  const url = await app.listen({ host: "127.0.0.1", port: Number(process.env["BATON_PORT"]) });
  return { url, stop: () => app.close() };
}

/**
 * Baton with the wiring of `baton serve`. `receiving` adds the portal `BENCH_PORTAL`, whose connection to HubSpot has ended: its
 * webhooks are verified, stored and answered as ever, lanes are woken, and none has work to take.
 */
async function baton(receiving: boolean): Promise<Running> {
  const config = loadConfig(process.env);
  const server = await startBaton(config, { log: createLog({ level: config.logLevel }) });
  if (receiving) {
    const capabilities = {
      taskKey: "marker",
      noteKey: "marker",
      deals: true,
      workingHours: true,
      submissions: true,
      callbacks: true,
      lists: true,
      touches: true,
      sequences: true,
    } as const;
    const tenant = process.env["BENCH_PORTAL"] ?? "";
    const { db } = server.store;
    await saveInstallation(db, { id: "bench", crm: "hubspot", tenant, capabilities }, Date.now());
    await setInstallationState(db, "bench", "disconnected", Date.now());
  }
  return { url: server.url, stop: () => server.stop() };
}
