import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import { SIGNAL_KINDS } from "../../src/model/signal.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { qualify } from "../../src/qualify/index.ts";
import { nearestOf } from "../../src/qualify/nearest.ts";
import { otherOutcomeOf } from "../../src/qualify/otherwise.ts";
import { changeToReady } from "../../src/qualify/to-ready.ts";
import { aLead, aPlaybook, did, NOW } from "../playbook/kit.ts";
import { anyLead } from "./any-lead.ts";
import { defined, definedAs, qualified } from "./kit.ts";

const playbook = aPlaybook();
const nearest = (lead: Snapshot, by = playbook) => nearestOf(qualify(lead, by, NOW), lead, by, NOW);
const replied = (agoMs: number) => did("email-replied", agoMs);
const pricing = (agoMs: number) => did("page-viewed", agoMs, { page: "/pricing" });

describe("the one change that would make a lead ready", () => {
  test("names the bound that was missed and what it saw; it counts until the first signal it needs is too old", () => {
    expect(nearest(qualified({ "account.employees": 12 }))).toEqual({
      says: "ready if account.employees were at least 50 (saw 12)",
      before: NOW + 5 * DAY_MS,
    });
    expect(nearest(qualified({ "account.employees": 9000 }))?.says).toBe(
      "ready if account.employees were at most 5000 (saw 9000)",
    );
    expect(nearest(qualified({ "account.employees": undefined }))?.says).toBe(
      "ready if account.employees were known and from 50 to 5000 (unknown)",
    );
  });

  test("is any one more signal of intent, when one is there; until the latest instant at which one would do", () => {
    expect(nearest(qualified({}, [replied(2 * DAY_MS)]))).toEqual({
      says: "ready with one more intent signal",
      before: NOW + 5 * DAY_MS,
    });
  });

  test("is what is missing of that signal, when only one can still come in one step", () => {
    const only = definedAs(`
types: { hot: { when: { stage: lead }, needs: [intent], waive: all } }
intent:
  at_least: 2
  of:
    - { signal: email-replied, within: 7d }
    - { signal: page-viewed, page: "/pricing*", at_least: 3, within: 14d }
`);
    const lead = aLead({ "lead.stage": "lead" }, [replied(DAY_MS), pricing(10 * DAY_MS), pricing(DAY_MS)]);
    expect(nearest(lead, only)).toEqual({
      says: "ready with one more page-viewed /pricing*",
      before: NOW + 4 * DAY_MS,
    });
  });

  test("is asking for us, for a lead of no type", () => {
    expect(nearest(aLead({ "lead.email": "a@b.example" }))).toEqual({
      says: "ready with one more form demo-request, pricing or contact-sales",
    });
  });

  test("is filling in what marketing owes, for a lead that is held", () => {
    expect(nearest(qualified({ "lead.source": undefined }))).toMatchObject({
      says: "ready once lead.source is known",
    });
    expect(nearest(qualified({ "lead.source": undefined, "account.name": undefined }))?.says).toBe(
      "ready once account.name, lead.source are known",
    );
  });

  test.each<[string, Snapshot]>([
    ["two things are in the way", qualified({ "account.employees": 12, "account.industry": "retail" })],
    ["fit and intent are both missing", qualified({ "account.employees": 12 }, [])],
    ["no signal of intent is there yet", qualified({}, [])],
    ["filling in would not be enough", qualified({ "lead.role": undefined, "lead.seniority": undefined })],
  ])("does not exist when %s", (_, lead) => {
    expect(nearest(lead)).toBeUndefined();
  });

  test("is never a new handoff of another type", () => {
    expect(nearest(qualified({ "account.employees": 12 }))?.says).not.toContain("demo-request");
  });
});

