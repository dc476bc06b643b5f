/** Baton's writes in HubSpot's words: one batch input each. Values are text, dates are ISO 8601, reminders epoch ms. */
import type { KeyPlace } from "../../src/model/capabilities.ts";
import type { Write, WriteKind } from "../../src/model/effect.ts";
import type { Instant } from "../../src/model/instant.ts";
import { isRecordId } from "./batch-read.ts";
import { markedBody } from "./marker.ts";

/** A write of one kind. */
export type WriteOf<K extends WriteKind> = Extract<Write, { kind: K }>;

/** The custom property that holds a write's key, where the account allows unique ones on tasks and notes. */
export const KEY_PROPERTY = "baton_key";

/** HubSpot's ids of the default associations. Source: https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide */
const LINK_TYPES = {
  task: { contact: 204, company: 192 },
  note: { contact: 202, company: 190 },
} as const;
const TASK_TYPES = { call: "CALL", email: "EMAIL", "to-do": "TODO" } as const;
const PRIORITIES = { low: "LOW", medium: "MEDIUM", high: "HIGH" } as const;

/** An input of `/batch/update` and `/batch/create`. The trace id makes HubSpot judge every input by itself. */
export interface BatchInput {
  readonly objectWriteTraceId: string;
  readonly id?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations?: readonly unknown[];
}

/** What is wrong with a write that cannot be said in HubSpot's words. */
export interface Unspeakable {
  readonly reason: string;
}

/** A write that changes what a contact says: what was decided, or what the other CRM says of the same person. */
export type Update = WriteOf<"update-lead" | "sync-fields">;

/** An update of a contact. A value that is empty clears the property. */
export function updateInput(write: Update): BatchInput | Unspeakable {
  if (!isRecordId(write.lead.id)) return { reason: `Contact id "${write.lead.id}" is not a HubSpot id.` };
  const properties: Record<string, string> = {};
  for (const [path, value] of valuesIn(write)) {
    const name = contactProperty(path);
    if (name === undefined)
      return { reason: `Only contact properties can be written, not "${path}": see fields.yaml.` };
    properties[name] = value;
  }
  if (write.kind === "update-lead" && write.owner) properties["hubspot_owner_id"] = write.owner.to;
  if (write.kind === "update-lead" && write.stage) properties["lifecyclestage"] = write.stage.to;
  return { objectWriteTraceId: write.key, id: write.lead.id, properties };
}

/** The properties of an update by path, without owner and stage. */
export function valuesIn(write: Update): readonly (readonly [path: string, to: string])[] {
  return write.kind === "update-lead"
    ? Object.entries(write.properties)
    : Object.entries(write.values).map(([path, { to }]) => [path, to] as const);
}

/** The property a path names: `contact.baton_why_now` is `baton_why_now`. Undefined for other objects' paths. */
export function contactProperty(path: string): string | undefined {
  return /^contact\.([a-z][a-z0-9_]*)$/.exec(path)?.[1];
}

/** A task for the owner, linked to the contact and its company. */
export function taskInput(write: WriteOf<"create-task">, keyPlace: KeyPlace): BatchInput | Unspeakable {
  const due = isoTime(write.dueAt);
  const links = associations("task", write);
  if (due === undefined) return { reason: `Due time ${write.dueAt} is not a time.` };
  if (links === undefined) return { reason: `Contact id "${write.lead.id}" is not a HubSpot id.` };
  return {
    objectWriteTraceId: write.key,
    properties: {
      hs_timestamp: due,
      hs_task_subject: write.subject,
      hs_task_body: markedBody(write.html, write.key),
      hs_task_status: "NOT_STARTED",
      hs_task_priority: PRIORITIES[write.priority],
      hs_task_type: TASK_TYPES[write.action],
      hubspot_owner_id: write.ownerId,
      ...(write.remindAt !== undefined && isoTime(write.remindAt) !== undefined
        ? { hs_task_reminders: String(Math.trunc(write.remindAt)) }
        : {}),
      ...keyed(write.key, keyPlace),
    },
    associations: links,
  };
}

/** A note on the contact and its company; `ownerId` is shown as its author. */
export function noteInput(write: WriteOf<"create-note">, keyPlace: KeyPlace): BatchInput | Unspeakable {
  const at = isoTime(write.at);
  const links = associations("note", write);
  if (at === undefined) return { reason: `Time ${write.at} is not a time.` };
  if (links === undefined) return { reason: `Contact id "${write.lead.id}" is not a HubSpot id.` };
  return {
    objectWriteTraceId: write.key,
    properties: {
      hs_timestamp: at,
      hs_note_body: markedBody(write.html, write.key),
      ...(write.ownerId === undefined ? {} : { hubspot_owner_id: write.ownerId }),
      ...keyed(write.key, keyPlace),
    },
    associations: links,
  };
}

function keyed(key: string, place: KeyPlace): Record<string, string> {
  return place === "unique-property" ? { [KEY_PROPERTY]: key } : {};
}

function associations(
  kind: keyof typeof LINK_TYPES,
  write: WriteOf<"create-task" | "create-note">,
): unknown[] | undefined {
  if (!isRecordId(write.lead.id)) return undefined;
  const link = (id: string, associationTypeId: number): unknown => ({
    to: { id },
    types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }],
  });
  const company = write.accountId !== undefined && isRecordId(write.accountId) ? [write.accountId] : [];
  return [
    link(write.lead.id, LINK_TYPES[kind].contact),
    ...company.map((id) => link(id, LINK_TYPES[kind].company)),
  ];
}

/** ISO 8601 in UTC; undefined for what is no time. */
function isoTime(at: Instant): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
