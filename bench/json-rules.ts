/** The same rules in json-rules-engine. What a lead did is asked of Baton's own code in both; facts are the engine's. */
import { Engine, type RuleProperties } from "json-rules-engine";
import type { Condition } from "../src/model/finding.ts";
import type { Instant } from "../src/model/instant.ts";
import type { FactValue, Snapshot } from "../src/model/lead.ts";
import type { ConditionYaml } from "../src/playbook/condition.ts";
import { checksOf, factTestSchema, type Check, type FactTest } from "../src/playbook/operator.ts";
import { TYPE_FACT } from "../src/playbook/subject.ts";

type Conditions = RuleProperties["conditions"];
type Nested = Conditions | { fact: string; operator: string; value: unknown };

/** What translating needs beside a condition. */
interface Ground {
  readonly territories: Readonly<Record<string, ConditionYaml>>;
  readonly compile: (condition: ConditionYaml) => Condition;
  /** Filled while translating: the engine's rules name them by number. */
  readonly checks: Check[];
  readonly deeds: Condition[];
}

/** An engine in which rule number `n` is `rules[n]`, and holds exactly where Baton's condition is yes. */
export function engineOf(
  rules: readonly ConditionYaml[],
  { territories, compile }: Pick<Ground, "territories" | "compile">,
  now: Instant,
): Engine {
  const ground: Ground = { territories, compile, checks: [], deeds: [] };
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator<unknown, boolean>("known", (value, wanted) => (value !== undefined) === wanted);
  engine.addOperator<FactValue | undefined, number>(
    "holds",
    (value, number) => value !== undefined && ground.checks[number]?.holds(value, now) === true,
  );
  engine.addOperator<FactValue | undefined, number>(
    "fails",
    (value, number) => value !== undefined && ground.checks[number]?.holds(value, now) === false,
  );
  for (const truth of ["yes", "no"] as const)
    engine.addOperator<Snapshot, number>(
      truth,
      (lead, number) => ground.deeds[number]?.truth(lead, now) === truth,
    );
  for (const [number, rule] of rules.entries())
    engine.addRule({
      conditions: { all: [translated(rule, true, ground)] },
      event: { type: String(number) },
    });
  return engine;
}

/** A lead as the engine takes it. */
export function factsOf(lead: Snapshot): Record<string, unknown> {
  const facts = Object.entries(lead.facts).map(([name, { value }]) => [name, value] as const);
  return { ...Object.fromEntries(facts), lead };
}

/** What holds where the condition is yes, or no: an engine of two truth values is asked for each by itself. */
function translated(yaml: ConditionYaml, wanted: boolean, ground: Ground): Nested {
  const each = (parts: readonly ConditionYaml[], isYes: boolean): Nested[] =>
    parts.map((part) => translated(part, isYes, ground));
  const joined = (isAll: boolean, parts: Nested[]): Nested => (isAll ? { all: parts } : { any: parts });
  if ("all" in yaml && Array.isArray(yaml.all)) return joined(wanted, each(yaml.all, wanted));
  if ("any" in yaml && Array.isArray(yaml.any)) return joined(!wanted, each(yaml.any, wanted));
  if ("none" in yaml && Array.isArray(yaml.none)) return joined(wanted, each(yaml.none, !wanted));
  if ("territory" in yaml)
    return joined(
      !wanted,
      each(
        [yaml.territory].flat().flatMap((name) => ground.territories[name] ?? []),
        wanted,
      ),
    );
  if ("stage" in yaml) return factTest("lead.stage", { in: [yaml.stage].flat().map(String) }, wanted, ground);
  if ("type" in yaml) return factTest(TYPE_FACT, { in: [yaml.type].flat().map(String) }, wanted, ground);
  const tests = Object.entries(yaml);
  if (tests.every(([name]) => name.includes(".")))
    return joined(
      wanted,
      tests.map(([name, test]) => factTest(name, factTestSchema.parse(test), wanted, ground)),
    );
  ground.deeds.push(ground.compile(yaml));
  return { fact: "lead", operator: wanted ? "yes" : "no", value: ground.deeds.length - 1 };
}

function factTest(fact: string, yaml: FactTest, wanted: boolean, { checks }: Ground): Nested {
  const test = typeof yaml === "object" ? yaml : { is: yaml };
  const parts: Nested[] = checksOf(fact, test).map((check) => {
    checks.push(check);
    return { fact, operator: wanted ? "holds" : "fails", value: checks.length - 1 };
  });
  if (test.known !== undefined)
    parts.push({ fact, operator: "known", value: wanted ? test.known : !test.known });
  return wanted ? { all: parts } : { any: parts };
}
