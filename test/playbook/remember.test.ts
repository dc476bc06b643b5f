import { describe, expect, test } from "vitest";
import { remember, rememberTruth, rememberWords } from "../../src/playbook/remember.ts";
import { aLead, NOW } from "./kit.ts";

describe("an answer", () => {
  test("is worked out once as long as the question stays the same", () => {
    let asked = 0;
    const double = remember((number: number) => {
      asked += 1;
      return 2 * number;
    });
    expect([double(1), double(1), double(2), double(1)]).toEqual([2, 2, 4, 2]);
    expect(asked).toBe(3);
  });

  test("that is nothing is remembered, too", () => {
    let asked = 0;
    const nothing = remember((_word: string): undefined => {
      asked += 1;
    });
    expect([nothing("a"), nothing("a")]).toEqual([undefined, undefined]);
    expect(asked).toBe(1);
  });

  test("about words is remembered for many of them, and right for all", () => {
    let asked = 0;
    const lengthOf = rememberWords((word) => {
      asked += 1;
      return word.length;
    });
    const words = Array.from({ length: 3_000 }, (_, number) => `/page/${number}`);
    for (const word of [...words, ...words]) expect(lengthOf(word)).toBe(word.length);
    expect(asked).toBeGreaterThanOrEqual(3_000);
    expect(asked).toBeLessThan(5_000);
  });
});

describe("the truth of a condition on facts", () => {
  const lead = aLead({ "lead.role": "VP" });
  const truth = () => {
    let asked = 0;
    const condition = rememberTruth(["lead.role"], (subject, _now, supposed) => {
      asked += 1;
      const known = supposed?.facts?.has("lead.role")
        ? supposed.facts.get("lead.role")
        : subject.facts["lead.role"]?.value;
      return known === "VP" ? "yes" : "no";
    });
    return { condition, asked: () => asked };
  };

  test("is asked once of a lead, whatever is supposed of other facts and whatever the time", () => {
    const { condition, asked } = truth();
    const other = { facts: new Map([["lead.email", "a@b.example"]]) };
    expect(condition(lead, NOW)).toBe("yes");
    expect(condition(lead, NOW + 1, other)).toBe("yes");
    expect(asked()).toBe(1);
  });

  test("follows what is supposed of its own fact, and forgets that afterwards", () => {
    const { condition } = truth();
    const student = { facts: new Map([["lead.role", "Student"]]) };
    const empty = { facts: new Map([["lead.role", undefined]]) };
    expect([condition(lead, NOW), condition(lead, NOW, student), condition(lead, NOW, empty)]).toEqual([
      "yes",
      "no",
      "no",
    ]);
    expect(condition(lead, NOW)).toBe("yes");
    expect(condition(aLead({ "lead.role": "CFO" }), NOW)).toBe("no");
  });
});
