/** Choosing one rep of a pool: whose turn it is among those who can take the lead, and why the others are passed over. */
import type { Instant } from "../model/instant.ts";
import type { Rep, Roster, Standing, Standings } from "../model/rep.ts";
import type { Fairness } from "../playbook/routing.ts";
import { levelsWith, shortfalls, turnOf, type Contender } from "./fairness.ts";
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
  const { reps, standings } = roster;
  const looks = repsOfTeam(reps, to.pool).map((rep) => lookAt(rep, to.skills, standings, now));
  const atWork = looks.filter((look) => look.obstacle === undefined);
  if (atWork.length > 0) return takeTurn(atWork, looks);
  const offHours = looks.filter(({ obstacle }) => obstacle?.state === "off-hours");
  if (offHours.length > 0 && fairness.outsideHours === "assign") return takeTurn(offHours, looks);
  return nobody(looks);
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

/** `eligible` are some of `looks`, in the same order. */
function takeTurn(eligible: readonly Look[], looks: readonly Look[]): PoolChoice {
  const contenders = contendersOf(eligible);
  const shortfall = shortfalls(contenders);
  const turn = turnOf(contenders, shortfall);
  const largest = shortfall[turn] ?? 0;
  const levelOf = levelsWith(contenders);
  let index = 0;
  const candidates = looks.map((look): LevelledCandidate => {
    if (look !== eligible[index]) return keepLevel(look, levelOf);
    const short = shortfall[index] ?? 0;
    const because = index === turn ? "largest shortfall" : sayBehind(short, largest);
    const joining = contenders[index]?.standing.credits ?? 0;
    index += 1;
    return contended(look, because, short, joining);
  });
  const chosen = eligible[turn]?.rep;
  return { candidates, ...(chosen && { chosen }) };
}

/** Those who are new to the ledger enter it level with the others. */
function contendersOf(eligible: readonly Look[]): readonly Contender[] {
  const known = eligible.filter(isKnown);
  if (known.length === eligible.length) return known;
  const levelOf = levelsWith(known);
  return eligible.map((look) =>
    isKnown(look) ? look : { rep: look.rep, standing: { credits: levelOf(look.rep.weight), lastAt: 0 } },
  );
}

function isKnown(look: Look): look is Look & Contender {
  return look.standing !== undefined;
}

/** Who is new to the ledger joins it here, with `joining` credits, whoever gets the turn. */
function contended(
  { rep, standing, obstacle }: Look,
  why: string,
  shortfall: number,
  joining: number,
): LevelledCandidate {
  const because = obstacle === undefined ? why : `${why}; ${obstacle.because}`;
  return standing === undefined
    ? { rep: rep.id, eligible: true, because, shortfall, level: joining }
    : { rep: rep.id, eligible: true, because, shortfall };
}

function keepLevel(look: Look, levelOf: (weight: number) => number): LevelledCandidate {
  const { rep, standing, obstacle } = look;
  if (obstacle?.state !== "absent") return passOver(look);
  const level = levelOf(rep.weight);
  return level > (standing?.credits ?? -1) ? { ...passOver(look), level } : passOver(look);
}

function passOver({ rep, obstacle }: Look): LevelledCandidate {
  return { rep: rep.id, eligible: false, because: obstacle?.because ?? "" };
}

function sayBehind(short: number, largest: number): string {
  return short === largest ? "same shortfall, had a lead more recently" : "smaller shortfall";
}
