/**
 * With which tasks and notes Baton began handoffs of leads, known by their key or mark: for a Baton that does not remember making them.
 * Through the records of the leads themselves, in one call.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { OwnRecord } from "../../src/model/lost.ts";
import { beganHandoff } from "../http/mark.ts";
import type { Tools } from "./org.ts";
import { KEY_FIELD } from "./package-fields.ts";
import { personOf } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, instantOf, textOf } from "./values.ts";

/** A task or note, the field that names its lead, and the one that holds the mark. */
const KINDS = [
  { kind: "task", from: "Task", lead: "WhoId", text: "Description" },
  { kind: "note", from: "Note", lead: "ParentId", text: "Title" },
] as const;

/**
 * Reads the tasks and notes with which handoffs of these leads began at `since` or later, in no particular order. Throws `crm.*` when they
 * cannot be read: an answer that misses some would prove nothing.
 */
export async function readOwnRecords(
  { gateway, schema }: Pick<Tools, "gateway" | "schema">,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly OwnRecord[]> {
  const byId = new Map(
    leads.flatMap((lead) => {
      const id = personOf(lead)?.id;
      return id === undefined ? [] : [[id, lead] as const];
    }),
  );
  if (byId.size === 0) return [];
  const keys = await schema.visible("Task", [KEY_FIELD]);
  const asks = KINDS.map(({ kind, from, lead, text }) => {
    const select = ["Id", lead, text, "OwnerId", "CreatedDate", ...(kind === "task" ? keys : [])];
    const where = [
      { field: lead, in: [...byId.keys()] },
      { field: "CreatedDate", from: { at: since } },
    ];
    return { ref: kind, text: soqlInParts({ select, from, where }) };
  });
  const found = await findAll(gateway, asks, true);
  return KINDS.flatMap((one) =>
    recordsOf(found, one.kind).flatMap((record) => {
      const lead = byId.get(idIn(record, one.lead) ?? "");
      return lead === undefined ? [] : describe(one, record, lead, since);
    }),
  );
}

/** A record that does not say when it was made is taken for a new one: to ask once too often does no harm. */
function describe(
  { kind, text }: (typeof KINDS)[number],
  record: SfRecord,
  lead: LeadRef,
  since: Instant,
): OwnRecord[] {
  const id = idIn(record, "Id");
  const at = instantOf(record["CreatedDate"]) ?? since;
  const isOwn = beganHandoff(textOf(record[KEY_FIELD]), textOf(record[text]));
  if (id === undefined || !isOwn || at < since) return [];
  const ownerId = idIn(record, "OwnerId");
  return [{ lead, kind, id, at, ...(ownerId === undefined ? {} : { ownerId }) }];
}
