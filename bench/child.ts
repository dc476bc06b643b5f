/** Starts `bench/server.ts` and talks to it. */
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ServerChild {
  readonly url: string;
  /** CPU time used since it started, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resident memory, in bytes. */
  rssBytes(): Promise<number>;
  /** Stops it and removes its database. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** What `npm start` gives Node. The bench's own process, with sandbox and load, goes without. */
const SERVER_FLAGS = ["--max-semi-space-size=8", "--max-old-space-size=1024"];

/**
 * Starts a server with an empty database in the folder for temporary files. `env` is added to what every kind needs.
 * @throws Error when the server ends before it listens; its own output says why.
 */
export async function startServer(kind: string, port: number, env: Environment): Promise<ServerChild> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const child = fork(join(import.meta.dirname, "server.ts"), [kind], {
    execArgv: SERVER_FLAGS,
    env: {
      ...process.env,
      BATON_URL: `http://127.0.0.1:${port}`,
      BATON_PORT: String(port),
      BATON_DATABASE_URL: `sqlite:${join(folder, "bench.sqlite")}`,
      BATON_SECRET_KEYS: randomBytes(32).toString("base64"),
      BATON_PLAYBOOK: "mappings/default",
      BATON_SANDBOX: "1",
      ...env,
    },
    // Logs are written as in production, and go nowhere.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const listening = await Promise.race([answerOf(child, "ready"), gone]);
  if (typeof listening !== "string") {
    throw new Error(`the server "${kind}" ended with ${String(listening)} before it listened`);
  }
  return {
    url: listening,
    cpuMs: async () => {
      const answer = answerOf(child, "cpuMs");
      child.send("cpu");
      return Number(await answer);
    },
    rssBytes: async () => {
      const answer = answerOf(child, "rssBytes");
      child.send("rss");
      return Number(await answer);
    },
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answerOf(child: ChildProcess, name: "ready" | "cpuMs" | "rssBytes"): Promise<unknown> {
  return await new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if (typeof message !== "object" || message === null || !(name in message)) return;
      child.off("message", listen);
      resolve(Reflect.get(message, name));
    };
    child.on("message", listen);
  });
}
