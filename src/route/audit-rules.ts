/**
 * What is wrong with the rules themselves, whoever is on the roster: territories that claim the same leads, rules nothing
 * comes to, leads no rule covers. Every kind of lead the conditions can tell apart is tried.
 */
import type { Condition } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { ConditionYaml } from "../playbook/condition.ts";
import type { Rule, Target } from "../playbook/routing.ts";
import { TYPE_FACT, withType } from "../playbook/subject.ts";
import type { AuditFinding, AuditInput } from "./audit-finding.ts";
import {
  classesOf,
  countWorlds,
  isKnownSomewhere,
  leadOf,
  looksOf,
  regionsOf,
  sayRegion,
  worldsOf,
  type FactClasses,
  type Looks,
  type World,
} from "./value-classes.ts";

/** More combinations than this are not looked at, and the audit says so. */
const MOST_WORLDS = 20_000;

/** What is known of each rule besides what the playbook says. */
interface Ruled {
  readonly rule: Rule;
  readonly looks: Looks;
}

/** Overlaps, dead rules and gaps, in this order. Throws nothing. */
export function findInRules(input: AuditInput): readonly AuditFinding[] {
  const ruled = input.playbook.routing.rules.map((rule, index) => {
    const when = input.file.rules[index]?.when;
    return { rule, looks: followed(when === undefined ? [] : [when], input.file.territories) };
  });
  return [...territoryFindings(ruled, input), ...ruleFindings(ruled, input), ...gapFindings(ruled, input)];
}

/** What conditions look at, those of the territories they name included. */
function followed(
  conditions: readonly ConditionYaml[],
  territories: Readonly<Record<string, ConditionYaml>>,
): Looks {
  const own = looksOf(conditions);
  const named = [...own.territories].flatMap((name) => territories[name] ?? []);
  if (named.length === 0) return own;
  const { tests, behaviour } = looksOf(named);
  const all = new Map(own.tests);
  for (const [fact, list] of tests) all.set(fact, [...(all.get(fact) ?? []), ...list]);
  return { ...own, tests: all, behaviour: own.behaviour || behaviour };
}

function factsOf(looks: readonly Looks[], { playbook, now }: AuditInput): readonly FactClasses[] {
  const tests = Map.groupBy(
    looks.flatMap((one) => [...one.tests]),
    ([fact]) => fact,
  );
  const types = playbook.definition.types.map(({ name }) => name);
  return [...tests].map(([fact, lists]) =>
    classesOf(
      fact,
      lists.flatMap(([, list]) => list),
      types,
      now,
    ),
  );
}

function leadsOf(facts: readonly FactClasses[], now: Instant): ReadonlyMap<World, Snapshot> {
  return new Map(worldsOf(facts).map((world) => [world, leadOf(world, facts, now)]));
}

/** The worlds in which a condition holds; without a condition, all. */
function matching(
  when: Condition | undefined,
  leads: ReadonlyMap<World, Snapshot>,
  now: Instant,
): ReadonlySet<World> {
  if (when === undefined) return new Set(leads.keys());
  return new Set([...leads].filter(([, lead]) => when.truth(lead, now) === "yes").map(([world]) => world));
}

/** One territory and the kinds of leads it claims. */
interface Claim {
  readonly name: string;
  readonly worlds: ReadonlySet<World>;
}

/** Territories that claim the same leads, or none, or that no rule asks about. What a lead did is not supposed here. */
function territoryFindings(ruled: readonly Ruled[], input: AuditInput): readonly AuditFinding[] {
  const { playbook, file, now } = input;
  const facts = factsOf([looksOf(Object.values(file.territories))], input);
  const named = new Set(ruled.flatMap(({ looks }) => [...looks.territories]));
  const unused = Object.keys(file.territories)
    .filter((name) => !named.has(name))
    .map((name) => sayTerritory("warning", `no rule asks for ${name}`));
  if (countWorlds(facts) > MOST_WORLDS) return [...unused, tooMany("territory", countWorlds(facts))];
  const leads = leadsOf(facts, now);
  const claims = Object.entries(file.territories).flatMap(([name, yaml]): readonly Claim[] => {
    const when = playbook.routing.territories.get(name);
    return looksOf([yaml]).behaviour ? [] : [{ name, worlds: matching(when, leads, now) }];
  });
  const isExact = facts.every((one) => one.isExact);
  const empty = claims
    .filter(({ worlds }) => isExact && worlds.size === 0)
    .map(({ name }) => sayTerritory("error", `${name} claims no lead: its condition contradicts itself`));
  const overlaps = claims.flatMap((one, index) =>
    claims.slice(index + 1).flatMap((other) => overlapOf(one, other, facts)),
  );
  return [...unused, ...empty, ...overlaps];
}

/** What two territories both claim. One inside the other is how rules are refined, and no finding. */
function overlapOf(one: Claim, other: Claim, facts: readonly FactClasses[]): readonly AuditFinding[] {
  const both = [...one.worlds].filter((world) => other.worlds.has(world));
  const [only, otherOnly] = [one.worlds.size - both.length, other.worlds.size - both.length];
  if (both.length === 0) return [];
  if (only + otherOnly === 0)
    return [sayTerritory("error", `${one.name} and ${other.name} claim the same leads`)];
  if (only === 0 || otherOnly === 0) return [];
  const where = regionsOf(both, facts).map((region) => sayRegion(region, facts));
  const says = `${one.name} and ${other.name} both claim ${where.join(", or ")}: the upper rule decides`;
  return [sayTerritory("warning", says)];
}

