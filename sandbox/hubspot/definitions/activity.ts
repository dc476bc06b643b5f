/**
 * The properties of calls, e-mails and meetings.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/activities/calls/guide,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/emails/guide,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/meetings/guide
 */
import type { ObjectType } from "../object-type.ts";
import type { DefinitionTraits } from "./definition.ts";

const datetime: DefinitionTraits = { type: "datetime" };
const number: DefinitionTraits = { type: "number" };
const readOnly: DefinitionTraits = { readOnly: true };
const readOnlyDate: DefinitionTraits = { type: "datetime", readOnly: true };
/** What every activity has; `hs_object_source` says which tool made it. */
const common: Readonly<Record<string, DefinitionTraits>> = {
  hs_timestamp: datetime,
  hs_createdate: readOnlyDate,
  hs_object_source: readOnly,
};

/** The outcomes of a call that every portal begins with: their GUIDs are the same everywhere. */
export const callOutcomes = {
  busy: { id: "9d9162e7-6cf3-4944-bf63-4dff82258764", label: "Busy" },
  connected: { id: "f240bbac-87c9-4f6e-bf70-924b57d47db7", label: "Connected" },
  "left-message": { id: "a4c4c377-d246-4b32-a13b-75a56a4cd0ff", label: "Left live message" },
  "left-voicemail": { id: "b2cf5968-551e-4856-9783-52b3da59a7d0", label: "Left voicemail" },
  "no-answer": { id: "73a0d17f-1163-4015-bdd5-ec830791da20", label: "No answer" },
  "wrong-number": { id: "17b47fee-58de-441e-a44c-c6300d46f273", label: "Wrong number" },
} as const;

const callStatuses = [
  "BUSY",
  "CALLING_CRM_USER",
  "CANCELED",
  "COMPLETED",
  "CONNECTING",
  "FAILED",
  "IN_PROGRESS",
  "NO_ANSWER",
  "QUEUED",
  "RINGING",
] as const;

/** Traits by property name, per type. */
export const activityTables: Readonly<
  Record<Extract<ObjectType, "call" | "email" | "meeting">, Readonly<Record<string, DefinitionTraits>>>
> = {
  call: {
    ...common,
    hs_call_title: {},
    hs_call_body: { fieldType: "html" },
    hs_call_direction: { options: ["INBOUND", "OUTBOUND"] },
    hs_call_status: { options: callStatuses },
    hs_call_disposition: {
      options: Object.values(callOutcomes).map(({ id, label }) => [id, label] as const),
    },
    hs_call_duration: number,
  },
  email: {
    ...common,
    hs_email_subject: {},
    hs_email_text: { fieldType: "textarea" },
    hs_email_direction: { options: ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"] },
    hs_email_status: { options: ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"] },
    hs_sequence_id: readOnly,
  },
  meeting: {
    ...common,
    hs_meeting_title: {},
    hs_meeting_body: { fieldType: "html" },
    hs_meeting_start_time: datetime,
    hs_meeting_end_time: datetime,
    hs_meeting_outcome: { options: ["SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"] },
  },
};
