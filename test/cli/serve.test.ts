/** The server as an operator runs it: a process with an environment, a banner, a log and two signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { baton, CHECKOUT, fillWithVera, HANDOFF, useFile } from "./kit.ts";
import { childEnvironment } from "../support/child-env.ts";

const BATON = fileURLToPath(new URL("../../bin/baton.js", import.meta.url));
const file = useFile((store) => fillWithVera(store));

function serverEnv(): Readonly<Record<string, string>> {
  return {
    ...file.env(),
    BATON_PORT: "0",
    BATON_SANDBOX: "1",
    BATON_HUBSPOT_APP_ID: "7000001",
    BATON_HUBSPOT_CLIENT_ID: "client",
    BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-0123456789abcdef",
    BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
    BATON_HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
    BATON_HUBSPOT_APPID: "7000001",
  };
}

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly said: () => { readonly out: string; readonly err: string };
}

/** Starts a server and waits for its banner; the test ends it. */
async function start(): Promise<Server> {
  const child = spawn(process.execPath, [BATON, "serve"], {
    cwd: CHECKOUT,
    env: childEnvironment(serverEnv()),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      err += chunk;
      if (err.includes("warning  ")) resolve();
    });
    child.once("close", () => reject(new Error(`the server ended: ${err}${out}`)));
  });
  return { child, url: /listens +(\S+)/.exec(err)?.[1] ?? "", said: () => ({ out, err }) };
}

async function stop(server: Server, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => {
    server.child.once("close", resolve);
  });
  server.child.kill(signal);
  return await ended;
}

describe("serve", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("runs, says where, and stops in order on %s", async (signal) => {
    const server = await start();
    try {
      const { err } = server.said();
      expect(err).toMatch(/^ +listens +http:\/\/127\.0\.0\.1:\d+$/m);
      expect(err).toMatch(/^ +install +http:\/\/localhost:0\/oauth\/hubspot\/install$/m);
      expect(err).toMatch(/^ +playbook +[0-9a-f]{12} \(mappings\/default\)$/m);
      expect(err).toContain("BATON_HUBSPOT_APPID is not a setting. Did you mean BATON_HUBSPOT_APP_ID?");
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    } finally {
      expect(await stop(server, signal)).toBe(0);
    }
    const lines = server.said().out.trimEnd().split("\n");
    expect(lines.every((line) => typeof JSON.parse(line) === "object")).toBe(true);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ msg: "stopped" });
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
  });

  test("shares its database with the other commands", async () => {
    const server = await start();
    try {
      const [explained, listed, exported] = await Promise.all([
        baton(["explain", HANDOFF], file.env()),
        baton(["parked"], file.env()),
        baton(["export"], file.env()),
      ]);
      expect([explained.code, listed.code, exported.code]).toEqual([0, 0, 0]);
      const retried = await baton(["parked", "drop", `${HANDOFF}.task`], file.env());
      expect(retried).toMatchObject({ code: 0, err: "" });
    } finally {
      expect(await stop(server, "SIGTERM")).toBe(0);
    }
  });

  test("refuses a port that is taken, in one line", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    const { port } = other.address() as AddressInfo;
    const run = await baton(["serve"], { ...serverEnv(), BATON_PORT: String(port) });
    other.close();
    expect(run).toMatchObject({ code: 3, out: "" });
    expect(run.err).toContain(`Port ${port} on 127.0.0.1 cannot be listened on`);
    expect(run.err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("refuses to start without settings and lists them all", async () => {
    const run = await baton(["serve"]);
    expect(run).toMatchObject({ code: 3, out: "" });
    expect(run.err.match(/BATON_\w+: is not set/g)).toEqual(["BATON_SECRET_KEYS: is not set"]);
    expect(run.err).toMatch(/No CRM's app is set up.*BATON_HUBSPOT_APP_ID.*BATON_SALESFORCE_CLIENT_ID/);
  });
});
