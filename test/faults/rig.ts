/**
 * The rig of the fault suite: a sandbox in this process, one or more Batons as processes of their own, and between them wires that
 * can be cut. Business time is the machine's plus what the rig lets pass, for the sandbox and every Baton alike; a Baton's own
 * clock can be wrong on top of that.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { freePort, sandboxEnvironment } from "../../src/cli/demo/setting.ts";
import type { Topology } from "../../src/cli/demo/stage.ts";
import type { Locksmith } from "../../src/store/connections.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { uncappedPlaybook } from "../support/uncapped.ts";
import { buildCrms, type Crms, type FoundBy, installBaton, SHIPPED } from "./crms.ts";
import { createMember, type Member } from "./member.ts";
import { AHEAD_MS, ANSWER_MS, MEMBER, SETTLE_MS, type Step, WATCH, type Watch } from "./orders.ts";
import { openWire, type Wire } from "./wire.ts";

export type { FoundBy } from "./crms.ts";

/** What every part of the suite is given. */
export interface PartOptions {
  readonly seed: number;
  /** Where the leads are and where sales works; `hubspot` if it is not said. */
  readonly topology?: Topology;
  readonly databaseUrl: string;
  readonly foundBy: FoundBy;
  /** A file for what was judged. */
  readonly keepAs?: string | undefined;
  readonly progress?: (line: string) => void;
}

export interface RigOptions {
  readonly seed: number;
  readonly topology?: Topology;
  readonly databaseUrl: string;
  /** A mark, unless said otherwise: a key that is taken is refused by the account itself, and hides what Baton does wrong. */
  readonly foundBy?: FoundBy;
  readonly processes: number;
  /** Milliseconds an answer of the sandbox waits, and milliseconds Baton waits for one. */
  readonly latencyMs: number;
  readonly answerMs: number;
  /** Without one it is the shipped playbook without caps and escalations. */
  readonly playbook?: string;
  /** Puts what else it needs into the CRMs before Baton is there, and gives back the playbook for it. */
  readonly furnish?: (crms: Crms) => string;
  /** Done to the database when it has its tables and nobody works on it yet. */
  readonly prepare?: (store: Store) => Promise<void>;
  readonly stepped?: (steps: readonly Step[]) => void;
  /** Where the Batons find the CRMs and name themselves, if not at the sandbox itself. */
  readonly relayed?: (sandbox: Sandbox) => string;
}

export interface Rig {
  readonly sandbox: Sandbox;
  readonly crms: Crms;
  /** Throws in a run that has none. */
  readonly portal: Portal;
  readonly members: readonly Member[];
  /** Reads what the Batons store, past the wires. */
  readonly watch: Store;
  /** For what is sealed in there. */
  readonly locksmith: Locksmith;
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
/**
 * What each call takes while the app is installed where there are several processes: the others look at the installation meanwhile, and
 * must not go on believing that its account can do nothing. All leads of such a process were held back once.
 */
const INSTALLED_SLOWLY_MS = 200;
const LIFTED = 1_000_000;

/** Starts all of it and installs the app. */
export async function openRig(options: RigOptions): Promise<Rig> {
  let [passedMs, skewMs] = [0, 0];
  const { seed, databaseUrl, latencyMs } = options;
  const limits = { perWindow: LIFTED, searchPerSecond: LIFTED };
  const sandbox = await startSandbox({ seed, now: () => Date.now() + passedMs, limits });
  const topology = options.topology ?? "hubspot";
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
  const crmUrl = options.relayed?.(sandbox);
  const crms = buildCrms(sandbox, topology, { seed, foundBy: options.foundBy ?? "mark", url, crmUrl });
  const playbook = options.furnish?.(crms) ?? options.playbook ?? uncappedPlaybook(false, SHIPPED[topology]);
  const database = await wiredDatabase(databaseUrl);
  let order: Watch | undefined;

  for (let number = 1; number <= options.processes; number += 1) {
    const [name, port] = [`baton-${number}`, await freePort()];
    const base = sandboxEnvironment(sandbox, crms.registered, {
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
          ...base,
          BATON_URL: url,
          ...(crmUrl === undefined ? {} : relayedEnvironment(crms, crmUrl, name)),
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
    crms,
    get portal() {
      if (crms.portal === undefined) throw new Error("this run has no portal");
      return crms.portal;
    },
    members,
    watch: await openStore(databaseUrl),
    locksmith: { keys: [secretKey], audience: "sandbox" },
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
      await Promise.all(members.map((member) => member.close()));
      await rig.watch.close();
      await Promise.all(rig.wires.map((wire) => wire.close()));
      await sandbox.close();
    },
  };
  await options.prepare?.(rig.watch);
  for (const member of members) await rig.start(member);
  if (options.processes > 1) sandbox.pace.latencyMs = INSTALLED_SLOWLY_MS;
  await installBaton(crms, { sandbox, url, store: rig.watch });
  sandbox.pace.latencyMs = latencyMs;
  return rig;
}

/** The authorize page is a browser's matter: it stays where it is. */
function relayedEnvironment({ portal, org }: Crms, url: string, name: string): Record<string, string> {
  return {
    ...(portal && { BATON_HUBSPOT_API_URL: url }),
    ...(org && { BATON_SALESFORCE_LOGIN_URL: url }),
    [MEMBER]: name,
  };
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
