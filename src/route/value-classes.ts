/**
 * The finite world a set of conditions can tell apart: per fact the classes of values that every condition treats alike,
 * and every combination of them as a lead. So "what does no rule cover" can be answered by looking at all of it.
 *
 * Countries, numbers and lists are exact. Globs and dates are tried with one value each, so facts they ask about are
 * marked inexact, and nothing that rests on such a fact is called impossible.
 */
import type { Instant } from "../model/instant.ts";
import type { FactValue, Facts, Snapshot } from "../model/lead.ts";
import type { ConditionYaml } from "../playbook/condition.ts";
import { COUNTRY_GROUPS } from "../playbook/country.ts";
import { checksOf, listOf, type Check, type Operators } from "../playbook/operator.ts";
import { TYPE_FACT } from "../playbook/subject.ts";

/** Values nothing tells apart; without `value` the fact is not known. */
interface ValueClass {
  readonly says: string;
  readonly value?: FactValue;
}

/** One fact and all that its values can be. */
export interface FactClasses {
  readonly fact: string;
  readonly classes: readonly ValueClass[];
  readonly isExact: boolean;
  /** Whether all that is asked of it is whether it is known. */
  readonly isKnownOnly: boolean;
}

/** What conditions look at: tests by fact, and whether they also look at what the lead did. */
export interface Looks {
  readonly tests: ReadonlyMap<string, readonly Operators[]>;
  readonly territories: ReadonlySet<string>;
  readonly behaviour: boolean;
}

/** One combination: fact to the index of its class. */
export type World = ReadonlyMap<string, number>;

/** A part of the world: fact to the classes it covers; facts that do not matter are left out. */
export type Region = ReadonlyMap<string, ReadonlySet<number>>;

/** Everything conditions look at, territories not followed. Throws nothing. */
export function looksOf(conditions: readonly ConditionYaml[]): Looks {
  const tests = new Map<string, Operators[]>();
  const territories = new Set<string>();
  let behaviour = false;
  const add = (fact: string, test: Operators): void => {
    tests.set(fact, [...(tests.get(fact) ?? []), test]);
  };
  const visit = (yaml: ConditionYaml): void => {
    if ("all" in yaml) yaml.all.forEach(visit);
    else if ("any" in yaml) yaml.any.forEach(visit);
    else if ("none" in yaml) yaml.none.forEach(visit);
    else if ("territory" in yaml) for (const one of listOf(yaml.territory)) territories.add(one);
    else if ("stage" in yaml) add("lead.stage", { in: [...listOf(yaml.stage)] });
    else if ("type" in yaml) add(TYPE_FACT, { in: [...listOf(yaml.type)] });
    else if ("score" in yaml || "signal" in yaml || "sequence" in yaml || "form" in yaml) behaviour = true;
    else
      for (const [fact, test] of Object.entries(yaml))
        add(fact, typeof test === "object" ? test : { is: test });
  };
  conditions.forEach(visit);
  return { tests, territories, behaviour };
}

/** The classes of one fact under all its tests. `types` are the handoff types there are. Throws nothing. */
export function classesOf(
  fact: string,
  tests: readonly Operators[],
  types: readonly string[],
  now: Instant,
): FactClasses {
  const checks = tests.flatMap((test) => checksOf(fact, test));
  const isExact = tests.every(({ matches, before, after }) => (matches ?? before ?? after) === undefined);
  const isKnownOnly = checks.length === 0;
  if (fact === TYPE_FACT)
    return { fact, isExact, isKnownOnly, classes: types.map((value) => ({ says: value, value })) };
  const unknown: ValueClass = { says: "not known" };
  const known = tests.some(({ from, to }) => (from ?? to) !== undefined)
    ? numberClasses(tests)
    : textClasses(fact, checks, candidatesOf(fact, tests, checks, now), now);
  return { fact, isExact, isKnownOnly, classes: [...known, unknown] };
}

/** Every combination of classes, in order; one empty world without facts. */
export function worldsOf(facts: readonly FactClasses[]): readonly World[] {
  let worlds: readonly World[] = [new Map()];
  for (const { fact, classes } of facts)
    worlds = worlds.flatMap((world) => classes.map((_, index) => new Map([...world, [fact, index]])));
  return worlds;
}

/** How many combinations there are. */
export function countWorlds(facts: readonly FactClasses[]): number {
  return facts.reduce((product, { classes }) => product * classes.length, 1);
}

/** A lead of which exactly what `world` says is known. */
export function leadOf(world: World, facts: readonly FactClasses[], now: Instant): Snapshot {
  const known: Facts = Object.fromEntries(
    facts.flatMap(({ fact, classes }) => {
      const value = classes[world.get(fact) ?? -1]?.value;
      return value === undefined ? [] : [[fact, { value, from: "supposed" }]];
    }),
  );
  return {
    decisionId: "audit",
    lead: { crm: "hubspot", id: "audit" },
    leadUrl: "https://crm.example/audit",
    facts: known,
    unmapped: [],
    signals: [],
    readAt: now,
  };
}

