/** What deals came of a handoff: opportunities that meet the agreed criteria, and what was won. */
import type { Fact, Snapshot } from "../model/lead.ts";
import type { Instant } from "../model/instant.ts";
import type { Opportunities, LeadDeal } from "../model/deal.ts";
import type { Agreement } from "../playbook/agreement.ts";

/**
 * Folds the deals made since the handoff began. Undefined when there are none that count: a deal counts when the agreement's
 * criteria are known to hold for it. Throws nothing.
 */
export function foldDeals(
  snapshot: Snapshot,
  { dispositions }: Pick<Agreement, "dispositions">,
  startedAt: Instant,
  now: Instant,
): Opportunities | undefined {
  const made = (snapshot.deals ?? []).filter(
    ({ createdAt }) => createdAt !== undefined && createdAt >= startedAt,
  );
  const counting = made.filter((deal) => {
    const { opportunityWhen } = dispositions;
    return opportunityWhen === undefined || opportunityWhen.truth(withDeal(snapshot, deal), now) === "yes";
  });
  if (counting.length === 0) return undefined;
  const won = counting.filter(({ state }) => state === "won");
  const wonAt = won.flatMap(({ closedAt }) => closedAt ?? []);
  return {
    count: counting.length,
    amount: sumOf(counting),
    firstAt: Math.min(...counting.flatMap(({ createdAt }) => createdAt ?? [])),
    wonCount: won.length,
    wonAmount: sumOf(won),
    ...(wonAt.length === 0 ? {} : { wonAt: Math.min(...wonAt) }),
  };
}

/** The lead as conditions on `deal.…` see it: with this deal and no other. */
function withDeal(snapshot: Snapshot, { id, name, amount, ownerId }: LeadDeal): Snapshot {
  const from = `deal ${id}`;
  const known: readonly [string, Fact["value"] | undefined][] = [
    ["deal.name", name],
    ["deal.amount", amount],
    ["deal.owner", ownerId],
  ];
  const others = Object.entries(snapshot.facts).filter(([fact]) => !fact.startsWith("deal."));
  const own = known.flatMap(([fact, value]) =>
    value === undefined ? [] : [[fact, { value, from }] as const],
  );
  return { ...snapshot, facts: Object.fromEntries([...others, ...own]) };
}

function sumOf(deals: readonly LeadDeal[]): number {
  return deals.reduce((sum, { amount = 0 }) => sum + amount, 0);
}
