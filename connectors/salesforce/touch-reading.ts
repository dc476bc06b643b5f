/**
 * Tasks and Events in Salesforce's words -> touches in Baton's. A call, an e-mail and a to-do are all Tasks there, told apart by their
 * subtype; a meeting is an Event. What a value means that nobody has seen yet is never more than what is certain: tried, not reached.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 */
import type { Instant } from "../../src/model/instant.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Touch, TouchKind, TouchResult } from "../../src/model/touch.ts";
import { isOwnKey } from "../http/mark.ts";
import { objectOf } from "./ids.ts";
import { KEY_FIELD } from "./package-fields.ts";
import type { SfRecord } from "./queries.ts";
import { idIn, instantOf, parentOf, textOf } from "./values.ts";

/** Fields that a task is read by; those the user cannot see are left out. */
export const TASK_FIELDS: readonly string[] = [
  "WhoId",
  "OwnerId",
  "TaskSubtype",
  "CallType",
  "CallDisposition",
  "IsClosed",
  "CompletedDateTime",
  "ActivityDate",
  "ReminderDateTime",
  "CreatedDate",
  "CreatedById",
  "LastModifiedDate",
  "LastModifiedById",
  KEY_FIELD,
];
/** Fields that a meeting is read by. */
export const EVENT_FIELDS: readonly string[] = [
  "WhoId",
  "OwnerId",
  "Subject",
  "StartDateTime",
  "EndDateTime",
  "ActivityDate",
  "CreatedDate",
  "CreatedById",
  KEY_FIELD,
];

/** What activities are read with besides themselves. */
export interface Reading {
  readonly now: Instant;
  /** Baton's own user; undefined where it is not known. */
  readonly me: string | undefined;
  /** E-mail messages by the id of their task. */
  readonly messages: ReadonlyMap<string, SfRecord>;
}

/** The kind of users that are people with a licence of their own, and that of other apps. */
const PERSON = "Standard";
const APP = "CloudIntegrationUser";
/** What dialers and people write for a call in which both spoke. In lower case; anything else counts as tried. */
const SPOKEN: ReadonlySet<string> = new Set([
  "connected",
  "answered",
  "reached",
  "conversation",
  "meaningful connect",
]);
/** A draft. Source: describe of EmailMessage.Status. */
const DRAFT = "5";
const NO_SHOW = /^\s*(?:no[- ]?show|missed)\b/i;
const CALLED_OFF = /^\s*cancel(?:l?ed)\b/i;
const HELD = /^\s*held\b/i;

/** What a task says; undefined for nothing: one of Baton's own, one that is open and no call. Throws nothing. */
export function taskTouch(record: SfRecord, reading: Reading): Touch | undefined {
  const isOwn =
    isOwnKey(textOf(record[KEY_FIELD])) ||
    (reading.me !== undefined && idIn(record, "CreatedById") === reading.me);
  if (isOwn) return undefined;
  const subtype = textOf(record["TaskSubtype"]) ?? "";
  if (subtype === "Call" || textOf(record["CallDisposition"]) !== undefined)
    return callTouch(record, reading);
  if (record["IsClosed"] !== true) return undefined;
  if (EMAILS.has(subtype)) return emailTouch(record, reading);
  return touchOf(record, "task", "tried", doneAt(record), isByPerson(record, "LastModifiedBy", reading));
}
const EMAILS: ReadonlySet<string> = new Set(["Email", "ListEmail"]);

/** Somebody who called and was not answered is no attempt of sales. */
function callTouch(record: SfRecord, reading: Reading): Touch | undefined {
  const isSpoken = SPOKEN.has(textOf(record["CallDisposition"])?.trim().toLowerCase() ?? "");
  const isByCaller =
    isByPerson(record, "CreatedBy", reading) ||
    isByPerson(record, "LastModifiedBy", reading) ||
    isDialled(record);
  if (record["IsClosed"] !== true) return touchOf(record, "call", "planned", plannedAt(record), isByCaller);
  if (isSpoken) return touchOf(record, "call", "reached", doneAt(record), isByCaller);
  if (textOf(record["CallType"]) === "Inbound") return undefined;
  return touchOf(record, "call", "tried", doneAt(record), isByCaller);
}

/** A reply is the lead's, whoever logged it. What was sent to many at once is nobody's effort. */
function emailTouch(record: SfRecord, reading: Reading): Touch | undefined {
  const message = reading.messages.get(idIn(record, "Id") ?? "");
  const at = instantOf(message?.["MessageDate"]) ?? doneAt(record);
  if (message?.["Incoming"] === true) return touchOf(record, "reply", "reached", at, true);
  if (textOf(message?.["Status"]) === DRAFT || message?.["IsBounced"] === true) return undefined;
  const isToOne = textOf(record["TaskSubtype"]) !== "ListEmail";
  return touchOf(record, "email", "tried", at, isToOne && isByPerson(record, "CreatedBy", reading));
}

/**
 * What an Event says. Salesforce keeps no word for how a meeting ended: one that is over was held, unless its subject begins
 * otherwise; one that was called off is deleted. Undefined for one that was called off by its subject. Throws nothing.
 */
export function meetingTouch(record: SfRecord, reading: Reading): Touch | undefined {
  const subject = textOf(record["Subject"]) ?? "";
  if (CALLED_OFF.test(subject)) return undefined;
  const at = instantOf(record["StartDateTime"]) ?? dayOf(record["ActivityDate"]);
  const isOver = (instantOf(record["EndDateTime"]) ?? (at ?? 0) + DAY_MS) <= reading.now;
  const result = NO_SHOW.test(subject) ? "missed" : HELD.test(subject) || isOver ? "reached" : "planned";
  return touchOf(record, "meeting", result, at, isByPerson(record, "CreatedBy", reading));
}

/** A reply is an e-mail of Salesforce's, so its key is one's. */
function touchOf(
  record: SfRecord,
  kind: TouchKind,
  result: TouchResult,
  at: Instant | undefined,
  byPerson: boolean,
): Touch | undefined {
  const [id, ownerId] = [idIn(record, "Id"), idIn(record, "OwnerId")];
  if (id === undefined || at === undefined) return undefined;
  const named = kind === "reply" ? "email" : kind;
  return { key: `${named}:${id}`, kind, result, at, ...(ownerId === undefined ? {} : { ownerId }), byPerson };
}

/** Whether a person is behind it. Where Salesforce does not say what kind of user somebody is, it is taken for a person. */
function isByPerson(record: SfRecord, who: "CreatedBy" | "LastModifiedBy", { me }: Reading): boolean {
  const type = textOf(parentOf(record, who)["UserType"]) ?? PERSON;
  return type === PERSON && (me === undefined || idIn(record, `${who}Id`) !== me);
}

/** A call that an app logged in somebody's name was made with a dialer: programs do not talk. */
function isDialled(record: SfRecord): boolean {
  const isPersons = objectOf(idIn(record, "OwnerId") ?? "") === "User";
  return isPersons && textOf(parentOf(record, "CreatedBy")["UserType"]) === APP;
}

function doneAt(record: SfRecord): Instant | undefined {
  return instantOf(record["CompletedDateTime"]) ?? instantOf(record["LastModifiedDate"]);
}

/** A task is due on a day, without an hour: its reminder has one, else it counts from the day's beginning. */
function plannedAt(record: SfRecord): Instant | undefined {
  return (
    instantOf(record["ReminderDateTime"]) ?? dayOf(record["ActivityDate"]) ?? instantOf(record["CreatedDate"])
  );
}

function dayOf(day: unknown): Instant | undefined {
  const at = Date.parse(`${textOf(day) ?? ""}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
}
