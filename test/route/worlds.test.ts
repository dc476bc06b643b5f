import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Condition } from "../../src/model/finding.ts";
import type { FactValue } from "../../src/model/lead.ts";
import { compileCondition, conditionSchema, type ConditionYaml } from "../../src/playbook/condition.ts";
import { TYPE_FACT } from "../../src/playbook/subject.ts";
import { askedOf, looksOf } from "../../src/route/asked.ts";
import { classesOf } from "../../src/route/value-classes.ts";
import { countWorlds, truthsIn, worldsOf, type Worlds } from "../../src/route/worlds.ts";
import { aLead, TUESDAY } from "./acme.ts";

const TYPES = ["hand-raiser", "partner"];
const EMEA: ConditionYaml = { any: [{ "lead.country": "DE" }, { "account.employees": { from: 1000 } }] };
const context = { source: () => "routing.yaml:1", path: [] };
const territories = new Map([["emea", compileCondition(EMEA, context)]]);

const fact = fc.constantFrom<ConditionYaml>(
  { "lead.country": "DE" },
  { "lead.country": { in: ["DE", "FR"] } },
  { "lead.country": { not: "US" }, "account.employees": { to: 99 } },
  { "account.employees": { from: 50, to: 200 } },
  { "account.owner": { known: true } },
  { "account.industry": { known: false } },
  { "account.industry": { is: "software" } },
  { stage: "marketing-qualified" },
  { type: "partner" },
  { type: [...TYPES] },
  { territory: "emea" },
);
const { condition } = fc.letrec<{ condition: ConditionYaml }>((tie) => {
  const parts = fc.array(tie("condition"), { minLength: 1, maxLength: 3 });
  return {
    condition: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fact,
      parts.map((all) => ({ all })),
      parts.map((any) => ({ any })),
      parts.map((none) => ({ none })),
    ),
  };
});

/** What one world's lead is known to be. */
function factsIn({ facts, classes }: Worlds, world: number): Readonly<Record<string, FactValue>> {
  return Object.fromEntries(
    facts.flatMap((one, index) => {
      const value = one.classes[classes[index]?.[world] ?? -1]?.value;
      return value === undefined ? [] : [[one.fact, value]];
    }),
  );
}

function worldsOfConditions(yamls: readonly ConditionYaml[]): Worlds {
  const { tests } = looksOf([...yamls, EMEA].map(askedOf));
  return worldsOf([...tests].map(([name, list]) => classesOf(name, list, TYPES, TUESDAY)));
}

describe("how a condition stands in every world", () => {
  const truthOf = (when: Condition, worlds: Worlds, world: number, more = {}): number =>
    ["no", "unknown", "yes"].indexOf(when.truth(aLead({ ...factsIn(worlds, world), ...more }), TUESDAY));

  test("is what the condition says of that world's lead", () => {
    fc.assert(
      fc.property(condition, (yaml) => {
        const worlds = worldsOfConditions([yaml]);
        const truths = truthsIn(worlds, {
          territories: new Map([["emea", askedOf(EMEA)]]),
          now: TUESDAY,
        })(askedOf(conditionSchema.parse(yaml)));
        const when = compileCondition(yaml, { ...context, territories });
        const expected = Array.from({ length: worlds.count }, (_, world) => truthOf(when, worlds, world));
        expect([...truths]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("is told by the type and by what is not known, where they are none of the worlds' facts", () => {
    fc.assert(
      fc.property(condition, fc.constantFrom(...TYPES), (yaml, type) => {
        const { facts } = worldsOfConditions([yaml]);
        const worlds = worldsOf(facts.filter((one) => one.fact !== TYPE_FACT && !one.isKnownOnly));
        const given = { territories: new Map([["emea", askedOf(EMEA)]]), type, now: TUESDAY };
        const truths = truthsIn(worlds, given)(askedOf(yaml));
        const when = compileCondition(yaml, { ...context, territories });
        const expected = Array.from({ length: worlds.count }, (_, world) =>
          truthOf(when, worlds, world, { [TYPE_FACT]: type }),
        );
        expect([...truths]).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

test("worlds are all combinations, and there is one of nothing", () => {
  const facts = [
    classesOf("account.employees", [{ from: 10 }], TYPES, TUESDAY),
    classesOf(TYPE_FACT, [{ in: TYPES }], TYPES, TUESDAY),
  ];
  const worlds = worldsOf(facts);
  expect(countWorlds(facts)).toBe(6);
  expect(worlds.classes.map((classes) => [...classes])).toEqual([
    [0, 0, 1, 1, 2, 2],
    [0, 1, 0, 1, 0, 1],
  ]);
  expect(worldsOf([])).toMatchObject({ count: 1, classes: [] });
});
