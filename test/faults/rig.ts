/**
 * The rig of the fault suite: a sandbox in this process, one or more Batons as processes of their own, and between them wires that
 * can be cut. Business time is the machine's plus what the rig lets pass, for the sandbox and every Baton alike; a Baton's own
 * clock can be wrong on top of that.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type App, type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { buildWorld } from "../../sandbox/world/build.ts";
import { hubspotAppDeclaration } from "../../src/cli/demo/declaration.ts";
import { freePort, installAsAdmin, sandboxEnvironment } from "../../src/cli/demo/setting.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { COMPILE_CACHE } from "../support/child-env.ts";
import { uncappedPlaybook } from "../support/uncapped.ts";
import { createMember, type Member } from "./member.ts";
import { AHEAD_MS, ANSWER_MS, SETTLE_MS, type Step, WATCH, type Watch } from "./orders.ts";
import { openWire, type Wire } from "./wire.ts";

/** How Baton finds its own tasks and notes again: by a unique property, or where an account allows none by a mark in their text. */
export type FoundBy = "key" | "mark";

/** What every part of the suite is given. */
export interface PartOptions {
  readonly seed: number;
  readonly databaseUrl: string;
  readonly foundBy: FoundBy;
  /** A file for what was judged. */
  readonly keepAs?: string | undefined;
  readonly progress?: (line: string) => void;
}

export interface RigOptions {
  readonly seed: number;
  readonly databaseUrl: string;
  /** A mark, unless said otherwise: a key that is taken is refused by the account itself, and hides what Baton does wrong. */
  readonly foundBy?: FoundBy;
  readonly processes: number;
  /** Milliseconds an answer of the sandbox waits, and milliseconds Baton waits for one. */
  readonly latencyMs: number;
  readonly answerMs: number;
  /** Without one it is the shipped playbook without caps and escalations. */
  readonly playbook?: string;
  /** Done to the database when it has its tables and nobody works on it yet. */
  readonly prepare?: (store: Store) => Promise<void>;
  readonly stepped?: (steps: readonly Step[]) => void;
  /** Where a Baton finds the CRM, if not at the sandbox itself. */
  readonly apiUrl?: (sandbox: Sandbox, member: string) => string;
}

export interface Rig {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly app: App;
  readonly members: readonly Member[];
  /** Reads what the Batons store, past the wires. */
  readonly watch: Store;
  /** What the sandbox's webhooks come in by, and the way to PostgreSQL. */
  readonly wires: readonly Wire[];
  /** Processes that ended though nobody ended them. */
  readonly deaths: string[];
  /** Starts a member; a second and third time when it cannot start. `watch` is followed from its first statement. */
  start(member: Member, watch?: Watch): Promise<void>;
  /** Lets business time pass for everybody. */
  pass(ms: number): void;
  /** Sets how wrong the Batons' clocks are. */
  skew(ms: number): void;
  close(): Promise<void>;
}

/** Longer than a Baton's wait for a locked database. */
const START_AGAIN_MS = 1_000;
const STARTS = 12;
/** How long a lost call is given: the sandbox ends its own in milliseconds. */
const SETTLED_MS = 300;
const LIFTED = 1_000_000;

/** Starts all of it and installs the app. */
export async function openRig(options: RigOptions): Promise<Rig> {
  let [passedMs, skewMs] = [0, 0];
  const { seed, databaseUrl, latencyMs } = options;
  const limits = { perWindow: LIFTED, searchPerSecond: LIFTED };
  const sandbox = await startSandbox({ seed, now: () => Date.now() + passedMs, limits });
  const playbook = options.playbook ?? uncappedPlaybook();
  const secretKey = randomBytes(32);
  const deaths: string[] = [];
  const members: Member[] = [];
  let turn = 0;
  const front = await openWire(() => {
    const up = members.filter((one) => one.isUp());
    turn += 1;
    return up[turn % Math.max(up.length, 1)]?.port;
  });
  const url = `http://127.0.0.1:${front.port}`;
  const app = sandbox.registerApp(hubspotAppDeclaration(url, seed));
  const portal = sandbox.createPortal({ rules: { uniqueActivityProperties: options.foundBy === "key" } });
  buildWorld(sandbox, portal.id, seed, 0, sandbox.now());
  const database = await wiredDatabase(databaseUrl);
  let order: Watch | undefined;

  for (let number = 1; number <= options.processes; number += 1) {
    const [name, port] = [`baton-${number}`, await freePort()];
    const base = sandboxEnvironment(sandbox, app, {
      port,
      databaseUrl: database.url(name),
      playbook,
      secretKey,
    });
    members.push(
      createMember({
        name,
        port,
        died: (why) => deaths.push(why),
        ...(options.stepped === undefined ? {} : { stepped: options.stepped }),
        env: () => ({
          ...process.env,
          // Half of a start is compiling, and a run starts hundreds of times.
          NODE_COMPILE_CACHE: COMPILE_CACHE,
          ...base,
          BATON_URL: url,
          BATON_HUBSPOT_API_URL: options.apiUrl?.(sandbox, name) ?? sandbox.url,
          BATON_LOG_LEVEL: process.env["BATON_TEST_LOG"] ?? "error",
          [AHEAD_MS]: String(passedMs + skewMs),
          [SETTLE_MS]: String(SETTLED_MS),
          [ANSWER_MS]: String(options.answerMs),
          ...(order === undefined ? {} : { [WATCH]: JSON.stringify(order) }),
        }),
      }),
    );
  }
  const tellTime = (): void => {
    for (const member of members) member.tell({ do: "set-clock", aheadMs: passedMs + skewMs });
  };
  const rig: Rig = {
    sandbox,
    portal,
    app,
    members,
    watch: await openStore(databaseUrl),
    wires: [front, ...database.wires],
    deaths,
    async start(member, watch) {
      order = watch;
      for (let start = 1; ; start += 1) {
        try {
          await member.start();
          order = undefined;
          return tellTime();
        } catch (cause) {
          if (start === STARTS || watch !== undefined) throw cause;
          await pause(START_AGAIN_MS);
        }
      }
    },
    pass(ms) {
      passedMs += ms;
      tellTime();
    },
    skew(ms) {
      skewMs = ms;
      tellTime();
    },
    async close() {
      await Promise.all(members.map((member) => member.kill()));
      await rig.watch.close();
      await Promise.all(rig.wires.map((wire) => wire.close()));
      await sandbox.close();
    },
  };
  await options.prepare?.(rig.watch);
  for (const member of members) await rig.start(member);
  await installAsAdmin(url, sandbox);
  sandbox.pace.latencyMs = latencyMs;
  return rig;
}

/** PostgreSQL behind a wire, each process by its name; SQLite as it is. */
async function wiredDatabase(
  url: string,
): Promise<{ readonly url: (member: string) => string; readonly wires: readonly Wire[] }> {
  if (url.startsWith("sqlite:")) return { url: () => url, wires: [] };
  const wired = new URL(url);
  const port = Number(wired.port);
  const wire = await openWire(() => port);
  wired.port = String(wire.port);
  return {
    wires: [wire],
    url(member) {
      const own = new URL(wired);
      own.searchParams.set("application_name", member);
      return own.href;
    },
  };
}
