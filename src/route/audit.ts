/**
 * The audit of routing: who can receive what, and where the rules contradict themselves. It looks at every combination of
 * values the conditions can tell apart, so it finds what no example happened to try.
 */
import type { Instant } from "../model/instant.ts";
import type { Rep, Roster } from "../model/rep.ts";
import type { Rule, Target } from "../playbook/routing.ts";
import type { AuditFinding, AuditInput } from "./audit-finding.ts";
import { findInRules } from "./audit-rules.ts";
import { coverage } from "./coverage.ts";
import { repById } from "./reps.ts";
import { sharesOf, type Share } from "./shares.ts";

/** One rule and the people it can reach. */
interface RuleReach {
  readonly rule: string;
  /** `emea-sdr (enterprise)`, `account.owner`, `queue review`. */
  readonly to: string;
  /** Reps of the pool with the skills and, where the CRM's owners are known, an active owner. */
  readonly reps: readonly string[];
  /** The week in UTC; absent for a target that is no pool. */
  readonly hours?: string;
  /** Sum of the day caps; absent when somebody has none. */
  readonly perDay?: number;
}

/** One rep, the rules that take turns with them, and how they stand. */
interface RepReach extends Share {
  readonly rep: string;
  readonly team: string;
  readonly rules: readonly string[];
  readonly cap: Rep["cap"];
}

export interface RoutingAudit {
  readonly rules: readonly RuleReach[];
  readonly reps: readonly RepReach[];
  readonly findings: readonly AuditFinding[];
}

/** Audits the rules of a playbook against a roster. The same input gives the same audit. Throws nothing. */
export function auditRoutes(input: AuditInput): RoutingAudit {
  const { playbook, roster, ownersKnown, now } = input;
  const reaches = new Map<string, Reach>();
  const rules = playbook.routing.rules.map(({ name: rule, to }): RuleReach => {
    const says = sayTarget(to);
    const reach = reaches.get(says) ?? reachOf(to, roster, ownersKnown, now);
    reaches.set(says, reach);
    return { rule, to: says, ...reach };
  });
  const rulesByRep = new Map<string, string[]>(roster.reps.map(({ id }) => [id, []]));
  for (const [index, { name, to }] of playbook.routing.rules.entries())
    for (const id of to.kind === "rep" ? [to.rep] : (rules[index]?.reps ?? []))
      rulesByRep.get(id)?.push(name);
  const reps = roster.reps.map((rep): RepReach => {
    const { id, team, cap } = rep;
    return { rep: id, team, rules: rulesByRep.get(id) ?? [], cap, ...sharesOf(rep, roster) };
  });
  return {
    rules,
    reps,
    findings: [
      ...findInRules(input),
      ...poolFindings(rules, playbook.routing.rules, input),
      ...repFindings(reps, input),
    ],
  };
}

/** Whom a target reaches. Many rules have the same one, which its words tell. */
type Reach = Omit<RuleReach, "rule" | "to">;

function reachOf(to: Target, roster: Roster, ownersKnown: boolean, now: Instant): Reach {
  const reps = roster.reps.filter((rep) => isReached(rep, to, ownersKnown));
  const caps = reps.map(({ cap }) => cap.day ?? Infinity);
  const perDay = caps.reduce((sum, cap) => sum + cap, 0);
  return {
    reps: reps.map(({ id }) => id),
    ...(to.kind === "pool" && {
      hours: coverage(
        reps.map(({ calendar }) => calendar),
        now,
      ),
      ...(perDay < Infinity && { perDay }),
    }),
  };
}

function isReached(rep: Rep, to: Target, ownersKnown: boolean): boolean {
  if (ownersKnown && rep.ownerId === undefined) return false;
  return to.kind === "pool" && rep.team === to.pool && to.skills.every((skill) => rep.skills.includes(skill));
}

function sayTarget(to: Target): string {
  switch (to.kind) {
    case "owner":
      return to.unlessAway ? `${to.fact} unless away` : to.fact;
    case "rep":
      return to.rep;
    case "pool":
      return to.skills.length === 0 ? to.pool : `${to.pool} (${to.skills.join(", ")})`;
    case "partner":
      return `partner in ${to.partner}`;
    case "queue":
      return `queue ${to.queue.name}`;
  }
}

function poolFindings(
  reaches: readonly RuleReach[],
  rules: readonly Rule[],
  { roster, ownersKnown }: AuditInput,
): readonly AuditFinding[] {
  return rules.flatMap((rule, index): readonly AuditFinding[] => {
    const say = (severity: AuditFinding["severity"], says: string): readonly AuditFinding[] => [
      { severity, about: "pool", says: `"${rule.name}" ${says}`, source: rule.source },
    ];
    const { to } = rule;
    if (
      to.kind === "rep" &&
      ownersKnown &&
      !roster.owners.some(({ active, email }) => active && email === to.rep)
    )
      return say("error", `names ${to.rep}, who is no active owner of the CRM`);
    if (to.kind !== "pool") return [];
    const reach = reaches[index];
    if (reach === undefined || reach.reps.length === 0)
      return say("error", `reaches nobody: no active rep of ${sayTarget(to)}`);
    const [only] = reach.reps;
    return reach.reps.length === 1 ? say("note", `rests on ${only} alone`) : [];
  });
}

function repFindings(
  reps: readonly RepReach[],
  { playbook, roster, ownersKnown }: AuditInput,
): readonly AuditFinding[] {
  const say = (severity: AuditFinding["severity"], says: string): AuditFinding => ({
    severity,
    about: "rep",
    says,
  });
  const keepsOwners = playbook.routing.rules.some(({ to }) => to.kind === "owner");
  return reps.flatMap(({ rep, rules, cap, turns, expected, open }): readonly AuditFinding[] => {
    const { ownerId } = repById(roster.reps, rep) ?? {};
    if (ownersKnown && ownerId === undefined)
      return [say("warning", `${rep} has left the CRM: no active owner has this address`)];
    if (rules.length === 0)
      return [
        keepsOwners
          ? say("note", `${rep} takes no turns: only leads they already own come to them`)
          : say("warning", `${rep} is idle: no rule leads to them`),
      ];
    const found: AuditFinding[] = [];
    if (cap.open !== undefined && open !== undefined && open >= cap.open)
      found.push(say("warning", `${rep} is full: ${open} of ${cap.open} open leads`));
    if (turns !== undefined && expected !== undefined && isFarOff(turns, expected))
      found.push(say("warning", `${rep} stands at ${turns} turns where an even share is ${expected}`));
    return found;
  });
}

/** Off by more than five turns and by more than a quarter of the share. Less is the round being under way. */
function isFarOff(turns: number, expected: number): boolean {
  const off = Math.abs(turns - expected);
  return off > 5 && off * 4 > expected;
}
