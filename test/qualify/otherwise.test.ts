import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import { qualify } from "../../src/qualify/index.ts";
import { nearestOf } from "../../src/qualify/nearest.ts";
import { otherOutcomeOf } from "../../src/qualify/otherwise.ts";
import { aPlaybook, did, NOW } from "../playbook/kit.ts";
import { definedAs, demoRequest, intent, qualified } from "./kit.ts";

const playbook = aPlaybook();
const nearest = (lead: Snapshot, by = playbook) => nearestOf(qualify(lead, by, NOW), lead, by, NOW)?.says;

describe("the other outcome", () => {
  test.each<[string, Snapshot, string]>([
    [
      "of a hand-raiser is without the form",
      qualified({ "lead.stage": "lead" }, [demoRequest(), ...intent()]),
      "not ready without the form demo-request",
    ],
    [
      "of a hand-raiser whom marketing has qualified too is the other type",
      qualified({}, [demoRequest(), ...intent()]),
      "ready as marketing-qualified without the form demo-request",
    ],
    [
      "of a lead marketing qualified is without its stage",
      qualified({}, [...intent(), ...intent()]),
      'not ready if "lead.stage in marketing-qualified" did not hold (saw marketing-qualified)',
    ],
    [
      "of a student is not being one",
      qualified({ "lead.role": "Student" }),
      'ready as marketing-qualified if "lead.role matches *student*',
    ],
    [
      "of somebody who opted out is not having done so",
      qualified({ "lead.opted_out": true }),
      'ready as marketing-qualified if "lead.opted_out is true" did not hold (saw true)',
    ],
    [
      "of a lead that sales has is the end of its handoff",
      {
        ...qualified(),
        handoff: { id: "h", state: "with-sales", type: "hand-raiser", startedAt: NOW - HOUR_MS },
      },
      "judged anew once that handoff is closed",
    ],
    [
      "of a lead that sales turned down for good is without that answer",
      {
        ...qualified({}, intent()),
        former: {
          id: "h",
          type: "marketing-qualified",
          startedAt: NOW - 9 * DAY_MS,
          endedAt: NOW - 2 * DAY_MS,
          answer: "rejected",
          isForGood: true,
          isRestaged: false,
          count: 1,
        },
      },
      "ready as marketing-qualified without what sales answered before",
    ],
    [
      "of a lead somebody asked for is that nobody had",
      { ...qualified({ "lead.stage": "lead" }), request: { via: "workflow" } },
      "not ready if nobody had asked for the handoff",
    ],
  ])("%s", (_, lead, says) => {
    expect(nearest(lead)).toContain(says);
  });

  test("does not exist where one change alone leads to none", () => {
    const twice = definedAs(`
types: { hot: { when: { lead.email: { known: true } }, needs: [], waive: all } }
refuse:
  student: { any: [ { lead.role: { matches: "*student*" } }, { lead.seniority: { is: intern } } ] }
`);
    const lead = qualified({ "lead.role": "Student", "lead.seniority": "intern" });
    expect(qualify(lead, twice, NOW).outcome).toBe("refused");
    expect(nearest(lead, twice)).toBeUndefined();
  });
});

test("whatever lead it is told of, the change really leads to that other outcome", () => {
  const signal = fc.record({
    kind: fc.constantFrom("page-viewed" as const, "email-replied" as const, "form-submitted" as const),
    ago: fc.integer({ min: 0, max: 20 }),
  });
  const lead = fc
    .record({
      stage: fc.constantFrom("lead", "marketing-qualified"),
      role: fc.constantFrom("Director", "Student", "PhD student"),
      email: fc.constantFrom("a@rheinbank.example", "a@uni.edu", "a@mailinator.com"),
      isOptedOut: fc.option(fc.boolean(), { nil: undefined }),
      isCustomer: fc.boolean(),
      isAsked: fc.boolean(),
      signals: fc.array(signal, { maxLength: 6 }),
    })
    .map(({ stage, role, email, isOptedOut, isCustomer, isAsked, signals }): Snapshot => ({
      ...qualified(
        {
          "lead.stage": stage,
          "lead.role": role,
          "lead.email": email,
          "lead.opted_out": isOptedOut,
          "account.stage": isCustomer ? "customer" : undefined,
        },
        signals.map(({ kind, ago }) =>
          did(
            kind,
            ago * DAY_MS,
            kind === "form-submitted" ? { form: "demo-request" } : { page: "/pricing" },
          ),
        ),
      ),
      ...(isAsked ? { request: { via: "workflow" } } : {}),
    }));
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(lead, (snapshot) => {
      const verdict = qualify(snapshot, playbook, NOW);
      const other = otherOutcomeOf(verdict, snapshot, playbook, NOW);
      if (other === undefined) return;
      seen.set(verdict.outcome, (seen.get(verdict.outcome) ?? 0) + 1);
      const after = qualify(other.change.apply(snapshot, NOW), playbook, NOW);
      expect([after.outcome, after.reason]).not.toEqual([verdict.outcome, verdict.reason]);
      expect(other.nearest.says.startsWith(after.outcome.split("-")[0] ?? "")).toBe(true);
    }),
    { numRuns: 600, seed: 11 },
  );
  expect([...seen.keys()].toSorted()).toEqual(["ready", "refused", "suppressed"]);
});
