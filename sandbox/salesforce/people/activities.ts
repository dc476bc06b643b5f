/**
 * Calls, e-mails and meetings as an org keeps them: closed Tasks, e-mail messages and Events, made by somebody or by a
 * machine in somebody's name. An Event has no field for how it ended, so people write that before its subject.
 */
import type { RepAct } from "../../rep-acts.ts";
import { insertRow, assign, patchRow } from "../rows.ts";
import { textOf } from "../table.ts";
import { wordsOf } from "../conversion.ts";
import type { OrgState } from "../org.ts";
import { dateOf, stamp } from "../stamp.ts";
import type { Row, Value, Values } from "../table.ts";
import { binRow } from "../rows.ts";
import type { WriteContext } from "../write-context.ts";

type Act<Do extends RepAct["do"]> = Extract<RepAct, { readonly do: Do }>;
type Via = NonNullable<Act<"call">["via"]>;

/** What people pick for how a call ended. */
const dispositions: Readonly<Record<Exclude<Act<"call">["outcome"], "planned">, string>> = {
  busy: "Busy",
  connected: "Connected",
  "left-message": "Left Message",
  "left-voicemail": "Left Voicemail",
  "no-answer": "No Answer",
  "wrong-number": "Wrong Number",
};

/** Logs a call with this person, over or planned, in the name of `ownerId`. Throws nothing. */
export function logCall(
  state: OrgState,
  about: Row,
  { outcome, direction, at }: Pick<Act<"call">, "outcome" | "direction" | "at">,
  ownerId: string,
  context: WriteContext,
): Row {
  const CallType = direction === "in" ? "Inbound" : "Outbound";
  const given = { Subject: "Call", TaskSubtype: "Call", CallType };
  if (outcome === "planned") return makeTask(state, about, given, { at, ownerId }, context);
  const done = { ...given, Status: closedStatus(state), CallDisposition: dispositions[outcome] };
  return makeTask(state, about, done, { at, ownerId }, context);
}

/** Logs an e-mail: a closed Task and the message itself. Throws nothing. */
export function logEmail(
  state: OrgState,
  about: Row,
  { direction, at }: Pick<Act<"email">, "direction" | "at">,
  ownerId: string,
  context: WriteContext,
): Row {
  const isIncoming = direction === "in";
  const Subject = isIncoming ? "Re: Your request" : "Your request";
  const given = { Subject: `Email: ${Subject}`, TaskSubtype: "Email", Status: closedStatus(state) };
  const task = makeTask(state, about, given, { at, ownerId }, context);
  const theirs = about.values["Email"] ?? null;
  const ours = state.row(ownerId)?.values["Email"] ?? null;
  const message = {
    ActivityId: task.id,
    Subject,
    Incoming: isIncoming,
    FromAddress: isIncoming ? theirs : ours,
    ToAddress: isIncoming ? ours : theirs,
    Status: isIncoming ? "1" : "3",
    MessageDate: stamp(at ?? state.hooks.now()),
  };
  insertRow(state, "EmailMessage", message, context);
  return task;
}

/** A meeting of half an hour. */
const meetingMinutes = 30;
const minuteMs = 60_000;

/** Puts a meeting with this person into the owner's calendar. Throws nothing. */
export function bookMeeting(
  state: OrgState,
  about: Row,
  startsAt: number,
  ownerId: string,
  context: WriteContext,
): Row {
  const given = { Subject: "Meeting", WhoId: about.id, OwnerId: ownerId, EventSubtype: "Event" };
  return insertRow(state, "Event", { ...given, ...timesOf(startsAt) }, context);
}

/** Ends or moves a meeting. A cancelled one is deleted. */
export function endMeeting(
  state: OrgState,
  meeting: Row,
  { outcome, at }: Pick<Act<"end-meeting">, "outcome" | "at">,
  context: WriteContext,
): Row {
  const subject = textOf(meeting.values["Subject"]).replace(/^(?:Held|No-show): /, "");
  const moved = at === undefined ? {} : timesOf(at);
  if (outcome === "cancelled") binRow(state, meeting, context);
  else {
    const said = { held: `Held: ${subject}`, "no-show": `No-show: ${subject}`, moved: subject }[outcome];
    patchRow(state, meeting, { ...moved, Subject: said }, context);
  }
  return meeting;
}

/** Completes a task. */
export function completeTask(state: OrgState, task: Row, context: WriteContext): Row {
  patchRow(state, task, { Status: closedStatus(state) }, context);
  return task;
}

/** Who writes an activity that came this way: the person, another app's user, or Salesforce's own process user. */
export function contextVia(state: OrgState, via: Via | undefined, own: WriteContext): WriteContext {
  if (via === undefined || via === "person") return own;
  const [LastName, UserType] =
    via === "integration"
      ? ["Dialer Integration", "CloudIntegrationUser"]
      : ["Automated Process", "AutomatedProcess"];
  const users = [...state.table("User").rows.values()];
  const user =
    users.find(({ values }) => values["LastName"] === LastName && values["UserType"] === UserType) ??
    insertRow(
      state,
      "User",
      { LastName, UserType, Email: "noreply@acme.example" },
      { ...own, who: { other: "setup" } },
    );
  return { userId: user.id, who: { other: via }, ...(via === "integration" ? { api: "rest" } : {}) };
}

function makeTask(
  state: OrgState,
  about: Row,
  given: Values,
  { at, ownerId }: { readonly at: number | undefined; readonly ownerId: string },
  context: WriteContext,
): Row {
  const when = at ?? state.hooks.now();
  const task = insertRow(
    state,
    "Task",
    { ...given, WhoId: about.id, OwnerId: ownerId, ActivityDate: dateOf(when) },
    context,
  );
  // Salesforce stamps the completion itself; one logged afterwards is shown as of when it was.
  if (task.values["IsClosed"] === true) assign(state, task, { CompletedDateTime: stamp(when) });
  return task;
}

function closedStatus(state: OrgState): Value {
  const closed = wordsOf(state, "TaskStatus").find((row) => row.values["IsClosed"] === true);
  return closed?.values["ApiName"] ?? "Completed";
}

function timesOf(startsAt: number): Values {
  return {
    StartDateTime: stamp(startsAt),
    ActivityDateTime: stamp(startsAt),
    ActivityDate: dateOf(startsAt),
    EndDateTime: stamp(startsAt + meetingMinutes * minuteMs),
    DurationInMinutes: meetingMinutes,
  };
}
