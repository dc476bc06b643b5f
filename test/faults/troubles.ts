/** What can happen to a Baton besides SIGKILL, and to whatever it stands on. Each ends with everything whole again. */
import { statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import Database from "better-sqlite3";
import { Client } from "pg";
import type { Random } from "../../sandbox/random.ts";
import type { Member } from "./member.ts";
import type { Rig } from "./rig.ts";

/** What a trouble is done to. */
interface Victim {
  readonly rig: Rig;
  readonly member: Member;
  readonly databaseUrl: string;
  readonly random: Random;
}

export type Trouble = (victim: Victim) => Promise<void>;

/** A lane's lease, and a moment more: whoever is paused so long has lost its lanes to anybody else. */
const PAST_LEASE_MS = 11_500;
/** Longer than SQLite waits for a lock, so that somebody's statement fails. */
const PAST_BUSY_MS = 5_500;
/** HubSpot's signatures are refused when they are five minutes old. */
const MOST_SKEW_MS = 4 * 60_000;

/** By name, as a run counts them. */
export const TROUBLES: Readonly<Record<string, Trouble>> = {
  SIGTERM: async ({ rig, member }) => {
    await member.terminate();
    await rig.start(member);
  },
  "short SIGSTOP": async ({ member, random }) => await stopFor(member, random.between(100, 1_500)),
  "SIGSTOP past the lease": async ({ member }) => await stopFor(member, PAST_LEASE_MS),
  "full disk": async (victim) => await fillDisk(victim, victim.random.between(200, 1_500)),
  "locked database": async ({ databaseUrl, random }) =>
    await lockDatabase(databaseUrl, random.chance(0.2) ? PAST_BUSY_MS : random.between(50, 1_000)),
  "cut connections": async ({ rig, random }) => {
    for (let cut = 0; cut < 5; cut += 1) {
      for (const wire of rig.wires) wire.cut();
      await pause(random.between(5, 200));
    }
  },
  "clock jump": async ({ rig, random }) => {
    rig.skew(random.between(-MOST_SKEW_MS, MOST_SKEW_MS));
    await pause(random.between(50, 500));
    rig.skew(random.between(-MOST_SKEW_MS, MOST_SKEW_MS));
    await pause(random.between(50, 500));
    rig.skew(0);
  },
};

async function stopFor(member: Member, ms: number): Promise<void> {
  member.pause();
  await pause(ms);
  member.resume();
}

/**
 * No file of the process can grow past where its write-ahead log stands now: to SQLite a failed write, as on a full disk. A
 * database of PostgreSQL has its own disk, so there it is only the process's that is full.
 */
async function fillDisk({ member, databaseUrl }: Victim, ms: number): Promise<void> {
  const path = databaseUrl.startsWith("sqlite:") ? databaseUrl.slice("sqlite:".length) : undefined;
  const bytes = path === undefined ? 0 : (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) / 2;
  member.limitFiles(Math.floor(bytes));
  await pause(ms);
  member.limitFiles(undefined);
}

/** Holds what every turn needs. */
export async function lockDatabase(databaseUrl: string, ms: number): Promise<void> {
  if (databaseUrl.startsWith("sqlite:")) {
    const db = new Database(databaseUrl.slice("sqlite:".length), { timeout: 2_000 });
    db.exec("begin immediate");
    await pause(ms);
    db.exec("rollback");
    db.close();
    return;
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("begin");
  await client.query("lock table events, effects, lanes in access exclusive mode");
  await pause(ms);
  await client.query("rollback");
  await client.end();
}
