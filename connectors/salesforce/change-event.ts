/**
 * Change events and platform events: what a channel tells, as Baton's events. As everywhere they are hints, and the record is read again;
 * so a deletion is only news of the record, because the loser of a merge is deleted too, and reading finds the winner.
 *
 * One change event may be of many records, and tells several fields of each. Its identity is that of the transaction, its number in it,
 * the record and the field; replay ids are only places, and may be given twice.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm
 */
import { z } from "zod";
import type { Heard } from "../../src/connector.ts";
import type { ChangedField, CrmEvent } from "../../src/model/event.ts";
import { type Instant, MINUTE_MS } from "../../src/model/instant.ts";
import type { Told } from "./bayeux.ts";
import { DELETED, FIELD_OF_NAME } from "./changed.ts";
import { objectOf, toId } from "./ids.ts";
import { isOwnField } from "./package-fields.ts";
import { cutText } from "./plain-text.ts";
import { recordEvent, requestEvent } from "./record-event.ts";
import { textOf } from "./values.ts";

/** What an admin selects for Change Data Capture: as many objects as an org may without the add-on. */
export const HEARD_OBJECTS: readonly string[] = ["Lead", "Contact", "Task", "Event", "Opportunity"];
/** Where Baton listens, as far as the org allows it. */
export const REQUESTS = "/event/Baton_Request__e";
export const CHANNELS: readonly string[] = [
  ...HEARD_OBJECTS.map((object) => `/data/${object}ChangeEvent`),
  REQUESTS,
];

/** Baton's own writes, as far as they name their client: `com/salesforce/api/rest/67.0;client=Baton`. */
const OWN = /;client=Baton$/;
/**
 * What no hand-off writes, and what nobody may miss: where it changes in the same transaction, an automation of the org's has done it, or
 * it was kept in step, which is rare enough to be read once more. Whatever else an automation changes there is seen at the next look.
 */
const NEVER_IN_PASSING: ReadonlySet<ChangedField> = new Set<ChangedField>(["consent", "email"]);
/** Imports and the like: nobody waits for each of them. */
const BULK = /\/api\/bulkapi\//;
/** The org's clock may be this far ahead of ours. */
const MOST_AHEAD_MS = 5 * MINUTE_MS;
/** As in other events: values are kept for explanations and to know echoes. Characters. */
const MAX_VALUE_LENGTH = 1_000;
/** Stamps that come with every change. */
const STAMPS: ReadonlySet<string> = new Set(["LastModifiedDate", "LastModifiedById"]);

const data = z.object({
  event: z.object({
    replayId: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
    EventUuid: z.string().max(100).optional().catch(undefined),
  }),
  payload: z.record(z.string(), z.unknown()),
});
const texts = z.array(z.string()).catch([]);
const header = z.object({
  recordIds: texts,
  changeType: z.string(),
  changeOrigin: z.string().catch(""),
  transactionKey: z.string().min(1).max(100),
  sequenceNumber: z.number().int(),
  commitTimestamp: z.number().nonnegative(),
  changedFields: texts,
});
type Header = z.output<typeof header>;
const request = z.object({
  Record_Id__c: z.string(),
  Policy__c: z.string().catch(""),
  CreatedDate: z.string().catch(""),
  EventUuid: z.string().max(100).optional().catch(undefined),
});

/** What it was told on: the org, and the time now, which no event may be ahead of. */
interface Where {
  readonly org: string;
  readonly now: Instant;
}

/**
 * What a channel has told, in order. Where something cannot be read, or names no records, there is a gap.
 * @param from  The place before it; it stays where nothing says another. Throws nothing.
 */
export function readHeard(channel: string, from: string, told: readonly Told[], where: Where): Heard {
  let replay = from;
  let isGap = false;
  const events: CrmEvent[] = [];
  for (const one of told) {
    const read = data.safeParse(one.data);
    const news = read.success ? readOne(channel, read.data, where) : undefined;
    if (read.success) replay = String(read.data.event.replayId);
    if (news === undefined) isGap = true;
    else events.push(...news);
  }
  return { channel, replay, events, isGap };
}

