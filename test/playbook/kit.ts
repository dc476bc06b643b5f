/** Builders for the playbook's tests: leads, conditions and whole playbooks from a few words of YAML. */
import { readFileSync } from "node:fs";
import type { Finding, Truth } from "../../src/model/finding.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Signal } from "../../src/model/signal.ts";
import {
  compileCondition,
  conditionSchema,
  type CompileContext,
  type CompiledCondition,
} from "../../src/playbook/condition.ts";
import { parsePlaybook, PLAYBOOK_FILES } from "../../src/playbook/index.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formatProblem } from "../../src/playbook/problem.ts";
import { parseYaml } from "../../src/playbook/yaml.ts";

/** Tuesday 17 November 2026, 09:00 UTC. */
export const NOW = Date.UTC(2026, 10, 17, 9);

type Values = Readonly<Record<string, FactValue>>;

/** A lead with these facts and signals, newest first. */
export function aLead(values: Values = {}, signals: readonly Signal[] = []): Snapshot {
  return {
    decisionId: "d-1",
    lead: { crm: "hubspot", id: "101" },
    leadUrl: "https://crm.example/101",
    facts: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, from: "test" }])),
    unmapped: [],
    signals: signals.toSorted((a, b) => b.at - a.at),
    lists: [],
    readAt: NOW,
  };
}

let made = 0;

/** A signal `agoMs` before `NOW`. */
export function did(kind: Signal["kind"], agoMs: number, more: Partial<Signal> = {}): Signal {
  made += 1;
  return { key: `s-${made}`, kind, at: NOW - agoMs, ...more };
}

/** Compiles one condition written in YAML. Throws when its shape is wrong. */
export function aCondition(text: string, context: Partial<CompileContext> = {}): CompiledCondition {
  const { yaml } = parseYaml("definition.yaml", text);
  const checked = conditionSchema.parse(yaml?.value);
  const source: CompileContext["source"] = (path) => `definition.yaml:${yaml?.locate(path, "key").line ?? 0}`;
  return compileCondition(checked, { source, path: [], ...context });
}

/** What a condition says of a lead at `NOW`. */
export function test(text: string, lead: Snapshot, context: Partial<CompileContext> = {}): Finding {
  return aCondition(text, context).test(lead, NOW);
}

/** Only the truth of it. */
export function truth(text: string, values: Values, signals: readonly Signal[] = []): Truth {
  return test(text, aLead(values, signals)).truth;
}

/** The texts of the playbook that ships, or of another of `mappings/`. */
export function shippedFiles(mapping = "default"): Record<string, string> {
  return Object.fromEntries(
    PLAYBOOK_FILES.map((file) => [file, readFileSync(`mappings/${mapping}/${file}`, "utf8")]),
  );
}

/** The shipped playbook with some files replaced. Throws with every problem when it cannot be used. */
export function aPlaybook(files: Readonly<Record<string, string>> = {}): Playbook {
  const { playbook, problems } = parsePlaybook({ ...shippedFiles(), ...files });
  if (playbook === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return playbook;
}
