/** Rows of handoffs for the tests of what happens to them. */
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";

export const NOW = Date.UTC(2026, 10, 17, 9);

/** A handoff of lead 1 that Lena has by a turn of hers. */
export function aHandoffRow(installation: string, id: string, more: Partial<HandoffRow> = {}): HandoffRow {
  return {
    ...NO_COURSE,
    installation,
    id,
    lead: "1",
    account: null,
    scope: "lead",
    state: "with-sales",
    type: "hand-raiser",
    rule: "EMEA",
    reason: null,
    rep: "lena@acme.example",
    owner: "lena",
    owner_name: "Lena Vogt",
    playbook: "v",
    occurred_at: NOW,
    received_at: NOW,
    read_at: NOW,
    decided_at: NOW,
    written_at: null,
    closed_at: null,
    closed_because: null,
    pool: "emea-sdr",
    owned_at: NOW,
    standing: "untouched",
    ...more,
  };
}
