/** A contact and its company as HubSpot answers them, turned into the record the pipeline knows. */
import type { CrmRecord } from "../../src/model/record.ts";
import type { CrmObject } from "./answer.ts";
import { isRecordId } from "./batch-read.ts";
import { readHistory } from "./history.ts";

/** Read with every contact, whatever the playbook wants: what Baton guards, and what tells merges. */
export const ALWAYS_OF_CONTACT = [
  "lifecyclestage",
  "hubspot_owner_id",
  "associatedcompanyid",
  "hs_merged_object_ids",
  "hs_calculated_merged_vids",
] as const;
export const ALWAYS_OF_COMPANY = ["hubspot_owner_id"] as const;

/** The names of those properties, among paths of `fields.yaml`, that stand under `prefix`. Throws nothing. */
export function namesOf(paths: readonly string[], prefix: string): string[] {
  return paths.filter((path) => path.startsWith(`${prefix}.`)).map((path) => path.slice(prefix.length + 1));
}

/** Contacts by every id they answer to. */
export interface Contacts {
  readonly records: readonly CrmObject[];
  /** By their own id and by every id that was merged into them. */
  readonly byId: ReadonlyMap<string, CrmObject>;
}

/** Indexes contacts. A record's own id wins over another's claim to have swallowed it. Throws nothing. */
export function indexContacts(records: readonly CrmObject[]): Contacts {
  const byId = new Map<string, CrmObject>();
  for (const record of records) for (const id of mergedIds(record)) byId.set(id, record);
  for (const record of records) byId.set(record.id, record);
  return { records: [...new Set(byId.values())], byId };
}

/** The id of the contact's primary company, if it has one. */
export function companyOf({ properties }: CrmObject): string | undefined {
  const id = properties["associatedcompanyid"] ?? "";
  return isRecordId(id) ? id : undefined;
}

/**
 * What a contact and its company say, by property path; empty values are absent. A company that could not be found is
 * no account: nothing may be associated with it.
 */
export function describeLead(
  contact: CrmObject,
  company: CrmObject | undefined,
): Omit<Extract<CrmRecord, { found: true }>, "asked" | "deals" | "lists" | "readAt"> {
  const { lifecyclestage: stage, hubspot_owner_id: ownerId } = contact.properties;
  const accountOwnerId = company?.properties["hubspot_owner_id"];
  const formerly = mergedIds(contact);
  return {
    found: true,
    lead: { crm: "hubspot", id: contact.id },
    ...(formerly.length > 0 ? { formerly } : {}),
    ...(ownerId ? { ownerId } : {}),
    ...(stage ? { stage } : {}),
    ...(company ? { accountId: company.id } : {}),
    ...(accountOwnerId ? { accountOwnerId } : {}),
    values: { ...valuesOf(contact, "contact"), ...(company ? valuesOf(company, "company") : {}) },
    history: { ...readHistory(contact, "contact"), ...(company ? readHistory(company, "company") : {}) },
  };
}

/** `101;102`, and in the older property `101:1715203101896;…`, the time after each id. */
function mergedIds({ id: own, properties }: CrmObject): readonly string[] {
  const ids = (properties["hs_merged_object_ids"] ?? "").split(";");
  const vids = (properties["hs_calculated_merged_vids"] ?? "")
    .split(";")
    .map((entry) => entry.split(":")[0] ?? "");
  const merged = [...ids, ...vids].map((id) => id.trim()).filter((id) => isRecordId(id) && id !== own);
  return [...new Set(merged)];
}

/** A record's values by property path under `prefix`; what is empty is absent. Throws nothing. */
export function valuesOf({ properties }: CrmObject, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value ? [[`${prefix}.${name}`, value] as const] : [],
    ),
  );
}
