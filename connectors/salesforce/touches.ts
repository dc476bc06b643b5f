/**
 * What passed between sales and leads: the Tasks and Events of their records, in one call, and in a second one the messages behind
 * e-mails, which alone say who wrote to whom.
 */
import { BatonError } from "../../src/errors.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { LeadTouch, Touch } from "../../src/model/touch.ts";
import { withKnownNames } from "./known-names.ts";
import type { Tools } from "./org.ts";
import { leadRef, personOf } from "./person.ts";
import { findAll, findRecords, recordsOf } from "./queries.ts";
import type { Ask, SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { EVENT_FIELDS, meetingTouch, TASK_FIELDS, taskTouch } from "./touch-reading.ts";
import type { Reading } from "./touch-reading.ts";
import { idIn, textOf } from "./values.ts";

/**
 * Reads touches at `since` or later, and planned ones, oldest first. An activity that makes no sense says nothing.
 * @throws BatonError `crm.*`; `crm.forbidden` where the user may see no tasks.
 */
export async function readTouches(
  tools: Tools,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly LeadTouch[]> {
  const people = [...new Set(leads.flatMap((lead) => personOf(lead)?.id ?? []))];
  if (people.length === 0) return [];
  const touches = await withKnownNames(tools.schema, () => readAll(tools, people, since));
  return touches
    .filter(({ result, at }) => result === "planned" || at >= since)
    .toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}

async function readAll(
  tools: Tools,
  people: readonly string[],
  since: Instant,
): Promise<readonly LeadTouch[]> {
  const [asks, me] = await Promise.all([asksFor(tools, people, since), tools.me.id()]);
  const found = await findAll(tools.gateway, asks, true);
  const tasks = recordsOf(found, "tasks");
  const reading = { now: tools.now(), me, messages: await messagesOf(tools, tasks) };
  return [
    ...tasks.flatMap((record) => ofLead(record, taskTouch(record, reading))),
    ...recordsOf(found, "meetings").flatMap((record) => ofLead(record, meetingTouch(record, reading))),
  ];
}

async function asksFor(
  { schema, now }: Tools,
  people: readonly string[],
  since: Instant,
): Promise<readonly Ask[]> {
  const [task, event] = await Promise.all([
    schema.visible("Task", TASK_FIELDS),
    schema.visible("Event", EVENT_FIELDS),
  ]);
  if (!task.includes("WhoId"))
    throw new BatonError("crm.forbidden", "Salesforce does not let Baton's user read tasks.");
  const byWhom = (fields: readonly string[]): readonly string[] =>
    ["CreatedBy", "LastModifiedBy"]
      .filter((who) => fields.includes(`${who}Id`))
      .map((who) => `${who}.UserType`);
  const who = { field: "WhoId", in: people };
  const isNews = {
    any: [
      { field: "IsClosed", is: false },
      { field: "LastModifiedDate", from: { at: since } },
      ...(task.includes("CompletedDateTime") ? [{ field: "CompletedDateTime", from: { at: since } }] : []),
    ],
  };
  const tasks = { select: ["Id", ...task, ...byWhom(task)], from: "Task", where: [who, isNews] };
  // A meeting is planned long before it takes place, so when it was changed says nothing.
  const meetings = {
    select: ["Id", ...event, ...byWhom(event)],
    from: "Event",
    where: [who, { field: "EndDateTime", from: { at: Math.min(since, now()) } }],
  };
  return [
    { ref: "tasks", text: soqlInParts(tasks) },
    ...(event.includes("WhoId") ? [{ ref: "meetings", text: soqlInParts(meetings) }] : []),
  ];
}

/** E-mail messages by task, where the user may see them: without them no reply is known, and every e-mail counts as sent. */
async function messagesOf(
  { gateway, schema }: Tools,
  tasks: readonly SfRecord[],
): Promise<Reading["messages"]> {
  const emails = tasks.filter((record) => textOf(record["TaskSubtype"]) === "Email");
  const ids = emails.flatMap((record) => idIn(record, "Id") ?? []);
  const fields = ids.length === 0 ? [] : await schema.visible("EmailMessage", MESSAGE_FIELDS);
  if (!fields.includes("ActivityId")) return new Map();
  const where = [{ field: "ActivityId", in: ids }];
  const text = soqlInParts({ select: fields, from: "EmailMessage", where });
  const records = await findRecords(gateway, text, { isEssential: true });
  return new Map(
    records.flatMap((record) => {
      const task = idIn(record, "ActivityId");
      return task === undefined ? [] : [[task, record] as const];
    }),
  );
}
const MESSAGE_FIELDS = ["ActivityId", "Incoming", "Status", "MessageDate", "IsBounced"];

function ofLead(record: SfRecord, touch: Touch | undefined): LeadTouch[] {
  const lead = idIn(record, "WhoId");
  return lead === undefined || touch === undefined ? [] : [{ ...touch, lead: leadRef(lead) }];
}
