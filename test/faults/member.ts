/** One Baton process of a run: started, told, paused, ended, and never trusted to stay alive. */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { COMPILE_CACHE } from "../support/child-env.ts";
import type { Order, Report, Step } from "./orders.ts";

export interface Member {
  readonly name: string;
  /** Where it listens. */
  readonly port: number;
  /** Whether it has said that it is ready and has not ended since. */
  isUp(): boolean;
  /** Starts it. Throws, with its last words, when it ends instead of getting ready. */
  start(): Promise<void>;
  /** SIGKILL, as a power cut. Settles when it is gone; at once when it is not there. */
  kill(): Promise<void>;
  /** SIGTERM. @returns Its exit code. */
  terminate(): Promise<number | null>;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  tell(order: Order): void;
  /** Settles when it has ended, by whatever cause. */
  gone(): Promise<void>;
  /** Limits the length of files it may write, as a full disk would; undefined lifts it. Linux only. */
  limitFiles(bytes: number | undefined): void;
  /** Kills it for good. */
  close(): Promise<void>;
}

export interface MemberOptions {
  readonly name: string;
  readonly port: number;
  /** What a start goes by, asked for each time. */
  readonly env: () => Readonly<Record<string, string | undefined>>;
  /** Told when the process ends though nobody ended it. */
  readonly died: (why: string) => void;
  /** Told the steps of each commit that is watched. */
  readonly stepped?: (steps: readonly Step[]) => void;
}

/** Characters of its last words that are kept. */
const LAST_WORDS = 4_000;

/** Makes a member that is not running yet. */
export function createMember({ name, port, env, died, stepped }: MemberOptions): Member {
  let child: ChildProcess | undefined;
  let next: ChildProcess | undefined;
  let isReady = false;
  let words = "";

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const dying = child;
    child = undefined;
    isReady = false;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return null;
    const exit = once(dying, "exit");
    dying.kill(signal);
    const [code] = await exit;
    return typeof code === "number" ? code : null;
  };
  const hear = (from: ChildProcess, report: Report): void => {
    if (report.is === "ready" && from === child) isReady = true;
    if (report.is === "commit") stepped?.(report.steps);
  };

  return {
    name,
    port,
    isUp: () => isReady,
    async start() {
      words = "";
      const starting = isAlive(next) ? next : load();
      child = starting;
      for (const stream of [starting.stdout, starting.stderr])
        stream?.on("data", (chunk: Buffer) => {
          words = (words + chunk.toString()).slice(-LAST_WORDS);
        });
      starting.on("message", (report: Report) => hear(starting, report));
      starting.once("exit", (code, signal) => {
        if (starting !== child) return;
        const wasReady = isReady;
        [child, isReady] = [undefined, false];
        if (wasReady) died(`${name} ended by itself with ${code ?? signal}: ${words}`);
      });
      await new Promise<void>((resolve, reject) => {
        starting.once("exit", (code) =>
          reject(new Error(`${name} ended with ${code} while starting: ${words}`)),
        );
        starting.on("message", (report: Report) => void (report.is === "ready" && resolve()));
        starting.send({ do: "start", env: env() } satisfies Order, () => undefined);
      });
      // What takes longest in a start is reading the programme: the next process does that while this one works.
      next = load();
    },
    kill: () => end("SIGKILL").then(() => undefined),
    async close() {
      next?.kill("SIGKILL");
      await end("SIGKILL");
    },
    terminate: () => end("SIGTERM"),
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    tell: (order) => void child?.send(order, () => undefined),
    async gone() {
      if (child !== undefined) await once(child, "exit");
    },
    limitFiles(bytes) {
      if (child?.pid === undefined) return;
      const soft = bytes === undefined ? "unlimited" : String(bytes);
      execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${soft}:`]);
    },
  };
}

/** A process that has read the programme, or is about to, and waits for its order. */
function load(): ChildProcess {
  return fork(join(import.meta.dirname, "child.ts"), {
    // Half of it is compiling, and a run starts hundreds of times.
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

function isAlive(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}
