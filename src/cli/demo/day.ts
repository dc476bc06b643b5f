/** The demo's day from its first act to its last: what happens, what follows of it, and every line that is told on the way. */
import type { ActOutcome } from "../../../sandbox/acts.ts";
import { type DayAct, demoDay, runAct } from "../../../sandbox/world/demo-day.ts";
import { orgActFor } from "../../../sandbox/world/org-day.ts";
import { DAY_MS, type Instant } from "../../model/instant.ts";
import { eraseEverywhere } from "../erase.ts";
import type { Screen } from "../shell.ts";
import { addressOf, describeAct, describeOrgAct } from "./acts.ts";
import { type Aftermath, type Afterwards, playAfterwards } from "./afterwards.ts";
import { askForHandoff } from "./asking.ts";
import type { DemoClock } from "./clock.ts";
import { printAftermath, printFound, printOutcome, type ToldAct } from "./print-acts.ts";
import type { AnyStage } from "./stage.ts";

/** Tuesday 17 November 2026, before anybody acts. */
export const DEMO_DAY: Instant = Date.UTC(2026, 10, 17);

/** What a day is played with. */
export interface DayOptions {
  readonly seed: number;
  /** Absent when nobody wants to be told. */
  readonly screen?: Screen | undefined;
  /** Which acts are played; all where it is left out. */
  readonly isPlayed?: (entry: DayAct) => boolean;
  /** After each act. */
  readonly rest?: () => Promise<void>;
}

/** Plays the day on a stage, to its last second. The same seed tells the same story. */
export async function playDay(stage: AnyStage, clock: DemoClock, options: DayOptions): Promise<void> {
  const { seed, screen, isPlayed = () => true, rest } = options;
  const evening = DEMO_DAY + DAY_MS - 1;
  const afterwards = playAfterwards(stage, clock, seed);
  const tell = async (happened: Aftermath): Promise<void> => {
    if (screen === undefined) return;
    await (happened.isFound === true ? printFound : printAftermath)(screen, stage, happened);
  };
  for (const entry of demoDay(seed).filter(isPlayed)) {
    await afterwards.until(entry.at, tell);
    clock.moveTo(entry.at);
    const told = await playAct(stage, entry, afterwards);
    if (screen !== undefined) await printOutcome(screen, stage, told);
    afterwards.note(clock.now());
    await rest?.();
  }
  await afterwards.until(evening, tell);
  clock.moveTo(evening);
  await stage.baton.lanes.tick();
  await stage.quiet();
}

/** One act and everything it causes. What marketing and the website do happens where the leads are. */
async function playAct(stage: AnyStage, entry: DayAct, afterwards: Afterwards): Promise<ToldAct> {
  const { portal, org } = stage;
  const { at, act } = entry;
  await stage.baton.lanes.tick();
  const inOrg = portal === undefined && org !== undefined ? orgActFor(org.state, act) : undefined;
  const outcome: ActOutcome = await runAct(stage.sandbox, portal?.id ?? org?.id ?? "", entry);
  const lead = outcome.id;
  if (inOrg?.do === "publish" && lead !== undefined) await askForHandoff(stage, lead, inOrg.fields);
  await stage.quiet();
  if (inOrg?.do === "put-on-campaign" && lead !== undefined) await afterwards.look({ lead, since: at });
  if (inOrg?.do === "erase") await forget(stage, inOrg.who);
  return {
    at,
    who: addressOf(act) ?? "",
    what: inOrg === undefined ? describeAct(act) : describeOrgAct(inOrg),
    ...(lead === undefined ? {} : { lead }),
    ...(act.do === "forget"
      ? { forgotten: inOrg === undefined ? "as HubSpot asks" : "by baton erase, since no org asks" }
      : {}),
  };
}

/** What an operator does who runs `baton erase`: an org tells nobody that somebody is to be forgotten. */
async function forget({ baton: { store, keys, now } }: AnyStage, who: string): Promise<void> {
  await eraseEverywhere(store, keys, who, now());
}
