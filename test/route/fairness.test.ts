import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levelsWith, turnAmong, type Contender } from "../../src/route/fairness.ts";

function contender(
  id: string,
  { weight = 100, credits = 0, lastAt = 0 }: Partial<Record<"weight" | "credits" | "lastAt", number>> = {},
): Contender {
  return { rep: { id, weight }, standing: { credits, lastAt } };
}

/** Somebody the ledger does not know yet. */
function newcomer(id: string, weight = 100): Contender {
  return { rep: { id, weight }, standing: undefined };
}

function nextOf(contenders: readonly Contender[]): string | undefined {
  return turnAmong(contenders).next?.rep.id;
}

function shortfalls(contenders: readonly Contender[]): readonly number[] {
  return contenders.map(turnAmong(contenders).shortfallOf);
}

describe("whose turn it is", () => {
  test.each([
    ["the one with fewer turns", [contender("ana", { credits: 3 }), contender("ben", { credits: 2 })], "ben"],
    ["the heavier weight, at equal turns", [contender("ana"), contender("ben", { weight: 200 })], "ben"],
    [
      "whoever waited longest, at equal shortfall",
      [contender("ana", { lastAt: 9 }), contender("ben", { lastAt: 5 })],
      "ben",
    ],
    ["the first by id, when all else is equal", [contender("ben"), contender("ana")], "ana"],
    ["nobody among nobody", [], undefined],
  ])("%s", (_who, contenders, expected) => {
    expect(nextOf(contenders)).toBe(expected);
  });

  test("shortfalls are integers that add up to the sum of weights", () => {
    const contenders = [
      contender("ana", { weight: 3, credits: 7 }),
      contender("ben", { weight: 5, credits: 1 }),
    ];
    expect(shortfalls(contenders)).toEqual([3 * 9 - 7 * 8, 5 * 9 - 1 * 8]);
    expect(shortfalls(contenders).reduce((sum, one) => sum + one, 0)).toBe(8);
    expect(turnAmong(contenders).largest).toBe(5 * 9 - 1 * 8);
  });

  test("who is new to the ledger competes with the credits they join with", () => {
    const known = [
      contender("ana", { credits: 10, lastAt: 9 }),
      contender("ben", { credits: 20, lastAt: 8, weight: 200 }),
    ];
    const turn = turnAmong([...known, newcomer("cat"), newcomer("dan", 50)]);
    expect([turn.joiningLevel(100), turn.joiningLevel(50)]).toEqual([10, 5]);
    const joined = [
      ...known,
      contender("cat", { credits: 10 }),
      contender("dan", { credits: 5, weight: 50 }),
    ];
    expect(shortfalls([...known, newcomer("cat"), newcomer("dan", 50)])).toEqual(shortfalls(joined));
    expect(turn.levelOf(150)).toBe(levelsWith(joined)(150));
  });

  test("among equals it is that of who never had a lead", () => {
    expect(nextOf([contender("ana", { credits: 4, lastAt: 9 }), newcomer("new")])).toBe("new");
    expect(nextOf([newcomer("ben"), newcomer("ana")])).toBe("ana");
  });
});

describe("the level of the peers", () => {
  test.each([
    [[contender("ana", { credits: 10 }), contender("ben", { credits: 11 })], 100, 10],
    [[contender("ana", { credits: 10 })], 50, 5],
    [[contender("ana", { weight: 300, credits: 30 }), contender("ben", { credits: 10 })], 200, 20],
    [[contender("ana", { credits: 10 }), newcomer("new", 300)], 100, 10],
    [[newcomer("new")], 100, 0],
    [[], 100, 0],
  ])("of %j for weight %d is %d", (peers, weight, expected) => {
    expect(levelsWith(peers)(weight)).toBe(expected);
  });
});

describe("over many turns", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 });

  function deal(all: readonly number[], turns: number): readonly number[] {
    const given = all.map(() => 0);
    const lastAt = all.map(() => 0);
    for (let turn = 1; turn <= turns; turn++) {
      const contenders = all.map((weight, index) =>
        contender(`rep-${index}`, { weight, credits: given[index] ?? 0, lastAt: lastAt[index] ?? 0 }),
      );
      const next = contenders.findIndex((one) => one === turnAmong(contenders).next);
      given[next] = (given[next] ?? 0) + 1;
      lastAt[next] = turn;
    }
    return given;
  }

  test("everybody stays within one lead of their exact share, whatever the weights of two", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        fc.nat(300),
        (pair, turns) => {
          const sum = pair[0] + pair[1];
          for (const [index, given] of deal(pair, turns).entries())
            expect(Math.abs(given * sum - (pair[index] ?? 0) * turns)).toBeLessThanOrEqual(sum);
        },
      ),
    );
  });

  test("equal reps never differ by more than one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(100),
        (count, weight, turns) => {
          const given = deal(
            Array.from({ length: count }, () => weight),
            turns,
          );
          expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("a full round gives everybody exactly their weight", () => {
    fc.assert(
      fc.property(weights, (all) => {
        const round = all.reduce((sum, weight) => sum + weight, 0);
        expect(deal(all, round)).toEqual(all);
      }),
    );
  });
});
