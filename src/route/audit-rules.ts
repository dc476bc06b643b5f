/**
 * What is wrong with the rules themselves, whoever is on the roster: territories that claim the same leads, rules nothing
 * comes to, leads no rule covers. Every kind of lead the conditions can tell apart is tried.
 */
import type { Rule, Target } from "../playbook/routing.ts";
import { TYPE_FACT } from "../playbook/subject.ts";
import { askedOf, looksOf, type Asked, type Looks } from "./asked.ts";
import type { AuditFinding, AuditInput } from "./audit-finding.ts";
import { isKnownSomewhere, regionsOf, sayRegion } from "./regions.ts";
import { classesOf, type FactClasses } from "./value-classes.ts";
import { countWorlds, truthsIn, worldsOf, YES, type Truths, type Worlds } from "./worlds.ts";

/** More combinations than this are not looked at, and the audit says so. */
const MOST_WORLDS = 20_000;

/** What is known of each rule besides what the playbook says. Without `asked` it is for every lead. */
interface Ruled {
  readonly rule: Rule;
  readonly asked?: Asked;
  readonly looks: Looks;
}

/** The rules and territories taken apart. */
interface Parts {
  readonly ruled: readonly Ruled[];
  readonly territories: ReadonlyMap<string, Asked>;
  /** Every value the rules tell apart. */
  readonly facts: readonly FactClasses[];
}

/** Overlaps, dead rules and gaps, in this order. Throws nothing. */
export function findInRules(input: AuditInput): readonly AuditFinding[] {
  const { rules, written } = input.playbook.routing;
  const territories = new Map(
    Object.entries(written.territories).map(([name, yaml]) => [name, askedOf(yaml)]),
  );
  const ruled = rules.map((rule, index): Ruled => {
    const when = written.rules[index]?.when;
    if (when === undefined) return { rule, looks: looksOf([]) };
    const asked = askedOf(when);
    return { rule, asked, looks: followed(asked, territories) };
  });
  const facts = factsOf(
    ruled.map(({ looks }) => looks),
    input,
  );
  const parts = { ruled, territories, facts };
  return [...territoryFindings(parts, input), ...ruleFindings(parts, input), ...gapFindings(parts, input)];
}

/** What a condition looks at, the territories it names included. */
function followed(asked: Asked, territories: ReadonlyMap<string, Asked>): Looks {
  const own = looksOf([asked]);
  const named = [...own.territories].flatMap((name) => territories.get(name) ?? []);
  return named.length === 0 ? own : { ...looksOf([asked, ...named]), territories: own.territories };
}

/** Classes by fact. Rules ask the same tests over and over: each is looked at once. */
function factsOf(looks: readonly Looks[], { playbook, now }: AuditInput): readonly FactClasses[] {
  const tests = Map.groupBy(
    looks.flatMap((one) => [...one.tests]),
    ([fact]) => fact,
  );
  const types = playbook.definition.types.map(({ name }) => name);
  return [...tests].map(([fact, lists]) => {
    const all = lists.flatMap(([, list]) => list);
    const distinct = new Map(all.map((test) => [JSON.stringify(test), test]));
    return classesOf(fact, [...distinct.values()], types, now);
  });
}

/** One territory and the kinds of leads it claims, by number. */
interface Claim {
  readonly name: string;
  readonly worlds: ReadonlySet<number>;
}

/** Territories that claim the same leads, or none, or that no rule asks about. What a lead did is not supposed here. */
function territoryFindings({ ruled, territories }: Parts, input: AuditInput): readonly AuditFinding[] {
  const facts = factsOf([looksOf([...territories.values()])], input);
  const named = new Set(ruled.flatMap(({ looks }) => [...looks.territories]));
  const unused = [...territories.keys()]
    .filter((name) => !named.has(name))
    .map((name) => sayTerritory("warning", `no rule asks for ${name}`));
  if (countWorlds(facts) > MOST_WORLDS) return [...unused, tooMany("territory", countWorlds(facts))];
  const worlds = worldsOf(facts);
  const truths = truthsIn(worlds, { territories, now: input.now });
  const claims = [...territories].flatMap(([name, asked]): readonly Claim[] =>
    looksOf([asked]).behaviour ? [] : [{ name, worlds: new Set(numbersOf(truths(asked))) }],
  );
  const isExact = facts.every((one) => one.isExact);
  const empty = claims
    .filter((claim) => isExact && claim.worlds.size === 0)
    .map(({ name }) => sayTerritory("error", `${name} claims no lead: its condition contradicts itself`));
  const overlaps = claims.flatMap((one, index) =>
    claims.slice(index + 1).flatMap((other) => overlapOf(one, other, worlds)),
  );
  return [...unused, ...empty, ...overlaps];
}

/** The worlds in which something holds. */
function numbersOf(truths: Truths): readonly number[] {
  const numbers: number[] = [];
  for (let world = 0; world < truths.length; world += 1) if (truths[world] === YES) numbers.push(world);
  return numbers;
}

