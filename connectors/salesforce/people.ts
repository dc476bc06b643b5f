/**
 * Reading the records of Leads and Contacts, wherever they are by now: a lead that was converted is its Contact, one that lost a
 * merge is its winner. Deleted records are read too, because only they say who won.
 *
 * One call for up to a hundred; one more for each step that somebody has to be followed, and nobody is followed in a circle.
 */
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { toIdOf } from "./ids.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import { idsOf, PEOPLE, personWith } from "./person.ts";
import type { Person, PersonObject } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn } from "./values.ts";

const PERSON_REF = "person";
/** Merged into one that was merged, which was converted, into one that was merged: nobody goes further in practice. */
const MOST_STEPS = 5;

/** Read with everybody: what Baton guards, what tells where somebody is now, and what is known of both. */
const ALWAYS: Readonly<Record<PersonObject, readonly string[]>> = {
  Lead: ["IsDeleted", "MasterRecordId", "IsConverted", "ConvertedContactId", "Status"],
  Contact: ["IsDeleted", "MasterRecordId", "AccountId"],
};
const OF_BOTH = ["OwnerId", "LastModifiedDate", COUNTERPART_FIELD];
const OF_ACCOUNT = ["Id", "OwnerId"];

/** Somebody as they are now. */
export interface FoundPerson extends Person {
  readonly record: SfRecord;
}

/** What became of one id that was asked for. `unsure`: what Salesforce says of it makes no sense. */
export type Whereabouts = FoundPerson | "gone" | "unsure";

export interface PeopleQuery {
  readonly people: readonly Person[];
  /** Fields of the lead's own record and of its account, as fields.yaml names them; those the user cannot see are left out. */
  readonly fields: readonly string[];
  readonly accountFields: readonly string[];
  /** Made in the same call, with the people that it asks for. */
  readonly beside?: (people: readonly Person[]) => Promise<readonly Ask[]>;
  readonly isEssential?: boolean;
}

interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
}

/** What was found: people by the id they were asked by, and the answers to what was asked beside, one map a round. */
export interface People {
  readonly byId: ReadonlyMap<string, Whereabouts>;
  /** Every record that was read, by its own id: those that are somebody else now, and the deleted ones, too. */
  readonly records: ReadonlyMap<string, SfRecord>;
  readonly rounds: readonly ReadonlyMap<string, Found>[];
}

/** Finds people. @throws BatonError `crm.*` when Salesforce cannot be read. */
export async function findPeople(tools: Tools, query: PeopleQuery): Promise<People> {
  const records = new Map<string, SfRecord>();
  const rounds: ReadonlyMap<string, Found>[] = [];
  let isWhole = true;
  let asked: readonly Person[] = query.people;
  for (let step = 0; asked.length > 0 && step <= MOST_STEPS; step += 1) {
    const found = await readRound(tools, query, asked);
    rounds.push(found);
    const read = [...found.keys()].flatMap((ref) =>
      ref.startsWith(PERSON_REF) ? recordsOf(found, ref) : [],
    );
    for (const record of read) {
      const id = idIn(record, "Id");
      if (id === undefined) isWhole = false;
      else records.set(id, record);
    }
    asked = read.flatMap((record) => movedTo(record) ?? []).filter(({ id }) => !records.has(id));
  }
  const byId = new Map(query.people.map(({ id }) => [id, follow(id, records, isWhole)]));
  return { byId, records, rounds };
}

async function readRound(
  { gateway, schema }: Tools,
  { fields, accountFields, beside, isEssential }: PeopleQuery,
  people: readonly Person[],
): Promise<ReadonlyMap<string, Found>> {
  const asks: Ask[] = [];
  for (const object of PEOPLE) {
    const ids = idsOf(object, people);
    if (ids.length === 0) continue;
    const own = await schema.visible(object, [...ALWAYS[object], ...OF_BOTH, ...fields]);
    const select = ["Id", ...own, ...(object === "Contact" ? await ofAccount(schema, accountFields) : [])];
    const text = soqlInParts({ select, from: object, where: [{ field: "Id", in: ids }] });
    asks.push({ ref: `${PERSON_REF}${object}`, text, withDeleted: true });
  }
  const others = beside === undefined ? [] : await beside(people);
  return findAll(gateway, [...asks, ...others], isEssential);
}

async function ofAccount(schema: Schema, fields: readonly string[]): Promise<readonly string[]> {
  return (await schema.visible("Account", [...OF_ACCOUNT, ...fields])).map((name) => `Account.${name}`);
}

/** Who somebody is now, if not themselves any more. */
function movedTo(record: SfRecord): Person | undefined {
  const winner = record["IsDeleted"] === true ? idIn(record, "MasterRecordId") : undefined;
  if (winner !== undefined) return personWith(winner);
  if (record["IsConverted"] !== true) return undefined;
  const id = toIdOf("Contact", idIn(record, "ConvertedContactId") ?? "");
  return id === undefined ? undefined : { object: "Contact", id };
}

/** A converted Lead without a Contact that can be seen is gone: Salesforce lets nobody write to it again. */
function follow(asked: string, records: ReadonlyMap<string, SfRecord>, isWhole: boolean): Whereabouts {
  let id = asked;
  for (let step = 0; step <= MOST_STEPS; step += 1) {
    const record = records.get(id);
    const person = personWith(id);
    if (record === undefined || person === undefined) return isWhole ? "gone" : "unsure";
    const next = movedTo(record);
    if (next !== undefined) id = next.id;
    else if (record["IsDeleted"] === true || record["IsConverted"] === true) return "gone";
    else return { ...person, record };
  }
  return "unsure";
}
