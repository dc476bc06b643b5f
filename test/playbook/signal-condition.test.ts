import { describe, expect, test as fact } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { aCondition, aLead, did, NOW, test, truth } from "./kit.ts";

const pricing = (agoMs: number): Signal => did("page-viewed", agoMs, { page: "/pricing/enterprise" });

describe("counts of signals", () => {
  const three = "{ signal: page-viewed, page: ['/pricing*', '/security*'], at_least: 3, within: 14d }";

  fact("exactly enough is enough, and both ends of the span count", () => {
    expect(truth(three, {}, [pricing(0), pricing(DAY_MS), pricing(14 * DAY_MS)])).toBe("yes");
    expect(truth(three, {}, [pricing(0), pricing(DAY_MS), pricing(14 * DAY_MS + 1)])).toBe("no");
  });

  fact("what never happened is no, not unknown", () => {
    expect(test(three, aLead())).toEqual({
      says: "page-viewed /pricing* or /security* at least 3 times within 14d",
      truth: "no",
      saw: "none",
      source: "definition.yaml:1",
    });
  });

  fact("says how many it saw and when the last was", () => {
    const finding = test(three, aLead({}, [pricing(DAY_MS), pricing(2 * DAY_MS)]));
    expect(finding).toMatchObject({ truth: "no", saw: "2, last on 2026-11-16" });
  });

  fact("a clock that is a little ahead does not hide a signal, one far ahead has not happened", () => {
    expect(truth("{ signal: email-replied, within: 7d }", {}, [did("email-replied", -4 * MINUTE_MS)])).toBe(
      "yes",
    );
    expect(truth("{ signal: email-replied, within: 7d }", {}, [did("email-replied", -HOUR_MS)])).toBe("no");
  });

  fact.each<[string, Partial<Signal>]>([
    ["{ signal: product, event: Workspace Activated }", { event: "workspace activated" }],
    [
      "{ signal: product, engagement: strong, asset: '*checklist' }",
      { engagement: "strong", asset: "a-checklist" },
    ],
    ["{ signal: product, campaign: [spring*, autumn*] }", { campaign: "autumn-launch" }],
  ])("%s takes what its filters name, and nothing without it", (yaml, more) => {
    expect(truth(yaml, {}, [did("product", 0, more)])).toBe("yes");
    expect(truth(yaml, {}, [did("product", 0)])).toBe("no");
    expect(truth(yaml, {}, [did("page-viewed", 0, more)])).toBe("no");
  });

  fact("a form is a form, whatever kind of signal it stands for", () => {
    const form = "{ form: [demo-request, webinar-*], within: 24h }";
    expect(truth(form, {}, [did("form-submitted", HOUR_MS, { form: "demo-request" })])).toBe("yes");
    expect(truth(form, {}, [did("webinar-registered", HOUR_MS, { form: "webinar-registration" })])).toBe(
      "yes",
    );
    expect(truth(form, {}, [did("form-submitted", HOUR_MS, { form: "newsletter" })])).toBe("no");
    expect(truth(form, {}, [did("form-submitted", 25 * HOUR_MS, { form: "demo-request" })])).toBe("no");
  });
});

describe("sequences", () => {
  const sequence = `
sequence:
  - { signal: webinar-attended, engagement: strong }
  - { signal: page-viewed, page: "/security*" }
  - { signal: content-downloaded, asset: compliance-checklist }
within: 7d`;
  const webinar = (agoMs: number): Signal => did("webinar-attended", agoMs, { engagement: "strong" });
  const security = (agoMs: number): Signal => did("page-viewed", agoMs, { page: "/security" });
  const checklist = (agoMs: number): Signal =>
    did("content-downloaded", agoMs, { asset: "compliance-checklist" });

  fact.each<[string, readonly Signal[], string]>([
    ["in order", [webinar(3 * DAY_MS), security(2 * DAY_MS), checklist(DAY_MS)], "yes"],
    [
      "in order with others in between",
      [webinar(9e7), pricing(8e7), security(7e7), pricing(6e7), checklist(5e7)],
      "yes",
    ],
    ["the wrong way round", [checklist(3 * DAY_MS), security(2 * DAY_MS), webinar(DAY_MS)], "no"],
    ["with a step missing", [webinar(3 * DAY_MS), checklist(DAY_MS)], "no"],
    ["begun too long ago", [webinar(8 * DAY_MS), security(2 * DAY_MS), checklist(DAY_MS)], "no"],
    [
      "a false start before the right order",
      [security(9e7), webinar(8e7), security(7e7), checklist(6e7)],
      "yes",
    ],
  ])("%s", (_, signals, wanted) => {
    expect(truth(sequence, {}, signals)).toBe(wanted);
  });

  fact("says how far it got, and its last step would complete it", () => {
    const condition = aCondition(sequence);
    const lead = aLead({}, [webinar(2 * DAY_MS), security(DAY_MS)]);
    expect(condition.test(lead, NOW).saw).toBe("2 of 3 steps");
    const [change] = condition.changes(lead, NOW, true);
    expect(change?.says).toBe("with content-downloaded compliance-checklist to complete the sequence");
    expect(condition.test(change?.apply(lead, NOW) ?? lead, NOW).truth).toBe("yes");
  });
});

describe("signals that would turn it", () => {
  fact.each([
    [2, "with one more page-viewed /pricing*"],
    [1, "with 2 more page-viewed /pricing*"],
    [0, "with 3 more page-viewed /pricing*"],
  ])("with %d of 3: %s", (count, says) => {
    const condition = aCondition("{ signal: page-viewed, page: '/pricing*', at_least: 3, within: 14d }");
    const lead = aLead(
      {},
      Array.from({ length: count }, (_, index) => pricing(index * HOUR_MS)),
    );
    const [change] = condition.changes(lead, NOW, true);
    expect(change).toMatchObject({ says, kind: "signal" });
    expect(condition.test(change?.apply(lead, NOW) ?? lead, NOW).truth).toBe("yes");
  });
});
