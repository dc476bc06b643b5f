/** Choosing one rep of a pool: whose turn it is among those who can take the lead, and why the others are passed over. */
import type { Instant } from "../model/instant.ts";
import type { Rep, Roster } from "../model/rep.ts";
import type { Fairness } from "../playbook/routing.ts";
import { levelsWith, shortfalls, turnOf, type Contender } from "./fairness.ts";
import { readinessOf, type Readiness } from "./readiness.ts";
import type { LevelledCandidate } from "./roster.ts";

/** Who was chosen, if anybody, and everyone who was looked at. */
export interface PoolChoice {
  readonly chosen?: Rep;
  readonly candidates: readonly LevelledCandidate[];
  /** When nobody was: when the first of them can take leads again, as far as that is known. */
  readonly opensAt?: Instant;
}

type PassedOver = Exclude<Readiness, { state: "ready" }>;

const poolsByReps = new WeakMap<readonly Rep[], ReadonlyMap<string, readonly Rep[]>>();

/**
 * Chooses among the reps of `pool` who have all of `skills`: among those at work, or, when nobody is and the playbook
 * says so, among those who are not absent. The same roster and instant give the same choice. Throws what `readinessOf` throws.
 */
export function chooseFromPool(
  to: { readonly pool: string; readonly skills: readonly string[] },
  roster: Roster,
  fairness: Fairness,
  now: Instant,
): PoolChoice {
  const looks = membersOf(to.pool, roster.reps).map((rep) =>
    readinessOf(rep, to.skills, roster.standings[rep.id], now),
  );
  const atWork = looks.filter((look) => look.state === "ready");
  if (atWork.length > 0) return takeTurn(atWork, looks);
  const offHours = looks.filter((look) => look.state === "off-hours");
  if (offHours.length > 0 && fairness.outsideHours === "assign") return takeTurn(offHours, looks);
  return nobody(looks);
}

function membersOf(pool: string, reps: readonly Rep[]): readonly Rep[] {
  let pools = poolsByReps.get(reps);
  if (pools === undefined) {
    pools = Map.groupBy(reps, (rep) => rep.team);
    poolsByReps.set(reps, pools);
  }
  return pools.get(pool) ?? [];
}

function nobody(looks: readonly Readiness[]): PoolChoice {
  const passed = looks.filter((look) => look.state !== "ready");
  const backs = passed.flatMap((look) => ("backAt" in look ? [look.backAt ?? Infinity] : []));
  const opensAt = Math.min(...backs);
  return { candidates: passed.map(passOver), ...(opensAt < Infinity && { opensAt }) };
}

/** `eligible` are some of `looks`, in the same order; none of the others is ready. */
function takeTurn(eligible: readonly Readiness[], looks: readonly Readiness[]): PoolChoice {
  const contenders = contendersOf(eligible);
  const shortfall = shortfalls(contenders);
  const turn = turnOf(contenders, shortfall);
  const largest = shortfall[turn] ?? 0;
  const levelOf = levelsWith(contenders);
  let index = 0;
  const candidates = looks.map((look): LevelledCandidate => {
    if (look !== eligible[index] && look.state !== "ready") return keepLevel(look, levelOf);
    const short = shortfall[index] ?? 0;
    const because = index === turn ? "largest shortfall" : sayBehind(short, largest);
    const candidate = {
      rep: look.rep.id,
      eligible: true,
      because: look.state === "off-hours" ? `${because}; ${look.because}` : because,
      shortfall: short,
    };
    const joining = contenders[index]?.credits ?? 0;
    index += 1;
    // Who is new to the ledger joins it here, whoever gets the turn.
    return look.standing === undefined ? { ...candidate, level: joining } : candidate;
  });
  const chosen = eligible[turn]?.rep;
  return { candidates, ...(chosen && { chosen }) };
}

/** Those who are new to the ledger enter it level with the others. */
function contendersOf(eligible: readonly Readiness[]): readonly Contender[] {
  const contenders = eligible.map(({ rep: { id, weight }, standing }) => ({
    id,
    weight,
    credits: standing?.credits ?? 0,
    lastAt: standing?.lastAt ?? 0,
  }));
  const isKnown = (_: unknown, index: number): boolean => eligible[index]?.standing !== undefined;
  const known = contenders.filter(isKnown);
  if (known.length === contenders.length) return contenders;
  const levelOf = levelsWith(known);
  return contenders.map((one, index) =>
    isKnown(one, index) ? one : { ...one, credits: levelOf(one.weight) },
  );
}

function keepLevel(look: PassedOver, levelOf: (weight: number) => number): LevelledCandidate {
  const passed = passOver(look);
  if (look.state !== "absent") return passed;
  const level = levelOf(look.rep.weight);
  return level > (look.standing?.credits ?? -1) ? { ...passed, level } : passed;
}

function passOver(look: PassedOver): LevelledCandidate {
  return { rep: look.rep.id, eligible: false, because: look.because };
}

function sayBehind(short: number, largest: number): string {
  return short === largest ? "same shortfall, had a lead more recently" : "smaller shortfall";
}