function readOne(
  channel: string,
  { event, payload }: z.output<typeof data>,
  where: Where,
): readonly CrmEvent[] | undefined {
  if (channel === REQUESTS) return readRequest(event, payload, where);
  const read = header.safeParse(payload["ChangeEventHeader"]);
  if (!read.success) return undefined;
  const told = OWN.test(read.data.changeOrigin) ? inPassing(read.data) : read.data;
  if (told === undefined) return [];
  const { recordIds } = told;
  // Several records at once may be told as `001*`, and too many as nobody.
  if (recordIds.length === 0 || recordIds.some((id) => toId(id) === undefined)) return undefined;
  return recordIds.flatMap((id) => changesOf(id, told, payload, where));
}

/** What of an event of Baton's own writes is news all the same. */
function inPassing(own: Header): Header | undefined {
  const changedFields = own.changedFields.filter((name) => {
    const field = FIELD_OF_NAME.get(name);
    return field !== undefined && NEVER_IN_PASSING.has(field);
  });
  return own.changeType === "UPDATE" && changedFields.length > 0 ? { ...own, changedFields } : undefined;
}

function changesOf(
  recordId: string,
  { changeType, changeOrigin, transactionKey, sequenceNumber, commitTimestamp, changedFields }: Header,
  payload: Readonly<Record<string, unknown>>,
  { org, now }: Where,
): readonly CrmEvent[] {
  const id = toId(recordId) ?? recordId;
  const occurredAt = commitTimestamp > now + MOST_AHEAD_MS ? now : commitTimestamp;
  const key = `cdc:${transactionKey}:${sequenceNumber}:${id}`;
  const object = objectOf(id);
  if (object !== "Lead" && object !== "Contact")
    return [recordEvent({ key, org, recordId: id, occurredAt, by: "change event" }) ?? []].flat();

  const lead = { crm: "salesforce", id } as const;
  const urgency = BULK.test(changeOrigin) ? "bulk" : "live";
  const head = { tenant: org, occurredAt, urgency, lead } as const;
  const changed = (property: string, value?: string): CrmEvent => ({
    ...head,
    kind: "lead-changed",
    key: `${key}:${property}`,
    field: FIELD_OF_NAME.get(property) ?? "other",
    property,
    ...(value === undefined ? {} : { value }),
  });
  switch (changeType) {
    case "CREATE":
      return [{ ...head, kind: "lead-created", key }];
    case "UNDELETE":
      return [{ ...head, kind: "lead-restored", key }];
    case "DELETE":
      return [changed(DELETED)];
    case "UPDATE":
      return propertiesOf(changedFields).map((name) => changed(name, valueOf(payload[name])));
    default:
      return [changed("change event")];
  }
}

/** Fields that mean something each, and one of the others: what changed is read anyway. What only Baton writes is no news. */
function propertiesOf(changedFields: readonly string[]): readonly string[] {
  const known = changedFields.filter((name) => FIELD_OF_NAME.has(name));
  const other = changedFields.find(
    (name) => !FIELD_OF_NAME.has(name) && !isOwnField(name) && !STAMPS.has(name),
  );
  // A change that names no field is one all the same.
  const none = changedFields.length === 0 ? ["change event"] : [];
  return [...known, ...(other === undefined ? none : [other])];
}

function valueOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : cutText(text, MAX_VALUE_LENGTH);
}

function readRequest(
  event: z.output<typeof data>["event"],
  payload: Readonly<Record<string, unknown>>,
  { org, now }: Where,
): readonly CrmEvent[] | undefined {
  const read = request.safeParse(payload);
  if (!read.success) return undefined;
  const { Record_Id__c: recordId, Policy__c: policy, CreatedDate: created, EventUuid } = read.data;
  const at = Date.parse(created);
  const occurredAt = Number.isNaN(at) || at > now + MOST_AHEAD_MS ? now : at;
  const uuid = event.EventUuid ?? EventUuid ?? `${event.replayId}:${occurredAt}:${recordId.slice(0, 18)}`;
  const asked = requestEvent({ key: `request:${uuid}`, org, recordId, occurredAt, by: REQUESTS }, policy);
  // Somebody's mistake: there is no record to look for.
  return asked === undefined ? [] : [asked];
}
