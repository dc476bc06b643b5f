/**
 * What a set of conditions can tell apart: per fact the classes of values that every condition treats alike. There are only so
 * many, and so many combinations of them (worlds.ts): "what does no rule cover" can be answered by looking at all of them.
 *
 * Countries, numbers and lists are exact. Globs and dates are tried with one value each, so facts they ask about are
 * marked inexact, and nothing that rests on such a fact is called impossible.
 */
import type { Instant } from "../model/instant.ts";
import type { FactValue } from "../model/lead.ts";
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