function sayTerritory(severity: AuditFinding["severity"], says: string): AuditFinding {
  return { severity, about: "territory", says };
}

/** Rules no lead can come to, and rules that only get what the ones above could not give away. */
function ruleFindings(ruled: readonly Ruled[], input: AuditInput): readonly AuditFinding[] {
  const facts = factsOf(
    ruled.map(({ looks }) => looks),
    input,
  );
  const count = countWorlds(facts);
  if (count > MOST_WORLDS) return [tooMany("rule", count)];
  const leads = leadsOf(facts, input.now);
  const matches = ruled.map(({ rule }) => matching(rule.when, leads, input.now));
  /** Worlds that the rules above take for certain. */
  const taken = new Set<World>();
  return ruled.flatMap(({ rule, looks }, index): readonly AuditFinding[] => {
    const say = (severity: AuditFinding["severity"], says: string): readonly AuditFinding[] => [
      { severity, about: "rule", says: `"${rule.name}" ${says}`, source: rule.source },
    ];
    const isExact = facts.every((one) => one.isExact || !looks.tests.has(one.fact));
    const own = matches[index] ?? new Set();
    if (looks.behaviour) return [];
    const isLeft = [...own].some((world) => !taken.has(world));
    for (const world of own) taken.add(world);
    if (own.size === 0)
      return isExact ? say("error", "can never match: its condition contradicts itself") : [];
    if (isLeft) return [];
    const above = ruled
      .slice(0, index)
      .map((one, place) => ({ ...one, worlds: matches[place] ?? new Set() }));
    const certain = above.filter((one) => !one.looks.behaviour && takesAll(one.rule.to, rule.to));
    return [...own].every((world) => certain.some((one) => one.worlds.has(world)))
      ? say("error", "can never be reached: the rules above it take every lead it matches")
      : say("note", "only gets what the rules above it match and can give to nobody");
  });
}

/** Whether nobody whom `lower` could find is left once `upper` has looked at the same lead. */
function takesAll(upper: Target, lower: Target): boolean {
  if (upper.kind === "queue") return true;
  if (upper.kind === "pool")
    return (
      lower.kind === "pool" &&
      lower.pool === upper.pool &&
      upper.skills.every((skill) => lower.skills.includes(skill))
    );
  if (upper.kind === "partner") return lower.kind === "partner" && lower.partner === upper.partner;
  const isSame =
    upper.kind === "owner"
      ? lower.kind === "owner" && lower.fact === upper.fact
      : lower.kind === "rep" && lower.rep === upper.rep;
  const isPatient = "unlessAway" in lower && lower.unlessAway;
  return isSame && (!upper.unlessAway || isPatient);
}

/**
 * Leads no rule covers: every combination of what the rules look at, while no owner is known. Facts of which only "known"
 * is asked (an owner, an open deal) are left unknown: those leads find their way, the others must as well.
 */
function gapFindings(ruled: readonly Ruled[], input: AuditInput): readonly AuditFinding[] {
  const { playbook, now } = input;
  const facts = factsOf(
    ruled.map(({ looks }) => looks),
    input,
  ).filter(({ fact, isKnownOnly }) => fact !== TYPE_FACT && !isKnownOnly);
  if (countWorlds(facts) > MOST_WORLDS) return [];
  const certain = ruled.filter(({ looks }) => !looks.behaviour);
  const [typed, others] = [true, false].map((isTyped) =>
    certain.filter(({ looks }) => looks.tests.has(TYPE_FACT) === isTyped),
  );
  const isCovered = (lead: Snapshot, rules: readonly Ruled[] = []): boolean =>
    rules.some(({ rule: { when } }) => when === undefined || when.truth(lead, now) === "yes");
  const open = [...leadsOf(facts, now)].filter(([, lead]) => !isCovered(lead, others));
  const typesByGap = new Map<string, { types: string[]; isKnown: boolean }>();
  for (const { name: type } of playbook.definition.types) {
    const gaps = open.filter(([, lead]) => !isCovered(withType(lead, type), typed));
    const worlds = gaps.map(([world]) => world);
    for (const region of regionsOf(worlds, facts)) {
      const where = sayRegion(region, facts);
      const gap = typesByGap.get(where) ?? { types: [], isKnown: isKnownSomewhere(region, facts) };
      gap.types.push(type);
      typesByGap.set(where, gap);
    }
  }
  const waits = `it waits in ${playbook.routing.otherwise.name}`;
  return [...typesByGap].map(([where, { types, isKnown }]) => ({
    severity: isKnown ? "error" : "warning",
    about: "gap",
    says: `${where}: no rule covers such a lead (${types.join(", ")}), ${waits}`,
  }));
}

function tooMany(about: "rule" | "territory", count: number): AuditFinding {
  const says = `the conditions tell ${count} kinds of leads apart, more than ${MOST_WORLDS}: nothing is said of what ${
    about === "rule" ? "the rules leave out or never reach" : "two territories claim"
  }`;
  return { severity: "warning", about, says };
}
