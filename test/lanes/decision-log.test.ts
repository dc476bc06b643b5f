import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { logDecision } from "../../src/lanes/decision-log.ts";
import type { Decision } from "../../src/model/decision.ts";

const DECISION: Decision = {
  verdict: {
    outcome: "ready",
    type: "hand-raiser",
    reason: "hand-raiser",
    findings: [
      { says: "lead.role matches *vp*", truth: "yes", saw: "VP Ana Ruiz" },
      { says: "lead.opted_out is true", truth: "unknown" },
    ],
  },
  assignment: {
    outcome: "assigned",
    rule: "EMEA",
    because: "Lena Vogt has the largest shortfall of 2 in emea-sdr",
    ownerId: "501",
    ownerName: "Lena Vogt",
    rep: "lena@acme.example",
    counts: true,
    findings: [],
    candidates: [
      { rep: "lena@acme.example", eligible: true, because: "largest shortfall" },
      { rep: "tomas@acme.example", eligible: false, because: "5 of 5 leads today" },
    ],
  },
  plan: { writes: [{ kind: "create-note", html: "<p>Ana Ruiz</p>", at: 0 }], clocks: [], notices: [] },
  playbookVersion: "v",
  decidedAt: 0,
};

/** The lines a decision leaves in a log of this level. */
function logged(level: string, decision: Decision): readonly Readonly<Record<string, unknown>>[] {
  const lines: string[] = [];
  const log = createLog({ level, destination: { write: (line: string) => lines.push(line) } });
  logDecision({ log, installation: "i-1" }, "d-1", decision);
  return lines.map((line) => JSON.parse(line));
}

test("a decision is one line of reasons, without a value, a name or an address", () => {
  const [line, ...others] = logged("info", DECISION);
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    installation: "i-1",
    decision: "d-1",
    outcome: "ready",
    assignment: "assigned",
    rule: "EMEA",
    passedOver: [{ because: "5 of 5 leads today", count: 1 }],
    unknown: ["lead.opted_out is true"],
    msg: "decided",
  });
  expect(JSON.stringify(line)).not.toMatch(/Ana|Ruiz|Lena|Vogt|501|@/);
});

test("what was looked at and left as it is, is told only to whoever asks for everything", () => {
  const inert = { ...DECISION, plan: { writes: [], clocks: [], notices: [] } };
  expect(logged("info", inert)).toEqual([]);
  expect(logged("debug", inert)).toHaveLength(1);
});
