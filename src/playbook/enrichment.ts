/**
 * The `enrich` section of fields.yaml: what a provider is told about a lead, and what of its answer becomes facts. Where the
 * provider is and how Baton proves who it is stand in the environment: they belong to the server, not to the agreement.
 */
import { DAY_MS, type DurationMs, SECOND_MS } from "../model/instant.ts";
import { below, type CompileContext, type YamlPath } from "./compiled.ts";
import type { AnswerYaml, EnrichmentYaml } from "./enrichment-schema.ts";
import type { FieldReading, ReadAs } from "./field-reading.ts";
import { lowered } from "./folded-keys.ts";
import type { Playbook } from "./playbook.ts";
import type { Problem } from "./problem.ts";

/** Whom to ask about what, compiled. */
export interface Enrichment {
  /** The body of the request: key to fact. A fact that is not known is left out. */
  readonly send: readonly { readonly key: string; readonly fact: string }[];
  /** Facts without which asking makes no sense; with none, at least one of `send` must be known. */
  readonly needs: readonly string[];
  /** What the answer becomes; `from` holds paths into it, such as `company.metrics.employees` or `people[0].title`. */
  readonly reads: readonly FieldReading[];
  /** How long a lane's turn waits for all its answers. */
  readonly timeoutMs: DurationMs;
  /** Requests in one day (UTC) for one installation. */
  readonly requestsPerDay: number;
  /** How long an answer is used without asking again, also one that knows nothing. */
  readonly keepMs: DurationMs;
}

const TIMEOUT_MS: DurationMs = 3 * SECOND_MS;
const KEEP_MS: DurationMs = 90 * DAY_MS;

/** How Baton writes the facts it works out itself, where that is more than a text. */
const WORKED_OUT_AS: Readonly<Record<string, ReadAs>> = {
  "lead.country": "country",
  "account.domain": "url-domain",
};

/** Facts no provider may supply: who somebody is and what they allowed are only theirs to say. */
const NEVER_SUPPLIED: ReadonlySet<string> = new Set(["lead.email", "lead.opted_out", "lead.legal_basis"]);

/**
 * Compiles a checked `enrich` section. `crm` is what the CRM has of its own: the facts it reads, and those that come with
 * every lead. Tells `context` facts that do not exist and facts that no provider may fill. Throws nothing.
 */
export function compileEnrichment(
  yaml: EnrichmentYaml,
  crm: { readonly reads: readonly FieldReading[]; readonly builtIn: ReadonlySet<string> },
  context: CompileContext,
): Enrichment {
  const reads = Object.entries(yaml.read).map(([fact, answer]) => compileAnswer(fact, answer));
  tellMentions(yaml, context);
  for (const reading of reads) {
    const problem = problemOfReading(reading, crm);
    if (problem !== undefined) context.onProblem?.(problem, below(context, "read", reading.fact).path);
  }
  return {
    send: Object.entries(yaml.send).map(([key, fact]) => ({ key, fact })),
    needs: yaml.needs,
    reads,
    timeoutMs: yaml.timeout === undefined ? TIMEOUT_MS : Number.parseInt(yaml.timeout, 10) * SECOND_MS,
    requestsPerDay: yaml.budget.requests,
    keepMs: yaml.keep === undefined ? KEEP_MS : Number.parseInt(yaml.keep, 10) * DAY_MS,
  };
}

/**
 * What agreement.yaml expects of a provider and fields.yaml does not give. `at` makes a problem at a place of
 * agreement.yaml. Throws nothing.
 */
export function enrichmentProblems(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: (message: string, path: YamlPath, severity?: Problem["severity"]) => Problem,
): readonly Problem[] {
  const { whenIncomplete, complete } = agreement.marketing;
  if (whenIncomplete !== "enrich") return [];
  const path: YamlPath = ["marketing", "when_incomplete"];
  const { enrich } = fields;
  if (enrich === undefined) {
    return [at("enrich asks a provider, and fields.yaml has no enrich section that names one", path)];
  }
  if (complete.some((fact) => suppliers(enrich, fact).length > 0)) return [];
  return [
    at("enrich fills in nothing: no fact of complete is read from the provider's answer", path, "warning"),
  ];
}

/** Facts that follow from another one, and which that is: see resolve/facts.ts. */
const FOLLOWS: Readonly<Record<string, string>> = {
  "lead.seniority": "lead.role",
  "lead.function": "lead.role",
  "lead.country": "lead.phone",
};

/** The facts of an answer that make `fact` known: itself, or the one it follows from; none when the answer has neither. */
export function suppliers({ reads }: Enrichment, fact: string): readonly string[] {
  return reads.map((reading) => reading.fact).filter((name) => name === fact || name === FOLLOWS[fact]);
}

function tellMentions({ send, needs }: EnrichmentYaml, context: CompileContext): void {
  const tell = (name: string, ...steps: YamlPath): void =>
    context.onFact?.({ name, use: "any", values: [], path: below(context, ...steps).path });
  for (const [key, fact] of Object.entries(send)) tell(fact, "send", key);
  for (const [index, fact] of needs.entries()) tell(fact, "needs", index);
}

function problemOfReading(
  { fact, as }: FieldReading,
  { reads, builtIn }: { readonly reads: readonly FieldReading[]; readonly builtIn: ReadonlySet<string> },
): string | undefined {
  if (builtIn.has(fact)) return `"${fact}" comes from the CRM alone: take this line out`;
  if (NEVER_SUPPLIED.has(fact)) {
    return `"${fact}" is for the lead to say, not for a provider: take this line out`;
  }
  const own = reads.find((reading) => reading.fact === fact)?.as ?? WORKED_OUT_AS[fact];
  return own === undefined || own === as
    ? undefined
    : `"${fact}" is ${own} elsewhere and ${as} here: one fact is one kind of value (as: ${own})`;
}

function compileAnswer(fact: string, yaml: AnswerYaml): FieldReading {
  const isShort = typeof yaml === "string" || Array.isArray(yaml);
  const { from, as, map, otherwise }: Extract<AnswerYaml, { readonly from: unknown }> = isShort
    ? { from: yaml }
    : yaml;
  return {
    fact,
    from: typeof from === "string" ? [from] : from,
    as: as ?? "text",
    ...(map === undefined
      ? {}
      : { map: new Map(Object.entries(map).map(([raw, word]) => [lowered(raw), word])) }),
    otherwise: otherwise ?? "review",
  };
}
