/** The facts a playbook may speak of, and whether what it says of them can ever be true. */
import type { FactMention } from "./compiled.ts";
import { COUNTRY_GROUPS, isCountryCode } from "./country.ts";
import { crmOf } from "./crm.ts";
import type { FieldReading } from "./field-reading.ts";
import { BUILT_IN, DERIVED, type Fields, stagesOf } from "./fields.ts";
import { isRegionCode } from "./region.ts";
import { FUNCTIONS, SENIORITIES } from "./title-words.ts";
import { didYouMean } from "./words.ts";

/** What is known about one fact before any lead is read. */
interface KnownFact {
  readonly holds: "text" | "number" | "date";
  /** Every value the fact can have, where that is settled. */
  readonly values?: readonly string[];
  readonly isCountry?: boolean;
  readonly isRegion?: boolean;
}

/** Every fact that can exist under these fields, by name. */
export type Catalogue = ReadonlyMap<string, KnownFact>;

/** Facts of the CRM's links that only exist where deals are read. */
const OF_DEALS: ReadonlySet<string> = new Set([
  "account.open_deal",
  "deal.owner",
  "deal.name",
  "deal.amount",
]);

/** Facts that only exist where sales works in another CRM than the one leads are read from. */
const OF_SALES: ReadonlySet<string> = new Set(["lead.sales_stage", "lead.sales_stage_value"]);

/** Lists the facts of a compiled fields.yaml. Throws nothing. */
export function catalogueOf(fields: Fields): Catalogue {
  const always = [...BUILT_IN, ...DERIVED]
    .filter((name) => (fields.deals || !OF_DEALS.has(name)) && (fields.sales || !OF_SALES.has(name)))
    .map((name): [string, KnownFact] => [name, { holds: name === "deal.amount" ? "number" : "text" }]);
  const catalogue = new Map<string, KnownFact>([
    ...always,
    ["lead.stage", { holds: "text", values: fields.stages.map(({ name }) => name) }],
    ["lead.seniority", { holds: "text", values: SENIORITIES }],
    ["lead.function", { holds: "text", values: FUNCTIONS }],
    ["lead.country", { holds: "text", isCountry: true }],
  ]);
  if (fields.sales !== undefined)
    catalogue.set("lead.sales_stage", { holds: "text", values: fields.sales.stages.map(({ name }) => name) });
  const own = new Map<string, KnownFact>();
  for (const reading of fields.reads) add(own, reading, stagesOf(fields, crmOf(reading.from[0] ?? "")));
  for (const [name, fact] of own) catalogue.set(name, fact);
  for (const reading of fields.enrich?.reads ?? []) add(catalogue, reading, fields.stages);
  return catalogue;
}

/** A fact that is there already can have the values of either source. */
function add(catalogue: Map<string, KnownFact>, reading: FieldReading, stages: Fields["stages"]): void {
  const known = knownOf(
    reading,
    stages.map(({ name }) => name),
  );
  const before = catalogue.get(reading.fact);
  catalogue.set(reading.fact, before === undefined ? known : either(before, known));
}

/** What is wrong with reading a fact this way; undefined when nothing is. Names the nearest fact or value. */
export function problemOf(mention: FactMention, catalogue: Catalogue): string | undefined {
  const { name, use, values } = mention;
  const fact = catalogue.get(name);
  if (fact === undefined) {
    const hint = didYouMean(name, catalogue.keys());
    return `"${name}" is not a fact: fields.yaml does not read it${hint}`;
  }
  if (use === "text" && fact.holds !== "text")
    return `"${name}" is a ${fact.holds}, and is compared as text here`;
  if ((use === "number" || use === "date") && fact.holds !== use) {
    return `"${name}" is read as ${fact.holds}, and is compared as a ${use} here: see "as" in fields.yaml`;
  }
  const strange = values.find((value) => !isPossible(value, fact));
  if (strange === undefined) return undefined;
  if (fact.isRegion === true) {
    return `"${name}" can never be "${strange}": it is an ISO 3166-2 code such as US-CA`;
  }
  const possible = fact.isCountry === true ? Object.keys(COUNTRY_GROUPS) : (fact.values ?? []);
  const rule =
    fact.isCountry === true ? "an ISO code such as DE, or a group" : `one of ${possible.join(", ")}`;
  return `"${name}" can never be "${strange}": it is ${rule}${didYouMean(strange, possible)}`;
}

function isPossible(value: string, fact: KnownFact): boolean {
  if (fact.isCountry === true) return isCountryCode(value) || Object.hasOwn(COUNTRY_GROUPS, value);
  if (fact.isRegion === true) return isRegionCode(value);
  return fact.values === undefined || fact.values.some((one) => one.toLowerCase() === value.toLowerCase());
}

/** A fact with two sources: it can have the values of either. */
function either(one: KnownFact, other: KnownFact): KnownFact {
  if (one.values === undefined || other.values === undefined) return one.values === undefined ? one : other;
  return { ...one, values: [...new Set([...one.values, ...other.values])] };
}

function knownOf(reading: FieldReading, stages: readonly string[]): KnownFact {
  const { as, map, otherwise } = reading;
  const mapped = [...new Set([...(map?.values() ?? [])].map(String))];
  if (as === "country" && map === undefined) return { holds: "text", isCountry: true };
  if (as === "region" && map === undefined) return { holds: "text", isRegion: true };
  if (as === "stage") return { holds: "text", values: [...stages, ...mapped] };
  if (as === "boolean") return { holds: "text", values: ["true", "false"] };
  if (as === "integer" || as === "money") return { holds: "number" };
  if (as === "date") return { holds: "date" };
  return map !== undefined && as === "text" && otherwise !== "keep"
    ? { holds: "text", values: mapped }
    : { holds: "text" };
}
