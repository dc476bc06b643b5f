/**
 * Everybody who can own a Lead: users with a full licence, those who left included, and the queues of Leads. Time zones come from
 * users, absences from what they say themselves: Salesforce keeps nobody's working hours.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.226.0.api.meta/api/sforce_api_objects_outofoffice.htm
 */
import type { Owner } from "../../src/model/rep.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, SfRecord } from "./queries.ts";
import { soql } from "./soql.ts";
import { idIn, instantOf, textOf } from "./values.ts";
import type { Zones } from "./zones.ts";
import { knownZone } from "./zones.ts";

type Away = NonNullable<Owner["away"]>;

/** Absences of one user that are read: those to come, not those of years. */
const MOST_ABSENCES = 2_000;

interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
  readonly zones: Zones;
  readonly now: () => Instant;
}

/** Reads all owners, active ones first. @throws BatonError `crm.*` when Salesforce cannot be read. */
export async function readOwners(tools: Tools): Promise<readonly Owner[]> {
  const found = await findAll(tools.gateway, await asksFor(tools), true);
  const away = Map.groupBy(
    ["outOfOffice", "events"].flatMap((ref) => recordsOf(found, ref).flatMap(absenceIn)),
    ({ user }) => user,
  );
  const users = recordsOf(found, "users").flatMap((record) => {
    const id = idIn(record, "Id");
    return id === undefined ? [] : [describeUser(id, record, spansOf(away.get(id) ?? []))];
  });
  tools.zones.learn(users);
  const forLeads = new Set(
    recordsOf(found, "queuesOfLeads").flatMap((record) => idIn(record, "QueueId") ?? []),
  );
  const queues = recordsOf(found, "queues").flatMap((record) => {
    const id = idIn(record, "Id");
    return id === undefined || !forLeads.has(id) ? [] : [describeQueue(id, record)];
  });
  return [...users, ...queues].toSorted((a, b) => Number(b.active) - Number(a.active));
}

async function asksFor({ schema, now }: Tools): Promise<readonly Ask[]> {
  const users = {
    select: ["Id", "Name", "Email", "IsActive", "TimeZoneSidKey"],
    from: "User",
    where: [{ field: "UserType", is: "Standard" }],
    orderBy: ["Id"],
  };
  const queues = { select: ["Id", "Name", "Email"], from: "Group", where: [{ field: "Type", is: "Queue" }] };
  const ofLeads = {
    select: ["QueueId"],
    from: "QueueSobject",
    where: [{ field: "SobjectType", is: "Lead" }],
  };
  return [
    { ref: "users", text: soql(users) },
    { ref: "queues", text: soql(queues) },
    { ref: "queuesOfLeads", text: soql(ofLeads) },
    ...(await asksForAbsences(schema, now())),
  ];
}

/** Where the org has the feature, and what stands in people's calendars. */
async function asksForAbsences(schema: Schema, now: Instant): Promise<readonly Ask[]> {
  const asks: Ask[] = [];
  if ((await schema.of("OutOfOffice")) !== undefined) {
    const where = [
      { field: "IsEnabled", is: true },
      { field: "EndDate", from: { at: now } },
    ];
    const select = ["UserId", "StartDate", "EndDate"];
    asks.push({
      ref: "outOfOffice",
      text: soql({ select, from: "OutOfOffice", where, limit: MOST_ABSENCES }),
    });
  }
  if ((await schema.visible("Event", ["ShowAs"])).length > 0) {
    const where = [
      { field: "ShowAs", is: "OutOfOffice" },
      { field: "EndDateTime", from: { at: now } },
    ];
    const select = ["OwnerId", "StartDateTime", "EndDateTime"];
    asks.push({
      ref: "events",
      text: soql({ select, from: "Event", where, orderBy: ["StartDateTime"], limit: MOST_ABSENCES }),
    });
  }
  return asks;
}

interface Absence {
  readonly user: string;
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

function absenceIn(record: SfRecord): Absence[] {
  const user = idIn(record, "UserId") ?? idIn(record, "OwnerId");
  const fromAt = instantOf(record["StartDate"] ?? record["StartDateTime"]);
  const toAt = instantOf(record["EndDate"] ?? record["EndDateTime"]);
  if (user === undefined || fromAt === undefined || toAt === undefined || fromAt >= toAt) return [];
  return [{ user, fromAt, toAt }];
}

function spansOf(absences: readonly Absence[]): Away {
  return absences.map(({ fromAt, toAt }) => ({ fromAt, toAt })).toSorted((a, b) => a.fromAt - b.fromAt);
}

function describeUser(id: string, record: SfRecord, away: Away): Owner {
  const email = textOf(record["Email"])?.toLowerCase();
  const zone = knownZone(textOf(record["TimeZoneSidKey"]));
  return {
    id,
    kind: "person",
    name: textOf(record["Name"]) ?? email ?? `User ${id}`,
    active: record["IsActive"] === true,
    teams: [],
    ...(email === undefined ? {} : { email }),
    ...(zone === undefined ? {} : { zone }),
    ...(away.length > 0 ? { away } : {}),
  };
}

/** A queue has no state of its own: one that is there takes leads. */
function describeQueue(id: string, record: SfRecord): Owner {
  const email = textOf(record["Email"])?.toLowerCase();
  return {
    id,
    kind: "queue",
    name: textOf(record["Name"]) ?? `Queue ${id}`,
    active: true,
    teams: [],
    ...(email === undefined ? {} : { email }),
  };
}
