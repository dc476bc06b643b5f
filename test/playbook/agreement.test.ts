import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { agreementSchema, compileAgreement } from "../../src/playbook/agreement.ts";
import { aPlaybook, compile, problemsIn } from "../route/acme.ts";

const SMALL = `
sales:
  promises: { hand-raiser: { first_attempt: 15m, meaningful_touch: 4h } }
  otherwise: { first_attempt: 1bd, meaningful_touch: 2bd }
marketing: {}
dispositions:
  rejected: { reasons: [not-fit], next: nurture }
  recycled: { reasons: [timing], next: nurture, wake: { timing: 90d } }
  required_within: 5bd
`;

/** Reasons that speak of the lead, and not for ever. */
const PLAIN = { forGood: [], reroute: [] };

describe("agreement.yaml", () => {
  test("the least there is says what it leaves out", () => {
    const agreement = compile("agreement", SMALL, agreementSchema, compileAgreement);
    expect(agreement).toEqual({
      sales: {
        promises: new Map([
          ["hand-raiser", { firstAttempt: { ms: 15 * MINUTE_MS }, meaningfulTouch: { ms: 4 * HOUR_MS } }],
        ]),
        otherwise: { firstAttempt: { businessDays: 1 }, meaningfulTouch: { businessDays: 2 } },
        clock: "owner",
        touches: {
          attempt: ["call", "email", "meeting", "task"],
          meaningful: ["call", "reply", "meeting"],
        },
        escalate: [],
      },
      atHandoff: { notify: [], sequence: new Map() },
      marketing: { complete: [], whenIncomplete: "hold" },
      dispositions: {
        accepted: { reasons: [], ...PLAIN, wakeMs: new Map() },
        rejected: { reasons: ["not-fit"], ...PLAIN, next: "nurture", wakeMs: new Map() },
        recycled: {
          reasons: ["timing"],
          ...PLAIN,
          next: "nurture",
          wakeMs: new Map([["timing", 90 * DAY_MS]]),
        },
        outcomes: [],
        closing: [],
        requiredWithin: { businessDays: 5 },
      },
      seams: [],
    });
  });

  test("steps are taken in the order of time, however they are written", () => {
    const text = SMALL.replace(
      "marketing: {}",
      "  escalate: [{ at: 150%, reassign: same-pool }, { at: 80%, notify: [owner] }]\nmarketing: {}",
    );
    const { sales } = compile("agreement", text, agreementSchema, compileAgreement);
    expect(sales.escalate).toEqual([
      { atPercent: 80, notify: ["owner"], note: false },
      { atPercent: 150, notify: [], note: false, reassign: "same-pool" },
    ]);
  });

  test("the shipped one promises hand-raisers a quarter of an hour, and answers for every seam", () => {
    const { sales, seams, marketing } = aPlaybook().agreement;
    expect(sales.promises.get("hand-raiser")?.firstAttempt).toEqual({ ms: 15 * MINUTE_MS });
    expect(seams[0]).toEqual({ from: "occurred", to: "received", answers: "marketing-ops" });
    expect(marketing.volume?.leads.get("marketing-qualified")).toBe(120);
  });

  test.each([
    ["a promise nobody can read", ["15m", "soon"], /first_attempt/],
    ["a clock that is nobody's", ["marketing: {}", "  clock: mine\nmarketing: {}"], /clock/],
    [
      "a step that does nothing",
      ["marketing: {}", "  escalate: [{ at: 80% }]\nmarketing: {}"],
      /does something/,
    ],
    [
      "a share that is none",
      ["marketing: {}", "  escalate: [{ at: soon, note: true }]\nmarketing: {}"],
      /such as 80%/,
    ],
    [
      "a wake for no reason",
      ["wake: { timing: 90d }", "wake: { money: 90d }"],
      /"money" is not among the reasons: timing/,
    ],
    ["a fact that is no fact", ["marketing: {}", "marketing: { complete: [Role] }"], /lead\.role/],
    ["a seam backwards", ["sales:", "seams: { written..occurred: revops }\nsales:"], /occurred\.\.received/],
    [
      "a share above one",
      ["marketing: {}", "marketing: { quality: { acceptance_rate: 60, over: 30d } }"],
      /acceptance_rate/,
    ],
  ])("%s is refused", (_what, [from = "", to = ""], message) => {
    expect(problemsIn(SMALL.replace(from, to), agreementSchema).join("\n")).toMatch(message);
  });

  test("types, stages and facts it names are told, to be checked against the other files", () => {
    const heard: string[] = [];
    const text = SMALL.replace(
      "marketing: {}",
      "marketing: { complete: [lead.role, signals] }\nat_handoff: { stage: mql }",
    );
    compile("agreement", text, agreementSchema, compileAgreement, {
      onName: (kind, name) => heard.push(`${kind} ${name}`),
      onFact: ({ name }) => heard.push(`fact ${name}`),
    });
    expect(heard).toEqual(["type hand-raiser", "stage mql", "fact lead.role"]);
  });
});
