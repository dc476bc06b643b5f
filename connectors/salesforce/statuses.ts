/** The statuses of Leads in the org's own order: what Baton calls stages. */
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { CrmOption } from "../../src/model/vocabulary.ts";
import type { Gateway } from "../http/gateway.ts";
import { findRecords } from "./queries.ts";
import { soql } from "./soql.ts";
import { textOf } from "./values.ts";

const KEPT_FOR_MS: DurationMs = HOUR_MS;

export interface Statuses {
  /** In order; kept for an hour. @throws BatonError `crm.*`. */
  all(): Promise<readonly CrmOption[]>;
}

/** Makes the statuses of one installation. Throws nothing; nothing is asked before it is needed. */
export function createStatuses(gateway: Gateway, now: () => Instant): Statuses {
  let kept: { readonly at: Instant; readonly all: readonly CrmOption[] } | undefined;
  return {
    async all() {
      if (kept === undefined || now() - kept.at >= KEPT_FOR_MS)
        kept = { at: now(), all: await readStatuses(gateway) };
      return kept.all;
    },
  };
}

async function readStatuses(gateway: Gateway): Promise<readonly CrmOption[]> {
  const select = ["ApiName", "MasterLabel", "SortOrder"];
  const text = soql({ select, from: "LeadStatus", orderBy: ["SortOrder"] });
  return (await findRecords(gateway, text, { isEssential: true })).flatMap((record) => {
    const label = textOf(record["MasterLabel"]);
    const value = textOf(record["ApiName"]) ?? label;
    return value === undefined ? [] : [{ value, label: label ?? value }];
  });
}

/** Whether a lead that has `seen` would be moved back: what the order does not tell is no step back. Throws nothing. */
export function isBackward(statuses: readonly CrmOption[], seen: string | undefined, to: string): boolean {
  const place = (value: string): number => statuses.findIndex((one) => one.value === value);
  const [from, goal] = [place(seen ?? ""), place(to)];
  return goal >= 0 && from > goal;
}
