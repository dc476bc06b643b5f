import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Supposition } from "../../src/model/finding.ts";
import { compileScore } from "../../src/playbook/score.ts";
import { suppose } from "../../src/playbook/subject.ts";
import { anyLead, anySupposition } from "../qualify/any-lead.ts";
import { aCondition, NOW } from "./kit.ts";

const score = compileScore(7 * DAY_MS, { "page-viewed": 5, "form-submitted": 20, product: 10 });

test.each([
  "{ lead.role: { known: true } }",
  "{ lead.role: { known: false } }",
  '{ lead.role: { matches: "*student*" } }',
  "{ lead.email: { domain: academic } }",
  "{ lead.country: { not: EEA } }",
  "{ account.employees: { from: 50, to: 100 } }",
  "{ lead.since: { after: 30d ago } }",
  "{ stage: [lead, customer] }",
  "{ form: demo-request, within: 10d }",
  '{ signal: page-viewed, page: ["/p*", "/s*"], within: 14d }',
  "{ signal: page-viewed, at_least: 2 }",
  "{ signal: email-replied }",
  "{ sequence: [ { signal: page-viewed }, { signal: page-viewed, page: /security } ], within: 30d }",
  "{ sequence: [ { signal: page-viewed, page: /pricing }, { signal: form-submitted } ] }",
  "{ account: { people: 2, signal: page-viewed, at_least: 2, within: 30d } }",
  "{ list: [hubspot:7, hubspot:9] }",
  "{ score: { from: 15 } }",
  "{ all: [ { lead.role: { known: true } }, { lead.stage: lead } ] }",
  "{ any: [ { lead.role: Student }, { signal: product, within: 10d } ] }",
  "{ none: [ { lead.source: partner }, { any: [ { lead.since: { before: 20d ago } }, { lead.email: { known: true } } ] } ] }",
])("of %s, the truth alone is the truth of the finding, whatever is supposed", (text) => {
  const condition = aCondition(text, { score });
  const seen = new Set<string>();
  const cases = fc
    .record({ lead: anyLead, now: fc.constantFrom(NOW, NOW + 9 * DAY_MS) })
    .chain(({ lead, now }) =>
      fc.record({
        lead: fc.constant(lead),
        now: fc.constant(now),
        supposition: anySupposition(now),
        without: fc.constantFrom(undefined, ...lead.signals),
      }),
    );
  fc.assert(
    fc.property(cases, ({ lead, now, supposition, without }) => {
      const supposed: Supposition = { ...supposition, ...(without !== undefined && { without }) };
      const asIs = condition.truth(lead, now);
      seen.add(asIs);
      expect(asIs).toBe(condition.test(lead, now).truth);
      expect(condition.truth(lead, now, supposed)).toBe(condition.test(suppose(lead, supposed), now).truth);
      expect(condition.truth(lead, now)).toBe(asIs);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(seen.size).toBeGreaterThan(1);
});
