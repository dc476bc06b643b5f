/**
 * Calls, e-mails, meetings and tasks in HubSpot's words -> touches in Baton's. What a value means that nobody has seen yet is never
 * more than what is certain: tried, not reached; planned, not held; or nothing.
 * Sources: https://developers.hubspot.com/docs/api-reference/latest/crm/activities/calls/guide, and the guides of emails, meetings
 * and tasks beside it.
 */
import type { Instant } from "../../src/model/instant.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { Touch, TouchKind, TouchResult } from "../../src/model/touch.ts";
import { hasMark, isOwnKey } from "../http/mark.ts";
import type { ActivityKind } from "./activity.ts";
import type { CrmObject } from "./answer.ts";
import { isMadeByPerson, isSetByPerson } from "./authorship.ts";
import { KEY_PROPERTY } from "./compose.ts";
import { instantIn } from "./instant.ts";

/** How one kind of activity is read. */
export interface TouchReading {
  readonly kind: Exclude<ActivityKind, "deal">;
  readonly properties: readonly string[];
  readonly history: readonly string[];
  /** What it says by `now`; undefined for nothing. Throws nothing. */
  readonly touchOf: (record: CrmObject, now: Instant) => Touch | undefined;
}

type Values = CrmObject["properties"];

/** The outcome "Connected" of a call: every account has it under this id. Outcomes that an admin adds count as tried. */
const CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7";
/** A clock of HubSpot's that is a little ahead does not put what was just logged into the future. */
const AHEAD_MS = MINUTE_MS;

const ALWAYS = ["hs_timestamp", "hs_createdate", "hubspot_owner_id", "hs_object_source"];

export const TOUCH_READINGS: readonly TouchReading[] = [
  {
    kind: "call",
    properties: [...ALWAYS, "hs_call_status", "hs_call_disposition", "hs_call_direction"],
    history: [],
    touchOf: callTouch,
  },
  {
    kind: "email",
    properties: [...ALWAYS, "hs_email_direction", "hs_email_status", "hs_sequence_id"],
    history: [],
    touchOf: emailTouch,
  },
  {
    kind: "meeting",
    properties: [...ALWAYS, "hs_meeting_outcome", "hs_meeting_start_time"],
    history: [],
    touchOf: meetingTouch,
  },
  {
    kind: "task",
    properties: [...ALWAYS, "hs_task_status", "hs_task_completion_date", "hs_task_body", KEY_PROPERTY],
    history: ["hs_task_status"],
    touchOf: taskTouch,
  },
];

/** Somebody who called and was not answered, and a call that was never made, are no attempts of sales. */
function callTouch(record: CrmObject, now: Instant): Touch | undefined {
  const { properties } = record;
  const status = properties["hs_call_status"] ?? "";
  const at = timeOf(properties);
  if (at === undefined || CANCELLED.has(status)) return undefined;
  if (properties["hs_call_disposition"] === CONNECTED) return touch(record, "call", "reached", at);
  if (properties["hs_call_direction"] === "INBOUND") return undefined;
  return touch(record, "call", UNDER_WAY.has(status) || isAhead(at, now) ? "planned" : "tried", at);
}
const CANCELLED: ReadonlySet<string> = new Set(["CANCELED", "CANCELLED"]);
const UNDER_WAY: ReadonlySet<string> = new Set([
  "QUEUED",
  "RINGING",
  "CONNECTING",
  "CALLING_CRM_USER",
  "IN_PROGRESS",
]);

/** A reply is the lead's, whoever wrote it down. What was forwarded to the CRM may be anybody's, so it says nothing. */
function emailTouch(record: CrmObject, now: Instant): Touch | undefined {
  const { properties } = record;
  const status = properties["hs_email_status"] ?? "";
  const at = timeOf(properties);
  if (at === undefined) return undefined;
  if (properties["hs_email_direction"] === "INCOMING_EMAIL")
    return { ...touch(record, "reply", "reached", at), byPerson: true };
  if (properties["hs_email_direction"] !== "EMAIL" || UNSENT.has(status)) return undefined;
  return touch(record, "email", status === "SCHEDULED" || isAhead(at, now) ? "planned" : "tried", at);
}
const UNSENT: ReadonlySet<string> = new Set(["BOUNCED", "FAILED"]);

/** A meeting nobody said anything of stays planned, also when its time has passed. */
function meetingTouch(record: CrmObject): Touch | undefined {
  const { properties } = record;
  const outcome = properties["hs_meeting_outcome"] ?? "";
  const at = instantIn(properties["hs_meeting_start_time"]) ?? timeOf(properties);
  if (at === undefined || CANCELLED.has(outcome)) return undefined;
  return touch(record, "meeting", MEETING_RESULTS.get(outcome) ?? "planned", at);
}
const MEETING_RESULTS: ReadonlyMap<string, TouchResult> = new Map([
  ["COMPLETED", "reached"],
  ["NO_SHOW", "missed"],
]);

/** Baton's own task says nothing: it is done when what it asks for is, and that shows by itself. */
function taskTouch(record: CrmObject): Touch | undefined {
  const { properties } = record;
  const isOwn = isOwnKey(properties[KEY_PROPERTY]) || hasMark(properties["hs_task_body"]);
  if (isOwn || properties["hs_task_status"] !== "COMPLETED") return undefined;
  const at = instantIn(properties["hs_task_completion_date"]) ?? timeOf(properties);
  if (at === undefined) return undefined;
  return { ...touch(record, "task", "tried", at), byPerson: isSetByPerson(record, "hs_task_status") };
}

function timeOf(properties: Values): Instant | undefined {
  return instantIn(properties["hs_timestamp"]) ?? instantIn(properties["hs_createdate"]);
}

function isAhead(at: Instant, now: Instant): boolean {
  return at > now + AHEAD_MS;
}

/** A reply is an e-mail of HubSpot's, so its key is one's. */
function touch(record: CrmObject, kind: TouchKind, result: TouchResult, at: Instant): Touch {
  const ownerId = record.properties["hubspot_owner_id"];
  return {
    key: `${kind === "reply" ? "email" : kind}:${record.id}`,
    kind,
    result,
    at,
    ...(ownerId ? { ownerId } : {}),
    byPerson: isMadeByPerson(record, kind),
  };
}
