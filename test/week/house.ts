/** Where a week is played: a sandbox and a Baton beside it, whose common time is moved by hand. */
import { setTimeout as pause } from "node:timers/promises";
import type { Portal } from "../../sandbox/index.ts";
import type { Random } from "../../sandbox/random.ts";
import { openStage } from "../../src/cli/demo/stage.ts";
import { createLog } from "../../src/log.ts";
import type { Instant } from "../../src/model/instant.ts";
import { nextLookAt } from "../../src/store/clocks.ts";
import type { Locksmith } from "../../src/store/connections.ts";
import type { Store } from "../../src/store/open.ts";
import { uncappedPlaybook } from "../support/uncapped.ts";
import { untilQuiet } from "../faults/rest.ts";
import { openRig } from "../faults/rig.ts";

export interface House {
  readonly portal: Portal;
  readonly store: Store;
  /** For what is sealed in the store. */
  readonly locksmith: Locksmith;
  now(): Instant;
  jumpTo(at: Instant): void;
  /** Settles when everything that was set in motion has come to rest. @returns Up to when nothing is left to look at. */
  settle(): Promise<Instant>;
  /** How often Baton was killed. */
  kills(): number;
  close(): Promise<void>;
}

/** Baton in this process: time stands still between two jumps. */
export async function oneProcess(seed: number, databaseUrl: string, startAt: Instant): Promise<House> {
  let now = startAt;
  const stage = await openStage({
    seed,
    now: () => now,
    databaseUrl,
    playbook: uncappedPlaybook(true),
    log: createLog({ level: "silent" }),
    port: 0,
  });
  return {
    portal: stage.portal,
    store: stage.baton.store,
    locksmith: stage.baton.locksmith,
    now: () => now,
    jumpTo(at) {
      now = Math.max(now, at);
    },
    async settle() {
      await stage.baton.lanes.tick();
      await stage.quiet();
      return now;
    },
    kills: () => 0,
    close: () => stage.close(),
  };
}

/** Milliseconds within which a kill falls after something was set in motion: notices are looked for once a second. */
const KILL_WITHIN_MS = 1_500;
/** Lanes look for clocks that ring once a second. */
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 120_000;

/** Baton as a process of its own, killed at this share of the steps while it works on them. Time runs on between two jumps. */
export async function killedProcess(
  seed: number,
  databaseUrl: string,
  startAt: Instant,
  { random, share }: { readonly random: Random; readonly share: number },
): Promise<House> {
  const rig = await openRig({
    seed,
    databaseUrl,
    processes: 1,
    latencyMs: 0,
    answerMs: 2_000,
    playbook: uncappedPlaybook(true),
  });
  const [member] = rig.members;
  if (member === undefined) throw new Error("the rig has no member");
  let kills = 0;
  const now = (): Instant => rig.sandbox.now();
  rig.pass(startAt - now());
  return {
    portal: rig.portal,
    store: rig.watch,
    locksmith: rig.locksmith,
    now,
    jumpTo: (at) => rig.pass(Math.max(0, at - now())),
    async settle() {
      if (random.chance(share)) {
        await pause(random.between(0, KILL_WITHIN_MS));
        await member.kill();
        kills += 1;
        await rig.start(member);
      }
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        await pause(LOOK_EVERY_MS);
        const waits = await untilQuiet(rig, until);
        if (waits !== undefined) throw new Error(`it does not come to rest: ${waits}`);
        // Time runs on, so it is taken before anybody is asked what rings by then.
        const at = now();
        if (((await nextLookAt(rig.watch.db)) ?? Infinity) > at) return at;
      }
    },
    kills: () => kills,
    close: () => rig.close(),
  };
}
