/** The people who work at Acme, the company whose portal it is: owners, their teams, their hours. */
import type { Owner } from "../hubspot/portal.ts";
import { createRecord } from "../hubspot/writing.ts";
import type { Portal } from "../portal-desk.ts";
import { day } from "./person.ts";

/** One of Acme's people. */
export interface Member {
  readonly email: string;
  readonly name: readonly [string, string];
  readonly title: string;
  readonly team: string | undefined;
  readonly zone: string;
  /** Start and end of the working day, in minutes after midnight. */
  readonly hours: readonly [number, number];
  readonly archived?: boolean;
  /** Out of office around the present of the world. */
  readonly away?: boolean;
}

const sdr = "Sales Development Representative";
/** Everybody. */
export const members: readonly Member[] = [
  {
    email: "lena@acme.example",
    name: ["Lena", "Vogt"],
    title: sdr,
    team: "EMEA SDR",
    zone: "Europe/Berlin",
    hours: [540, 1050],
  },
  {
    email: "tomas@acme.example",
    name: ["Tomas", "Ibarra"],
    title: sdr,
    team: "EMEA SDR",
    zone: "Europe/Madrid",
    hours: [540, 1080],
  },
  {
    email: "amelie@acme.example",
    name: ["Amelie", "Roux"],
    title: sdr,
    team: "EMEA SDR",
    zone: "Europe/Paris",
    hours: [540, 1050],
    away: true,
  },
  {
    email: "maya@acme.example",
    name: ["Maya", "Brooks"],
    title: sdr,
    team: "AMER SDR",
    zone: "America/New_York",
    hours: [510, 1020],
  },
  {
    email: "jordan@acme.example",
    name: ["Jordan", "Pike"],
    title: sdr,
    team: "AMER SDR",
    zone: "America/Chicago",
    hours: [510, 1020],
  },
  {
    email: "sofia@acme.example",
    name: ["Sofia", "Marin"],
    title: sdr,
    team: "AMER SDR",
    zone: "America/Los_Angeles",
    hours: [540, 1050],
  },
  {
    email: "kenji@acme.example",
    name: ["Kenji", "Mori"],
    title: sdr,
    team: "APAC SDR",
    zone: "Asia/Tokyo",
    hours: [540, 1080],
  },
  {
    email: "priya@acme.example",
    name: ["Priya", "Nair"],
    title: sdr,
    team: "APAC SDR",
    zone: "Asia/Kolkata",
    hours: [570, 1110],
  },
  {
    email: "nora@acme.example",
    name: ["Nora", "Lindt"],
    title: "Account Manager",
    team: "Account managers",
    zone: "Europe/Berlin",
    hours: [540, 1050],
  },
  {
    email: "diego@acme.example",
    name: ["Diego", "Fuentes"],
    title: "Account Manager",
    team: "Account managers",
    zone: "America/New_York",
    hours: [540, 1050],
  },
  {
    email: "sdr-lead@acme.example",
    name: ["Ruth", "Okafor"],
    title: "SDR Manager",
    team: undefined,
    zone: "Europe/Berlin",
    hours: [540, 1080],
  },
  {
    email: "partners@acme.example",
    name: ["Partner", "desk"],
    title: "Partner desk",
    team: undefined,
    zone: "Europe/Berlin",
    hours: [540, 1050],
  },
  {
    email: "gone@acme.example",
    name: ["Gil", "Gone"],
    title: sdr,
    team: undefined,
    zone: "Europe/Berlin",
    hours: [540, 1050],
    archived: true,
  },
];

const teamIds: ReadonlyMap<string, string> = new Map([
  ["EMEA SDR", "9001"],
  ["AMER SDR", "9002"],
  ["APAC SDR", "9003"],
  ["Account managers", "9004"],
]);

/** Lays out owners and users, and the queue "Unrouted". Gives the owner ids by address. */
export function layOutTeam(portal: Portal, since: number, asOf: number): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const member of members) {
    const owner = portal.addOwner(ownerOf(member));
    ids.set(member.email, owner.id);
    if (!member.archived) layOutUser(portal, member, owner, since, asOf);
  }
  portal.addOwner({ email: "", type: "QUEUE", firstName: "Unrouted", lastName: "", userId: undefined });
  return ids;
}

function ownerOf(member: Member): Partial<Owner> & { email: string } {
  const id = teamIds.get(member.team ?? "");
  return {
    email: member.email,
    firstName: member.name[0],
    lastName: member.name[1],
    archived: member.archived ?? false,
    teams: id === undefined || member.team === undefined ? [] : [{ id, name: member.team, primary: true }],
  };
}

/** Hours come as stringified JSON, as HubSpot keeps them. */
function layOutUser(portal: Portal, member: Member, owner: Owner, since: number, asOf: number): void {
  const away = member.away ? [{ startTimestamp: asOf - day, endTimestamp: asOf + 4 * day }] : [];
  const [startMinute, endMinute] = member.hours;
  const values = {
    hs_email: member.email,
    hs_given_name: member.name[0],
    hs_family_name: member.name[1],
    hs_job_title: member.title,
    hs_internal_user_id: String(owner.userId),
    hs_standard_time_zone: member.zone,
    hs_availability_status: member.away ? "away" : "available",
    hs_working_hours: JSON.stringify([{ days: "MONDAY_TO_FRIDAY", startMinute, endMinute }]),
    hs_out_of_office_hours: JSON.stringify(away),
  };
  createRecord(portal.state, "user", values, {
    actor: { source: "CRM_UI", sourceId: "setup" },
    at: since,
    quiet: true,
  });
}
