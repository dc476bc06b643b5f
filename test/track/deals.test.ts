import { describe, expect, test } from "vitest";
import type { LeadDeal } from "../../src/model/deal.ts";
import { foldDeals } from "../../src/track/deals.ts";
import { aLead, TUESDAY } from "../route/acme.ts";
import { minutes, playbook } from "./kit.ts";

function aDeal(after: number, more: Partial<LeadDeal> = {}): LeadDeal {
  return { id: `d${after}`, state: "open", amount: 100, createdAt: minutes(after), ...more };
}

const folded = (...deals: readonly LeadDeal[]) =>
  foldDeals(aLead({ "deal.amount": 5 }, { deals }), playbook.agreement, TUESDAY, minutes(600));

describe("deals of a handoff", () => {
  test("none are none, and so are those that are not read", () => {
    expect(folded()).toBeUndefined();
    expect(foldDeals(aLead(), playbook.agreement, TUESDAY, minutes(600))).toBeUndefined();
  });

  test.each<[string, LeadDeal]>([
    ["made before it began", aDeal(-1)],
    ["of which nobody knows when it was made", { id: "d", state: "open", amount: 100 }],
    ["without an amount, which the agreement asks for", { id: "d", state: "won", createdAt: minutes(5) }],
    ["that is worth nothing", aDeal(5, { amount: 0 })],
  ])("one %s does not count", (_, deal) => {
    expect(folded(deal)).toBeUndefined();
  });

  test("those that count are added up, and what was won apart", () => {
    const won = aDeal(9, { state: "won", amount: 30, closedAt: minutes(90) });
    expect(folded(aDeal(20), won, aDeal(40, { state: "lost", amount: 7 }), aDeal(50, { amount: 0 }))).toEqual(
      {
        count: 3,
        amount: 137,
        firstAt: minutes(9),
        wonCount: 1,
        wonAmount: 30,
        wonAt: minutes(90),
      },
    );
  });

  test("each is judged by itself, and not by the lead's newest", () => {
    const rich = aLead({ "deal.amount": 1_000 }, { deals: [aDeal(5, { amount: 0 })] });
    expect(foldDeals(rich, playbook.agreement, TUESDAY, minutes(600))).toBeUndefined();
  });

  test("every deal counts where the agreement asks for nothing", () => {
    const { opportunityWhen: _, ...dispositions } = playbook.agreement.dispositions;
    const bare = aLead({}, { deals: [{ id: "d", state: "open", createdAt: minutes(5) }] });
    expect(foldDeals(bare, { dispositions }, TUESDAY, minutes(600))).toEqual({
      count: 1,
      amount: 0,
      firstAt: minutes(5),
      wonCount: 0,
      wonAmount: 0,
    });
  });
});
