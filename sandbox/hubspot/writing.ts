/**
 * Creating, changing, archiving and restoring records: the only way a value changes in the sandbox. Values are
 * checked by the caller (`validation.ts`); here they get their history, side effects, webhooks and ledger entry.
 */
import { associate } from "./association.ts";
import { deriveValues } from "./derivation.ts";
import { emitChange, recordWrite } from "./emission.ts";
import { objectTypes } from "./object-type.ts";
import type { ObjectType } from "./object-type.ts";
import type { PortalState } from "./portal.ts";
import { appendValue, calculation, currentValues, valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";
import { uniqueKey } from "./validation.ts";
import type { WriteContext } from "./write-context.ts";

type Values = Readonly<Record<string, string>>;

/**
 * Creates a record. Announces the creation and then each value that was given. A contact whose address belongs to a
 * known company's domain is linked to that company, where the portal's rules say so. Throws nothing.
 */
export function createRecord(
  portal: PortalState,
  type: ObjectType,
  values: Values,
  context: WriteContext,
): StoredRecord {
  const at = context.at ?? portal.hooks.now();
  const record: StoredRecord = {
    id: portal.nextId(),
    type,
    createdAt: at,
    archivedAt: undefined,
    mergedInto: undefined,
    history: new Map(),
  };
  portal.records[type].set(record.id, record);
  appendValue(record, "hs_object_id", { value: record.id, timestamp: at, actor: calculation });
  appendValue(record, objectTypes[type].created, {
    value: new Date(at).toISOString(),
    timestamp: at,
    actor: calculation,
  });
  if (portal.definitions[type].has("hs_object_source")) {
    const value = SOURCES[context.actor.source] ?? context.actor.source;
    appendValue(record, "hs_object_source", { value, timestamp: at, actor: calculation });
  }
  emitChange(portal, record, "creation", context, { changeFlag: "NEW" });
  applyValues(portal, record, values, context);
  recordWrite(portal, record, "create", context, values);
  if (type === "contact" && portal.rules.associateByDomain) linkByDomain(portal, record, context);
  return record;
}

/** What the record source calls the sources that a history calls otherwise. */
const SOURCES: Readonly<Record<string, string>> = { AUTOMATION: "AUTOMATION_PLATFORM" };

/**
 * Sets values on a record. A lifecycle stage that would go backward is ignored, unless a person sets it: the write
 * is accepted all the same and only the modification date moves. Throws nothing.
 */
export function changeRecord(
  portal: PortalState,
  record: StoredRecord,
  values: Values,
  context: WriteContext,
): void {
  applyValues(portal, record, values, context);
  recordWrite(portal, record, "update", context, values);
}

/** Archives a record: reads answer 404, its links are kept for a restore. Doing it again changes nothing. */
export function archiveRecord(portal: PortalState, record: StoredRecord, context: WriteContext): void {
  if (record.archivedAt !== undefined) return;
  record.archivedAt = context.at ?? portal.hooks.now();
  forgetUniqueValues(portal, record);
  emitChange(portal, record, "deletion", context, { changeFlag: "DELETED" });
  recordWrite(portal, record, "archive", context, {});
}

/** Brings an archived record back. A record that is not archived stays as it is. */
export function restoreRecord(portal: PortalState, record: StoredRecord, context: WriteContext): void {
  if (record.archivedAt === undefined || record.mergedInto !== undefined) return;
  record.archivedAt = undefined;
  rememberUniqueValues(portal, record, currentValues(record));
  emitChange(portal, record, "restore", context, { changeFlag: "RESTORED" });
  recordWrite(portal, record, "restore", context, {});
}

/** Frees the unique values that a record holds, so that another may take them. */
export function forgetUniqueValues(portal: PortalState, record: StoredRecord): void {
  for (const [name, value] of Object.entries(currentValues(record))) {
    const index = portal.unique.get(`${record.type}.${name}`);
    if (index?.get(uniqueKey(name, value)) === record.id) index.delete(uniqueKey(name, value));
  }
}

function applyValues(portal: PortalState, record: StoredRecord, values: Values, context: WriteContext): void {
  const timestamp = context.at ?? portal.hooks.now();
  const before = new Map(Object.keys(values).map((name) => [name, valueOf(record, name) ?? ""]));
  const changed: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (name === "lifecyclestage" && isBackward(portal, record, value, context)) continue;
    if (appendValue(record, name, { value, timestamp, actor: context.actor })) changed.push(name);
  }
  releaseOld(portal, record, changed, before);
  rememberUniqueValues(portal, record, Object.fromEntries(changed.map((name) => [name, values[name] ?? ""])));
  rememberDomain(portal, record, changed);
  const derived = deriveValues(portal, record, changed, before, timestamp);
  const modified = objectTypes[record.type].modified;
  appendValue(record, modified, { value: new Date(timestamp).toISOString(), timestamp, actor: calculation });
  for (const name of [...changed, ...derived]) announce(portal, record, name, context);
  const company = changed.includes("associatedcompanyid")
    ? valueOf(record, "associatedcompanyid")
    : undefined;
  if (company !== undefined && portal.records.company.has(company)) {
    associate(portal, record, { type: "company", id: company }, context, 1);
  }
}

