/** `baton resync`: asks the server for a sweep now, and tells how it goes. The work is the lanes': lanes/reconcile.ts. */
import { setTimeout as pause } from "node:timers/promises";
import { BatonError } from "../errors.ts";
import { type DurationMs, type Instant, SECOND_MS } from "../model/instant.ts";
import { durationSchema } from "../playbook/duration.ts";
import { record } from "../store/audit.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { askSweep, loadSweep, type Sweep } from "../store/sweeps.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted, inDuration } from "./words.ts";

export interface ResyncOptions {
  /** A span as the playbook writes it. */
  readonly since: string;
  readonly portal?: string;
  /** Whether to stay until the sweeps have ended. */
  readonly wait: boolean;
  readonly json?: boolean;
}

/** How the sweep of one portal stands. */
interface Progress {
  readonly portal: string;
  readonly state: "asked" | "under way" | "ended" | "disconnected";
  readonly looked: number;
  readonly told: number;
}

const LOOK_EVERY_MS: DurationMs = SECOND_MS;
/** A server that has nothing more urgent to do begins within two seconds. */
const PATIENCE_LOOKS = 15;

/**
 * Asks for the sweeps and waits for their end, as long as a server gets on with them. Throws `cli.usage` for a span that is none,
 * `cli.not-found` for an unknown portal, and what opening the database throws.
 * @param wait  Lets some time pass.
 */
export async function resync(
  shell: Shell,
  options: ResyncOptions,
  wait: (ms: DurationMs) => Promise<unknown> = pause,
): Promise<void> {
  const spanMs = spanOf(options.since);
  const stands = await withStore(shell, async (store) => {
    const installations = await chooseInstallations(store, options.portal);
    await ask(store, installations, spanMs, shell.now());
    await printLines(shell.err, [
      `Asked for what was modified in the last ${inDuration(spanMs)}. A running server does it, one page a second.`,
    ]);
    return options.wait
      ? await watch(shell, store, installations, wait)
      : await progressOf(store, installations);
  });
  if (options.json === true) await printJson(shell.out, stands);
  else await printLines(shell.out, stands.map(sentenceOf));
}

function spanOf(text: string): DurationMs {
  const span = durationSchema.safeParse(text);
  if (span.success) return span.data;
  throw new BatonError(
    "cli.usage",
    `--since ${text}: ${span.error.issues[0]?.message ?? "no span of time"}.`,
  );
}

async function ask(
  { db }: Store,
  installations: readonly Installation[],
  spanMs: DurationMs,
  now: Instant,
): Promise<void> {
  for (const { id } of installations.filter(isActive)) {
    await askSweep(db, id, now - spanMs, now);
    const detail = `the last ${inDuration(spanMs)}`;
    await record(db, { installation: id, actor: "cli", action: "sweep-asked", detail }, now);
  }
}

/** Until nothing is left to wait for, or nobody gets on with it. Each step forward is told. */
async function watch(
  shell: Shell,
  store: Store,
  installations: readonly Installation[],
  wait: (ms: DurationMs) => Promise<unknown>,
): Promise<readonly Progress[]> {
  let before = await progressOf(store, installations);
  for (let idle = 0; idle < PATIENCE_LOOKS && before.some(isOpen); idle += 1) {
    await wait(LOOK_EVERY_MS);
    const after = await progressOf(store, installations);
    const moved = after.filter((one, index) => JSON.stringify(one) !== JSON.stringify(before[index]));
    await printLines(shell.err, moved.filter(({ state }) => state === "under way").map(sentenceOf));
    if (moved.length > 0) idle = -1;
    before = after;
  }
  return before;
}

async function progressOf(
  { db }: Store,
  installations: readonly Installation[],
): Promise<readonly Progress[]> {
  const all: Progress[] = [];
  for (const installation of installations) {
    const sweep = isActive(installation) ? (await loadSweep(db, installation.id))?.sweep : undefined;
    const { looked = 0, told = 0 } = sweep ?? {};
    all.push({ portal: installation.tenant, state: stateOf(sweep), looked, told });
  }
  return all;
}

function isActive({ state }: Installation): boolean {
  return state === "active";
}

function stateOf(sweep: Sweep | undefined): Progress["state"] {
  if (sweep === undefined) return "disconnected";
  if (sweep.endedAt !== undefined) return "ended";
  return sweep.startedAt === undefined ? "asked" : "under way";
}

function isOpen({ state }: Progress): boolean {
  return state === "asked" || state === "under way";
}

function sentenceOf({ portal, state, looked, told }: Progress): string {
  const figures = `${counted(looked, "lead")} looked at, ${counted(told, "change")} nobody had told of`;
  switch (state) {
    case "ended":
      return `Portal ${portal}: ${figures}.`;
    case "under way":
      return `Portal ${portal}: ${figures}; it goes on.`;
    case "asked":
      return `Portal ${portal}: asked for, and not begun. It is done as soon as a server runs and has nothing more urgent to do.`;
    case "disconnected":
      return `Portal ${portal}: disconnected, so nothing was asked. An admin has to install the app again; that looks for it by itself.`;
  }
}
