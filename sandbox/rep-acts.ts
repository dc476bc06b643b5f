/**
 * What reps do with a lead, as data: call, write, meet, complete a task, say what they made of it, open a deal. Each leaves what
 * it leaves in HubSpot. `by` is the owner's address; without it the contact's own owner acts.
 */
import { actorVia, bookMeeting, logCall, logEmail, ownerOf } from "./hubspot/activity.ts";
import type { CallOutcome, Via } from "./hubspot/activity.ts";
import { associate } from "./hubspot/association.ts";
import type { Owner, PortalState } from "./hubspot/portal.ts";
import { human } from "./hubspot/record.ts";
import type { StoredRecord } from "./hubspot/record.ts";
import { endSequence, enrolInSequence } from "./hubspot/sequence.ts";
import { changeRecord, createRecord } from "./hubspot/writing.ts";

/** How a booked meeting may end. `moved` needs its new start, `at`. */
type MeetingEnd = "held" | "no-show" | "cancelled" | "moved";

type OfContact = { readonly who: string; readonly by?: string };

/** One act. Contacts are named by address or id, everything else by id; instants are epoch milliseconds. */
export type RepAct =
  | ({
      readonly do: "call";
      readonly outcome: CallOutcome;
      readonly direction?: "in" | "out";
      readonly at?: number;
      readonly via?: Via;
    } & OfContact)
  | ({
      readonly do: "email";
      readonly direction?: "in" | "out";
      readonly at?: number;
      readonly via?: Via;
    } & OfContact)
  | ({ readonly do: "meeting"; readonly startsAt: number; readonly via?: Via } & OfContact)
  | {
      readonly do: "end-meeting";
      readonly meeting: string;
      readonly outcome: MeetingEnd;
      readonly at?: number;
    }
  | { readonly do: "complete-task"; readonly task: string; readonly by?: string; readonly via?: Via }
  | ({ readonly do: "dispose"; readonly answer: string; readonly reason?: string } & OfContact)
  | ({ readonly do: "lead-status"; readonly status: string } & OfContact)
  | ({
      readonly do: "open-deal";
      readonly name: string;
      readonly amount?: string;
      readonly stage?: string;
    } & OfContact)
  | { readonly do: "move-deal"; readonly deal: string; readonly stage: string }
  | ({ readonly do: "start-sequence"; readonly sequence: string } & OfContact)
  | ({ readonly do: "end-sequence" } & OfContact);

/** Finds the record an act names. @throws RangeError when it is not there. */
type Find = (type: "contact" | "meeting" | "task" | "deal", who: string) => StoredRecord;

/**
 * Performs one act.
 * @returns The record it made or changed.
 * @throws RangeError for a record or owner that is not there, and what HubSpot refuses of a sequence.
 */
export function performAsRep(portal: PortalState, act: RepAct, find: Find): StoredRecord {
  if ("who" in act) return withContact(portal, act, find("contact", act.who));
  switch (act.do) {
    case "end-meeting":
      return endMeeting(portal, find("meeting", act.meeting), act);
    case "complete-task":
      return completeTask(portal, find("task", act.task), act);
    case "move-deal":
      return change(portal, find("deal", act.deal), { dealstage: act.stage }, undefined);
  }
}

/** Whether an act is one of these. Throws nothing. */
export function isRepAct(act: { readonly do: string }): act is RepAct {
  return Object.hasOwn(NAMES, act.do);
}
const NAMES: Readonly<Record<RepAct["do"], true>> = {
  call: true,
  email: true,
  meeting: true,
  "end-meeting": true,
  "complete-task": true,
  dispose: true,
  "lead-status": true,
  "open-deal": true,
  "move-deal": true,
  "start-sequence": true,
  "end-sequence": true,
};

type ContactAct = Extract<RepAct, OfContact>;

function withContact(portal: PortalState, act: ContactAct, contact: StoredRecord): StoredRecord {
  const owner = ownerNamed(portal, contact, act.by);
  switch (act.do) {
    case "call":
      return logCall(portal, contact, { ...act, owner });
    case "email":
      return logEmail(portal, contact, { direction: "out", ...act, owner });
    case "meeting":
      return bookMeeting(portal, contact, { ...act, owner });
    case "dispose": {
      const reason = act.reason === undefined ? {} : { baton_disposition_reason: act.reason };
      return change(portal, contact, { ...reason, baton_owner_disposition: act.answer }, owner);
    }
    case "lead-status":
      return change(portal, contact, { hs_lead_status: act.status }, owner);
    case "open-deal":
      return openDeal(portal, contact, act, owner);
    case "start-sequence": {
      const sender = { userId: owner?.userId ?? 0, senderEmail: owner?.email ?? "" };
      enrolInSequence(portal, { contact, sequenceId: act.sequence, ...sender }, { actor: actorOf(owner) });
      return contact;
    }
    case "end-sequence":
      endSequence(portal, contact);
      return contact;
  }
}

function ownerNamed(portal: PortalState, contact: StoredRecord, by: string | undefined): Owner | undefined {
  const owner = ownerOf(portal, contact, by);
  if (by !== undefined && !owner) throw new RangeError(`no owner has the address ${by}`);
  return owner;
}

function actorOf(owner: Owner | undefined): ReturnType<typeof human> {
  return human(owner?.userId ?? 123);
}

function change(
  portal: PortalState,
  record: StoredRecord,
  values: Readonly<Record<string, string>>,
  owner: Owner | undefined,
): StoredRecord {
  changeRecord(portal, record, values, { actor: actorOf(owner) });
  return record;
}

const MEETING_OUTCOMES: Readonly<Record<MeetingEnd, string>> = {
  held: "COMPLETED",
  "no-show": "NO_SHOW",
  cancelled: "CANCELED",
  moved: "RESCHEDULED",
};

function endMeeting(
  portal: PortalState,
  meeting: StoredRecord,
  { outcome, at }: Extract<RepAct, { do: "end-meeting" }>,
): StoredRecord {
  const start = at === undefined ? {} : { hs_meeting_start_time: new Date(at).toISOString() };
  return change(portal, meeting, { ...start, hs_meeting_outcome: MEETING_OUTCOMES[outcome] }, undefined);
}

function completeTask(
  portal: PortalState,
  task: StoredRecord,
  { by, via }: Extract<RepAct, { do: "complete-task" }>,
): StoredRecord {
  const actor = actorVia(portal, via, ownerNamed(portal, task, by));
  changeRecord(portal, task, { hs_task_status: "COMPLETED" }, { actor });
  return task;
}

function openDeal(
  portal: PortalState,
  contact: StoredRecord,
  { name, amount, stage = "appointmentscheduled" }: Extract<RepAct, { do: "open-deal" }>,
  owner: Owner | undefined,
): StoredRecord {
  const context = { actor: actorOf(owner) };
  const values = {
    dealname: name,
    dealstage: stage,
    pipeline: "default",
    ...(amount === undefined ? {} : { amount }),
    ...(owner === undefined ? {} : { hubspot_owner_id: owner.id }),
  };
  const deal = createRecord(portal, "deal", values, context);
  associate(portal, deal, contact, context);
  return deal;
}
