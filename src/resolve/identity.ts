/** What was found out about a lead beside its own record: the account it was matched with, and records that may be the same person. */
import type { AccountMatch, Duplicate } from "../model/account.ts";
import type { Fact, Facts } from "../model/lead.ts";
import type { CrmAccount } from "../model/record.ts";
import { CRM_WORDS } from "../playbook/crm.ts";
import type { FoundRecord } from "./record.ts";

export interface Identity {
  /** Absent where the CRM says which account it is, or matching is off. */
  readonly match?: AccountMatch;
  /** The account of a match. */
  readonly account?: CrmAccount;
  /** The surest first. */
  readonly duplicates: readonly Duplicate[];
}

/**
 * The record as if the CRM linked it to the matched account: with the account's values, id and owner. What the CRM itself says
 * of an account is never touched. Throws nothing.
 */
export function asLinked(record: FoundRecord, identity: Identity | undefined): FoundRecord {
  const account = identity?.account;
  if (record.accountId !== undefined || account === undefined) return record;
  return {
    ...record,
    accountId: account.id,
    ...(account.ownerId === undefined ? {} : { accountOwnerId: account.ownerId }),
    values: { ...account.values, ...record.values },
  };
}

/** Facts of a record read as linked: those of the account say that it is a matched one. Throws nothing. */
export function markMatched(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      OF_ACCOUNT.test(fact.from) ? { ...fact, from: `${fact.from} of the matched account` } : fact,
    ]),
  );
}

/** Origins that are an account's, as either CRM calls it: `company.name`, `account owner`. */
const OF_ACCOUNT = new RegExp(
  `(^| )(${Object.values(CRM_WORDS)
    .map(({ objects: [, account] }) => account)
    .join("|")})[. ]`,
);

/**
 * What duplicates say as facts: `duplicate.owner`, of the surest one that sales has given to somebody, and `duplicate.evidence`
 * of the surest. Throws nothing.
 */
export function duplicateFacts(duplicates: readonly Duplicate[]): Facts {
  const [surest] = duplicates;
  const owned = duplicates.find(({ ownerId }) => ownerId !== undefined);
  // Without the record's id: it would outlast the record's erasure in this lead's facts.
  const fact = (value: string): Fact => ({ value, from: "duplicate record" });
  return {
    ...(owned?.ownerId === undefined ? {} : { "duplicate.owner": fact(owned.ownerId) }),
    ...(surest === undefined
      ? {}
      : { "duplicate.evidence": fact(`${surest.certainty}: ${surest.evidence.join(", ")}`) }),
  };
}
