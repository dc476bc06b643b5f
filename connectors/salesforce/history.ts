/**
 * Former values, where the org tracks the history of a field. Salesforce keeps what changed, when and by whom; of a lookup it keeps
 * two rows, one with ids and one with names, of which the names say nothing to Baton.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_leadhistory.htm
 */
import type { Instant } from "../../src/model/instant.ts";
import type { HistoryEntry } from "../../src/model/record.ts";
import type { Schema } from "./describe.ts";
import { toId } from "./ids.ts";
import { idsOf, PEOPLE } from "./person.ts";
import type { Person, PersonObject } from "./person.ts";
import { recordsOf } from "./queries.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, instantOf, textOf } from "./values.ts";

/** Histories by property path, newest first, by the id of the Lead or Contact. A cleared value is empty text. */
export type Histories = ReadonlyMap<string, Readonly<Record<string, readonly HistoryEntry[]>>>;

/** One tracked change. */
export interface TrackedChange {
  readonly person: string;
  readonly field: string;
  /** Empty when it was cleared. */
  readonly value: string;
  readonly at: Instant;
  readonly by?: string;
}

/** Histories name lookups without their `Id`. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["OwnerId", "Owner"],
  ["AccountId", "Account"],
]);
const FIELDS: ReadonlyMap<string, string> = new Map([...NAMES].map(([field, name]) => [name, field]));

/**
 * The queries for these people and fields, one for each object, where the org keeps histories at all.
 * @param since  Changes of before are left out.
 * @throws BatonError `crm.*` when the org cannot be described.
 */
export async function asksForHistory(
  schema: Schema,
  people: readonly Person[],
  fields: readonly string[],
  since?: Instant,
): Promise<readonly Ask[]> {
  if (fields.length === 0) return [];
  const asks: Ask[] = [];
  for (const object of PEOPLE) {
    const ids = idsOf(object, people);
    if (ids.length === 0 || (await schema.of(`${object}History`)) === undefined) continue;
    const where = [
      { field: `${object}Id`, in: ids },
      { field: "Field", in: fields.map((name) => NAMES.get(name) ?? name) },
      ...(since === undefined ? [] : [{ field: "CreatedDate", from: { at: since } }]),
    ];
    const select = [`${object}Id`, "Field", "NewValue", "CreatedDate", "CreatedById"];
    asks.push({ ref: `${object}History`, text: soqlInParts({ select, from: `${object}History`, where }) });
  }
  return asks;
}

/** What was found, newest first. @throws BatonError `crm.*` where Salesforce refused a query. */
export function trackedChanges(rounds: readonly ReadonlyMap<string, Found>[]): readonly TrackedChange[] {
  return rounds
    .flatMap((found) =>
      PEOPLE.flatMap((object) =>
        recordsOf(found, `${object}History`).flatMap((record) => changeIn(object, record)),
      ),
    )
    .toSorted((one, other) => other.at - one.at);
}

/** As `trackedChanges`, by lead and property path. */
export function readHistories(rounds: readonly ReadonlyMap<string, Found>[]): Histories {
  const byPerson = Map.groupBy(trackedChanges(rounds), ({ person }) => person);
  return new Map(
    [...byPerson].map(([person, changes]) => {
      const byField = Map.groupBy(changes, ({ field }) => `lead.${field}`);
      const entries = [...byField].map(([path, some]) => [path, some.map(entryOf)] as const);
      return [person, Object.fromEntries(entries)];
    }),
  );
}

function entryOf({ value, at, by }: TrackedChange): HistoryEntry {
  return { value, at, ...(by === undefined ? {} : { by }) };
}

/** A row that makes no sense says nothing. */
function changeIn(object: PersonObject, record: SfRecord): TrackedChange[] {
  const [person, by] = [idIn(record, `${object}Id`), idIn(record, "CreatedById")];
  const [name, at] = [textOf(record["Field"]), instantOf(record["CreatedDate"])];
  if (person === undefined || name === undefined || at === undefined) return [];
  const value = textOf(record["NewValue"]) ?? "";
  const field = FIELDS.get(name) ?? name;
  const isName = FIELDS.has(name) && value !== "" && toId(value) === undefined;
  if (isName) return [];
  return [{ person, field, value, at, ...(by === undefined ? {} : { by }) }];
}
