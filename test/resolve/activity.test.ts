import { describe, expect, test } from "vitest";
import type { OtherHandoff } from "../../src/model/account.ts";
import type { Decision } from "../../src/model/decision.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import {
  activityAround,
  afterDecision,
  rememberedMs,
  shareOf,
  workingOwner,
} from "../../src/resolve/activity.ts";
import { aLead, aPlaybook, did, NOW } from "../playbook/kit.ts";

const playbook = aPlaybook();
const view = (days: number, page = "/pricing") => did("page-viewed", days * DAY_MS, { page });

function decided(type: string | undefined, ownerId?: string): Decision {
  const head = { findings: [], reason: "r" };
  const assignment = {
    rule: "r",
    because: "b",
    candidates: [],
    findings: [],
    ...(ownerId === undefined
      ? { outcome: "queued" as const, queue: "q", retryAt: NOW }
      : { outcome: "assigned" as const, ownerId, ownerName: "Lena", counts: true }),
  };
  return {
    verdict: type === undefined ? { ...head, outcome: "not-ready" } : { ...head, outcome: "ready", type },
    ...(type === undefined ? {} : { assignment }),
    plan: { writes: [], clocks: [], notices: [] },
    playbookVersion: "v",
    decidedAt: NOW,
  };
}
function of(account: string, lead: string, ...signals: Snapshot["signals"]): Snapshot {
  return {
    ...aLead({ "lead.name": `Person ${lead}`, "lead.role": "Architect" }, signals),
    decisionId: `d-${lead}`,
    lead: { crm: "hubspot", id: lead },
    accountId: account,
  };
}

describe("what an account remembers of one of its people", () => {
  test("is what some condition counts, over twice its span", () => {
    const signals = [
      view(1),
      view(13, "/integrations/api"),
      view(15),
      view(1, "/careers"),
      did("email-replied", DAY_MS),
    ];
    expect(shareOf({ signals }, playbook.watches, NOW)).toEqual(signals.slice(0, 2));
    expect(rememberedMs(playbook.watches)).toBe(14 * DAY_MS);
  });

  test("is nothing where no condition counts over accounts", () => {
    expect(shareOf({ signals: [view(1)] }, [], NOW)).toEqual([]);
    expect(rememberedMs([])).toBe(0);
  });

  test("is not all that a script clicks", () => {
    const signals = Array.from({ length: 900 }, () => view(1));
    expect(shareOf({ signals }, playbook.watches, NOW)).toHaveLength(50);
  });
});

describe("people decided one after the other", () => {
  test("see what those before them did, and not themselves", () => {
    let activities = afterDecision(new Map(), of("acme", "1", view(1)), decided(undefined), playbook);
    activities = afterDecision(activities, of("acme", "2", view(2), view(3)), decided(undefined), playbook);
    activities = afterDecision(activities, of("other", "3", view(1)), decided(undefined), playbook);
    const seen = activityAround(activities, "acme", "2");
    expect(seen.colleagues).toMatchObject([{ lead: "1", name: "Person 1", role: "Architect" }]);
    expect(activityAround(activities, "acme", "9").colleagues.map(({ lead }) => lead)).toEqual(["1", "2"]);
    expect(activityAround(activities, "unheard-of", "9")).toEqual({ colleagues: [], handoffs: [] });
  });

  test("are remembered as they were decided last", () => {
    let activities = afterDecision(new Map(), of("acme", "1", view(1)), decided(undefined), playbook);
    activities = afterDecision(activities, of("acme", "1", view(1), view(2)), decided(undefined), playbook);
    expect(activityAround(activities, "acme", "2").colleagues.map(({ signals }) => signals.length)).toEqual([
      2,
    ]);
    activities = afterDecision(activities, of("acme", "1"), decided(undefined), playbook);
    expect(activityAround(activities, "acme", "2").colleagues).toEqual([]);
  });

  test("see the handoffs begun before them, and whom those stand for", () => {
    let activities = afterDecision(new Map(), of("acme", "1"), decided("account-surge", "77"), playbook);
    activities = afterDecision(activities, of("acme", "2"), decided("hand-raiser"), playbook);
    expect(activityAround(activities, "acme", "3").handoffs).toEqual([
      { id: "d-2", lead: "2", type: "hand-raiser", scope: "lead", startedAt: NOW },
      { id: "d-1", lead: "1", type: "account-surge", scope: "account", ownerId: "77", startedAt: NOW },
    ]);
  });

  test("without an account leave everything as it is", () => {
    const { accountId: _account, ...nobodys } = of("acme", "1", view(1));
    const before = new Map();
    expect(afterDecision(before, nobodys, decided(undefined), playbook)).toBe(before);
  });
});

describe("who works an account", () => {
  const handoff = (id: string, more: Partial<OtherHandoff>): OtherHandoff => ({
    id,
    lead: id,
    type: "t",
    scope: "lead",
    startedAt: NOW,
    ...more,
  });
  test.each([
    ["nobody, without a handoff", [], undefined],
    ["nobody, while it waits in a queue", [handoff("1", {})], undefined],
    ["the owner of the newest", [handoff("2", { ownerId: "b" }), handoff("1", { ownerId: "a" })], "b"],
    [
      "before that, the owner of one that stands for the account",
      [handoff("2", { ownerId: "b" }), handoff("1", { ownerId: "a", scope: "account" })],
      "a",
    ],
  ])("%s", (_case, handoffs, owner) => {
    expect(workingOwner({ colleagues: [], handoffs })?.value).toBe(owner);
  });
});
