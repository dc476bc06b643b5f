/** Facts from a record: as fields.yaml reads them, then those that come with every lead, then those that follow. */
import type { Fact, Facts, FactValue, UnmappedValue } from "../model/lead.ts";
import { isCountryCode } from "../playbook/country.ts";
import { stageNamed, type FieldReading, type Fields, type Titles } from "../playbook/fields.ts";
import { domainOf, isInDomainGroup } from "../playbook/mail-domain.ts";
import { functionOf, seniorityOf } from "../playbook/title.ts";
import type { FoundRecord } from "./record.ts";
import { suggestLine } from "./suggestion.ts";
import { readValue } from "./value.ts";

/** What reading one value came to. `silent`: not understood, and no mapping could help (a mistyped phone number). */
type Read = { readonly value: FactValue } | "unmapped" | "silent";

/** Kinds whose values are personal: one that is not understood is left unknown, not listed for admins. */
const PERSONAL: ReadonlySet<string> = new Set(["email", "phone"]);

/** Reads every fact of a record. Throws nothing. */
export function readFacts(
  record: FoundRecord,
  fields: Fields,
): { readonly facts: Facts; readonly unmapped: readonly UnmappedValue[] } {
  const facts = new Map<string, Fact>();
  const unmapped: UnmappedValue[] = [];
  for (const reading of inOrder(fields.reads)) {
    const region = regionOf(reading, facts);
    const fact =
      reading.join === undefined
        ? readFirst(reading, record, fields, region, unmapped)
        : readJoined(reading, reading.join, record);
    if (fact !== undefined) facts.set(reading.fact, fact);
  }
  addLinks(record, fields, facts, unmapped);
  addDerived(record, fields.titles, facts);
  return { facts: Object.fromEntries(facts), unmapped };
}

/** Phone numbers may need the lead's country, so they are read last. */
function inOrder(reads: readonly FieldReading[]): readonly FieldReading[] {
  return [
    ...reads.filter(({ region }) => region === undefined),
    ...reads.filter(({ region }) => region !== undefined),
  ];
}

function regionOf({ region }: FieldReading, facts: ReadonlyMap<string, Fact>): string | undefined {
  if (region === undefined || isCountryCode(region)) return region;
  const country = facts.get(region)?.value;
  return typeof country === "string" && isCountryCode(country) ? country : undefined;
}

/** The first property whose value is understood. One that is not is listed, and the next is tried. */
function readFirst(
  reading: FieldReading,
  record: FoundRecord,
  fields: Fields,
  region: string | undefined,
  unmapped: UnmappedValue[],
): Fact | undefined {
  for (const from of reading.from) {
    const text = textAt(record, from);
    if (text === undefined) continue;
    const read = understand(text, reading, fields, region);
    if (typeof read === "object") return { value: read.value, from };
    if (read === "unmapped") {
      unmapped.push({ field: reading.fact, from, value: text, suggestion: suggestLine(reading, text) });
    }
  }
  return undefined;
}

function readJoined(reading: FieldReading, join: string, record: FoundRecord): Fact | undefined {
  const known = reading.from.flatMap((from) => {
    const text = textAt(record, from);
    return text === undefined ? [] : [{ from, text }];
  });
  if (known.length === 0) return undefined;
  return { value: known.map(({ text }) => text).join(join), from: known.map(({ from }) => from).join(" + ") };
}

function understand(text: string, reading: FieldReading, fields: Fields, region: string | undefined): Read {
  const { as, map, otherwise } = reading;
  const mapped = map?.get(text.toLowerCase());
  if (mapped !== undefined) return { value: mapped };
  const isListed = map !== undefined && as === "text";
  const value = isListed
    ? undefined
    : readValue(text, as, {
        ...(region === undefined ? {} : { region }),
        stageNamed: (stage) => stageNamed(fields, stage),
      });
  if (value !== undefined) return { value };
  if (otherwise === "keep") return { value: text };
  return otherwise === "ignore" || PERSONAL.has(as) ? "silent" : "unmapped";
}

/** Owners, deals and the stage, which the CRM links to the lead instead of keeping them as text. */
function addLinks(
  record: FoundRecord,
  fields: Fields,
  facts: Map<string, Fact>,
  unmapped: UnmappedValue[],
): void {
  const deal = record.openDeals[0];
  const set = (name: string, value: string | undefined, from: string): void => {
    if (value !== undefined && value !== "") facts.set(name, { value, from });
  };
  set("lead.owner", record.ownerId, "contact owner");
  set("account.owner", record.accountOwnerId, "company owner");
  set("account.open_deal", deal?.id, "open deal");
  set("deal.owner", deal?.ownerId, "open deal's owner");
  set("lead.stage_value", record.stage, "lifecycle stage");
  if (record.stage === undefined || record.stage === "") return;
  const stage = stageNamed(fields, record.stage);
  set("lead.stage", stage, "lifecycle stage");
  if (stage !== undefined) return;
  unmapped.push({
    field: "lead.stage",
    from: "lifecycle stage",
    value: record.stage,
    suggestion: `hubspot.stages:  name-of-this-stage: ${JSON.stringify(record.stage)}`,
  });
}

/** Facts that follow from others, where fields.yaml does not read them. */
function addDerived(record: FoundRecord, titles: Titles, facts: Map<string, Fact>): void {
  const derive = (name: string, value: FactValue | undefined, from: string): void => {
    if (value !== undefined && !facts.has(name)) facts.set(name, { value, from });
  };
  const role = facts.get("lead.role");
  if (role !== undefined) {
    const title = String(role.value);
    derive("lead.seniority", taught(titles.seniority, title) ?? seniorityOf(title), role.from);
    derive("lead.function", taught(titles.function, title) ?? functionOf(title), role.from);
  }
  derive("account.domain", domainOf(textAt(record, "company.domain") ?? ""), "company.domain");
  const email = facts.get("lead.email");
  const mail = domainOf(String(email?.value ?? ""));
  const isEmployers =
    mail !== undefined && !isInDomainGroup(mail, "free-mail") && !isInDomainGroup(mail, "disposable");
  if (email !== undefined && isEmployers) derive("account.domain", mail, email.from);
}

function taught(titles: Titles["seniority"], title: string): string | undefined {
  return titles.find(({ matches }) => matches(title))?.word;
}

/** A property's text without the space around it; undefined when there is nothing. */
function textAt(record: FoundRecord, path: string): string | undefined {
  const text = Object.hasOwn(record.values, path) ? record.values[path]?.trim() : undefined;
  return text === "" ? undefined : text;
}
