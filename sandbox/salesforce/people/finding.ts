/** Finds what an act names: people by id or address, users by address, queues and campaigns by name. */
import { longId } from "../ids.ts";
import type { OrgState } from "../org.ts";
import { isBinned, textOf } from "../table.ts";
import type { Row } from "../table.ts";
import { person } from "../write-context.ts";
import type { WriteContext } from "../write-context.ts";

/** Any row by its id of either length, deleted ones too. @throws RangeError when there is none of these objects. */
export function rowOf(state: OrgState, given: string, ...objects: readonly string[]): Row {
  const row = state.row(longId(given) ?? "");
  if (!row || (objects.length > 0 && !objects.includes(row.type)))
    throw new RangeError(`no ${objects.join(" or ") || "record"} has the id ${given}`);
  return row;
}

/**
 * A Lead or Contact by id or address, as people find it: a converted Lead is its Contact, one that lost a merge the winner.
 * @throws RangeError when there is nobody, or only somebody deleted.
 */
export function personOf(state: OrgState, who: string): Row {
  const found = findPerson(state, who);
  if (!found) throw new RangeError(`no Lead or Contact is known as ${who}`);
  return found;
}

/** The same; undefined when there is nobody. */
export function findPerson(state: OrgState, who: string): Row | undefined {
  const named = who.includes("@")
    ? ["Lead", "Contact"].flatMap((object) => [...(state.table(object).having("Email", who) ?? [])])
    : [state.row(longId(who) ?? "")];
  const people = named.filter((row) => row?.type === "Lead" || row?.type === "Contact");
  return people.flatMap((row) => (row ? (followed(state, row) ?? []) : [])).at(0);
}

/** The record a person is to be found as today; undefined when it was deleted. */
function followed(state: OrgState, row: Row): Row | undefined {
  const next = row.values["IsConverted"] === true ? "ConvertedContactId" : "MasterRecordId";
  const there = state.row(textOf(row.values[next]));
  if (there) return followed(state, there);
  return isBinned(row) ? undefined : row;
}

/** A user by address, active or not. @throws RangeError when there is none. */
export function userOf(state: OrgState, email: string): Row {
  const [user] = state.table("User").having("Email", email) ?? [];
  if (!user) throw new RangeError(`no user has the address ${email}`);
  return user;
}

/** A row of an object by its name. @throws RangeError when there is none. */
export function namedRow(state: OrgState, object: string, name: string): Row {
  const found = [...state.table(object).rows.values()].find(
    (row) => !isBinned(row) && (row.values["Name"] === name || row.id === longId(name)),
  );
  if (!found) throw new RangeError(`no ${object} is called ${name}`);
  return found;
}

/** The circumstances of an act by the named user, else by the record's owner, else by whoever is there. */
export function actorOf(state: OrgState, by: string | undefined, about?: Row): WriteContext {
  if (by !== undefined) return person(userOf(state, by).id);
  const owner = textOf(about?.values["OwnerId"]);
  return person(owner.startsWith("005") ? owner : someUser(state));
}

function someUser(state: OrgState): string {
  const somebody = [...state.table("User").rows.values()].find(
    ({ id, values }) =>
      values["IsActive"] === true && values["UserType"] === "Standard" && id !== state.integrationUserId,
  );
  return somebody?.id ?? state.integrationUserId;
}
