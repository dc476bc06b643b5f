/** Diffs of conditions, in the words that explanations use for them. Pure; throws nothing. */
import type { Condition } from "../model/finding.ts";
import { compileCondition, conditionSchema } from "./condition.ts";
import { about } from "./diff-named.ts";
import { isMap, isSame, listOf, listWords, mapOf, said, show, type Tell } from "./diff-words.ts";

/** One condition: `Fit: account.employees from 50 to 5000 → from 100 to 5000`. */
export const conditionLines: Tell = (who, from, to) => {
  if (isSame(from, to)) return [];
  if (from === undefined) return [`${who} added: ${conditionWords(to)}`];
  if (to === undefined) return [`${who} removed: ${conditionWords(from)}`];
  const how = JOINERS.find((one) => isOnly(from, one) && isOnly(to, one));
  if (how !== undefined) return conditionListLines(who, mapOf(from)[how], mapOf(to)[how]);
  return factLines(who, from, to) ?? [said(who, "", arrowOf(from, to))];
};

/** Conditions that stand in a list: what came, what went, and what became of those that speak of the same thing. */
export const conditionListLines: Tell = (who, from, to) => {
  const came = listOf(to).filter((one) => !listOf(from).some((other) => isSame(one, other)));
  const went = listOf(from).filter((one) => !listOf(to).some((other) => isSame(one, other)));
  const rest = [...went];
  const lines = came.flatMap((one) => {
    const old = rest.findIndex((other) => subjectOf(other) === subjectOf(one));
    if (old < 0) return [said(who, conditionWords(one), "added")];
    const [before] = rest.splice(old, 1);
    return conditionLines(who, before, one);
  });
  const gone = rest.map((one) => said(who, conditionWords(one), "removed"));
  const all = [...lines, ...gone];
  if (all.length > 0 || isSame(from, to)) return all;
  return [said(who, "its conditions stand in another order or number:", `${show(from)} → ${show(to)}`)];
};

/** A condition in its own words, as explanations print it; the YAML itself where it is none. */
export function conditionWords(yaml: unknown): string {
  const read = conditionSchema.safeParse(yaml);
  if (!read.success) return show(yaml);
  const territories = new Map(territoriesIn(yaml).map((name) => [name, NAMED_ONLY]));
  const { says } = compileCondition(read.data, { source: () => "", path: [], territories, score: () => 0 });
  return says.replaceAll(LONE_PART, "$1");
}

/** Of the same fact: what happened to its list of values, or how its words changed. Undefined for anything else. */
function factLines(who: string, from: unknown, to: unknown): readonly string[] | undefined {
  const [before, after] = [mapOf(from), mapOf(to)];
  const facts = Object.keys(before);
  const isOfFacts = facts.length > 0 && facts.every((one) => one.includes("."));
  if (!isOfFacts || !isSame(facts.toSorted(), Object.keys(after).toSorted())) return undefined;
  return facts.flatMap((fact) => {
    if (isSame(before[fact], after[fact])) return [];
    const operator = listOperatorOf(before[fact], after[fact]);
    if (operator === undefined)
      return [said(who, "", arrowOf({ [fact]: before[fact] }, { [fact]: after[fact] }))];
    const [was, is] = [mapOf(before[fact])[operator], mapOf(after[fact])[operator]];
    return [said(who, `${fact} ${operator}`, listWords(listOf(was), listOf(is)))];
  });
}

/** The one operator that lists values on both sides, if it is all that differs. */
function listOperatorOf(from: unknown, to: unknown): string | undefined {
  const [before, after] = [mapOf(from), mapOf(to)];
  const [operator, ...others] = Object.keys({ ...before, ...after }).filter(
    (key) => !isSame(before[key], after[key]),
  );
  if (operator === undefined || others.length > 0) return undefined;
  return Array.isArray(before[operator]) && Array.isArray(after[operator]) ? operator : undefined;
}

/** `a from 1 → from 2`: the first word is said once where both begin with it. */
function arrowOf(from: unknown, to: unknown): string {
  const [before, after] = [conditionWords(from), conditionWords(to)];
  if (before === after) return `${show(from)} → ${show(to)}`;
  const [first = "", ...rest] = after.split(" ");
  return before.startsWith(`${first} `) && rest.length > 0
    ? `${before} → ${rest.join(" ")}`
    : `${before} → ${after}`;
}

/** What a condition speaks of: its facts, the kind of signal, or how it joins others. */
function subjectOf(yaml: unknown): string {
  const map = mapOf(yaml);
  return Object.keys(map)
    .filter((key) => !DETAILS.has(key))
    .map((key) => (key === "signal" ? `signal ${String(map[key])}` : key))
    .toSorted()
    .join(" ");
}

function isOnly(value: unknown, key: string): boolean {
  return isMap(value) && Object.keys(value).length === 1 && Array.isArray(value[key]);
}

function territoriesIn(yaml: unknown): readonly string[] {
  if (Array.isArray(yaml)) return yaml.flatMap(territoriesIn);
  return Object.entries(mapOf(yaml)).flatMap(([key, value]) =>
    key === "territory" ? listOf(value).map(String) : territoriesIn(value),
  );
}

const JOINERS = ["all", "any", "none"] as const;
/** Keys that say how, not what. */
const DETAILS: ReadonlySet<string> = new Set([
  "within",
  "at_least",
  "page",
  "asset",
  "campaign",
  "engagement",
  "event",
]);
/** A joint of one part is that part. */
const LONE_PART = /\b(?:any|all) of \(([^;()]*)\)/g;
/** A territory that is only named: a diff judges nothing. */
const NAMED_ONLY: Condition = {
  says: "",
  test: () => ({ says: "", truth: "unknown" }),
  truth: () => "unknown",
};

/** Conditions under a fixed name. */
export function conditionOf(who: string): Tell {
  return about(who, conditionLines);
}
