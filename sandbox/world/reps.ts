/**
 * Scripted reps: what the people of Acme do with the leads they get, from the seed. They see what a rep sees: a task of theirs
 * that is open, on a contact that is theirs. Nobody tells them of Baton. One seed gives the same script in every CRM, because
 * it goes by the addresses of rep and lead.
 */
import type { RepAct } from "../rep-acts.ts";
import type { Portal } from "../portal-desk.ts";
import { createRandom } from "../random.ts";
import { deskOfOrg } from "./org-desk.ts";
import type { OrgPlace } from "./org-desk.ts";
import { deskOfPortal } from "./rep-desk.ts";
import type { RepDesk } from "./rep-desk.ts";
import { plansFor } from "./rep-script.ts";
import type { Planned, Temper } from "./rep-script.ts";

export type { Temper } from "./rep-script.ts";

/** Something that was done. */
export interface DoneAct {
  readonly at: number;
  readonly contact: string;
  readonly act: RepAct;
  /** The record it made or changed. */
  readonly id: string | undefined;
}

export interface ScriptedReps {
  /** Looks for tasks nobody has planned for yet. */
  look(now: number): void;
  /** When the next act is due; undefined when nothing is planned. */
  nextAt(): number | undefined;
  /** Performs what is due at `now`, in order. */
  perform(now: number): Promise<readonly DoneAct[]>;
}

const TEMPERS: readonly Temper[] = ["fast", "slow", "absent", "sloppy"];

/**
 * Reps who work in a portal or in an org.
 * @param tempers  By owner's address; those not named are given one by the seed.
 */
export function scriptReps(
  where: Portal | OrgPlace,
  seed: number,
  tempers: ReadonlyMap<string, Temper> = new Map(),
): ScriptedReps {
  const desk = deskOf(where);
  const seen = new Set<string>();
  let planned: Planned[] = [];
  const made = new Map<string, string>();
  return {
    look(now) {
      for (const { id: task, contact, owner, ownerName, contactName, dueAt } of desk.openTasks(seen)) {
        seen.add(task);
        const random = createRandom(seed, `rep ${ownerName} of ${contactName}`);
        const temper = tempers.get(ownerName) ?? random.pick(TEMPERS);
        const { wonStage } = desk;
        planned.push(...plansFor({ task, contact, owner, now, dueAt, wonStage }, temper, random));
      }
      planned = planned.toSorted((a, b) => a.at - b.at);
    },
    nextAt: () => planned[0]?.at,
    async perform(now) {
      const done: DoneAct[] = [];
      while ((planned[0]?.at ?? Infinity) <= now) {
        const next = planned.shift();
        if (next === undefined || !desk.isTheirs(next.contact, next.owner)) continue;
        const act = next.act(made);
        if (act === undefined) continue;
        const { id } = await desk.act(act);
        if (next.makes !== undefined && id !== undefined) made.set(next.makes, id);
        done.push({ at: next.at, contact: next.contact, act, id });
      }
      return done;
    },
  };
}

/** Portals have numbers, orgs have texts for ids. */
function deskOf(where: Portal | OrgPlace): RepDesk {
  return isPortal(where) ? deskOfPortal(where) : deskOfOrg(where);
}

function isPortal(where: Portal | OrgPlace): where is Portal {
  return typeof where.state.id === "number";
}
