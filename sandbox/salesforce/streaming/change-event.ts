/**
 * Change events: what one transaction changed, in the shape of Change Data Capture over CometD. The same change of several
 * records is one event with several ids; the parts of a name or an address lie nested in it.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm,
 * https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_subscribe_compound_fields.htm
 */
import { eventValue } from "../event-value.ts";
import type { OrgChange } from "../org.ts";
import type { Value } from "../table.ts";
import { apiVersion } from "../version.ts";

/** What a change event says of one record: taken down at once, because the record goes on changing. */
export interface CapturedChange {
  readonly change: Pick<OrgChange, "object" | "id" | "kind" | "at" | "transaction" | "context">;
  readonly changedFields: readonly string[];
  readonly nulledFields: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An event that is ready but for its replay id. */
export interface ChangeEvent {
  readonly channel: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Takes down one change. Throws nothing. */
export function captureChange({ row, changed, ...change }: OrgChange): CapturedChange {
  const { object, kind } = change;
  const told = kind === "update" ? updated(object, changed) : [];
  const nested = (names: readonly string[]): string[] => names.map((name) => nestedName(object, name));
  const valueOf = (name: string): Value => eventValue(row.values[name]);
  const whole = Object.keys(row.values).filter((name) => !isUntold(object, name) && valueOf(name) !== null);
  const names = { update: told, delete: [], create: whole, undelete: whole }[kind];
  return {
    change,
    changedFields: nested(told),
    nulledFields: nested(told.filter((name) => valueOf(name) === null)),
    body: bodyOf(object, names, valueOf),
  };
}

/** The events of one transaction, in its order. Throws nothing. */
export function changeEventsOf(captured: readonly CapturedChange[], commitNumber: number): ChangeEvent[] {
  const same = Map.groupBy(captured, ({ change, changedFields, body }) =>
    JSON.stringify([change.object, change.kind, changedFields, body]),
  );
  return [...same.values()].flatMap((group, index) => {
    const [first] = group;
    if (first === undefined) return [];
    const { change, changedFields, nulledFields, body } = first;
    const header = changeHeader({
      entityName: change.object,
      recordIds: group.map((each) => each.change.id),
      changeType: change.kind.toUpperCase(),
      changeOrigin: originOf(change.context),
      transactionKey: change.transaction,
      sequenceNumber: index + 1,
      commitTimestamp: change.at,
      commitNumber,
      commitUser: change.context.userId,
      changedFields,
      nulledFields,
    });
    return [{ channel: channelOf(change.object), payload: { ChangeEventHeader: header, ...body } }];
  });
}

/** The parts of a header. `at` is epoch milliseconds. */
interface HeaderParts {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  readonly commitTimestamp: number;
  readonly commitNumber: number;
  readonly commitUser: string;
  readonly changedFields: readonly string[];
  readonly nulledFields: readonly string[];
}

/** A header in full. The sandbox sends no text as a difference, so `diffFields` is empty. */
export function changeHeader(parts: HeaderParts): HeaderParts & { readonly diffFields: readonly string[] } {
  return { ...parts, diffFields: [] };
}

/** The channel of one object's changes. */
export function channelOf(object: string): string {
  return object.endsWith("__c") ? `/data/${object.slice(0, -1)}ChangeEvent` : `/data/${object}ChangeEvent`;
}

/** Only changes through an API say where they came from, and the client only if it named itself. */
function originOf({ api, clientName }: OrgChange["context"]): string {
  if (api === undefined) return "";
  return `com/salesforce/api/${api}/${apiVersion}${clientName === undefined ? "" : `;client=${clientName}`}`;
}

/** The fields an update changed, with the stamp; a lead's conversion leaves the stamp out. */
function updated(object: string, changed: readonly string[]): string[] {
  const isConversion = object === "Lead" && changed.includes("IsConverted");
  return [
    ...changed.filter((name) => !isUntold(object, name)),
    ...(isConversion ? [] : ["LastModifiedDate"]),
  ];
}

const untold: ReadonlySet<string> = new Set([
  "Id",
  "IsDeleted",
  "SystemModstamp",
  "LastActivityDate",
  "MasterRecordId",
]);
const named: ReadonlySet<string> = new Set(["Lead", "Contact"]);

/** Fields no event carries. Of a person's name the parts are told, the whole is not. */
function isUntold(object: string, name: string): boolean {
  return untold.has(name) || (name === "Name" && named.has(object));
}

function bodyOf(
  object: string,
  names: readonly string[],
  valueOf: (name: string) => Value,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const name of names) {
    const [outer = name, inner] = nestedName(object, name).split(".");
    const held = body[outer];
    const parts = typeof held === "object" && held !== null ? held : {};
    body[outer] = inner === undefined ? valueOf(name) : { ...parts, [inner]: valueOf(name) };
  }
  return body;
}

const address = /^(Billing|Shipping|Mailing|Other|)(Street|City|State|PostalCode|Country)$/;
const personal: ReadonlySet<string> = new Set(["Salutation", "FirstName", "LastName"]);

/** `Name.LastName` for a part of a compound field, the name itself otherwise. */
function nestedName(object: string, name: string): string {
  if (named.has(object) && personal.has(name)) return `Name.${name}`;
  const [, prefix, part] = address.exec(name) ?? [];
  return prefix === undefined || part === undefined ? name : `${prefix}Address.${part}`;
}
