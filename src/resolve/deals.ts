/** A lead's deals as figures. */
import type { LeadDeal } from "../model/deal.ts";
import type { FoundRecord } from "./record.ts";
import { readValue } from "./value.ts";

/** Reads the deals of a record; an amount that is no amount is not known. Throws nothing. */
export function dealsIn({ deals }: FoundRecord): readonly LeadDeal[] {
  return deals.map(({ id, state, ownerId, name, amount, createdAt, closedAt }) => {
    const value = readValue(amount ?? "", "money", { stageNamed: () => undefined });
    return {
      id,
      state,
      ...(name === undefined ? {} : { name }),
      ...(typeof value === "number" ? { amount: value } : {}),
      ...(ownerId === undefined ? {} : { ownerId }),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(closedAt === undefined ? {} : { closedAt }),
    };
  });
}
