import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { breaksOf, followsOf, lookAtBreaks } from "../../src/report/breaks.ts";
import type { MarketingStanding } from "../../src/report/marketing.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { NOW } from "./figure.ts";

const AGAIN = 30 * DAY_MS;
const volume: MarketingStanding["volume"] = [
  { type: "hand-raiser", period: "November 2026", promised: 40, handedOff: 3, standing: "running" },
  { type: "hand-raiser", period: "October 2026", promised: 40, handedOff: 31, standing: "breached" },
];
const quality: NonNullable<MarketingStanding["quality"]> = {
  promisedPercent: 60,
  overDays: 30,
  accepted: { count: 20, of: 50 },
  standing: "breached",
};
const [october, accepted] = breaksOf({ volume, quality });

describe("what is broken", () => {
  test("is each volume whose period is over, and the quality, with its counts", () => {
    expect(breaksOf({ volume, quality }).map(({ says }) => says)).toEqual([
      "October 2026: 31 hand-raiser of 40 promised.",
      "Sales accepted 40 % of 50 over 30 days, 60 % promised.",
    ]);
    expect(breaksOf({ volume, quality: { ...quality, standing: "too-few" } })).toHaveLength(1);
    expect(breaksOf({ volume: [] })).toEqual([]);
  });

  test("has the consequence both teams agreed on, or the next agenda", () => {
    const { agreement } = aPlaybook();
    expect(followsOf(agreement)).toBe("The definition is on the agenda of the next review.");
    const follows = "Marketing adds a campaign.";
    const agreed = { ...agreement.marketing, whenBroken: { notify: [], follows } };
    expect(followsOf({ marketing: agreed })).toBe(follows);
  });
});

describe("a break", () => {
  if (october === undefined || accepted === undefined) throw new Error("two are broken");

  test("of before the first look is remembered and not told", () => {
    const look = lookAtBreaks([october], undefined, AGAIN, NOW);
    expect([look.news, look.memory]).toEqual([[], { [october.name]: NOW }]);
  });

  test("is told once, however long a volume stays broken", () => {
    const first = lookAtBreaks([october], {}, AGAIN, NOW);
    expect(first.news).toEqual([october]);
    expect(lookAtBreaks([october], first.memory, AGAIN, NOW + 2 * AGAIN).news).toEqual([]);
  });

  test("of quality that comes and goes is told again only after the span it is measured over", () => {
    const first = lookAtBreaks([accepted], {}, AGAIN, NOW);
    const kept = lookAtBreaks([], first.memory, AGAIN, NOW + DAY_MS);
    const again = lookAtBreaks([accepted], kept.memory, AGAIN, NOW + 2 * DAY_MS);
    expect([kept.news, again.news]).toEqual([[], []]);
    expect(lookAtBreaks([accepted], again.memory, AGAIN, NOW + AGAIN).news).toEqual([accepted]);
  });

  test("that is over is forgotten", () => {
    const { memory } = lookAtBreaks([october], {}, AGAIN, NOW);
    expect(lookAtBreaks([], memory, AGAIN, NOW + AGAIN).memory).toEqual({});
  });
});

describe("when_broken of agreement.yaml", () => {
  const text = shippedFiles()["agreement.yaml"] ?? "";
  const withLine = (line: string): Record<string, string> => ({
    "agreement.yaml": text.replace(/^ {2}# when_broken:.*$/m, `  ${line}`),
  });

  test("names who is told, and what follows", () => {
    const line = 'when_broken: { notify: [Mia@acme.example], follows: "Both meet." }';
    const { marketing } = aPlaybook(withLine(line)).agreement;
    expect(marketing.whenBroken).toEqual({ notify: ["mia@acme.example"], follows: "Both meet." });
    expect(aPlaybook().agreement.marketing.whenBroken).toBeUndefined();
  });

  test.each([
    ["when_broken: {}", "a consequence does something"],
    ["when_broken: { notify: [owner] }", "an e-mail address is expected"],
    [`when_broken: { follows: "${"x".repeat(201)}" }`, "200"],
  ])("%s is refused and says why", (line, says) => {
    expect(() => aPlaybook(withLine(line))).toThrow(says);
  });

  test("is refused where nothing is promised that could be broken", () => {
    const files = withLine("when_broken: { follows: Both meet. }");
    const nothing = (files["agreement.yaml"] ?? "").replaceAll(/^ {2}(volume|quality):.*$/gm, "");
    expect(() => aPlaybook({ "agreement.yaml": nothing })).toThrow("nothing can be broken");
  });
});
