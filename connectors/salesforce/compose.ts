/**
 * Baton's writes as rows of collections. What the org cannot take is told apart: a field of Baton's own that the package would
 * bring is dropped and named, and so is one that only the other object has; any other unknown field is the playbook's mistake.
 */
import type { Write, WriteKind } from "../../src/model/effect.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { CrmOption } from "../../src/model/vocabulary.ts";
import type { Row } from "./collections.ts";
import type { Field, ObjectShape } from "./describe.ts";
import { toId, toIdOf } from "./ids.ts";
import { markedText, markedTitle, noteText } from "./mark.ts";
import { COUNTERPART_FIELD, isOwnField, KEY_FIELD } from "./package-fields.ts";
import { personOf } from "./person.ts";
import type { Person, PersonObject } from "./person.ts";
import { cutText } from "./plain-text.ts";
import { isBackward } from "./statuses.ts";
import { jsonOf } from "./values.ts";
import { localDay } from "./zones.ts";

/** A write of one kind. */
export type WriteOf<K extends WriteKind> = Extract<Write, { kind: K }>;
/** A write that changes what a Lead or Contact says. */
export type Update = WriteOf<"update-lead" | "sync-fields">;

/** What is known of the org by the time writes are put into words. */
export interface Org {
  readonly people: Readonly<Record<PersonObject, ObjectShape | undefined>>;
  readonly task: ObjectShape | undefined;
  /** Whether a task's key has a unique field of its own. */
  readonly isTaskKeyed: boolean;
  readonly statuses: readonly CrmOption[];
  /** By owner id. */
  readonly zones: ReadonlyMap<string, string>;
}

/** A write as a row, with what of it cannot be written here; without a row when nothing is left of it. */
export interface Composed {
  readonly row: Row | undefined;
  readonly dropped: readonly string[];
}

/** What is wrong with a write that cannot be said in Salesforce's words. */
export interface Unspeakable {
  readonly reason: string;
}

type Fields = Record<string, string | number | boolean | null>;

const SUBJECT_LENGTH = 255;
const PRIORITIES = { low: "Low", medium: "Normal", high: "High" } as const;
const TYPES = { call: "Call", email: "Email", "to-do": undefined } as const;

/**
 * An update of a Lead or Contact. A value that is empty clears the field. The other CRM's id goes along where something is written:
 * whoever is known by an address alone is somebody else once that changes. Throws nothing.
 */
export function updateRow(write: Update, org: Org): Composed | Unspeakable {
  const person = personOf(write.lead);
  if (person === undefined) return noPerson(write);
  const { owner, stage } = write.kind === "update-lead" ? write : {};
  const fields: Fields = {};
  const dropped: string[] = [];
  for (const [path, to] of valuesIn(write)) {
    const value = fieldValue(path, to, person, org);
    if (value === undefined) dropped.push(path);
    else if ("reason" in value) return value;
    else fields[value.name] = value.json;
  }
  if (owner !== undefined) {
    const ownerId = toId(owner.to);
    if (ownerId === undefined) return { reason: `Owner "${owner.to}" is no Salesforce id.` };
    fields["OwnerId"] = ownerId;
  }
  if (stage !== undefined) {
    if (person.object === "Contact" || isBackward(org.statuses, stage.seen, stage.to)) dropped.push("stage");
    else fields["Status"] = stage.to;
  }
  const isEmpty = Object.keys(fields).length === 0;
  if (
    write.counterpart !== undefined &&
    org.people[person.object]?.fields.get(COUNTERPART_FIELD)?.isUpdateable
  )
    fields[COUNTERPART_FIELD] = write.counterpart.id;
  return { row: isEmpty ? undefined : { object: person.object, id: person.id, fields }, dropped };
}

/** The values of an update by path, without owner and stage. Throws nothing. */
export function valuesIn(write: Update): readonly (readonly [path: string, to: string])[] {
  return write.kind === "update-lead"
    ? Object.entries(write.properties)
    : Object.entries(write.values).map(([path, { to }]) => [path, to] as const);
}

/** The field a path names on this person's record; undefined where it has none. Throws nothing. */
export function fieldOf(path: string, { object }: Person, org: Pick<Org, "people">): Field | undefined {
  return path.startsWith("lead.") ? org.people[object]?.fields.get(path.slice("lead.".length)) : undefined;
}

