import { describe, expect, test } from "vitest";
import { parsePlaybook } from "../../src/playbook/index.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { shippedFiles } from "./kit.ts";

const shipped = shippedFiles();

/** Problems of the shipped playbook after replacing `before` by `after` in one file. */
function after(file: string, before: string, text: string): readonly string[] {
  const original = shipped[file] ?? "";
  expect(original).toContain(before);
  const { problems } = parsePlaybook({ ...shipped, [file]: original.replace(before, text) });
  return problems.map(formatProblem);
}

/** Where `text` stands in a shipped file: `definition.yaml:12`. */
function lineOf(file: string, text: string): string {
  const lines = (shipped[file] ?? "").split("\n");
  return `${file}:${lines.findIndex((line) => line.includes(text)) + 1}`;
}

describe("a playbook", () => {
  test("as shipped has no problem", () => {
    const { playbook, problems } = parsePlaybook(shipped);
    expect(problems).toEqual([]);
    expect(playbook?.version).toMatch(/^[0-9a-f]{12}$/);
  });

  test("has the same version whatever the order of its files, another with every change", () => {
    const reversed = Object.fromEntries(Object.entries(shipped).toReversed());
    const { playbook } = parsePlaybook(shipped);
    expect(parsePlaybook(reversed).playbook?.version).toBe(playbook?.version);
    const commented = { ...shipped, "team.yaml": `${shipped["team.yaml"]}# a word\n` };
    expect(parsePlaybook(commented).playbook?.version).not.toBe(playbook?.version);
  });

  test("with a file missing or unknown says which", () => {
    const { "team.yaml": team = "", ...rest } = shipped;
    const { playbook, problems } = parsePlaybook({ ...rest, "teams.yaml": team });
    expect(playbook).toBeUndefined();
    expect(problems.map(formatProblem)).toEqual([
      "team.yaml:1:1 team.yaml is missing: a playbook has fields.yaml, definition.yaml, team.yaml, routing.yaml, agreement.yaml, brief.yaml",
      'teams.yaml:1:1 teams.yaml is not part of a playbook; did you mean "team.yaml"?',
    ]);
  });

  test("with nothing in it has a problem for each file", () => {
    expect(parsePlaybook({}).problems).toHaveLength(6);
    const empty = Object.fromEntries(Object.keys(shipped).map((file) => [file, ""]));
    expect(parsePlaybook(empty).problems.map(formatProblem)).toContain(
      "fields.yaml:1:1 expected a map (key: value), found nothing",
    );
  });

  test("says every problem at once, in the order of the files", () => {
    const { problems } = parsePlaybook({
      ...shipped,
      "fields.yaml": (shipped["fields.yaml"] ?? "").replace("as: integer", "as: number"),
      "definition.yaml": (shipped["definition.yaml"] ?? "")
        .replace("half_life: 14d", "half_life: two weeks")
        .replace("needs: [reachable, fit, intent]", "needs: [reachable, fitt]"),
    });
    expect(problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
      'definition.yaml expected one of reachable, fit, intent, found "fitt"; did you mean "fit"?',
      'definition.yaml a span of time is a whole number and m, h or d: 15m, 4h, 14d, found "two weeks"',
      expect.stringMatching(/^fields.yaml expected one of text, email.*found "number"$/),
    ]);
  });
});

