/**
 * Everybody who can own a record, the people who left included: an owner that is archived must be recognised, not
 * forgotten. HubSpot has no webhook for owners, so the list is read from time to time.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/owners/guide
 */
import { z } from "zod";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Owner } from "../../src/model/rep.ts";
import { crmObject } from "./answer.ts";
import type { CrmObject } from "./answer.ts";
import type { Gateway } from "../http/gateway.ts";
import { readAll, readPages } from "./pages.ts";
import { OBJECTS_VERSION, OWNERS_VERSION } from "./version.ts";
import { readOutOfOffice, readWorkingHours, readZone } from "./working-hours.ts";

const text = z.string().nullish().catch(undefined);
const number = z.union([z.number(), z.string()]).transform(String).nullish().catch(undefined);
const ownerItem = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  type: text,
  email: text,
  firstName: text,
  lastName: text,
  userId: number,
  userIdIncludingInactive: number,
  teams: z
    .array(z.object({ name: z.string() }))
    .catch([])
    .default([]),
});
type OwnerItem = z.infer<typeof ownerItem>;

const USER_PROPERTIES = [
  "hs_email",
  "hs_internal_user_id",
  "hs_working_hours",
  "hs_out_of_office_hours",
  "hs_standard_time_zone",
];

/**
 * Reads all owners, active ones first. Hours, absences and zone come from the users object where the account granted
 * that scope, matched by user id and then by e-mail address.
 * @throws BatonError `crm.*` when HubSpot cannot be read.
 */
export async function readOwners(gateway: Gateway, capabilities: Capabilities): Promise<readonly Owner[]> {
  const [active, archived, users] = await Promise.all([
    readOwnerItems(gateway, false),
    readOwnerItems(gateway, true),
    capabilities.workingHours ? readUsers(gateway) : new Map<string, CrmObject>(),
  ]);
  const owners = new Map<string, Owner>();
  for (const item of archived) owners.set(item.id, describeOwner(item, false, users));
  for (const item of active) owners.set(item.id, describeOwner(item, true, users));
  return [...owners.values()].toSorted((a, b) => Number(b.active) - Number(a.active));
}

function readOwnerItems(gateway: Gateway, archived: boolean): Promise<OwnerItem[]> {
  const query = { limit: "100", archived: String(archived) };
  const path = `/crm/owners/${OWNERS_VERSION}`;
  return readAll(gateway, { path, query, item: ownerItem, what: "owners" });
}

/** Who can send in their own name. */
export interface Sender {
  readonly userId: string;
  readonly email: string;
}

/** Reads the active owners who are users with an address, by owner id. @throws BatonError `crm.*`. */
export async function readSenders(gateway: Gateway): Promise<ReadonlyMap<string, Sender>> {
  const senders = new Map<string, Sender>();
  for (const { id, userId, email } of await readOwnerItems(gateway, false))
    if (userId && email) senders.set(id, { userId, email });
  return senders;
}

/** Users by internal user id and by lower-case e-mail address. Their own record id is neither. */
async function readUsers(gateway: Gateway): Promise<ReadonlyMap<string, CrmObject>> {
  const query = { limit: "100", properties: USER_PROPERTIES.join(",") };
  const path = `/crm/objects/${OBJECTS_VERSION}/users`;
  const users = new Map<string, CrmObject>();
  for await (const user of readPages(gateway, { path, query, item: crmObject, what: "users" })) {
    const { hs_email: email, hs_internal_user_id: userId } = user.properties;
    if (email) users.set(email.toLowerCase(), user);
    if (userId) users.set(userId, user);
  }
  return users;
}

function describeOwner(item: OwnerItem, active: boolean, users: ReadonlyMap<string, CrmObject>): Owner {
  const email = item.email ? item.email.toLowerCase() : undefined;
  const name = [item.firstName, item.lastName].filter(Boolean).join(" ");
  const user = users.get(item.userId ?? item.userIdIncludingInactive ?? "") ?? users.get(email ?? "");
  const zone = readZone(user?.properties["hs_standard_time_zone"]);
  const hours = readWorkingHours(user?.properties["hs_working_hours"]);
  const away = readOutOfOffice(user?.properties["hs_out_of_office_hours"]);
  return {
    id: item.id,
    kind: item.type === "QUEUE" ? "queue" : "person",
    name: name || email || `Owner ${item.id}`,
    active,
    teams: item.teams.map((team) => team.name),
    ...(email === undefined ? {} : { email }),
    ...(zone === undefined ? {} : { zone }),
    ...(hours === undefined ? {} : { hours }),
    ...(away.length > 0 ? { away } : {}),
  };
}
