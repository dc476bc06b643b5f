import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/model/decision.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { FactValue } from "../../src/model/lead.ts";
import { qualify } from "../../src/qualify/index.ts";
import { aLead, aPlaybook, did, NOW, shippedFiles } from "../playbook/kit.ts";
import { defined, demoRequest, intent, qualified } from "./kit.ts";

const playbook = aPlaybook();
const said = (verdict: Verdict): readonly string[] =>
  verdict.findings.map(({ says, truth }) => `${says}: ${truth}`);

describe("a lead is", () => {
  test.each<[string, Readonly<Record<string, FactValue | undefined>>, string, string]>([
    ["ready when it fits, wants, and is complete", {}, "ready", "marketing-qualified"],
    ["not ready when it is too small", { "account.employees": 12 }, "not-ready", "fit"],
    [
      "not ready when nobody knows how large it is, for no field marketing owes",
      { "account.employees": undefined },
      "not-ready",
      "fit",
    ],
    ["held when marketing owes what is not known", { "lead.source": undefined }, "held", "incomplete"],
    [
      "held when fit cannot be judged for a field marketing owes",
      { "lead.role": undefined, "lead.seniority": undefined },
      "held",
      "incomplete",
    ],
    [
      "not ready before it is held, when what is known rules it out",
      { "account.employees": 12, "lead.role": undefined },
      "not-ready",
      "fit",
    ],
    ["not ready when nobody can reach it", { "lead.email": undefined }, "not-ready", "reachable"],
    ["not ready at a stage no type speaks of", { "lead.stage": "lead" }, "not-ready", "no-type-matches"],
    ["not ready at a stage that is not known", { "lead.stage": undefined }, "not-ready", "no-type-matches"],
    ["suppressed when it opted out", { "lead.opted_out": true }, "suppressed", "consent"],
    [
      "not suppressed when it is not known whether it opted out",
      { "lead.opted_out": undefined },
      "ready",
      "marketing-qualified",
    ],
    [
      "suppressed before it is refused",
      { "lead.opted_out": true, "lead.role": "Student" },
      "suppressed",
      "consent",
    ],
    [
      "refused before its needs are judged",
      { "lead.role": "Student", "account.employees": 1 },
      "refused",
      "student",
    ],
    ["refused for its address", { "lead.email": "vera@eu.rival.example" }, "refused", "competitor"],
    ["refused as a customer of somebody", { "account.stage": "customer" }, "refused", "customer"],
  ])("%s", (_, changes, outcome, reason) => {
    expect(qualify(qualified(changes), playbook, NOW)).toMatchObject({ outcome, reason });
  });

  test("with sales while a handoff is open there, whatever else it does", () => {
    const handoff = { id: "h-9", state: "with-sales", type: "hand-raiser", startedAt: NOW } as const;
    const lead = { ...qualified({}, [demoRequest()]), handoff };
    expect(qualify(lead, playbook, NOW)).toEqual({
      outcome: "with-sales",
      handoffId: "h-9",
      reason: "with-sales",
      findings: [],
      score: expect.any(Number),
    });
  });

  test("judged again while its handoff waits for somebody to take it", () => {
    const handoff = { id: "h-9", state: "queued", type: "hand-raiser", startedAt: NOW } as const;
    expect(qualify({ ...qualified(), handoff }, playbook, NOW)).toMatchObject({ outcome: "ready" });
  });

  test("of the first type that matches", () => {
    const lead = qualified({ "lead.source": "partner" }, [...intent(), demoRequest()]);
    expect(qualify(lead, playbook, NOW)).toMatchObject({ outcome: "ready", type: "hand-raiser" });
    const partner = qualified({ "lead.source": "partner" });
    expect(qualify(partner, playbook, NOW)).toMatchObject({ outcome: "ready", type: "partner" });
  });

  test("handed to the account's owner when it asks, even as a customer of ours", () => {
    const lead = qualified({ "account.stage": "customer" }, [demoRequest()]);
    expect(qualify(lead, playbook, NOW)).toMatchObject({ outcome: "ready", type: "hand-raiser" });
  });

  test("held with everything that is missing, of what its type owes", () => {
    const lead = qualified({
      "lead.role": undefined,
      "account.name": undefined,
      "lead.seniority": undefined,
    });
    expect(qualify(lead, playbook, NOW)).toMatchObject({ missing: ["lead.role", "account.name"] });
    const asking = aLead({ "lead.email": "a@b.example" }, [demoRequest()]);
    expect(qualify(asking, playbook, NOW)).toMatchObject({ outcome: "ready" });
  });

  test("handed off incomplete where the agreement says so, and the finding remembers it", () => {
    const agreement = (shippedFiles()["agreement.yaml"] ?? "").replace(
      "when_incomplete: hold",
      "when_incomplete: pass",
    );
    const verdict = qualify(
      qualified({ "lead.source": undefined }),
      aPlaybook({ "agreement.yaml": agreement }),
      NOW,
    );
    expect(verdict.outcome).toBe("ready");
    expect(verdict.findings.at(-1)).toMatchObject({ says: expect.stringContaining("complete"), truth: "no" });
  });
});

