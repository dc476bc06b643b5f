/** The bench for checking: a playbook of a thousand rules, as `baton check` and `baton routes audit` look at it. */
import { auditRoutes } from "../src/route/audit.ts";
import { formRoster } from "../src/route/index.ts";
import { checkExamples, parsePlaybook } from "../src/playbook/index.ts";
import { formatProblem } from "../src/playbook/problem.ts";
import type { Playbook } from "../src/playbook/playbook.ts";
import { qualify } from "../src/qualify/index.ts";
import { nearestOf } from "../src/qualify/nearest.ts";
import { median, shown } from "./figures.ts";
import { shippedFiles } from "./forty-rules.ts";
import type { Report } from "./table.ts";

export interface CheckOptions {
  readonly rounds: number;
}

/** The target of the design: milliseconds for everything together. */
const TARGET_MS = 1_000;
const NOW = Date.UTC(2026, 10, 17, 9);
const FIT = 100;
const INTENT = 100;
const REFUSALS = 100;
const ROUTES = 700;
/** As many examples as counterexamples. */
const EXAMPLES = 500;

type Step = "parse" | "examples" | "audit";
const STEPS: Readonly<Record<Step, string>> = {
  parse: "read, check and compile the six files",
  examples: "judge the examples, with coverage",
  audit: "audit the routing rules",
};

/** Runs the bench: every round from the texts on. Throws an Error that names what is wrong with the playbook. */
export function check({ rounds }: CheckOptions): Report {
  const files = thousandRules();
  const took: Record<Step, number[]> = { parse: [], examples: [], audit: [] };
  const totals: number[] = [];
  let tested = "";
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const playbook = parsed(files);
    const read = performance.now();
    const { failures, coverage } = checkExamples(playbook, { qualify, nearestOf }, NOW);
    const judged = performance.now();
    audit(playbook);
    const ended = performance.now();
    if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join("\n"));
    tested = `${coverage.coveredCount} of ${coverage.conditionCount}`;
    took.parse.push(read - began);
    took.examples.push(judged - read);
    took.audit.push(ended - judged);
    totals.push(ended - began);
  }
  return report(rounds, took, totals, tested);
}

function report(
  rounds: number,
  took: Readonly<Record<Step, readonly number[]>>,
  totals: readonly number[],
  tested: string,
): Report {
  const total = median(totals);
  const row = (name: string, ms: readonly number[]): readonly string[] => [
    name,
    shown(median(ms), 0),
    shown(Math.min(...ms), 0),
    shown(ms[0] ?? Number.NaN, 0),
  ];
  return {
    bench: "check",
    tried: {
      "rules of the definition": FIT + INTENT + REFUSALS,
      "routing rules": ROUTES,
      examples: 2 * EXAMPLES,
      rounds,
    },
    head: ["step", "median ms", "least ms", "first round ms"],
    rows: [
      ...(["parse", "examples", "audit"] as const).map((step) => row(STEPS[step], took[step])),
      row("together", totals),
    ],
    notes: [
      `${shown(total, 0)} ms together; the target of < ${shown(TARGET_MS, 0)} ms is ${total < TARGET_MS ? "met" : "MISSED"}`,
      `the examples cover ${tested} conditions; a command pays for the first round, before the code is warm`,
    ],
    figures: { took, totals },
  };
}

function parsed(files: Readonly<Record<string, string>>): Playbook {
  const { playbook, problems } = parsePlaybook(files);
  if (playbook === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return playbook;
}

function audit(playbook: Playbook): void {
  auditRoutes({
    playbook,
    roster: formRoster(playbook.team, [], new Map(), NOW),
    ownersKnown: false,
    now: NOW,
  });
}

function thousandRules(): Readonly<Record<string, string>> {
  const files = shippedFiles();
  return {
    ...files,
    "definition.yaml": definitionText(files["definition.yaml"] ?? ""),
    "routing.yaml": routingText(),
  };
}

/** The types, consent and score that ship, around sections of a hundred rules each. */
function definitionText(shipped: string): string {
  const lines = (count: number, line: (number: number) => string): string =>
    Array.from({ length: count }, (_, number) => line(number)).join("\n");
  const [before = ""] = shipped.split(/^fit:/m);
  const score = /^score:[\s\S]*?(?=^# Looks like)/m.exec(shipped)?.[0] ?? "";
  const consent = /^consent:[\s\S]*?(?=^# The definition's tests)/m.exec(shipped)?.[0] ?? "";
  return `${before}fit:
  all:
${lines(FIT, (number) => `    - any: [ { account.employees: { from: ${50 + number} } }, { lead.role: { matches: "*chief ${number}*" } } ]`)}
intent:
  at_least: 2
  of:
${lines(INTENT, (number) => `    - { signal: page-viewed, page: "/area-${number}/*", at_least: ${1 + (number % 3)}, within: ${1 + (number % 30)}d }`)}
${score}refuse:
${lines(REFUSALS, (number) => `  rival-${number}: { any: [ { lead.email: { domain: rival-${number}.example } }, { account.name: "Rival ${number}" } ] }`)}
${consent}examples:
${lines(EXAMPLES, (number) => `  - say: Whoever reads areas ${number} and asks fits\n    given: { lead: { role: VP, stage: marketing-qualified }, account: { employees: ${200 + number}, industry: software }, signals: [ { signal: page-viewed, page: "/area-${number % INTENT}/x", ago: 2h, times: 3 }, { signal: page-viewed, page: "/area-${(number + 7) % INTENT}/y", ago: 3h, times: 3 } ] }\n    expect: { ready: true, type: marketing-qualified }`)}
counterexamples:
${lines(EXAMPLES, (number) => `  - say: Rival ${number} is refused\n    given: { lead: { role: VP, email: "x@rival-${number % REFUSALS}.example" }, signals: [ { form: demo-request, ago: 5m } ] }\n    expect: { ready: false, because: rival-${number % REFUSALS} }`)}
`;
}

/** Rules by country, size and industry: what a large company's routing looks like, written out. */
function routingText(): string {
  const countries = "DE AT CH FR GB IE NL BE SE DK NO FI US CA".split(" ");
  const industries = "software it-services financial-services insurance retail".split(" ");
  const sizes = Array.from({ length: 10 }, (_, band) => ({ from: band * 500, to: band * 500 + 499 }));
  const rules = countries.flatMap((country) =>
    industries.flatMap((industry) =>
      sizes.map(
        ({ from, to }) =>
          `  - { name: "${country} ${industry} ${from}", when: { all: [ { lead.country: ${country === "NO" ? '"NO"' : country} }, { account.industry: ${industry} }, { account.employees: { from: ${from}, to: ${to} } } ] }, to: { pool: emea-sdr } }`,
      ),
    ),
  );
  return `rules:\n${rules.slice(0, ROUTES).join("\n")}\notherwise: { queue: unrouted, notify: revops@acme.example, within: 30m }\n`;
}