describe("any lead", () => {
  const signal = fc.record({
    kind: fc.constantFrom(...SIGNAL_KINDS),
    ago: fc.integer({ min: 0, max: 20 * 24 }),
    page: fc.constantFrom("/pricing", "/security", "/blog"),
    form: fc.constantFrom("demo-request", "newsletter"),
  });
  const lead = fc
    .record({
      stage: fc.constantFrom("lead", "marketing-qualified"),
      employees: fc.option(fc.constantFrom(12, 50, 5000, 5001), { nil: undefined }),
      seniority: fc.option(fc.constantFrom("intern", "vp"), { nil: undefined }),
      source: fc.option(fc.constantFrom("partner", "email"), { nil: undefined }),
      signals: fc.array(signal, { maxLength: 6 }),
    })
    .map(({ stage, employees, seniority, source, signals }) =>
      qualified(
        {
          "lead.stage": stage,
          "account.employees": employees,
          "lead.seniority": seniority,
          "lead.source": source,
        },
        signals.map(({ kind, ago, page, form }) =>
          did(kind, ago * HOUR_MS, kind === "form-submitted" ? { form } : { page }),
        ),
      ),
    );

  test.each<[string, Playbook]>([
    ["", playbook],
    [" where the score is a signal", defined("    # - score: { from: 40 }\n", "    - score: { from: 14 }\n")],
  ])(
    "that is told a nearest change is ready after that change, until `before` and not after it%s",
    (_, agreed) => {
      let tried = 0;
      fc.assert(
        fc.property(lead, (snapshot) => {
          const verdict = qualify(snapshot, agreed, NOW);
          const found = changeToReady(verdict, snapshot, agreed, NOW);
          if (found === undefined) return;
          tried += 1;
          const { change, nearest: told } = found;
          expect(verdict.outcome).not.toBe("ready");
          expect(qualify(change.apply(snapshot, NOW), agreed, NOW).outcome).toBe("ready");
          if (told.before === undefined || told.says.includes("intent signal")) return;
          expect(qualify(change.apply(snapshot, told.before), agreed, told.before).outcome).toBe("ready");
          const late = told.before + 1;
          expect(qualify(change.apply(snapshot, late), agreed, late).outcome).not.toBe("ready");
        }),
        { numRuns: 1_000, seed: 7 },
      );
      expect(tried).toBeGreaterThan(100);
    },
  );

  test("gets the same verdict from the same input", () => {
    fc.assert(
      fc.property(lead, (snapshot) => {
        expect(qualify(structuredClone(snapshot), playbook, NOW)).toEqual(qualify(snapshot, playbook, NOW));
      }),
      { numRuns: 300 },
    );
  });

  test("is not judged otherwise for a signal no condition speaks of", () => {
    const irrelevant = fc.constantFrom(
      did("page-viewed", HOUR_MS, { page: "/careers" }),
      did("form-submitted", HOUR_MS, { form: "newsletter" }),
      did("product", HOUR_MS, { event: "Logged in" }),
      did("email-replied", 8 * DAY_MS),
      did("page-viewed", 15 * DAY_MS, { page: "/pricing" }),
    );
    const another = lead.filter(({ signals }) => signals.length > 0);
    fc.assert(
      fc.property(another, irrelevant, (snapshot, one) => {
        const signals = [...snapshot.signals, one].toSorted((a, b) => b.at - a.at);
        const before = qualify(snapshot, playbook, NOW);
        const after = qualify({ ...snapshot, signals }, playbook, NOW);
        expect([after.outcome, after.reason]).toEqual([before.outcome, before.reason]);
      }),
      { numRuns: 500 },
    );
  });

  test("is judged alike whatever the order its facts were read in", () => {
    fc.assert(
      fc.property(lead, (snapshot) => {
        const facts = Object.fromEntries(Object.entries(snapshot.facts).toReversed());
        expect(qualify({ ...snapshot, facts }, playbook, NOW)).toEqual(qualify(snapshot, playbook, NOW));
      }),
      { numRuns: 100 },
    );
  });
});

/** Every kind of condition, nested and alone, in every section. */
const everything = definedAs(`
types:
  hand-raiser: { when: { form: [demo-request, pricing], within: 24h }, needs: [reachable], waive: all }
  account-surge: { when: { account: { people: 2, signal: page-viewed, page: "/pricing*", at_least: 2, within: 30d } }, needs: [] }
  fresh: { when: { all: [ { lead.since: { after: 30d ago } }, { none: [ { stage: customer } ] } ] }, needs: [intent], waive: [lead.source] }
  marketing-qualified: { when: { stage: marketing-qualified }, needs: [reachable, fit, intent] }
requested: hand-raiser
fit:
  all: [ { account.employees: { from: 50, to: 5000 } }, { lead.seniority: { in: [vp, director] } }, { any: [ { lead.role: { matches: "*sales*" } }, { lead.source: { not: partner } } ] } ]
intent:
  at_least: 2
  of:
    - { signal: page-viewed, page: "/pricing*", at_least: 2, within: 14d }
    - { signal: email-replied, within: 7d }
    - { sequence: [ { signal: webinar-attended }, { signal: page-viewed, page: "/security" } ], within: 14d }
    - { score: { from: 30 } }
    - { lead.source: { is: partner } }
score: { half_life: 7d, points: { page-viewed: 5, email-replied: 15, form-submitted: 20 } }
refuse:
  student: { any: [ { lead.role: { matches: "*student*" } }, { lead.email: { domain: academic } } ] }
  seeker: { signal: product, at_least: 2, within: 30d }
consent:
  never: [ { lead.opted_out: true }, { list: hubspot:7 } ]
  require: [ { when: { lead.country: { in: EEA } }, legal_basis: known } ]
`);

test("by a playbook with conditions of every kind, any change that is named leads to another outcome", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyLead, (snapshot) => {
      const verdict = qualify(snapshot, everything, NOW);
      const found =
        changeToReady(verdict, snapshot, everything, NOW) ??
        otherOutcomeOf(verdict, snapshot, everything, NOW);
      expect(nearestOf(verdict, snapshot, everything, NOW)).toEqual(found?.nearest);
      if (found === undefined) return;
      seen.add(verdict.outcome);
      const after = qualify(found.change.apply(snapshot, NOW), everything, NOW);
      expect([after.outcome, after.reason]).not.toEqual([verdict.outcome, verdict.reason]);
    }),
    { numRuns: 1_500, seed: 7 },
  );
  expect([...seen].toSorted()).toEqual(["held", "not-ready", "ready", "refused", "suppressed", "with-sales"]);
});