describe("a legal basis", () => {
  const strict = defined(
    "  require: []\n",
    "  require: [ { when: { lead.country: { in: EEA } }, legal_basis: known } ]\n",
  );

  test.each([
    [{ "lead.country": "DE" }, "suppressed"],
    [{ "lead.country": "DE", "lead.legal_basis": "Freely given consent from contact" }, "ready"],
    [{ "lead.country": "US" }, "ready"],
    [{ "lead.country": undefined }, "ready"],
  ])("with %j: %s", (changes, outcome) => {
    expect(qualify(qualified(changes), strict, NOW).outcome).toBe(outcome);
  });
});

describe("a request by a workflow", () => {
  const request = { via: "workflow-action", callback: "cb-1" } as const;
  const asked = (changes: Readonly<Record<string, FactValue | undefined>>) => ({
    ...qualified({ "lead.stage": "lead", ...changes }),
    request,
  });

  test("takes the first type whose needs hold", () => {
    expect(qualify(asked({}), playbook, NOW)).toMatchObject({ outcome: "ready", type: "hand-raiser" });
  });

  test("takes a type that matches first, and its needs are judged", () => {
    const lead = { ...qualified({ "account.employees": 12 }), request };
    expect(qualify(lead, playbook, NOW)).toMatchObject({ outcome: "not-ready", type: "marketing-qualified" });
  });

  test("does not overrule consent or a refusal", () => {
    expect(qualify(asked({ "lead.opted_out": true }), playbook, NOW).outcome).toBe("suppressed");
    expect(qualify(asked({ "lead.role": "Student" }), playbook, NOW).outcome).toBe("refused");
  });

  test("is not ready when no type's needs hold, unless the definition names a type for that", () => {
    const unreachable = asked({ "lead.email": undefined });
    expect(qualify(unreachable, playbook, NOW)).toMatchObject({
      outcome: "not-ready",
      reason: "no-type-matches",
    });
    const named = defined("# requested: marketing-qualified", "requested: marketing-qualified");
    expect(qualify(unreachable, named, NOW)).toMatchObject({ outcome: "ready", type: "marketing-qualified" });
  });
});

describe("findings", () => {
  test("hold every section that was judged, in order, and none that was not reached", () => {
    expect(said(qualify(qualified(), playbook, NOW))).toEqual([
      "type: hand-raiser: no",
      "type: account-surge: unknown",
      "type: partner: no",
      "type: recycled: unknown",
      "type: marketing-qualified: yes",
      "consent: may be contacted: yes",
      "refuse: student: no",
      "refuse: competitor: no",
      "refuse: customer: unknown",
      "refuse: test: no",
      "needs: reachable: yes",
      "needs: fit: yes",
      "needs: intent, at least 2 of 9: yes",
      "complete: what marketing promised is on the record: yes",
    ]);
    expect(said(qualify(qualified({ "lead.role": "Student" }), playbook, NOW)).at(-1)).toBe(
      "refuse: student: yes",
    );
  });

  test("show what each condition saw and where it stands", () => {
    const fit = qualify(qualified({ "account.employees": 12 }), playbook, NOW).findings.find(
      ({ says }) => says === "needs: fit",
    );
    expect(fit?.parts).toEqual([
      expect.objectContaining({ says: "account.employees from 50 to 5000", truth: "no", saw: "12" }),
      expect.objectContaining({ truth: "yes", saw: "financial-services" }),
      expect.objectContaining({ truth: "yes", saw: "director" }),
    ]);
    const line =
      (shippedFiles()["definition.yaml"] ?? "")
        .split("\n")
        .findIndex((text) => text.includes("- account.employees: { from: 50")) + 1;
    expect(fit?.parts?.[0]?.source).toBe(`definition.yaml:${line}`);
  });

  test("come with the score of what the lead did", () => {
    expect(qualify(qualified({}, [did("email-replied", 0)]), playbook, NOW).score).toBe(15);
    expect(qualify(qualified({}, [did("email-replied", 14 * DAY_MS)]), playbook, NOW).score).toBe(7);
  });
});
