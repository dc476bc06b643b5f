/**
 * Two Batons on one PostgreSQL, one portal, org or pair, and work all the time. Again and again whoever holds the lane is paused in the middle of
 * its writes for longer than its lease; the other takes over; the first wakes up with calls still to make. A trigger in the
 * database writes down every change of hands, a relay every call, both by the clock of this one machine: no write may lie
 * outside its maker's hold, and no two processes may write at the same moment.
 */
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type { Store } from "../../src/store/open.ts";
import { LEASE_MS } from "../../src/store/lanes.ts";
import { listInstallations } from "../../src/store/installations.ts";
import { addLead, askForDemo } from "./asking.ts";
import type { AskingLead } from "./checker.ts";
import { setMood } from "./crms.ts";
import { type Judged, judge } from "./evidence.ts";
import { type Deed, type HandChange, type Hold, holdsOf, outside, overlaps } from "./holds.ts";
import { openRelay, type RelayedCall } from "./relay.ts";
import { comeToRest } from "./rest.ts";
import { openRig, type PartOptions, type Rig } from "./rig.ts";

export interface TwoRun extends PartOptions {
  /** How often a holder is paused past its lease. */
  readonly pauses: number;
}

export interface TwoResult extends Judged {
  readonly handoffs: number;
  /** Calls that wrote, and times the lane was taken. */
  readonly writes: number;
  readonly holds: number;
  /** Pauses after which the other had the lane. */
  readonly takeovers: number;
  readonly overlapping: readonly string[];
  readonly outside: readonly string[];
}

const PROCESSES = 2;
/** A lease, and a tick of whoever waits for it. */
const PAUSED_MS = LEASE_MS + 2_500;
const LEADS_A_PAUSE = 60;
const LATENCY_MS = 60;
const WRITING_WITHIN_MS = 15_000;
const AWAKE_MS = 1_500;
const REST_WITHIN_MS = 90_000;

/** Runs it. Throws only what breaks the rig itself. */
export async function runTwo(run: TwoRun): Promise<TwoResult> {
  let target = "";
  const relay = await openRelay(() => target);
  const rig = await openRig({
    ...run,
    processes: PROCESSES,
    latencyMs: LATENCY_MS,
    answerMs: 5_000,
    prepare: noteHolds,
    relayed(sandbox) {
      target = sandbox.url;
      return relay.url;
    },
  });
  const asking: AskingLead[] = [];
  try {
    setMood(rig.sandbox, rig.crms, { retryDelayMs: 200, retries: 1_000 });
    for (let round = 1; round <= run.pauses; round += 1) {
      await ask(rig, asking);
      await pauseWriter(rig, relay.calls);
      run.progress?.(`${round} pauses, ${asking.length} handoffs`);
    }
    const waits = await comeToRest(rig, REST_WITHIN_MS);
    const deeds = relay.calls.flatMap(deedOf);
    const holds = holdsOf(await changesOf(rig.watch));
    const { findings, ...judged } = await judge(rig, asking, run.keepAs);
    const unrested = waits === undefined ? [] : [`still waiting in the end: ${waits}`];
    return {
      findings: { ...findings, orphaned: [...findings.orphaned, ...unrested, ...rig.deaths] },
      ...judged,
      handoffs: asking.length,
      writes: deeds.length,
      holds: holds.length,
      takeovers: takeovers(holds),
      overlapping: overlaps(deeds),
      outside: outside(deeds, holds),
    };
  } finally {
    await rig.close();
    await relay.close();
  }
}

async function ask(rig: Rig, asking: AskingLead[]): Promise<void> {
  for (let lead = 0; lead < LEADS_A_PAUSE; lead += 1) {
    const one = await addLead(rig.crms, asking.length);
    await askForDemo(rig.crms, one);
    asking.push({ id: one.id });
  }
}

/** Pauses the process that is writing now past its lease, and lets it wake up. */
async function pauseWriter(rig: Rig, calls: readonly RelayedCall[]): Promise<void> {
  const until = performance.now() + WRITING_WITHIN_MS;
  let writer: string | undefined;
  while (writer === undefined && performance.now() < until) {
    await pause(2);
    writer = calls.slice(-20).find((call) => call.isWrite && call.untilMs === undefined)?.member;
  }
  const member = rig.members.find(({ name }) => name === writer);
  if (member === undefined) return;
  member.pause();
  await pause(PAUSED_MS);
  member.resume();
  await pause(AWAKE_MS);
}

function deedOf({ member, path, isWrite, fromMs, untilMs }: RelayedCall): readonly Deed[] {
  return isWrite ? [{ member, what: path, fromMs, untilMs: untilMs ?? Number.POSITIVE_INFINITY }] : [];
}

/** Holds that another member's followed at least a lease later: a lane let go earlier was let go, not lost. */
function takeovers(holds: readonly Hold[]): number {
  return holds.filter((hold, index) => {
    const next = holds[index + 1];
    return next !== undefined && next.member !== hold.member && next.fromMs - hold.fromMs >= LEASE_MS;
  }).length;
}

/** From now on the database itself writes down who takes and leaves a lane. Processes are told apart by their connections' name. */
async function noteHolds({ db }: Store): Promise<void> {
  await sql`create table lane_hands (seq bigserial primary key, at_ms bigint, lane text, member text, held boolean)`.execute(
    db,
  );
  await sql`
    create function note_hands() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' or new.fence <> old.fence or new.holder is distinct from old.holder then
        insert into lane_hands (at_ms, lane, member, held) values
          (floor(extract(epoch from clock_timestamp()) * 1000), new.installation, current_setting('application_name'), new.holder is not null);
      end if;
      return new;
    end $$`.execute(db);
  await sql`create trigger lane_hands after insert or update on lanes for each row execute function note_hands()`.execute(
    db,
  );
}

/** Of the lane that hands off: an org that serves a portal's leads has one of its own until it does. */
async function changesOf({ db }: Store): Promise<readonly HandChange[]> {
  const lane = (await listInstallations(db)).find(({ serves }) => serves === undefined)?.id;
  const { rows } = await sql<{ at_ms: number; member: string; held: boolean }>`
    select at_ms, member, held from lane_hands where lane = ${lane} order by seq`.execute(db);
  return rows.map(({ at_ms, member, held }) => ({ atMs: at_ms, member, isHeld: held }));
}
