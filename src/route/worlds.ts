/**
 * All leads that conditions can tell apart, and which of them a condition holds for. A world is one combination of classes, one
 * of each fact; worlds are numbered, the last fact counting fastest.
 *
 * A condition is not asked about every world. Its tests are asked about every class of the one fact they read, and what is made
 * of tests follows by arithmetic: with no, unknown and yes as 0, 1 and 2, `all` is the least of its parts, `any` the greatest,
 * and `none` is 2 less the greatest. That is Kleene's logic, as in playbook/condition.ts; a test holds the two equal.
 */
import type { Truth } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { FactValue, Snapshot } from "../model/lead.ts";
import { compileFact } from "../playbook/fact-condition.ts";
import type { Operators } from "../playbook/operator.ts";
import { TYPE_FACT } from "../playbook/subject.ts";
import type { Asked } from "./asked.ts";
import type { FactClasses } from "./value-classes.ts";

/** Every combination of the classes of some facts; one without facts. */
export interface Worlds {
  readonly facts: readonly FactClasses[];
  readonly count: number;
  /** For each fact the index of its class in each world. */
  readonly classes: readonly Uint16Array[];
}

/** By world: `NO`, `UNKNOWN` or `YES`. */
export type Truths = Uint8Array;
export const YES = 2;
const NUMBERS: Readonly<Record<Truth, number>> = { no: 0, unknown: 1, yes: YES };

/** How many combinations there are. */
export function countWorlds(facts: readonly FactClasses[]): number {
  return facts.reduce((product, { classes }) => product * classes.length, 1);
}

/** Every combination. Ask `countWorlds` first whether they are too many: at most 65,536. */
export function worldsOf(facts: readonly FactClasses[]): Worlds {
  const count = countWorlds(facts);
  let stride = count;
  const classes = facts.map((fact) => {
    const size = fact.classes.length;
    stride /= size;
    return Uint16Array.from({ length: count }, (_, world) => Math.floor(world / stride) % size);
  });
  return { facts, count, classes };
}

/** What else is true of the leads of all worlds. */
export interface Given {
  readonly territories: ReadonlyMap<string, Asked>;
  /** The type the leads are handed off as, where no fact of the worlds is it. */
  readonly type?: string;
  readonly now: Instant;
}

/**
 * How a condition stands in every world. What is no fact of the worlds is not known there, and what a lead did is unknown.
 * Throws nothing.
 */
export function truthsIn(worlds: Worlds, given: Given): (asked: Asked) => Truths {
  const answers = new Map<string, readonly number[]>();
  const answersOf = (fact: string, test: Operators): readonly number[] => {
    const key = `${fact} ${JSON.stringify(test)}`;
    let known = answers.get(key);
    if (known === undefined) {
      known = ask(fact, test, worlds, given);
      answers.set(key, known);
    }
    return known;
  };
  const join = (how: "all" | "any" | "none", parts: readonly Asked[]): Truths => {
    const [first, ...others] = parts.map(truths);
    // All of nothing holds, any of nothing does not.
    if (first === undefined) return new Uint8Array(worlds.count).fill(how === "any" ? 0 : YES);
    for (const other of others) (how === "all" ? lower : raise)(first, other);
    return how === "none" ? first.map((truth) => YES - truth) : first;
  };
  const truths = (asked: Asked): Truths => {
    switch (asked.how) {
      case "fact":
        return spread(answersOf(asked.fact, asked.test), asked.fact, worlds);
      case "territory":
        return join(
          "any",
          asked.names.flatMap((name) => given.territories.get(name) ?? []),
        );
      case "behaviour":
        return new Uint8Array(worlds.count).fill(NUMBERS.unknown);
      case "all":
      case "any":
      case "none":
        return join(asked.how, asked.parts);
    }
  };
  return truths;
}

/** Leaves the least of both in `truths`. */
function lower(truths: Truths, other: Truths): void {
  for (let world = 0; world < truths.length; world += 1) {
    const truth = other[world] ?? 0;
    if (truth < (truths[world] ?? 0)) truths[world] = truth;
  }
}

/** Leaves the greatest of both in `truths`. */
function raise(truths: Truths, other: Truths): void {
  for (let world = 0; world < truths.length; world += 1) {
    const truth = other[world] ?? 0;
    if (truth > (truths[world] ?? 0)) truths[world] = truth;
  }
}

/** A test, asked about every class of its fact; about one lead where the fact is none of the worlds'. */
function ask(fact: string, test: Operators, { facts }: Worlds, { type, now }: Given): readonly number[] {
  const condition = compileFact(fact, test, { source: () => "", path: [] });
  const classes = facts.find((one) => one.fact === fact)?.classes ?? [
    fact === TYPE_FACT && type !== undefined ? { value: type } : {},
  ];
  return classes.map(({ value }) => NUMBERS[condition.truth(leadWith(fact, value, now), now)]);
}

function spread(answers: readonly number[], fact: string, worlds: Worlds): Truths {
  const classes = worlds.classes[worlds.facts.findIndex((one) => one.fact === fact)];
  const truths = new Uint8Array(worlds.count);
  if (classes === undefined) return truths.fill(answers[0] ?? 0);
  for (let world = 0; world < worlds.count; world += 1) truths[world] = answers[classes[world] ?? 0] ?? 0;
  return truths;
}

/** A lead of whom one fact is known, or nothing. */
function leadWith(fact: string, value: FactValue | undefined, now: Instant): Snapshot {
  return {
    decisionId: "audit",
    lead: { crm: "hubspot", id: "audit" },
    leadUrl: "https://crm.example/audit",
    facts: value === undefined ? {} : { [fact]: { value, from: "supposed" } },
    unmapped: [],
    signals: [],
    readAt: now,
  };
}
