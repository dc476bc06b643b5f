/** What a condition asks, taken apart: the audit looks at what its parts say of values, where a decision looks at one lead. */
import type { ConditionYaml } from "../playbook/condition.ts";
import { listOf, type Operators } from "../playbook/operator.ts";
import { TYPE_FACT } from "../playbook/subject.ts";

/** A condition as its parts. */
export type Asked =
  | { readonly how: "all" | "any" | "none"; readonly parts: readonly Asked[] }
  | { readonly how: "fact"; readonly fact: string; readonly test: Operators }
  /** Any of these. */
  | { readonly how: "territory"; readonly names: readonly string[] }
  /** What the lead or the account did, and lists: nothing that a value tells. */
  | { readonly how: "behaviour" };

/** What conditions look at: tests by fact, and whether they also look at what the lead did. */
export interface Looks {
  readonly tests: ReadonlyMap<string, readonly Operators[]>;
  readonly territories: ReadonlySet<string>;
  readonly behaviour: boolean;
}

/** Takes a checked condition apart. Throws nothing. */
export function askedOf(yaml: ConditionYaml): Asked {
  if ("all" in yaml) return { how: "all", parts: yaml.all.map(askedOf) };
  if ("any" in yaml) return { how: "any", parts: yaml.any.map(askedOf) };
  if ("none" in yaml) return { how: "none", parts: yaml.none.map(askedOf) };
  if ("territory" in yaml) return { how: "territory", names: listOf(yaml.territory) };
  if ("stage" in yaml) return { how: "fact", fact: "lead.stage", test: { in: [...listOf(yaml.stage)] } };
  if ("type" in yaml) return { how: "fact", fact: TYPE_FACT, test: { in: [...listOf(yaml.type)] } };
  if ("score" in yaml || "signal" in yaml || "sequence" in yaml || "form" in yaml)
    return { how: "behaviour" };
  if ("account" in yaml || "list" in yaml) return { how: "behaviour" };
  const parts = Object.entries(yaml).map(([fact, test]): Asked => {
    return { how: "fact", fact, test: typeof test === "object" ? test : { is: test } };
  });
  return { how: "all", parts };
}

/** Everything conditions look at, territories not followed. Throws nothing. */
export function looksOf(conditions: readonly Asked[]): Looks {
  const tests = new Map<string, Operators[]>();
  const territories = new Set<string>();
  let behaviour = false;
  const visit = (asked: Asked): void => {
    if (asked.how === "behaviour") behaviour = true;
    else if (asked.how === "territory") for (const name of asked.names) territories.add(name);
    else if (asked.how === "fact") {
      const known = tests.get(asked.fact);
      if (known === undefined) tests.set(asked.fact, [asked.test]);
      else known.push(asked.test);
    } else asked.parts.forEach(visit);
  };
  conditions.forEach(visit);
  return { tests, territories, behaviour };
}
