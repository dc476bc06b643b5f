/**
 * Conditions on one fact: `account.employees: { from: 50, to: 5000 }`. A fact that is not known makes every one of them
 * `unknown`, except `known` itself. Texts compare without regard to case, because CRMs keep what people typed.
 */
import type { Finding, Truth } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { FactValue, Snapshot } from "../model/lead.ts";
import { below, type Change, type CompileContext, type CompiledCondition } from "./compiled.ts";
import { DOMAIN_GROUPS, domainOf } from "./mail-domain.ts";
import { sayMoment } from "./moment.ts";
import { checksOf, isGroup, listOf, type Check, type FactTest, type Operators } from "./operator.ts";
import { withFact } from "./subject.ts";

/** Compiles the test of one fact. Tells `context` which fact it reads, and as what. Throws nothing. */
export function compileFact(name: string, yaml: FactTest, context: CompileContext): CompiledCondition {
  const test: Operators = typeof yaml === "object" ? yaml : { is: yaml };
  const checks = checksOf(name, test);
  const use = checks.find((check) => check.use !== "any")?.use ?? "any";
  context.onFact?.({ name, use, values: valuesOf(test), path: context.path });
  for (const problem of problemsOf(test)) context.onProblem?.(problem, below(context, "domain").path);
  const known = test.known === undefined ? [] : [test.known ? "known" : "unknown"];
  const says = `${name} ${[...known, ...checks.map((check) => check.says)].join(" and ")}`;
  const source = context.source(context.path);
  const saw = (value: FactValue): string =>
    use === "date" && typeof value === "number" ? sayMoment(value) : String(value);
  const isUnknown: Finding = Object.freeze({ says, truth: truthOfUnknown(test), source });
  const truthOf = (value: FactValue, now: Instant): Truth =>
    test.known !== false && checks.every((check) => check.holds(value, now)) ? "yes" : "no";
  return {
    says,
    test(subject, now) {
      const fact = subject.facts[name];
      if (fact === undefined) return isUnknown;
      return { says, truth: truthOf(fact.value, now), saw: saw(fact.value), source };
    },
    truth(subject, now) {
      const fact = subject.facts[name];
      return fact === undefined ? isUnknown.truth : truthOf(fact.value, now);
    },
    changes: (subject, now, wanted) => factChanges({ name, test, checks, saw }, subject, now, wanted),
  };
}

/** The fact a finding of `compileFact` is about, with which it begins to speak; of another finding, some word. Throws nothing. */
export function factIn({ says }: Finding): string {
  return says.slice(0, says.indexOf(" "));
}

/** The values a fact is compared with, as written. */
function valuesOf(test: Operators): readonly string[] {
  return [test.is, test.in, test.not]
    .flatMap((value) => (value === undefined ? [] : listOf(value)))
    .map(String);
}

/** `known` decides about an unknown fact; every other operator leaves it unknown. */
function truthOfUnknown(test: Operators): Truth {
  if (test.known === true) return "no";
  return test.known === false && Object.keys(test).length === 1 ? "yes" : "unknown";
}

/** Values that would turn the condition, each tried against it before it is offered. */
function factChanges(
  {
    name,
    test,
    checks,
    saw,
  }: {
    readonly name: string;
    readonly test: Operators;
    readonly checks: readonly Check[];
    readonly saw: (value: FactValue) => string;
  },
  subject: Snapshot,
  now: Instant,
  wanted: boolean,
): readonly Change[] {
  const seen = subject.facts[name]?.value;
  const set = (value: FactValue | undefined, wish: string): Change => ({
    says: `if ${wish} (${seen === undefined ? "unknown" : `saw ${saw(seen)}`})`,
    kind: "fact",
    apply: (lead) => withFact(lead, name, value),
  });
  if (test.known !== undefined && checks.length === 0) {
    return test.known === wanted
      ? [set("known", `${name} were known`)]
      : [set(undefined, `${name} were empty`)];
  }
  const tries = checks.flatMap((check) => (wanted ? check.fixes(seen, now) : check.breaks));
  const found = tries.find((value) => checks.every((check) => check.holds(value, now)) === wanted);
  if (found === undefined) return [];
  return [set(found, wanted ? wishFor(name, test, checks, seen) : `"${wordsOf(name, checks)}" did not hold`)];
}

/** How a fact would have to be: the bound that was missed or the values to choose from, else the whole test. */
function wishFor(
  name: string,
  test: Operators,
  checks: readonly Check[],
  seen: FactValue | undefined,
): string {
  if (checks.length === 1) {
    if (test.from !== undefined && typeof seen === "number" && seen < test.from) {
      return `${name} were at least ${test.from}`;
    }
    if (test.to !== undefined && typeof seen === "number" && seen > test.to) {
      return `${name} were at most ${test.to}`;
    }
    const values = test.is ?? test.in;
    if (values !== undefined) {
      const list = listOf(values);
      return `${name} were ${list.length === 1 ? "" : "one of "}${list.join(", ")}`;
    }
  }
  return seen === undefined
    ? `${name} were known and ${checks.map(({ says }) => says).join(" and ")}`
    : `"${wordsOf(name, checks)}" held`;
}

function wordsOf(name: string, checks: readonly Check[]): string {
  return `${name} ${checks.map(({ says }) => says).join(" and ")}`;
}

function problemsOf(test: Operators): readonly string[] {
  const entries = typeof test.domain === "string" ? [test.domain] : (test.domain ?? []);
  return entries
    .filter((entry) => !isGroup(entry) && domainOf(entry) !== entry.toLowerCase())
    .map((entry) => `"${entry}" is neither a domain (rival.example) nor one of ${DOMAIN_GROUPS.join(", ")}`);
}
