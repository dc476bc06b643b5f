/**
 * Merging records, as people do: the winner's gaps are filled from the losers, what hung on these hangs on the winner, and
 * the losers go into the recycle bin with the winner's id.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.264.0.apexcode.meta/pages/apex_triggers_merge_statements.htm
 */
import { atomically } from "./journal.ts";
import type { OrgState } from "./org.ts";
import { assign, binRow, patchRow } from "./rows.ts";
import { isBinned } from "./table.ts";
import { stamp } from "./stamp.ts";
import type { Row, Values } from "./table.ts";
import type { WriteContext } from "./write-context.ts";

/** Most records one merge takes in. */
const mostLosers = 2;

/**
 * Merges `losers` into `winner`.
 * @throws RangeError for records of different objects, more than two losers, or a Lead that was converted.
 */
export function mergeRows(state: OrgState, winner: Row, losers: readonly Row[], context: WriteContext): Row {
  const all = [winner, ...losers];
  if (losers.length === 0 || losers.length > mostLosers || new Set(all).size !== all.length)
    throw new RangeError(`a merge takes one or two other records, not ${losers.length}`);
  if (all.some((row) => row.type !== winner.type || isBinned(row) || row.values["IsConverted"] === true))
    throw new RangeError(`only records of one object that are alive can be merged into ${winner.id}`);
  return atomically(state, () => {
    const gaps = gapsOf(state, winner, losers);
    for (const loser of losers) binRow(state, loser, context, winner.id);
    patchRow(state, winner, gaps, context, "merge");
    for (const loser of losers) rehang(state, loser, winner);
    return winner;
  });
}

function gapsOf(state: OrgState, winner: Row, losers: readonly Row[]): Values {
  const { fields } = state.table(winner.type).definition;
  const writable = [...fields.values()].filter(({ updateable, type }) => updateable && type !== "boolean");
  const gaps = writable.flatMap(({ name }) => {
    const found = losers.map((loser) => loser.values[name] ?? null).find((value) => value !== null);
    return (winner.values[name] ?? null) === null && found !== undefined ? [[name, found] as const] : [];
  });
  return Object.fromEntries(gaps);
}

/** Where a record can be referred to, by object. */
const references: readonly (readonly [object: string, field: string])[] = [
  ["Task", "WhoId"],
  ["Task", "WhatId"],
  ["Event", "WhoId"],
  ["Event", "WhatId"],
  ["Note", "ParentId"],
  ["CampaignMember", "LeadId"],
  ["CampaignMember", "ContactId"],
  ["OpportunityContactRole", "ContactId"],
  ["Opportunity", "AccountId"],
  ["Contact", "AccountId"],
];

function rehang(state: OrgState, loser: Row, winner: Row): void {
  const SystemModstamp = stamp(state.hooks.now());
  for (const [object, field] of references) {
    for (const row of state.table(object).having(field, loser.id) ?? []) {
      const isDouble = object === "CampaignMember" && isMember(state, row, field, winner);
      const member = object === "CampaignMember" ? { LeadOrContactId: winner.id } : {};
      assign(
        state,
        row,
        isDouble ? { IsDeleted: true, SystemModstamp } : { [field]: winner.id, ...member, SystemModstamp },
      );
    }
  }
}

function isMember(state: OrgState, { values }: Row, field: string, winner: Row): boolean {
  const theirs = [...(state.table("CampaignMember").having(field, winner.id) ?? [])];
  return theirs.some((row) => !isBinned(row) && row.values["CampaignId"] === values["CampaignId"]);
}
