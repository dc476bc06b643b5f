import { expect, test } from "vitest";
import { dealsIn } from "../../src/resolve/deals.ts";
import { NOW } from "../playbook/kit.ts";
import { aRecord } from "./kit.ts";

test.each([
  ["1200.50", 1200.5],
  ["1,200.50", 1200.5],
  ["0", 0],
  ["", undefined],
  ["a lot", undefined],
])("a deal's amount of %j is %s", (amount, expected) => {
  const [deal] = dealsIn(aRecord({}, { deals: [{ id: "7", state: "open", amount }] }));
  expect(deal?.amount).toBe(expected);
});

test("a deal keeps what is known of it, and nothing is made up", () => {
  const known = {
    id: "7",
    state: "won",
    name: "Pilot",
    ownerId: "lena",
    createdAt: NOW - 5,
    closedAt: NOW,
  } as const;
  expect(
    dealsIn(
      aRecord(
        {},
        {
          deals: [
            { ...known, amount: "12" },
            { id: "8", state: "lost" },
          ],
        },
      ),
    ),
  ).toEqual([
    { ...known, amount: 12 },
    { id: "8", state: "lost" },
  ]);
});
