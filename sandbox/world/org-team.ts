/** Acme's people as an org has them: users with manager and zone, a public group for each team, queues, and who is away. */
import type { OrgState } from "../salesforce/org.ts";
import { assign, insertRow } from "../salesforce/rows.ts";
import { stamp } from "../salesforce/stamp.ts";
import type { Row } from "../salesforce/table.ts";
import type { WriteContext } from "../salesforce/write-context.ts";
import { orgAdmin, queueNames } from "./org-words.ts";
import { day } from "./person.ts";
import { members } from "./team.ts";
import type { Member } from "./team.ts";

/** Ids by address, and of queues by name. */
export type OrgTeam = ReadonlyMap<string, string>;

/** Lays out users, groups and queues. @param asOf  The present of the world, in epoch milliseconds. */
export function layOutOrgTeam(state: OrgState, asOf: number, context: WriteContext): OrgTeam {
  const ids = new Map<string, string>();
  const { email, firstName, lastName } = orgAdmin;
  const names = { FirstName: firstName, LastName: lastName };
  ids.set(email, insertRow(state, "User", { ...names, Email: email, Username: email }, context).id);
  for (const member of members) ids.set(member.email, layOutUser(state, member, context).id);
  const manager = ids.get("sdr-lead@acme.example") ?? null;
  for (const { email: address, title } of members) {
    const user = state.row(ids.get(address) ?? "");
    if (user && title.startsWith("Sales Development")) assign(state, user, { ManagerId: manager });
  }
  layOutGroups(state, ids, context);
  for (const name of queueNames) ids.set(name, layOutQueue(state, name, context).id);
  for (const { email: address, away } of members)
    if (away) layOutAbsence(state, ids.get(address) ?? "", asOf, context);
  return ids;
}

function layOutUser(state: OrgState, member: Member, context: WriteContext): Row {
  const [FirstName, LastName] = member.name;
  const values = {
    FirstName,
    LastName,
    Email: member.email,
    Username: member.email,
    Title: member.title,
    Department: member.team ?? null,
    TimeZoneSidKey: member.zone,
    IsActive: member.archived !== true,
  };
  return insertRow(state, "User", values, context);
}

function layOutGroups(state: OrgState, ids: OrgTeam, context: WriteContext): void {
  for (const [team, people] of Map.groupBy(members, (each) => each.team)) {
    if (team === undefined) continue;
    const DeveloperName = team.replaceAll(" ", "_");
    const group = insertRow(state, "Group", { Name: team, DeveloperName, Type: "Regular" }, context);
    for (const { email } of people) {
      const member = { GroupId: group.id, UserOrGroupId: ids.get(email) ?? "" };
      insertRow(state, "GroupMember", member, context);
    }
  }
}

function layOutQueue(state: OrgState, name: string, context: WriteContext): Row {
  const queue = insertRow(state, "Group", { Name: name, DeveloperName: name, Type: "Queue" }, context);
  for (const SobjectType of ["Lead", "Task"])
    insertRow(state, "QueueSobject", { QueueId: queue.id, SobjectType }, context);
  return queue;
}

function layOutAbsence(state: OrgState, UserId: string, asOf: number, context: WriteContext): void {
  const span = { StartDate: stamp(asOf - day), EndDate: stamp(asOf + 4 * day) };
  insertRow(state, "OutOfOffice", { UserId, ...span, IsEnabled: true, Message: "On leave" }, context);
}
