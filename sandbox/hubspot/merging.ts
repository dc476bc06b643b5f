/**
 * Merges and privacy deletions of records.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide,
 * https://www.hubspot.com/integrations/gdpr-resources
 */
import { associate } from "./association.ts";
import { emitChange, recordWrite } from "./emission.ts";
import { allObjectTypes } from "./object-type.ts";
import type { PortalState } from "./portal.ts";
import { appendValue, calculation, currentValues, valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";
import type { WriteContext } from "./write-context.ts";
import { archiveRecord, changeRecord, createRecord, forgetUniqueValues } from "./writing.ts";

/**
 * Merges `other` into `primary`. The survivor has the primary's values with its gaps filled from the other, the links
 * of both, and the merged ids in `hs_merged_object_ids`. By the portal's rules the survivor is the primary record or
 * a new third one.
 * @returns The survivor.
 */
export function mergeRecords(
  portal: PortalState,
  primary: StoredRecord,
  other: StoredRecord,
  context: WriteContext,
): StoredRecord {
  const losers = portal.rules.mergeMakesNewRecord ? [primary, other] : [other];
  const gathered = { ...writable(portal, other), ...writable(portal, primary) };
  const moved = Object.keys(writable(portal, other)).length;
  for (const loser of losers) forgetUniqueValues(portal, loser);
  const quiet = { ...context, quiet: true };
  const survivor = portal.rules.mergeMakesNewRecord
    ? createRecord(portal, primary.type, gathered, quiet)
    : primary;
  if (survivor === primary) changeRecord(portal, survivor, gaps(gathered, primary), quiet);
  for (const loser of losers) absorb(portal, survivor, loser, quiet);
  emitChange(portal, primary, "merge", context, {
    primaryObjectId: Number(primary.id),
    mergedObjectIds: [Number(other.id)],
    newObjectId: Number(survivor.id),
    numberOfPropertiesMoved: moved,
  });
  recordWrite(portal, survivor, "merge", context, { merged: losers.map((loser) => loser.id).join(";") });
  return survivor;
}

/**
 * Erases a contact for privacy: no value and no history stays, the address is blocked, and two webhooks leave in an
 * order that chance decides. Throws nothing.
 */
export function forgetContact(portal: PortalState, contact: StoredRecord, context: WriteContext): void {
  const address = valueOf(contact, "email");
  if (address !== undefined && address !== "") portal.blockedAddresses.add(address.toLowerCase());
  const announce = (): void =>
    emitChange(portal, contact, "privacyDeletion", context, { changeFlag: "DELETED" });
  const early = portal.hooks.hex(1) < "8";
  if (early) announce();
  archiveRecord(portal, contact, context);
  if (!early) announce();
  contact.history.clear();
  portal.records.contact.delete(contact.id);
  portal.conversions.delete(contact.id);
  for (const list of portal.lists) list.members.delete(contact.id);
  portal.submissions.splice(
    0,
    portal.submissions.length,
    ...portal.submissions.filter(
      (each) => !each.values.some(({ name, value }) => name === "email" && value === address),
    ),
  );
  recordWrite(portal, contact, "forget", context, {});
}

/** Finds the record that a merged one lives on in; the record itself when it was never merged. */
export function survivorOf(portal: PortalState, record: StoredRecord): StoredRecord {
  const next =
    record.mergedInto === undefined ? undefined : portal.records[record.type].get(record.mergedInto);
  return next ? survivorOf(portal, next) : record;
}

function writable(portal: PortalState, record: StoredRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(currentValues(record)).filter(
      ([name]) => portal.definitions[record.type].get(name)?.modificationMetadata.readOnlyValue === false,
    ),
  );
}

function gaps(values: Readonly<Record<string, string>>, record: StoredRecord): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => (valueOf(record, name) ?? "") === ""));
}

function absorb(
  portal: PortalState,
  survivor: StoredRecord,
  loser: StoredRecord,
  context: WriteContext,
): void {
  const timestamp = context.at ?? portal.hooks.now();
  const add = (name: string, value: string): void => {
    const known = (valueOf(survivor, name) ?? "").split(";").filter((each) => each !== "");
    const all = [...new Set([...known, ...value.split(";")])].join(";");
    appendValue(survivor, name, { value: all, timestamp, actor: calculation });
  };
  add("hs_merged_object_ids", [valueOf(loser, "hs_merged_object_ids"), loser.id].filter(Boolean).join(";"));
  if (survivor.type === "contact") {
    add("hs_calculated_merged_vids", `${loser.id}:${timestamp}`);
    const address = valueOf(loser, "email") ?? "";
    if (address !== "" && address !== valueOf(survivor, "email")) {
      add("hs_additional_emails", address);
      // The address still belongs to somebody: it finds the survivor and nobody else may take it.
      portal.unique.get("contact.email")?.set(address.toLowerCase(), survivor.id);
    }
  }
  for (const type of allObjectTypes) {
    for (const id of portal.links.of(loser, type).keys()) associate(portal, survivor, { type, id }, context);
  }
  for (const list of portal.lists) if (list.members.delete(loser.id)) list.members.add(survivor.id);
  loser.mergedInto = survivor.id;
  loser.archivedAt = timestamp;
}
