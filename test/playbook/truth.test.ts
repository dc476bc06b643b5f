import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { compileScore } from "../../src/playbook/score.ts";
import { anyLead } from "../qualify/any-lead.ts";
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
])("of %s, the truth alone is the truth of the finding", (text) => {
  const condition = aCondition(text, { score });
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyLead, fc.constantFrom(NOW, NOW + 9 * DAY_MS), (lead, now) => {
      const truth = condition.truth(lead, now);
      seen.add(truth);
      expect(truth).toBe(condition.test(lead, now).truth);
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(seen.size).toBeGreaterThan(1);
});
