/** Facts from a record: as fields.yaml reads them, then those that come with every lead, then those that follow. */
import type { Crm, Fact, Facts, FactValue, UnmappedValue } from "../model/lead.ts";
import { isCountryCode } from "../playbook/country.ts";
import { CRM_WORDS, crmOf } from "../playbook/crm.ts";
import type { FieldReading } from "../playbook/field-reading.ts";
import { salesStageProperty, stageNamed, type Fields, type Titles } from "../playbook/fields.ts";
import { domainOf, isInDomainGroup } from "../playbook/mail-domain.ts";
import { functionOf, seniorityOf } from "../playbook/title.ts";
import { countryOfPhone } from "./phone-country.ts";
import { readFirst } from "./reading.ts";
import type { FoundRecord } from "./record.ts";
import { suggestStage } from "./suggestion.ts";
import { readValue } from "./value.ts";

/**
 * Reads every fact of a record. `supplied` are a provider's: each stands in where the record, and what follows from it, leave
 * a fact unknown. Throws nothing.
 */
export function readFacts(
  record: FoundRecord,
  fields: Fields,
  supplied: Facts = {},
): { readonly facts: Facts; readonly unmapped: readonly UnmappedValue[] } {
  const facts = new Map<string, Fact>();
  const unmapped: UnmappedValue[] = [];
  for (const reading of inOrder(fields.reads)) {
    if (facts.has(reading.fact)) continue;
    const region = regionOf(reading, facts);
    const crm = crmOf(reading.from[0] ?? "");
    const source = {
      textAt: (path: string) => textAt(record, path),
      nameOf: (path: string) => path,
      section: `${crm}.read`,
      crm,
      stageNamed: (stage: string) => stageNamed(fields, stage, crm),
      ...(region === undefined ? {} : { region }),
    };
    const fact =
      reading.join === undefined
        ? readFirst(reading, source, unmapped)
        : readJoined(reading, reading.join, record);
    if (fact !== undefined) facts.set(reading.fact, fact);
  }
  addLinks(record, fields, facts, unmapped);
  addDerived(record, fields, facts);
  addSupplied(record, fields, supplied, facts);
  return { facts: Object.fromEntries(facts), unmapped };
}

const ordered = new WeakMap<readonly FieldReading[], readonly FieldReading[]>();

/** Phone numbers may need the lead's country, so they are read last, from whichever CRM. Worked out once for a playbook. */
function inOrder(reads: readonly FieldReading[]): readonly FieldReading[] {
  const known = ordered.get(reads);
  if (known !== undefined) return known;
  const late = new Set(reads.flatMap(({ fact, region }) => (region === undefined ? [] : [fact])));
  const order = [
    ...reads.filter(({ fact }) => !late.has(fact)),
    ...reads.filter(({ fact }) => late.has(fact)),
  ];
  ordered.set(reads, order);
  return order;
}

function regionOf({ region }: FieldReading, facts: ReadonlyMap<string, Fact>): string | undefined {
  if (region === undefined || isCountryCode(region)) return region;
  const country = facts.get(region)?.value;
  return typeof country === "string" && isCountryCode(country) ? country : undefined;
}

function readJoined(reading: FieldReading, join: string, record: FoundRecord): Fact | undefined {
  const known = reading.from.flatMap((from) => {
    const text = textAt(record, from);
    return text === undefined ? [] : [{ from, text }];
  });
  if (known.length === 0) return undefined;
  return { value: known.map(({ text }) => text).join(join), from: known.map(({ from }) => from).join(" + ") };
}