/** Undefined where this record has no such field. */
function fieldValue(
  path: string,
  to: string,
  person: Person,
  org: Org,
): { readonly name: string; readonly json: Fields[string] } | Unspeakable | undefined {
  const name = path.startsWith("lead.") ? path.slice("lead.".length) : undefined;
  if (name === undefined)
    return { reason: `Only fields of the lead can be written, not "${path}": see fields.yaml.` };
  const field = fieldOf(path, person, org);
  const isKnown = isOwnField(name) || Object.values(org.people).some((shape) => shape?.fields.has(name));
  if (field === undefined)
    return isKnown
      ? undefined
      : { reason: `Leads and Contacts have no field "${name}" that Baton's user can see: see fields.yaml.` };
  if (!field.isUpdateable)
    return isOwnField(name)
      ? undefined
      : { reason: `Baton's user may not write "${name}": assign the permission set, or see fields.yaml.` };
  const json = jsonOf(to, field, isOwnField(name));
  return json === undefined
    ? { reason: `"${to}" is no value for "${name}", a ${field.type}.` }
    : { name, json };
}

/** A task for the owner. Status is left out: a new one is open, and one that is there keeps what people made of it. Throws nothing. */
export function taskRow(write: WriteOf<"create-task">, org: Org): Composed | Unspeakable {
  const person = personOf(write.lead);
  const ownerId = toId(write.ownerId);
  if (person === undefined) return noPerson(write);
  if (ownerId === undefined) return { reason: `Owner "${write.ownerId}" is no Salesforce id.` };
  if (!isTime(write.dueAt)) return { reason: `Due time ${write.dueAt} is not a time.` };
  const { remindAt } = write;
  const type = TYPES[write.action];
  const fields: Fields = {
    Subject: cutText(write.subject, SUBJECT_LENGTH),
    WhoId: person.id,
    OwnerId: ownerId,
    ActivityDate: localDay(write.dueAt, org.zones.get(ownerId)),
    Description: markedText(write.html, write.key),
    ...accountLink(write, person),
    ...choice(org.task, "Priority", PRIORITIES[write.priority]),
    ...(type === undefined ? {} : choice(org.task, "Type", type)),
    ...(remindAt !== undefined && isTime(remindAt)
      ? { IsReminderSet: true, ReminderDateTime: new Date(remindAt).toISOString() }
      : {}),
    ...(org.isTaskKeyed ? { [KEY_FIELD]: write.key } : {}),
  };
  return { row: { object: "Task", fields }, dropped: [] };
}

/** A note on the Lead or Contact, in the owner's name if there is one. Throws nothing. */
export function noteRow(write: WriteOf<"create-note">): Composed | Unspeakable {
  const person = personOf(write.lead);
  if (person === undefined) return noPerson(write);
  const ownerId = toIdOf("User", write.ownerId ?? "");
  const fields: Fields = {
    ParentId: person.id,
    Title: markedTitle(write.html, write.key),
    Body: noteText(write.html),
    ...(ownerId === undefined ? {} : { OwnerId: ownerId }),
  };
  return { row: { object: "Note", fields }, dropped: [] };
}

/** A membership of a campaign. Throws nothing. */
export function memberRow(write: WriteOf<"add-to-list">): Composed | Unspeakable {
  const person = personOf(write.lead);
  const campaign = toIdOf("Campaign", write.list);
  if (person === undefined) return noPerson(write);
  if (campaign === undefined) return { reason: `List "${write.list}" is no id of a campaign.` };
  const fields = { CampaignId: campaign, [`${person.object}Id`]: person.id };
  return { row: { object: "CampaignMember", fields }, dropped: [] };
}

/** A Lead takes no second link; a Contact's task stands on its account as well. */
function accountLink({ accountId }: WriteOf<"create-task">, person: Person): Fields {
  const account = toIdOf("Account", accountId ?? "");
  return person.object === "Contact" && account !== undefined ? { WhatId: account } : {};
}

/** Admins rename what priorities and types there are: a word the list does not have is left out. */
function choice(shape: ObjectShape | undefined, name: string, value: string): Fields {
  const field = shape?.fields.get(name);
  const isThere = field?.options.some((option) => option.value === value) === true;
  return field?.isCreateable === true && isThere ? { [name]: value } : {};
}

function isTime(at: Instant): boolean {
  return !Number.isNaN(new Date(at).getTime());
}

function noPerson({ lead }: Write): Unspeakable {
  return { reason: `Lead "${lead.id}" is no id of a Salesforce Lead or Contact.` };
}
