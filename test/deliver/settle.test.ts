import { expect, test } from "vitest";
import { guard } from "../../src/deliver/guard.ts";
import { afterAttempt, afterLook, afterUnsure } from "../../src/deliver/settle.ts";
import type { WriteBody } from "../../src/model/effect.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { CrmRecord } from "../../src/model/record.ts";
import type { Effect } from "../../src/store/effects.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const SETTLE_MS = 30_000;
/** What is known of an effect before its first attempt. */
const FIRST = { attempts: 0 };

function effect(body: WriteBody, over: Partial<Effect> = {}): Effect {
  const write = { ...body, key: "d.lead", lead: { crm: "hubspot" as const, id: "101" } };
  return { write, decision: "d", handoff: "d", state: "planned", attempts: 1, plannedAt: NOW, ...over };
}
const ownerWrite: WriteBody = {
  kind: "update-lead",
  owner: { to: "77", seen: "12" },
  stage: { to: "mql", seen: "lead" },
  properties: {},
};
const task: WriteBody = {
  kind: "create-task",
  ownerId: "77",
  ownerSeen: "12",
  subject: "Call",
  html: "",
  dueAt: NOW,
  priority: "high",
  action: "call",
};

test("waits grow with each attempt that was not applied, and the eleventh parks the effect", () => {
  const waits = Array.from({ length: 11 }, (_, index) =>
    afterAttempt(
      { key: "k", outcome: "not-applied", code: "crm.locked" },
      { attempts: index },
      NOW,
      SETTLE_MS,
    ),
  );
  const delays = waits.flatMap((one) => (one.state === "planned" ? [one.nextAt - NOW] : []));
  expect(delays).toHaveLength(10);
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  expect(waits.at(-1)).toMatchObject({ state: "parked", reason: expect.stringContaining("crm.locked") });
});

test("what the CRM asked to wait is waited, if it is longer", () => {
  const receipt = { key: "k", outcome: "not-applied", code: "crm.migrating", retryAfterMs: HOUR_MS } as const;
  expect(afterAttempt(receipt, FIRST, NOW, SETTLE_MS)).toMatchObject({
    state: "planned",
    nextAt: NOW + HOUR_MS,
  });
});

test("what was done another way than it might have been keeps the reason", () => {
  const receipt = { key: "k", outcome: "applied", id: "9", reason: "2 accounts are there" } as const;
  expect(afterAttempt(receipt, FIRST, NOW, SETTLE_MS)).toEqual({
    key: "k",
    state: "confirmed",
    crmId: "9",
    reason: "2 accounts are there",
  });
});

test("that the lead is not there is believed of a write when its second attempt in a row is told so, and never waits for ever", () => {
  const denied = { key: "k", outcome: "refused", code: "crm.not-found", reason: "no such contact" } as const;
  const first = afterAttempt(denied, FIRST, NOW, SETTLE_MS);
  expect(first).toEqual({ key: "k", state: "planned", nextAt: NOW + SETTLE_MS, code: "crm.not-found" });
  const other = { attempts: 4, code: "crm.locked" };
  expect(afterAttempt(denied, other, NOW, SETTLE_MS)).toMatchObject({ state: "planned" });
  const refused = { state: "refused", code: "crm.not-found", reason: "no such contact" };
  const again = { attempts: 1, code: "crm.not-found" };
  expect(afterAttempt(denied, again, NOW, SETTLE_MS)).toMatchObject(refused);
  expect(afterAttempt(denied, { ...other, attempts: 10 }, NOW, SETTLE_MS)).toMatchObject(refused);
});

test("a lead that two looks for a write in a row do not find is gone, and the write with it", () => {
  const denied = { key: "k", seen: "unsure", code: "crm.not-found" } as const;
  const lost = effect(task, { state: "ambiguous", attemptedAt: NOW, code: "crm.timeout" });
  expect(afterLook(denied, lost, NOW + SETTLE_MS, SETTLE_MS)).toMatchObject({
    state: "ambiguous",
    code: "crm.not-found",
  });
  const again = { ...lost, code: "crm.not-found" };
  expect(afterLook(denied, again, NOW + SETTLE_MS, SETTLE_MS)).toMatchObject({ state: "dropped" });
  const strange = { ...denied, code: "crm.bad-answer" };
  expect(afterLook(strange, again, NOW + SETTLE_MS, SETTLE_MS)).toMatchObject({ state: "ambiguous" });
});

test("a lost answer is looked for only after the call can have ended", () => {
  const lost = afterAttempt({ key: "k", outcome: "unknown", code: "crm.timeout" }, FIRST, NOW, SETTLE_MS);
  expect(lost).toEqual({ key: "k", state: "ambiguous", nextAt: NOW + SETTLE_MS, code: "crm.timeout" });
});

test("a look confirms, frees for writing, or looks again ever more slowly until a person is asked", () => {
  const lost = effect(task, { attemptedAt: NOW });
  const unsure = { key: "k", seen: "unsure", code: "crm.server-error" } as const;
  expect(afterLook({ key: "k", seen: "yes", id: "9" }, lost, NOW, SETTLE_MS)).toMatchObject({
    state: "confirmed",
    crmId: "9",
  });
  expect(afterLook({ key: "k", seen: "no" }, lost, NOW + SETTLE_MS, SETTLE_MS)).toMatchObject({
    state: "planned",
    nextAt: NOW + SETTLE_MS,
  });
  expect(afterLook(unsure, lost, NOW + 60_000, SETTLE_MS)).toMatchObject({
    state: "ambiguous",
    nextAt: NOW + 120_000,
  });
  expect(afterLook(unsure, lost, NOW + 12 * HOUR_MS, SETTLE_MS)).toMatchObject({
    nextAt: NOW + 13 * HOUR_MS,
  });
  expect(afterLook(unsure, lost, NOW + DAY_MS, SETTLE_MS)).toMatchObject({ state: "parked" });
});

