import { describe, expect, test } from "vitest";
import type { Colleague } from "../../src/model/account.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Signal } from "../../src/model/signal.ts";
import type { AccountWatch } from "../../src/playbook/condition.ts";
import { aCondition, aLead, did, NOW, test as found } from "./kit.ts";

const SURGE =
  '{ account: { people: 3, signal: page-viewed, page: ["/pricing*", "/integrations*"], at_least: 8, within: 7d } }';

/** `times` looks at a page, `days` ago. */
function looks(times: number, days = 1, page = "/pricing"): readonly Signal[] {
  return Array.from({ length: times }, () => did("page-viewed", days * DAY_MS, { page }));
}
function colleague(lead: string, signals: readonly Signal[]): Colleague {
  return { lead, signals };
}
function among(own: readonly Signal[], ...colleagues: readonly Colleague[]): Snapshot {
  return { ...aLead({}, own), account: { colleagues, handoffs: [] } };
}

describe("an account", () => {
  test("surges when enough people did it often enough between them, the lead among them", () => {
    const lead = among(
      looks(3),
      colleague("2", looks(4, 2, "/integrations/api")),
      colleague("3", looks(1, 6)),
    );
    expect(found(SURGE, lead)).toMatchObject({
      truth: "yes",
      saw: "3 people, 8 times, last on 2026-11-16",
      says: "3 people of the account with page-viewed /pricing* or /integrations* at least 8 times within 7d",
    });
  });

  test.each([
    ["two people, however often", among(looks(9), colleague("2", looks(9)))],
    ["three people, seven times", among(looks(3), colleague("2", looks(3)), colleague("3", looks(1)))],
    ["a third one longer ago", among(looks(4), colleague("2", looks(4)), colleague("3", looks(1, 8)))],
    [
      "a third one on another page",
      among(looks(4), colleague("2", looks(4)), colleague("3", looks(1, 1, "/jobs"))),
    ],
    ["nobody", among([])],
  ])("does not with %s", (_case, lead) => {
    expect(found(SURGE, lead).truth).toBe("no");
  });

  test("of a lead that belongs to none is unknown, not quiet", () => {
    expect(found(SURGE, aLead({}, looks(20)))).toMatchObject({ truth: "unknown" });
  });

  test("counts each of its people once when nothing says how often", () => {
    const condition = "{ account: { people: 2, signal: webinar-attended, within: 30d } }";
    const attended = (): readonly Signal[] => [did("webinar-attended", DAY_MS)];
    expect(found(condition, among(attended(), colleague("2", attended()))).truth).toBe("yes");
    expect(found(condition, among([...attended(), ...attended()])).truth).toBe("no");
  });
});

describe("what is missing to a surge", () => {
  test.each([
    [
      "the lead's own look",
      among([], colleague("2", looks(4)), colleague("3", looks(4))),
      "with one more page-viewed",
    ],
    ["one more person", among(looks(4), colleague("2", looks(4))), "with one more person of the account"],
    ["looks", among(looks(2), colleague("2", looks(2)), colleague("3", looks(2))), "with 2 more page-viewed"],
    ["all of it", among([]), "with 2 more people of the account and 6 more page-viewed"],
  ])("%s: the change offered turns it", (_case, lead, says) => {
    const condition = aCondition(SURGE);
    const [change] = condition.changes(lead, NOW, true);
    expect(change?.says).toMatch(new RegExp(`^${says}`));
    expect(condition.test(change?.apply(lead, NOW) ?? lead, NOW).truth).toBe("yes");
  });

  test("nothing, where it surges already", () => {
    const lead = among(looks(8), colleague("2", looks(1)), colleague("3", looks(1)));
    expect(aCondition(SURGE).changes(lead, NOW, true)).toEqual([]);
  });
});

test("what colleagues do is watched as the condition asks", () => {
  const watches: AccountWatch[] = [];
  aCondition(SURGE, { onAccount: (watch) => watches.push(watch) });
  const [watch] = watches;
  expect(watch?.within).toBe(7 * DAY_MS);
  expect(looks(1, 1, "/integrations").every((one) => watch?.matches(one))).toBe(true);
  expect(looks(1, 1, "/careers").some((one) => watch?.matches(one))).toBe(false);
});

test("an account of one person is a lead, and a span is needed", () => {
  expect(() => aCondition("{ account: { people: 1, signal: page-viewed, within: 7d } }")).toThrow(/people/);
  expect(() => aCondition("{ account: { people: 2, signal: page-viewed } }")).toThrow(/within/);
});