/** What two territories both claim. One inside the other is how rules are refined, and no finding. */
function overlapOf(one: Claim, other: Claim, worlds: Worlds): readonly AuditFinding[] {
  const both = [...one.worlds].filter((world) => other.worlds.has(world));
  const [only, otherOnly] = [one.worlds.size - both.length, other.worlds.size - both.length];
  if (both.length === 0) return [];
  if (only + otherOnly === 0)
    return [sayTerritory("error", `${one.name} and ${other.name} claim the same leads`)];
  if (only === 0 || otherOnly === 0) return [];
  const where = regionsOf(both, worlds).map((region) => sayRegion(region, worlds.facts));
  const says = `${one.name} and ${other.name} both claim ${where.join(", or ")}: the upper rule decides`;
  return [sayTerritory("warning", says)];
}

function sayTerritory(severity: AuditFinding["severity"], says: string): AuditFinding {
  return { severity, about: "territory", says };
}

/** Rules no lead can come to, and rules that only get what the ones above could not give away. */
function ruleFindings({ ruled, territories, facts }: Parts, input: AuditInput): readonly AuditFinding[] {
  const count = countWorlds(facts);
  if (count > MOST_WORLDS) return [tooMany("rule", count)];
  const truths = truthsIn(worldsOf(facts), { territories, now: input.now });
  const matches = ruled.map(({ asked }) => matching(asked, truths, count));
  /** Worlds that the rules above take for certain. */
  const taken = new Set<number>();
  return ruled.flatMap(({ rule, looks }, index): readonly AuditFinding[] => {
    const say = (severity: AuditFinding["severity"], says: string): readonly AuditFinding[] => [
      { severity, about: "rule", says: `"${rule.name}" ${says}`, source: rule.source },
    ];
    const isExact = facts.every((one) => one.isExact || !looks.tests.has(one.fact));
    if (looks.behaviour) return [];
    const own = numbersOf(matches[index] ?? new Uint8Array());
    const isLeft = own.some((world) => !taken.has(world));
    for (const world of own) taken.add(world);
    if (own.length === 0)
      return isExact ? say("error", "can never match: its condition contradicts itself") : [];
    if (isLeft) return [];
    const certain = matches.filter((_, place) => {
      const above = place < index ? ruled[place] : undefined;
      return above !== undefined && !above.looks.behaviour && takesAll(above.rule.to, rule.to);
    });
    return own.every((world) => certain.some((worlds) => worlds[world] === YES))
      ? say("error", "can never be reached: the rules above it take every lead it matches")
      : say("note", "only gets what the rules above it match and can give to nobody");
  });
}

function matching(asked: Asked | undefined, truths: (asked: Asked) => Truths, count: number): Truths {
  return asked === undefined ? new Uint8Array(count).fill(YES) : truths(asked);
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
function gapFindings(parts: Parts, input: AuditInput): readonly AuditFinding[] {
  const { ruled, territories } = parts;
  const { playbook, now } = input;
  const facts = parts.facts.filter(({ fact, isKnownOnly }) => fact !== TYPE_FACT && !isKnownOnly);
  const count = countWorlds(facts);
  if (count > MOST_WORLDS) return [];
  const worlds = worldsOf(facts);
  const certain = ruled.filter(({ looks }) => !looks.behaviour);
  const [typed = [], others = []] = [true, false].map((isTyped) =>
    certain.filter(({ looks }) => looks.tests.has(TYPE_FACT) === isTyped),
  );
  const open = leftBy(others, truthsIn(worlds, { territories, now }), new Uint8Array(count).fill(YES));
  /** Types mostly have the same gaps, which are put into words once. */
  const saidOf = new Map<string, readonly Gap[]>();
  const typesByGap = new Map<string, { types: string[]; isKnown: boolean }>();
  for (const { name: type } of playbook.definition.types) {
    const gaps = numbersOf(leftBy(typed, truthsIn(worlds, { territories, type, now }), open));
    const key = gaps.join();
    const said = saidOf.get(key) ?? sayGaps(gaps, worlds);
    saidOf.set(key, said);
    for (const { where, isKnown } of said) {
      const gap = typesByGap.get(where) ?? { types: [], isKnown };
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

/** Leads no rule covers, in words, and whether some of them are wholly known. */
interface Gap {
  readonly where: string;
  readonly isKnown: boolean;
}

function sayGaps(gaps: readonly number[], worlds: Worlds): readonly Gap[] {
  return regionsOf(gaps, worlds).map((region) => ({
    where: sayRegion(region, worlds.facts),
    isKnown: isKnownSomewhere(region, worlds.facts),
  }));
}

/** `open` without what some rule matches. */
function leftBy(rules: readonly Ruled[], truths: (asked: Asked) => Truths, open: Truths): Truths {
  const left = open.slice();
  for (const { asked } of rules) {
    const matched = matching(asked, truths, open.length);
    for (let world = 0; world < left.length; world += 1) if (matched[world] === YES) left[world] = 0;
  }
  return left;
}

function tooMany(about: "rule" | "territory", count: number): AuditFinding {
  const says = `the conditions tell ${count} kinds of leads apart, more than ${MOST_WORLDS}: nothing is said of what ${
    about === "rule" ? "the rules leave out or never reach" : "two territories claim"
  }`;
  return { severity: "warning", about, says };
}
