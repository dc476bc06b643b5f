/** A playbook of forty rules, with conditions of every kind, and the people it sends leads to. */
import { readFileSync } from "node:fs";
import { parseYaml } from "../src/playbook/yaml.ts";
import type { Condition } from "../src/model/finding.ts";
import type { Owner, Roster, Standing } from "../src/model/rep.ts";
import { HOUR_MS, type Instant } from "../src/model/instant.ts";
import { compileCondition, type CompileContext, type ConditionYaml } from "../src/playbook/condition.ts";
import { definitionSchema } from "../src/playbook/definition.ts";
import { parsePlaybook, PLAYBOOK_FILES } from "../src/playbook/index.ts";
import type { Playbook } from "../src/playbook/playbook.ts";
import { formatProblem } from "../src/playbook/problem.ts";
import { routingSchema } from "../src/playbook/routing.ts";
import { formRoster } from "../src/route/index.ts";

/** 5 types, whom one can reach, 5 of fit, 7 of intent, 5 refusals, 4 of consent. */
const DEFINITION = `
types:
  hand-raiser: { when: { form: [demo-request, pricing, contact-sales], within: 24h }, needs: [reachable], waive: all }
  account-surge:
    when: { account: { people: 3, signal: page-viewed, page: ["/pricing*", "/integrations*"], at_least: 8, within: 7d } }
    needs: [reachable, fit]
  partner: { when: { lead.source: partner }, needs: [reachable], waive: [account.name, signals] }
  product-led:
    when: { all: [ { signal: product, event: "Workspace*", at_least: 2, within: 14d }, { account.employees: { from: 200 } } ] }
    needs: [reachable, fit]
    waive: [lead.source]
  marketing-qualified: { when: { stage: marketing-qualified }, needs: [reachable, fit, intent] }
reachable:
  any:
    - all: [ { lead.email: { known: true } }, { lead.bounced: { known: false } } ]
    - lead.phone: { known: true }
fit:
  all:
    - account.employees: { from: 50, to: 5000 }
    - account.industry: { in: [software, it-services, financial-services, insurance, logistics] }
    - lead.seniority: { in: [director, vp, c-level] }
    - any: [ { lead.country: { in: [EEA, GB, CH, US, CA] } }, { account.domain: { matches: "*.example" } } ]
    - lead.role: { matches: ["*marketing*", "*sales*", "*revenue*", "*operations*", "chief * officer", "*founder*"] }
intent:
  at_least: 2
  of:
    - { signal: page-viewed, page: ["/pricing*", "/security*"], at_least: 3, within: 14d }
    - { signal: page-viewed, page: ["/integrations*", "/customers*", "/docs/*/setup"], at_least: 2, within: 14d }
    - { signal: email-replied, within: 7d }
    - { signal: meeting-booked, within: 14d }
    - { form: [demo-request, pricing, contact-sales], within: 14d }
    - sequence: [ { signal: webinar-attended, engagement: strong }, { signal: page-viewed, page: "/security*" }, { signal: content-downloaded, asset: compliance-checklist } ]
      within: 30d
    - score: { from: 60 }
score:
  half_life: 14d
  points: { page-viewed: 1, content-downloaded: 5, webinar-registered: 5, webinar-attended: 10, email-replied: 15, form-submitted: 20, meeting-booked: 20, product: 5 }
refuse:
  student: { any: [ { lead.role: { matches: ["*student*", "*intern", "*trainee*"] } }, { lead.email: { domain: [academic, uni.example] } } ] }
  competitor: { lead.email: { domain: [rival.example, rival-labs.example] } }
  customer: { all: [ { account.stage: customer }, { none: [ { type: hand-raiser } ] } ] }
  test: { lead.email: { domain: [acme.example, disposable] } }
  job-seeker: { signal: page-viewed, page: ["/careers*", "/jobs/*"], at_least: 4, within: 30d }
consent:
  never:
    - lead.opted_out: true
    - lead.email: { domain: [donotcontact.example] }
    - list: hubspot:1042
  require:
    - { when: { all: [ { lead.country: { in: EEA } }, { lead.source: { in: [outbound, event] } } ] }, legal_basis: known }
examples:
  - { say: Whoever asks for a demo is ready, given: { signals: [ { form: demo-request, ago: 5m } ] }, expect: { ready: true } }
counterexamples:
  - { say: Whoever did nothing is not, given: { lead: { role: CFO } }, expect: { ready: false, because: no-type-matches } }
`;