/** Owners, deals and the stage, which the CRM links to the lead instead of keeping them as text. */
function addLinks(
  record: FoundRecord,
  fields: Fields,
  facts: Map<string, Fact>,
  unmapped: UnmappedValue[],
): void {
  const deal = record.deals.find(({ state }) => state === "open");
  const amount = readValue(deal?.amount ?? "", "money", { stageNamed: () => undefined });
  const set = (name: string, value: FactValue | undefined, from: string): void => {
    if (value !== undefined && value !== "") facts.set(name, { value, from });
  };
  const sales = CRM_WORDS[fields.sales?.crm ?? fields.crm];
  set("lead.owner", record.ownerId, sales.owner);
  set("account.owner", record.accountOwnerId, sales.accountOwner);
  set("account.open_deal", deal?.id, "open deal");
  set("deal.owner", deal?.ownerId, "open deal's owner");
  set("deal.name", deal?.name, "open deal's name");
  set("deal.amount", amount, "open deal's amount");
  addStage({ name: "lead.stage", crm: fields.crm, value: record.stage }, fields, facts, unmapped);
  const property = salesStageProperty(fields);
  if (property === undefined || fields.sales === undefined) return;
  const value = textAt(record, property);
  addStage({ name: "lead.sales_stage", crm: fields.sales.crm, value }, fields, facts, unmapped);
}

/** A stage by Baton's name, and its value in the CRM. One that has no name is listed for an admin. */
function addStage(
  { name, crm, value }: { readonly name: string; readonly crm: Crm; readonly value: string | undefined },
  fields: Fields,
  facts: Map<string, Fact>,
  unmapped: UnmappedValue[],
): void {
  if (value === undefined || value === "") return;
  const from = CRM_WORDS[crm].stage;
  facts.set(`${name}_value`, { value, from });
  const stage = stageNamed(fields, value, crm);
  if (stage === undefined)
    unmapped.push({ field: name, from, value, suggestion: suggestStage(value, crm).line });
  else facts.set(name, { value: stage, from });
}

/** Facts that follow from others, where fields.yaml does not read them. */
function addDerived(record: FoundRecord, fields: Fields, facts: Map<string, Fact>): void {
  const { titles } = fields;
  const derive = (name: string, value: FactValue | undefined, from: string): void => {
    if (value !== undefined && !facts.has(name)) facts.set(name, { value, from });
  };
  const role = facts.get("lead.role");
  if (role !== undefined) {
    const title = String(role.value);
    derive("lead.seniority", taught(titles.seniority, title) ?? seniorityOf(title), role.from);
    derive("lead.function", taught(titles.function, title) ?? functionOf(title), role.from);
  }
  const phone = facts.get("lead.phone");
  if (phone !== undefined && !facts.has("lead.country") && holdsCountries(fields)) {
    // As written: a local number, read with a region, tells nothing but that region.
    const written = textAt(record, phone.from) ?? String(phone.value);
    derive("lead.country", countryOfPhone(written), `phone number, ${phone.from}`);
  }
  const { accountDomain } = CRM_WORDS[fields.crm];
  if (accountDomain !== undefined)
    derive("account.domain", domainOf(textAt(record, accountDomain) ?? ""), accountDomain);
  const email = facts.get("lead.email");
  const mail = domainOf(String(email?.value ?? ""));
  const isEmployers =
    mail !== undefined && !isInDomainGroup(mail, "free-mail") && !isInDomainGroup(mail, "disposable");
  if (email !== undefined && isEmployers) derive("account.domain", mail, email.from);
}

/** What a provider knows and nobody else, and what follows from that. */
function addSupplied(record: FoundRecord, fields: Fields, supplied: Facts, facts: Map<string, Fact>): void {
  const news = Object.entries(supplied).filter(([name]) => !facts.has(name));
  if (news.length === 0) return;
  for (const [name, fact] of news) facts.set(name, fact);
  addDerived(record, fields, facts);
}

/** Whether `lead.country` holds ISO codes here: a playbook may read it in words of its own. */
function holdsCountries({ reads }: Fields): boolean {
  return reads.every(({ fact, as }) => fact !== "lead.country" || as === "country");
}

function taught(titles: Titles["seniority"], title: string): string | undefined {
  return titles.find(({ matches }) => matches(title))?.word;
}

/** A property's text without the space around it; undefined when there is nothing. */
function textAt(record: FoundRecord, path: string): string | undefined {
  const text = Object.hasOwn(record.values, path) ? record.values[path]?.trim() : undefined;
  return text === "" ? undefined : text;
}
