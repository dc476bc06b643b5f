/** Choosing one rep of a pool: whose turn it is among those who can take the lead, and why the others are passed over. */
import type { Instant } from "../model/instant.ts";
import type { Rep, Roster, Standing, Standings } from "../model/rep.ts";
import type { Fairness } from "../playbook/routing.ts";
import { turnAmong, type Turn } from "./fairness.ts";
import { lackOf, obstacleOf, type Obstacle } from "./readiness.ts";
import { repsOfTeam } from "./reps.ts";
import type { LevelledCandidate } from "./roster.ts";

/** Who was chosen, if anybody, and everyone who was looked at. */
export interface PoolChoice {
  readonly chosen?: Rep;
  readonly candidates: readonly LevelledCandidate[];
  /** When nobody was: when the first of them can take leads again, as far as that is known. */
  readonly opensAt?: Instant;
}

/** One rep as they stand for one lead. */
interface Look {
  readonly rep: Rep;
  /** Absent for those who are new to the ledger, and not looked up for those who lack a skill. */
  readonly standing: Standing | undefined;
  /** Without one they can take the lead. */
  readonly obstacle: Obstacle | undefined;
}

/**
 * Chooses among the reps of `pool` who have all of `skills`: among those at work, or, when nobody is and the playbook
 * says so, among those who are not absent. The same roster and instant give the same choice. Throws what `obstacleOf` throws.
 */
export function chooseFromPool(
  to: { readonly pool: string; readonly skills: readonly string[] },
  roster: Roster,
  fairness: Fairness,
  now: Instant,
): PoolChoice {
  const { looks, atWork } = lookAtAll(repsOfTeam(roster.reps, to.pool), to.skills, roster.standings, now);
  if (atWork.length > 0) return takeTurn(atWork, looks);
  const offHours = looks.filter(({ obstacle }) => obstacle?.state === "off-hours");
  if (offHours.length > 0 && fairness.outsideHours === "assign") return takeTurn(offHours, looks);
  return nobody(looks);
}

function lookAtAll(
  reps: readonly Rep[],
  skills: readonly string[],
  standings: Standings,
  now: Instant,
): { readonly looks: readonly Look[]; readonly atWork: readonly Look[] } {
  const looks = listOf<Look>(reps.length);
  const atWork: Look[] = [];
  let place = 0;
  for (const rep of reps) {
    const look = lookAt(rep, skills, standings, now);
    looks[place++] = look;
    if (look.obstacle === undefined) atWork.push(look);
  }
  return { looks, atWork };
}

/**
 * A list to be filled in from the first place to the last. For each lead a thousand reps are looked at: to let the lists grow,
 * or to `map` them, would take a fifth of the time of a choice (bench/choose.ts).
 */
function listOf<T>(length: number): T[] {
  const list: T[] = [];
  list.length = length;
  return list;
}

function lookAt(rep: Rep, skills: readonly string[], standings: Standings, now: Instant): Look {
  const lacking = lackOf(rep, skills);
  if (lacking !== undefined) return { rep, standing: undefined, obstacle: lacking };
  const standing = standings.get(rep.id);
  return { rep, standing, obstacle: obstacleOf(rep, standing, now) };
}

function nobody(looks: readonly Look[]): PoolChoice {
  const backs = looks.map(({ obstacle }) => (obstacle && "backAt" in obstacle ? obstacle.backAt : undefined));
  const opensAt = Math.min(...backs.map((backAt) => backAt ?? Infinity));
  return { candidates: looks.map(passOver), ...(opensAt < Infinity && { opensAt }) };
}

/** `eligible` are all of `looks` who are in the same state: at work, or outside their hours. */
function takeTurn(eligible: readonly Look[], looks: readonly Look[]): PoolChoice {
  const turn = turnAmong(eligible);
  const state = turn.next?.obstacle?.state;
  const candidates = listOf<LevelledCandidate>(looks.length);
  let place = 0;
  for (const look of looks)
    candidates[place++] = look.obstacle?.state === state ? contended(look, turn) : keepLevel(look, turn);
  return { candidates, ...(turn.next && { chosen: turn.next.rep }) };
}

/** Who is new to the ledger joins it here, whoever gets the turn. */
function contended(look: Look, turn: Turn<Look>): LevelledCandidate {
  const { rep, standing, obstacle } = look;
  const shortfall = turn.shortfallOf(look);
  const why = look === turn.next ? "largest shortfall" : sayBehind(shortfall, turn.largest);
  const because = obstacle === undefined ? why : `${why}; ${obstacle.because}`;
  return standing === undefined
    ? { rep: rep.id, eligible: true, because, shortfall, level: turn.joiningLevel(rep.weight) }
    : { rep: rep.id, eligible: true, because, shortfall };
}

function keepLevel(look: Look, turn: Turn<Look>): LevelledCandidate {
  const { rep, standing, obstacle } = look;
  if (obstacle?.state !== "absent") return passOver(look);
  const level = turn.levelOf(rep.weight);
  return level > (standing?.credits ?? -1) ? { ...passOver(look), level } : passOver(look);
}

function passOver({ rep, obstacle }: Look): LevelledCandidate {
  return { rep: rep.id, eligible: false, because: obstacle?.because ?? "" };
}

function sayBehind(short: number, largest: number): string {
  return short === largest ? "same shortfall, had a lead more recently" : "smaller shortfall";
}
