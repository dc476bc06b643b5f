import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Supposition } from "../../src/model/finding.ts";
import { suppose } from "../../src/playbook/subject.ts";
import { judge } from "../../src/qualify/judge.ts";
import { outcomeOf } from "../../src/qualify/outcome.ts";
import { aPlaybook, NOW } from "../playbook/kit.ts";
import { anyLead, anySupposition } from "./any-lead.ts";
import { definedAs } from "./kit.ts";

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

const PLAYBOOKS = { shipped: aPlaybook(), everything };

/** What `judge` says, in the few words that `outcomeOf` has for it. */
function wordsOf(verdict: ReturnType<typeof judge>): object {
  const { outcome, reason } = verdict;
  return { outcome, reason, type: outcome === "with-sales" ? undefined : verdict.type };
}

describe.each(Object.entries(PLAYBOOKS))("by the %s playbook, any lead", (_, playbook) => {
  test("comes to what the verdict says", () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(anyLead, (snapshot) => {
        const { outcome, type, reason } = outcomeOf(snapshot, playbook, NOW);
        outcomes.add(outcome);
        expect({ outcome, reason, type }).toEqual(wordsOf(judge(snapshot, playbook, NOW)));
      }),
      { numRuns: 1_500, seed: 7 },
    );
    expect([...outcomes].toSorted()).toEqual(
      ["held", "not-ready", "ready", "refused", "suppressed", "with-sales"].toSorted(),
    );
  });

  test("comes to what the verdict would be, if something were so that is not, now or later", () => {
    const cases = fc
      .record({ snapshot: anyLead, at: fc.constantFrom(NOW, NOW + 5 * DAY_MS, NOW + 20 * DAY_MS) })
      .chain(({ snapshot, at }) =>
        fc.record({
          snapshot: fc.constant(snapshot),
          at: fc.constant(at),
          supposition: anySupposition(at),
          without: fc.constantFrom(undefined, ...snapshot.signals),
        }),
      );
    fc.assert(
      fc.property(cases, ({ snapshot, at, supposition, without }) => {
        const all: Supposition = { ...supposition, ...(without !== undefined && { without }) };
        const { outcome, type, reason } = outcomeOf(snapshot, playbook, at, all);
        expect({ outcome, reason, type }).toEqual(wordsOf(judge(suppose(snapshot, all), playbook, at)));
        // And the same lead as it is, asked again in between.
        const asIs = outcomeOf(snapshot, playbook, at);
        expect(asIs.outcome).toBe(judge(snapshot, playbook, at).outcome);
      }),
      { numRuns: 1_500, seed: 7 },
    );
  });
});