describe("problems are said at their place, with the rule and the nearest word", () => {
  test.each<[string, string, string, string]>([
    [
      "definition.yaml",
      "account.employees: { from: 50,",
      "account.employes: { from: 50,",
      '"account.employes" is not a fact: fields.yaml does not read it; did you mean "account.employees"?',
    ],
    [
      "definition.yaml",
      "[software, it-services, financial-services, insurance]",
      "[sofware]",
      '"account.industry" can never be "sofware": it is one of software, it-services, financial-services, insurance, education, healthcare, retail, logistics, consulting, telecommunications, automotive, non-profit; did you mean "software"?',
    ],
    [
      "definition.yaml",
      "{ in: [director, vp, c-level] }",
      "{ in: [director, ceo] }",
      '"lead.seniority" can never be "ceo": it is one of intern, individual, manager, director, vp, c-level',
    ],
    [
      "definition.yaml",
      "account.stage: customer\n",
      "account.stage: costumer\n",
      '"account.stage" can never be "costumer": it is one of subscriber, lead, marketing-qualified, sales-accepted, sales-qualified, opportunity, customer, evangelist, other; did you mean "customer"?',
    ],
    [
      "definition.yaml",
      "stage: marketing-qualified }\n    needs",
      "stage: marketing-qualifed }\n    needs",
      '"marketing-qualifed" is not among the stages of fields.yaml; did you mean "marketing-qualified"?',
    ],
    [
      "definition.yaml",
      "none: [ { type: hand-raiser } ]",
      "none: [ { type: handraiser } ]",
      '"handraiser" is not among the types of definition.yaml; did you mean "hand-raiser"?',
    ],
    [
      "definition.yaml",
      "domain: [acme.example, disposable]",
      "domain: [acme.example, disposible]",
      '"disposible" is neither a domain (rival.example) nor one of academic, disposable, free-mail',
    ],
    [
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "account.industry: { from: 50 }",
      '"account.industry" is read as text, and is compared as a number here: see "as" in fields.yaml',
    ],
    [
      "definition.yaml",
      "account.employees: { from: 50, to: 5000 }",
      "account.employees: { matches: '5*' }",
      '"account.employees" is a number, and is compared as text here',
    ],
    [
      "definition.yaml",
      "at_least: 2\n  of:",
      "at_least: 20\n  of:",
      "at_least is 20, and the list has 9: no lead could ever show enough intent",
    ],
    [
      "definition.yaml",
      "signal: email-replied, within: 7d }",
      "signal: email-reply, within: 7d }",
      'expected one of form-submitted, page-viewed, content-downloaded, webinar-registered, webinar-attended, email-replied, meeting-booked, campaign-joined, product, found "email-reply"; did you mean "email-replied"?',
    ],
    [
      "definition.yaml",
      "signal: email-replied, within: 7d }",
      "signal: email-replied, witin: 7d }",
      '"witin" is not known here; did you mean "within"?',
    ],
    [
      "definition.yaml",
      "stage: marketing-qualified }\n    needs",
      "stag: marketing-qualified }\n    needs",
      'a condition is a fact (lead.role, account.employees) or one of all, any, none, stage, type, territory, score, signal, form, sequence, account, list, found "stag"; did you mean "stage"?',
    ],
    [
      "definition.yaml",
      "expect: { ready: false, because: competitor }",
      "expect: { ready: false, because: rival }",
      '"rival" is no reason; reasons are no-type-matches, consent, incomplete, with-sales, nothing-new, answered-for-good, reachable, fit, intent, student, competitor, customer, test',
    ],
    [
      "definition.yaml",
      "given:\n      lead: { role: VP Marketing }",
      "given:\n      lead: { rolle: VP Marketing }",
      '"lead.rolle" is not a fact: fields.yaml does not read it; did you mean "lead.role"?',
    ],
    [
      "definition.yaml",
      "  test:\n    lead.email",
      "  fit:\n    lead.email",
      '"fit" is a reason of Baton\'s own: name this refusal differently',
    ],
    [
      "fields.yaml",
      "lead.email:    { from: contact.email",
      "lead.email:    { from: contract.email",
      'a property is contact.… or company.… and the internal name HubSpot shows, such as contact.jobtitle, found "contract.email"',
    ],
    [
      "fields.yaml",
      "lead.role:     contact",
      "lead.owner:     contact",
      '"lead.owner" is known without being read: take this line out',
    ],
    [
      "fields.yaml",
      "lead: lead\n",
      "lead: subscriber\n",
      'the value subscriber is the stage "subscriber" already',
    ],
    [
      "fields.yaml",
      "brief.why_now",
      "brief.whynow",
      'expected one of handoff.status, handoff.type, handoff.reason, handoff.deadline, handoff.link, brief.why_now, found "brief.whynow"; did you mean "brief.why_now"?',
    ],
    [
      "routing.yaml",
      "{ territory: emea-enterprise }",
      "{ territory: emea-entreprise }",
      'territory "emea-entreprise" does not exist; territories are: emea, amer, apac, emea-enterprise, amer-enterprise, apac-enterprise',
    ],
    [
      "routing.yaml",
      "to: { pool: emea-sdr }",
      "to: { pool: emea-srd }",
      'pool "emea-srd" is not a team of team.yaml; did you mean "emea-sdr"?',
    ],
    [
      "routing.yaml",
      "to: { pool: emea-sdr, skill: enterprise }",
      "to: { pool: emea-sdr, skill: klingon }",
      'nobody in "emea-sdr" has the skill klingon: nobody could take these leads',
    ],
    [
      "routing.yaml",
      "[wrong-owner, duplicate]",
      "[wrong-owner, duplicates]",
      '"duplicates" is no reason of agreement.yaml; did you mean "duplicate"?',
    ],
    [
      "routing.yaml",
      "lead.country: { in: [EMEA] }\n  amer:",
      "lead.country: { in: [Europe] }\n  amer:",
      '"lead.country" can never be "Europe": it is an ISO code such as DE, or a group',
    ],
    [
      "agreement.yaml",
      "    hand-raiser:\n",
      "    handraiser:\n",
      '"handraiser" is not among the types of definition.yaml; did you mean "hand-raiser"?',
    ],
    [
      "agreement.yaml",
      "[lead.role, account.name, lead.source, signals]",
      "[lead.roles, signals]",
      '"lead.roles" is not a fact: fields.yaml does not read it; did you mean "lead.role"?',
    ],
  ])("%s: %s", (file, before, text, message) => {
    const said = after(file, before, text).find((problem) => problem.endsWith(` ${message}`));
    expect(said).toMatch(new RegExp(`^${file}:\\d+:\\d+ `));
    const first = (shipped[file] ?? "").split(before)[0]?.split("\n").length ?? 0;
    const line = Number(said?.split(":")[1]);
    expect(line).toBeGreaterThanOrEqual(first);
    expect(line).toBeLessThan(first + text.trimEnd().split("\n").length);
  });

  test("what is missing is told at the section it is missing from", () => {
    expect(after("fields.yaml", "lead.email:    {", "lead.mail:    {")).toContain(
      `${lineOf("fields.yaml", "lead.email:")}:5 "lead.email" must be read: Baton finds leads by it`,
    );
    expect(after("definition.yaml", "half_life: 14d", "# gone")).toContain(
      `definition.yaml:${Number(lineOf("definition.yaml", "  half_life").split(":")[1]) - 1}:1 "half_life" is missing: a span of time such as 15m, 4h or 14d is expected`,
    );
  });

  test("a value is told at its line and column", () => {
    expect(after("definition.yaml", "half_life: 14d", "half_life: soon")).toEqual([
      `${lineOf("definition.yaml", "half_life:")}:14 a span of time is a whole number and m, h or d: 15m, 4h, 14d, found "soon"`,
    ]);
  });

  test("a rule that no lead reaches is told", () => {
    const rule = "  - { name: Everybody, to: { queue: review } }\n";
    const problems = after(
      "routing.yaml",
      "  - name: Keep the account's owner",
      `${rule}  - name: Keep the account's owner`,
    );
    expect(
      problems.filter((problem) => problem.includes('is never reached: "Everybody" above it')),
    ).toHaveLength(13);
  });

  test("a need without its section is told", () => {
    const problems = after("definition.yaml", "\nintent:", "\nscore_was: &x");
    expect(problems.length).toBeGreaterThan(0);
    const { problems: told } = parsePlaybook({
      ...shipped,
      "definition.yaml": "types: { hot: { when: { stage: lead }, needs: [fit] } }\n",
    });
    expect(told.map(({ message }) => message)).toContain('"hot" needs fit, and there is no fit section');
    expect(told.map(({ message }) => message)).toContain(
      "at least one example is needed: it is the definition's test",
    );
  });

  test("a warning does not keep a playbook from being used", () => {
    const text = (shipped["definition.yaml"] ?? "").replace(
      "waive: [account.name, signals]",
      "waive: [lead.phone]",
    );
    const { playbook, problems } = parsePlaybook({ ...shipped, "definition.yaml": text });
    expect(playbook).toBeDefined();
    expect(problems.map(formatProblem)).toEqual([
      `${lineOf("definition.yaml", "waive: [account")}:12 warning: "lead.phone" is not owed by marketing (complete in agreement.yaml), so it cannot be waived`,
    ]);
  });
});