/** Worlds put together into as few regions as joining them fact by fact gives. */
export function regionsOf(worlds: readonly World[], facts: readonly FactClasses[]): readonly Region[] {
  let regions: readonly Region[] = worlds.map(
    (world) => new Map([...world].map(([fact, index]) => [fact, new Set([index])])),
  );
  for (const { fact } of facts) {
    const alike = Map.groupBy(regions, (region) =>
      [...region].map(([name, set]) => (name === fact ? name : `${name}=${[...set].join()}`)).join(";"),
    );
    regions = [...alike.values()].map((group) => {
      const joined = new Set(group.flatMap((region) => [...(region.get(fact) ?? [])]));
      return new Map([...(group[0] ?? [])].map(([name, set]) => [name, name === fact ? joined : set]));
    });
  }
  return regions.map(
    (region) =>
      new Map(
        [...region].filter(
          ([fact, set]) => set.size < (facts.find((one) => one.fact === fact)?.classes.length ?? 0),
        ),
      ),
  );
}

/** `lead.country DACH; account.employees 1000 and more`; `every lead` for the whole world. */
export function sayRegion(region: Region, facts: readonly FactClasses[]): string {
  const words = [...region].map(([fact, set]) => {
    const classes = facts.find((one) => one.fact === fact)?.classes ?? [];
    return `${fact} ${[...set].map((index) => classes[index]?.says ?? "").join(" or ")}`;
  });
  return words.join("; ") || "every lead";
}

/** Whether a region holds a lead about whom every fact of it is known. */
export function isKnownSomewhere(region: Region, facts: readonly FactClasses[]): boolean {
  return [...region].every(([fact, set]) => {
    const classes = facts.find((one) => one.fact === fact)?.classes ?? [];
    return [...set].some((index) => classes[index]?.value !== undefined);
  });
}

/** Whole numbers between the bounds that tests name. */
function numberClasses(tests: readonly Operators[]): readonly ValueClass[] {
  const starts = new Set<number>();
  for (const { from, to, is, in: among, not } of tests) {
    if (from !== undefined) starts.add(from);
    if (to !== undefined) starts.add(to + 1);
    for (const value of [is, among, not].flatMap((one) => (one === undefined ? [] : listOf(one))))
      if (typeof value === "number") starts.add(value).add(value + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  return [
    { says: `up to ${first - 1}`, value: first - 1 },
    ...sorted.map((start, index): ValueClass => {
      const end = sorted[index + 1];
      if (end === undefined) return { says: `${start} and more`, value: start };
      return { says: end - 1 === start ? String(start) : `${start} to ${end - 1}`, value: start };
    }),
  ];
}

/** Values that the same checks hold for are one class. */
function textClasses(
  fact: string,
  checks: readonly Check[],
  candidates: readonly FactValue[],
  now: Instant,
): readonly ValueClass[] {
  const alike = Map.groupBy(candidates, (value) =>
    checks.map((check) => (check.holds(value, now) ? 1 : 0)).join(""),
  );
  return [...alike.values()].map((values) => ({
    says: checks.length === 0 ? "known" : sayValues(fact, values),
    ...(values[0] !== undefined && { value: values[0] }),
  }));
}

const ANYTHING_ELSE = "anything else";
/** One domain of each group of domains a condition may name. */
const OF_GROUP: Readonly<Record<string, string>> = {
  academic: "university.edu",
  disposable: "mailinator.com",
  "free-mail": "gmail.com",
};

function candidatesOf(
  fact: string,
  tests: readonly Operators[],
  checks: readonly Check[],
  now: Instant,
): readonly FactValue[] {
  if (fact.endsWith("country"))
    return ["EMEA", "AMER", "APAC"].flatMap((group) => COUNTRY_GROUPS[group] ?? []);
  const named = tests.flatMap(({ is, in: among, not }) =>
    [is, among, not].flatMap((one): readonly FactValue[] => (one === undefined ? [] : listOf(one))),
  );
  if (named.length > 0 && named.every((value) => typeof value === "boolean")) return [true, false];
  const domains = tests.flatMap(({ domain }) => (domain === undefined ? [] : listOf(domain)));
  return [
    ...new Set<FactValue>([
      ...named,
      ...domains.map((entry) => OF_GROUP[entry] ?? entry.toLowerCase()),
      ...checks.flatMap((check) => check.fixes(undefined, now)),
      ANYTHING_ELSE,
    ]),
  ];
}

const MOST_NAMED = 6;

function sayValues(fact: string, values: readonly FactValue[]): string {
  if (fact.endsWith("country")) {
    const all = new Set(values.map(String));
    for (const [name, members] of Object.entries(COUNTRY_GROUPS))
      if (members.length === all.size && members.every((code) => all.has(code))) return name;
  }
  const few = values.slice(0, MOST_NAMED).join(", ");
  return values.length > MOST_NAMED ? `${few} and ${values.length - MOST_NAMED} more` : few;
}
