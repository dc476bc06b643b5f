import { expect, test } from "vitest";
import type { OtherHandoff } from "../../src/model/account.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import { qualify } from "../../src/qualify/index.ts";
import { aPlaybook, did, NOW } from "../playbook/kit.ts";
import { demoRequest, qualified } from "./kit.ts";

const playbook = aPlaybook();
const looks = (times: number) =>
  Array.from({ length: times }, () => did("page-viewed", DAY_MS, { page: "/pricing" }));

/** A lead whose colleagues look at prices as much as it does; stage of its own so that only the company makes it ready. */
function surging(handoffs: readonly OtherHandoff[] = [], signals = looks(4)): Snapshot {
  const colleagues = [
    { lead: "2", name: "Ben Ode", signals: looks(3) },
    { lead: "3", signals: looks(2) },
  ];
  return { ...qualified({ "lead.stage": "lead" }, signals), account: { colleagues, handoffs } };
}

const SURGE: OtherHandoff = {
  id: "h-1",
  lead: "2",
  type: "account-surge",
  scope: "account",
  ownerId: "77",
  startedAt: NOW - DAY_MS,
};

test("a company that looks at us is one handoff", () => {
  expect(qualify(surging(), playbook, NOW)).toMatchObject({ outcome: "ready", type: "account-surge" });
});

test("whoever of the company comes later belongs to the handoff it has", () => {
  expect(qualify(surging([SURGE]), playbook, NOW)).toMatchObject({
    outcome: "with-sales",
    handoffId: "h-1",
    because: "sales has the account already, handed off as account-surge on 2026-11-16",
  });
});

test("a colleague's own handoff does not stand for the company", () => {
  const own = { ...SURGE, type: "hand-raiser", scope: "lead" } as const;
  expect(qualify(surging([own]), playbook, NOW)).toMatchObject({ outcome: "ready", type: "account-surge" });
});

test("somebody who asks to talk to us is handed off whatever the company has", () => {
  const asking = surging([SURGE], [demoRequest(), ...looks(4)]);
  expect(qualify(asking, playbook, NOW)).toMatchObject({ outcome: "ready", type: "hand-raiser" });
});

test("a list that suppresses and cannot be read suppresses", () => {
  const { lists: _lists, ...unread } = qualified();
  expect(qualify(unread, playbook, NOW)).toMatchObject({
    outcome: "suppressed",
    reason: "consent",
    because: "on list hubspot:1042 (not known)",
  });
  expect(qualify({ ...unread, lists: [] }, playbook, NOW)).toMatchObject({ outcome: "ready" });
});
