/** Leads as qualification sees them: complete ones to begin with, from which a test takes what it is about. */
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { compileDefinition, definitionSchema } from "../../src/playbook/definition.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { parseYaml } from "../../src/playbook/yaml.ts";
import { aLead, aPlaybook, did, shippedFiles } from "../playbook/kit.ts";

type Changes = Readonly<Record<string, FactValue | undefined>>;

/** Facts of a lead that fits, is complete, and was qualified by marketing. */
const QUALIFIED = {
  "lead.email": "sabine@rheinbank.example",
  "lead.role": "Director of Revenue Operations",
  "lead.seniority": "director",
  "lead.source": "organic-search",
  "lead.country": "DE",
  "lead.stage": "marketing-qualified",
  "account.name": "Rheinbank Group",
  "account.employees": 2400,
  "account.industry": "financial-services",
} as const;

/** Three looks at pricing and an answered e-mail: two signals of intent. */
export function intent(): readonly Signal[] {
  return [
    did("page-viewed", DAY_MS, { page: "/pricing" }),
    did("page-viewed", 2 * DAY_MS, { page: "/pricing" }),
    did("page-viewed", 3 * DAY_MS, { page: "/security" }),
    did("email-replied", 2 * DAY_MS),
  ];
}

/** A demo request an hour ago. */
export function demoRequest(agoMs = HOUR_MS): Signal {
  return did("form-submitted", agoMs, { form: "demo-request" });
}

/** The qualified lead with some facts changed; undefined takes one away. */
export function qualified(changes: Changes = {}, signals: readonly Signal[] = intent()): Snapshot {
  const facts = Object.entries({ ...QUALIFIED, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return aLead(Object.fromEntries(facts), signals);
}

/** The shipped playbook with `before` replaced by `text` in its definition. */
export function defined(before: string, text: string): Playbook {
  const shipped = shippedFiles()["definition.yaml"] ?? "";
  if (!shipped.includes(before)) throw new Error(`definition.yaml has no ${before}`);
  return aPlaybook({ "definition.yaml": shipped.replace(before, text) });
}

/** The shipped playbook with a whole definition of its own, which needs no examples. */
export function definedAs(text: string): Playbook {
  const { yaml } = parseYaml("definition.yaml", text);
  const parsed = definitionSchema.parse(yaml?.value);
  return {
    ...aPlaybook(),
    definition: compileDefinition(parsed, { source: () => "definition.yaml:1", path: [] }),
  };
}