function isBackward(
  portal: PortalState,
  record: StoredRecord,
  stage: string,
  context: WriteContext,
): boolean {
  const current = valueOf(record, "lifecyclestage") ?? "";
  if (stage === "" || current === "" || context.actor.source === "CRM_UI") return false;
  const order = (portal.definitions[record.type].get("lifecyclestage")?.options ?? []).map(
    (each) => each.value,
  );
  return order.indexOf(stage) < order.indexOf(current);
}

function releaseOld(
  portal: PortalState,
  record: StoredRecord,
  changed: readonly string[],
  before: ReadonlyMap<string, string>,
): void {
  for (const name of changed) {
    portal.unique.get(`${record.type}.${name}`)?.delete(uniqueKey(name, before.get(name) ?? ""));
  }
}

function rememberUniqueValues(portal: PortalState, record: StoredRecord, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === "" || portal.definitions[record.type].get(name)?.hasUniqueValue !== true) continue;
    const indexName = `${record.type}.${name}`;
    const index = portal.unique.get(indexName) ?? new Map<string, string>();
    portal.unique.set(indexName, index);
    index.set(uniqueKey(name, value), record.id);
  }
}

/** Dates travel as ISO text in REST and as epoch milliseconds in webhooks. */
function announce(portal: PortalState, record: StoredRecord, name: string, context: WriteContext): void {
  const definition = portal.definitions[record.type].get(name);
  if (definition?.calculated && !portal.rules.calculatedPropertiesFire) return;
  const value = valueOf(record, name) ?? "";
  const dated = value !== "" && (definition?.type === "datetime" || definition?.type === "date");
  emitChange(portal, record, "propertyChange", context, {
    propertyName: name,
    propertyValue: dated ? String(Date.parse(value)) : value,
  });
}

/** Keeps the index of company domains, which are not unique: the first company of a domain stays. */
function rememberDomain(portal: PortalState, record: StoredRecord, changed: readonly string[]): void {
  const domain = changed.includes("domain") ? (valueOf(record, "domain") ?? "") : "";
  if (record.type !== "company" || domain === "" || liveCompany(portal, domain)) return;
  portal.domains.set(domain, record.id);
}

function liveCompany(portal: PortalState, domain: string): StoredRecord | undefined {
  const company = portal.records.company.get(portal.domains.get(domain) ?? "");
  const isLive =
    company?.archivedAt === undefined && company !== undefined && valueOf(company, "domain") === domain;
  return isLive ? company : undefined;
}

function linkByDomain(portal: PortalState, record: StoredRecord, context: WriteContext): void {
  const domain = valueOf(record, "email")?.split("@")[1]?.toLowerCase();
  const company = domain === undefined ? undefined : liveCompany(portal, domain);
  if (company && portal.links.of(record, "company").size === 0) associate(portal, record, company, context);
}