/** 5 territories and 8 rules with conditions; the last rule takes whoever is left. */
const ROUTING = `
territories:
  dach: { lead.country: { in: DACH } }
  emea: { lead.country: { in: EMEA } }
  emea-enterprise: { all: [ { lead.country: { in: EMEA } }, { account.employees: { from: 1000 } } ] }
  amer: { lead.country: { in: AMER } }
  amer-enterprise: { all: [ { lead.country: { in: AMER } }, { account.employees: { from: 1000 } } ] }
rules:
  - { name: Keep the account's owner, when: { account.owner: { known: true } }, to: account.owner, unless: away }
  - { name: Open deal's owner, when: { account.open_deal: { known: true } }, to: deal.owner }
  - { name: Partner leads, when: { type: partner }, to: { partner: lead.partner }, share: [lead.name, lead.email, account.name] }
  - { name: EMEA enterprise, when: { territory: emea-enterprise }, to: { pool: emea, skill: enterprise } }
  - { name: AMER enterprise, when: { territory: amer-enterprise }, to: { pool: amer, skill: enterprise } }
  - { name: DACH, when: { territory: dach }, to: { pool: emea, skill: german } }
  - { name: EMEA, when: { territory: emea }, to: { pool: emea } }
  - { name: AMER, when: { territory: amer }, to: { pool: amer } }
  - { name: Everybody else, to: { pool: apac } }
otherwise: { queue: unrouted, notify: revops@acme.example, within: 30m }
`;

const POOLS = [
  { pool: "emea", zone: "Europe/Berlin", skills: ["german", "enterprise"] },
  { pool: "amer", zone: "America/New_York", skills: ["enterprise"] },
  { pool: "apac", zone: "Asia/Tokyo", skills: [] },
] as const;
const REPS_A_POOL = 10;
const RULES = 40;

export interface FortyRules {
  readonly playbook: Playbook;
  readonly roster: Roster;
  /** The conditions of all forty as they are written. */
  readonly rules: readonly ConditionYaml[];
  /** The same, compiled one by one. */
  readonly conditions: readonly Condition[];
  /** Compiles one more of this playbook. */
  readonly compile: (rule: ConditionYaml) => Condition;
  /** What `{ territory: … }` stands for. */
  readonly territories: Readonly<Record<string, ConditionYaml>>;
}

/** Compiles the playbook and forms its roster. Throws an Error that names every problem when it cannot be used. */
export function fortyRules(now: Instant): FortyRules {
  const { playbook, problems } = parsePlaybook(fortyFiles());
  if (playbook === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const definition = definitionSchema.parse(parseYaml("definition.yaml", DEFINITION).yaml?.value);
  const { territories, rules: routes } = routingSchema.parse(parseYaml("routing.yaml", ROUTING).yaml?.value);
  const rules = [
    ...Object.values(definition.types).map(({ when }) => when),
    ...[definition.reachable, definition.fit].flatMap((one) => (one === undefined ? [] : partsOf(one))),
    ...(definition.intent?.of ?? []),
    ...Object.values(definition.refuse),
    ...definition.consent.never,
    ...definition.consent.require.map(({ when }) => when),
    ...Object.values(territories),
    ...routes.flatMap(({ when }) => when ?? []),
  ];
  if (rules.length !== RULES) throw new Error(`the playbook has ${rules.length} rules, not ${RULES}`);
  const context: CompileContext = {
    source: () => "bench",
    path: [],
    territories: playbook.routing.territories,
    ...(playbook.definition.score === undefined ? {} : { score: playbook.definition.score }),
  };
  const compile = (rule: ConditionYaml): Condition => compileCondition(rule, context);
  const conditions = rules.map(compile);
  return { playbook, roster: rosterOf(playbook, now), rules, conditions, compile, territories };
}

/** The playbook's texts. */
export function fortyFiles(): Readonly<Record<string, string>> {
  return {
    ...shippedFiles(),
    "definition.yaml": DEFINITION,
    "routing.yaml": ROUTING,
    "team.yaml": teamText(),
  };
}

/** The files of the playbook that ships. */
export function shippedFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PLAYBOOK_FILES.map((file) => [file, readFileSync(`mappings/default/${file}`, "utf8")]),
  );
}

/** `all` is as many rules as it has parts; anything else is one. */
function partsOf(condition: ConditionYaml): readonly ConditionYaml[] {
  return "all" in condition && Array.isArray(condition.all) ? condition.all : [condition];
}

function teamText(): string {
  const reps = POOLS.flatMap(({ pool, zone, skills }) =>
    Array.from({ length: REPS_A_POOL }, (_, number) => {
      const own = skills.filter((_skill, index) => number % 2 === index);
      return `  ${pool}-${number}@acme.example: { team: ${pool}, skills: [${own.join(", ")}], zone: ${zone} }`;
    }),
  );
  const teams = POOLS.map(({ pool }) => `  ${pool}: { manager: manager@acme.example }`);
  return ["reps:", ...reps, "teams:", ...teams, ""].join("\n");
}

/** Everybody of team.yaml is an owner of the CRM and stands somewhere in the ledger. */
function rosterOf({ team }: Playbook, now: Instant): Roster {
  const { members } = team;
  const owners = members.map(({ id }): Owner => {
    const [name = id] = id.split("@");
    return { id: `owner-${name}`, kind: "person", email: id, name, active: true, teams: [] };
  });
  const standings = members.map(({ id }, number): [string, Standing] => [
    id,
    { credits: number % 7, open: number % 5, day: "", today: 0, lastAt: now - number * HOUR_MS },
  ]);
  return formRoster(team, owners, new Map(standings), now);
}
