/** Leads of every sort, for properties that hold of all. */
import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import { SIGNAL_KINDS } from "../../src/model/signal.ts";
import { did, NOW } from "../playbook/kit.ts";
import { qualified } from "./kit.ts";

const signal = fc.record({
  kind: fc.constantFrom(...SIGNAL_KINDS),
  // Some a little ahead of our clock.
  agoMs: fc.oneof(
    fc.integer({ min: 0, max: 35 * 24 }).map((hours) => hours * HOUR_MS),
    fc.constant(-MINUTE_MS),
  ),
  page: fc.constantFrom("/pricing", "/security", "/blog"),
  form: fc.constantFrom("demo-request", "newsletter"),
});
const made = signal.map(({ kind, agoMs, page, form }) =>
  did(kind, agoMs, kind === "form-submitted" ? { form } : { page }),
);
const values: Readonly<Record<string, readonly (FactValue | undefined)[]>> = {
  "lead.stage": ["lead", "marketing-qualified", "customer"],
  "lead.email": ["a@b.example", "a@stud.uni-mainz.de", undefined],
  "lead.role": ["VP Sales", "Student", undefined],
  "lead.seniority": ["vp", "intern", undefined],
  "lead.source": ["partner", "email", undefined],
  "lead.country": ["DE", "US", undefined],
  "lead.opted_out": [true, undefined],
  "lead.legal_basis": ["consent", undefined],
  "lead.since": [NOW - 10 * DAY_MS, NOW - 60 * DAY_MS, undefined],
  "account.employees": [12, 50, 5000, undefined],
  "account.name": ["Rheinbank", undefined],
};
const facts = fc.record(
  Object.fromEntries(Object.entries(values).map(([name, some]) => [name, fc.constantFrom(...some)])),
);
/** Any lead: known and unknown facts, a few deeds, perhaps an account, lists, a request, a handoff. */
export const anyLead = fc
  .record({
    facts,
    signals: fc.array(made, { maxLength: 8 }),
    colleague: fc.array(made, { maxLength: 4 }),
    hasAccount: fc.boolean(),
    lists: fc.constantFrom(undefined, [], ["7"], ["8"]),
    isRequested: fc.boolean(),
    handoff: fc.constantFrom(undefined, undefined, undefined, "queued", "with-sales"),
  })
  .map(({ facts: known, signals, colleague, hasAccount, lists, isRequested, handoff }): Snapshot => ({
    ...withoutLists(qualified(known, signals)),
    ...(hasAccount && { account: { colleagues: [{ lead: "2", signals: colleague }], handoffs: [] } }),
    ...(lists !== undefined && { lists }),
    ...(isRequested && { request: { via: "workflow" } }),
    ...(handoff !== undefined && {
      handoff: { id: "h", state: handoff, type: "fresh", startedAt: NOW },
    }),
  }));

function withoutLists({ lists: _lists, ...snapshot }: Snapshot): Snapshot {
  return snapshot;
}
