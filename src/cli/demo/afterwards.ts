/**
 * What follows in the demo: what gathered is looked at, reps act, clocks ring, Baton answers. Time is moved from one such instant to the
 * next.
 */
import type { RepAct } from "../../../sandbox/rep-acts.ts";
import { type ScriptedReps, scriptReps } from "../../../sandbox/world/reps.ts";
import { MINUTE_MS, SECOND_MS, type Instant } from "../../model/instant.ts";
import { leadsWithDueClocks, nextLookAt } from "../../store/clocks.ts";
import { GATHER_MS } from "../../store/inbox.ts";
import { leadsLinkedWith } from "../../store/links.ts";
import { decisionsOfLead } from "../../store/turns.ts";
import type { DemoClock } from "./clock.ts";
import { type AnyStage, leadInstallation } from "./stage.ts";

/** Something a rep did, a clock that rang, or something Baton found that nobody had told it; without an act it was a clock. */
export interface Aftermath {
  readonly at: Instant;
  readonly lead: string;
  readonly act?: RepAct;
  readonly isFound?: true;
}

/** Somebody of whom the CRM tells nothing: Baton's next sweep finds it. */
interface Untold {
  readonly lead: string;
  readonly since: Instant;
}

/** Plays what follows. */
export interface Afterwards {
  /** Something has happened: of what it caused, some gathers for a while. */
  note(at: Instant): void;
  /** Something has happened of which no CRM tells: it is told once a sweep has found it. */
  look(untold: Untold): Promise<void>;
  /** Everything that happens up to an instant, told one by one. The clock stands there or a little later at the end. */
  until(at: Instant, tell: (happened: Aftermath) => Promise<void>): Promise<void>;
}

/** The last sweep may have begun a moment before what it is to find. */
const SWEEP_SLACK_MS = 2 * SECOND_MS;
/** What lies closer together than this happens at once. */
const STEP_MS = MINUTE_MS;

/** Begins with the reps of the stage's portal. The same seed gives reps who do the same. */
export function playAfterwards(stage: AnyStage, clock: DemoClock, seed: number): Afterwards {
  const reps = scriptReps(whereSalesWorks(stage), seed);
  let gathered = Infinity;
  let untold: readonly (Untold & { readonly at: Instant })[] = [];
  return {
    note(at) {
      gathered = at + GATHER_MS;
    },
    async look(one) {
      const { capabilities } = await leadInstallation(stage);
      const at = clock.now() + (capabilities.sweepEveryMs ?? Infinity) + SWEEP_SLACK_MS;
      untold = [...untold, { ...one, at }];
    },
    async until(at, tell) {
      for (;;) {
        reps.look(clock.now());
        const next = Math.min(
          reps.nextAt() ?? Infinity,
          (await nextLookAt(stage.baton.store.db)) ?? Infinity,
          gathered,
          ...untold.map((one) => one.at),
        );
        if (next > at) return;
        if (next >= gathered) gathered = Infinity;
        clock.moveTo(next);
        const happened = await step(stage, reps, clock.now());
        for (const one of happened) await tell(one);
        const looked = untold.filter((one) => one.at <= clock.now());
        untold = untold.filter((one) => !looked.includes(one));
        for (const one of looked)
          if (await isDecided(stage, one)) await tell({ at: next, lead: one.lead, isFound: true });
      }
    },
  };
}

function whereSalesWorks({ portal, org }: AnyStage): Parameters<typeof scriptReps>[0] {
  const place = org ?? portal;
  if (place === undefined) throw new RangeError("a stage has a portal or an org");
  return place;
}

async function step(stage: AnyStage, reps: ScriptedReps, now: Instant): Promise<readonly Aftermath[]> {
  const ringing = await leadsWithDueClocks(stage.baton.store.db, ["first-attempt", "answer"], now);
  const acts = await reps.perform(now + STEP_MS);
  await stage.baton.lanes.tick();
  await stage.quiet();
  return [
    ...ringing.map((lead) => ({ at: now, lead })),
    ...(await Promise.all(
      acts.map(async ({ contact, act }) => ({ at: now, lead: await leadOf(stage, contact), act })),
    )),
  ];
}

async function isDecided(stage: AnyStage, { lead, since }: Untold): Promise<boolean> {
  const { id } = await leadInstallation(stage);
  const [latest] = await decisionsOfLead(stage.baton.store.db, id, lead, 1);
  return latest !== undefined && latest.decision.decidedAt >= since;
}

/** The lead that a rep's record is. */
async function leadOf(stage: AnyStage, contact: string): Promise<string> {
  const { id } = await leadInstallation(stage);
  return (await leadsLinkedWith(stage.baton.store.db, id, [contact])).get(contact) ?? contact;
}
