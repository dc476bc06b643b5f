/** Acme's people, playbook and leads, as plain values: what routing and planning are tried on. */
import { readFileSync } from "node:fs";
import type * as z from "zod";
import type { Assignment } from "../../src/model/decision.ts";
import { DAY_MS, type Instant } from "../../src/model/instant.ts";
import type { FactValue, Facts, Snapshot } from "../../src/model/lead.ts";
import type { Owner, Roster, Standing, Standings } from "../../src/model/rep.ts";
import { agreementSchema, compileAgreement } from "../../src/playbook/agreement.ts";
import { briefSchema, compileBrief } from "../../src/playbook/brief.ts";
import type { CompileContext } from "../../src/playbook/compiled.ts";
import { compileDefinition, definitionSchema } from "../../src/playbook/definition.ts";
import { compileFields, fieldsSchema } from "../../src/playbook/fields.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { parseSection } from "../../src/playbook/problem.ts";
import { compileRouting, routingSchema } from "../../src/playbook/routing.ts";
import { compileTeam, teamSchema } from "../../src/playbook/team.ts";
import { parseYaml } from "../../src/playbook/yaml.ts";
import { credit } from "../../src/route/index.ts";

/** Tuesday, 09:00 in Berlin. */
export const TUESDAY = Date.UTC(2026, 10, 17, 8);
/** Saturday, 12:00 in Berlin. */
export const SATURDAY = TUESDAY + 4 * DAY_MS + 3 * 3_600_000;

type File = "fields" | "definition" | "team" | "routing" | "agreement" | "brief";
/** Text of some files; the others are the shipped ones. */
export type Texts = Readonly<Partial<Record<File, string>>>;

const FIELDS = `
hubspot:
  read:
    lead.email: contact.email
    lead.name: { from: [contact.firstname, contact.lastname], join: " " }
    lead.role: contact.jobtitle
    lead.phone: contact.phone
    lead.country: { from: contact.country, as: country }
    lead.since: { from: contact.createdate, as: date }
    account.name: company.name
    account.employees: { from: company.numberofemployees, as: integer }
    account.industry: company.industry
    campaign.first: contact.hs_analytics_source_data_2
    campaign.last: contact.hs_latest_source_data_2
  stages: { lead: lead, marketing-qualified: marketingqualifiedlead, sales-qualified: salesqualifiedlead }
  write:
    contact.baton_handoff_status: handoff.status
    contact.baton_handoff_type: handoff.type
    contact.baton_reason: handoff.reason
    contact.baton_deadline: handoff.deadline
    contact.baton_handoff_link: handoff.link
    contact.baton_why_now: brief.why_now
`;
const DEFINITION = `
types:
  hand-raiser: { when: { form: demo-request, within: 24h } }
score: { half_life: 14d, points: { page-viewed: 1, content-downloaded: 5, webinar-attended: 10, form-submitted: 20 } }
`;

/** The shipped playbook (with fields and a definition small enough to read), or one with other texts. */
export function aPlaybook(texts: Texts = {}): Playbook {
  const shipped = (file: File): string => readFileSync(`mappings/default/${file}.yaml`, "utf8");
  return {
    version: "0123456789ab",
    fields: compile("fields", texts.fields ?? FIELDS, fieldsSchema, compileFields),
    definition: compile("definition", texts.definition ?? DEFINITION, definitionSchema, compileDefinition),
    team: compile("team", texts.team ?? withOpenCaps(shipped("team")), teamSchema, compileTeam),
    routing: compile("routing", texts.routing ?? shipped("routing"), routingSchema, compileRouting),
    agreement: compile(
      "agreement",
      texts.agreement ?? shipped("agreement"),
      agreementSchema,
      compileAgreement,
    ),
    brief: compile("brief", texts.brief ?? shipped("brief"), briefSchema, compileBrief),
    lists: [],
    watches: [],
  };
}

/** The shipped team caps the day only; here everybody may also have 25 open leads. */
function withOpenCaps(team: string): string {
  return team.replaceAll("cap: { day:", "cap: { open: 25, day:");
}

/** One file, compiled. Throws when the text is not what its schema takes. */
export function compile<S extends z.ZodType, C>(
  file: File,
  text: string,
  schema: S,
  compileSection: (parsed: z.output<S>, context: CompileContext) => C,
  hearing: Partial<CompileContext> = {},
): C {
  const { yaml, problems } = parseYaml(`${file}.yaml`, text);
  if (yaml === undefined) throw new Error(problems.map((problem) => problem.message).join("\n"));
  const source = (path: readonly (string | number)[]): string =>
    `${file}.yaml:${yaml.locate(path, "key").line}`;
  return compileSection(schema.parse(yaml.value), { source, path: [], ...hearing });
}

/** What a schema says is wrong with a text, as `path: message`; empty when nothing is. */
export function problemsIn(text: string, schema: z.ZodType): readonly string[] {
  const { yaml, problems } = parseYaml("test.yaml", text);
  if (yaml === undefined) return problems.map((problem) => problem.message);
  const places: string[] = [];
  const checked = parseSection(schema, yaml.value, "test.yaml", (path) => {
    places.push(path.join("."));
    return yaml.locate(path);
  });
  return "parsed" in checked
    ? []
    : checked.problems.map(({ message }, index) => `${places[index] ?? ""}: ${message}`);
}

/** A person of the CRM. The id is the name before the @. */
export function anOwner(email: string, more: Partial<Owner> = {}): Owner {
  const [id = email] = email.split("@");
  const name = id.charAt(0).toUpperCase() + id.slice(1);
  return { id, kind: "person", email, name, active: true, teams: [], ...more };
}

/** Everybody of the shipped team.yaml, and one who left. */
export const OWNERS: readonly Owner[] = [
  ..."lena tomas amelie maya jordan sofia kenji priya nora diego sdr-lead partners"
    .split(" ")
    .map((id) => anOwner(`${id}@acme.example`)),
  anOwner("gone@acme.example", { active: false }),
];

export function aStanding(more: Partial<Standing> = {}): Standing {
  return { credits: 0, open: 0, day: "", today: 0, lastAt: 0, ...more };
}

/** A fairness ledger by e-mail address. */
export function aLedger(entries: Readonly<Record<string, Standing>>): Standings {
  return new Map(Object.entries(entries));
}

/** The roster after an assignment, as the next lead finds it. */
export function rosterAfter(roster: Roster, assignment: Assignment, now: Instant): Roster {
  return { ...roster, standings: new Map([...roster.standings, ...credit(roster, assignment, now)]) };
}

/** A lead about whom these facts are known. */
export function aLead(
  facts: Readonly<Record<string, FactValue>> = {},
  more: Partial<Snapshot> = {},
): Snapshot {
  const known: Facts = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, { value, from: "contact.test" }]),
  );
  return {
    decisionId: "d-1",
    lead: { crm: "hubspot", id: "101" },
    leadUrl: "https://crm.example/contact/101",
    facts: known,
    unmapped: [],
    signals: [],
    readAt: TUESDAY,
    ...more,
  };
}
