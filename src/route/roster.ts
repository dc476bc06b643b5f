/** The roster: the reps of team.yaml as they stand in the CRM today, and how the turns among them stand. */
import type { Assignment, Candidate } from "../model/decision.ts";
import { MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Owner, Rep, Roster, Standing, Standings } from "../model/rep.ts";
import { awayInstants, type Member, type Team, type TeamRules } from "../playbook/team.ts";
import { formCalendar } from "../sla/form.ts";
import { localDate } from "../sla/zone.ts";
import { levelsWith } from "./fairness.ts";
import { repById, repsOfTeam } from "./reps.ts";

/** A candidate whose credits the turn raises: who is new to the ledger, or absent. See fairness.ts. */
export interface LevelledCandidate extends Candidate {
  readonly level?: number;
}

/**
 * Matches the reps of team.yaml with the CRM's owners by e-mail address.
 *
 * Hours and zone are the file's for the rep, else the CRM's, else the file's for the team.
 * Away is what either of them says. A rep without an active owner stays on the roster without `ownerId`, so that being
 * passed over can be explained. Throws nothing.
 */
export function formRoster(team: Team, owners: readonly Owner[], standings: Standings, now: Instant): Roster {
  return { reps: repsOf(team, owners, now), owners, standings };
}

/** No zone begins a year but at a quarter of an hour, and nothing else about a calendar changes with the time. */
const QUARTER_MS: DurationMs = 15 * MINUTE_MS;

/** The reps formed last, by the owners they were formed with. */
const formed = new WeakMap<
  readonly Owner[],
  { readonly team: Team; readonly quarter: number; readonly reps: readonly Rep[] }
>();

/** Owners are read from the CRM now and then; in between every turn of a lane has the same reps. */
function repsOf(team: Team, owners: readonly Owner[], now: Instant): readonly Rep[] {
  const quarter = Math.floor(now / QUARTER_MS);
  const last = formed.get(owners);
  if (last !== undefined && last.team === team && last.quarter === quarter) return last.reps;
  const byEmail = new Map<string, Owner>();
  for (const owner of owners)
    if (owner.active && owner.email !== undefined) byEmail.set(owner.email.toLowerCase(), owner);
  const reps = team.members.map((member) => formRep(member, team.teams.get(member.team), byEmail, now));
  formed.set(owners, { team, quarter, reps });
  return reps;
}

/**
 * What an assignment changes in the ledger: the entries as they stand after it, of nobody else. Whoever goes on to the next
 * lead puts them over those of the roster.
 *
 * Every assignment counts as open and as today's; a turn (`counts`) also as a credit, and the levels that came with it are
 * written down. Partners, queues and owners outside team.yaml change nothing. `assignment` must have been made on this
 * roster. Throws nothing.
 */
export function credit(roster: Roster, assignment: Assignment, now: Instant): Standings {
  if (assignment.outcome !== "assigned" || assignment.rep === undefined) return new Map();
  const { rep: id, counts, candidates } = assignment;
  const rep = repById(roster.reps, id);
  if (rep === undefined) return new Map();
  const changed = counts ? levelled(candidates, roster.standings) : new Map<string, Standing>();
  const day = localDate(rep.calendar.zone, now);
  const before = changed.get(id) ??
    roster.standings.get(id) ?? { ...UNSEEN, credits: joiningCredits(rep, roster) };
  return changed.set(id, {
    credits: before.credits + (counts ? 1 : 0),
    open: before.open + 1,
    day,
    today: (before.day === day ? before.today : 0) + 1,
    lastAt: now,
  });
}

const UNSEEN: Standing = { credits: 0, open: 0, day: "", today: 0, lastAt: 0 };

/** Everybody whom the turn raises. */
function levelled(candidates: readonly LevelledCandidate[], standings: Standings): Map<string, Standing> {
  const raised = new Map<string, Standing>();
  for (const { rep, level } of candidates)
    if (level !== undefined) raised.set(rep, { ...(standings.get(rep) ?? UNSEEN), credits: level });
  return raised;
}

/** Somebody whose first lead is no turn (they own the account) still joins their team at its mean. */
function joiningCredits(rep: Rep, roster: Roster): number {
  const peers = repsOfTeam(roster.reps, rep.team).map((peer) => {
    return { rep: peer, standing: roster.standings.get(peer.id) };
  });
  return levelsWith(peers)(rep.weight);
}

function formRep(
  member: Member,
  rules: TeamRules | undefined,
  owners: ReadonlyMap<string, Owner>,
  now: Instant,
): Rep {
  const owner = owners.get(member.id);
  const calendar = formCalendar([member, owner, rules], now);
  const { id, team, skills, weight, cap } = member;
  const away = [...member.away.map((span) => awayInstants(span, calendar.zone)), ...(owner?.away ?? [])];
  return {
    id,
    name: owner?.name ?? id,
    ...(owner && { ownerId: owner.id }),
    team,
    ...(rules?.manager !== undefined && { manager: rules.manager }),
    skills,
    weight,
    cap,
    calendar,
    away: away.sort((a, b) => a.fromAt - b.fromAt),
  };
}