test.each([
  [1, { state: "planned", nextAt: NOW + SETTLE_MS }],
  [5, { state: "planned", nextAt: NOW + 5 * MINUTE_MS }],
  [11, { state: "parked", code: "deliver.gave-up" }],
])("what no look ever finds is written again ever later: %i attempts → %o", (attempts, settlement) => {
  const lost = effect(task, { state: "ambiguous", attempts, attemptedAt: NOW });
  expect(afterLook({ key: "k", seen: "no" }, lost, NOW + SETTLE_MS, SETTLE_MS)).toMatchObject(settlement);
});

test("what a person sends round again is not given up for attempts that no longer count", () => {
  const again = effect(task, { state: "ambiguous", attempts: 0, attemptedAt: NOW - DAY_MS });
  expect(afterLook({ key: "k", seen: "no" }, again, NOW, SETTLE_MS)).toMatchObject({ state: "planned" });
});

function record(over: Partial<Extract<CrmRecord, { found: true }>> = {}): CrmRecord {
  const lead = { crm: "hubspot", id: "101" } as const;
  return {
    found: true,
    asked: lead,
    lead,
    stage: "lead",
    deals: [],
    values: {},
    history: {},
    readAt: NOW,
    ...over,
  };
}

test("a write whose lead cannot be read waits ever longer, and after a day for a person", () => {
  const planned = effect(ownerWrite);
  const unsure = { found: "unsure", asked: planned.write.lead, code: "crm.bad-answer" } as const;
  expect(guard(planned, unsure)).toEqual({ unsure: planned, code: "crm.bad-answer" });
  const after = (ageMs: number) => afterUnsure("planned", "crm.bad-answer", planned, NOW + ageMs, SETTLE_MS);
  expect(after(0)).toMatchObject({ state: "planned", nextAt: NOW + SETTLE_MS });
  expect(after(12 * HOUR_MS)).toMatchObject({ state: "planned", nextAt: NOW + 13 * HOUR_MS });
  expect(after(DAY_MS)).toMatchObject({
    state: "parked",
    code: "deliver.gave-up",
    reason: "its lead could not be read in a day; last: crm.bad-answer",
  });
});

test("a late write keeps what nobody has touched and leaves what a person has changed", () => {
  expect(guard(effect(ownerWrite), record({ ownerId: "12" }))).toMatchObject({
    effect: { write: { owner: { to: "77" }, stage: { to: "mql" } } },
  });
  const changed = guard(effect(ownerWrite), record({ ownerId: "99" }));
  expect(changed).toMatchObject({ effect: { write: { stage: { to: "mql" } } } });
  expect("effect" in changed && "owner" in changed.effect.write).toBe(false);
});

test("a late write that finds everything done or changed is over", () => {
  expect(guard(effect(ownerWrite), record({ ownerId: "77", stage: "mql" }))).toMatchObject({
    settlement: { state: "confirmed" },
  });
});

test.each([
  ["still without an owner", undefined, true],
  ["still with the owner the decision saw", "12", true],
  ["with the owner Baton gave", "77", true],
  ["given to somebody else by a person", "99", false],
] as const)("a late task for a lead %s: %s → written %s", (_name, ownerId, isWritten) => {
  const guarded = guard(effect(task), record(ownerId === undefined ? {} : { ownerId }));
  expect("effect" in guarded).toBe(isWritten);
});

test("writes for a lead that is gone are dropped when two looks say so; those for a merged one go to the survivor", () => {
  const gone = { found: false, asked: { crm: "hubspot", id: "101" } } as const;
  const first = guard(effect(task), gone);
  expect(first).toEqual({ unsure: effect(task), code: "crm.not-found" });
  expect(guard({ ...effect(task), code: "crm.locked" }, gone)).toHaveProperty("unsure");
  expect(guard({ ...effect(task), code: "crm.not-found" }, gone)).toMatchObject({
    settlement: { state: "dropped" },
  });
  expect(guard(effect(task), record({ lead: { crm: "hubspot", id: "202" } }))).toMatchObject({
    effect: { write: { lead: { id: "202" } } },
  });
});

test.each([
  ["still without an owner", undefined, true],
  ["with the owner it is started for", "77", true],
  ["still with the owner the decision saw", "12", true],
  ["given to somebody else by a person", "99", false],
] as const)("a late sequence for a lead %s: %s → started %s", (_name, ownerId, isWritten) => {
  const sequence = { kind: "start-sequence", ownerId: "77", ownerSeen: "12", sequence: "4711" } as const;
  const guarded = guard(effect({ ...task, ...sequence }), record(ownerId === undefined ? {} : { ownerId }));
  expect("effect" in guarded).toBe(isWritten);
});

test("a late place on a list goes to the survivor of a merge, whoever owns it", () => {
  const onList = { ...task, kind: "add-to-list", list: "7" } as const;
  const lead = { crm: "hubspot", id: "202" } as const;
  expect(guard(effect(onList), record({ ownerId: "99", lead }))).toMatchObject({
    effect: { write: { lead } },
  });
});
