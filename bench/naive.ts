/**
 * The way most integrations hand a lead off: one call a step, one lead after the other per worker. Read the contact, its company
 * and whether there is a deal; set the owner, create the task, create the note. It decides nothing, keeps no ledger and repeats
 * nothing, so it is the least such code could cost; the call budget is the one Baton gives itself.
 */
import PQueue from "p-queue";
import { Pool } from "undici";

export interface NaiveOptions {
  /** Origin of the API. */
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly leads: readonly string[];
  readonly ownerId: string;
  /** Calls started in ten seconds, at most. */
  readonly callsPerWindow: number;
}

const WINDOW_MS = 10_000;
const OPEN_CALLS = 8;
const OBJECTS = "/crm/objects/2026-03";
const CONTACT =
  "email,firstname,lastname,jobtitle,country,hubspot_owner_id,lifecyclestage,associatedcompanyid";
const COMPANY = "name,domain,industry,numberofemployees,hubspot_owner_id";
/** HubSpot's ids of the default associations to a contact. */
const TASK_TO_CONTACT = 204;
const NOTE_TO_CONTACT = 202;

/** Hands the leads off. @throws Error at the first answer that is not 2xx. */
export async function handOffNaively(options: NaiveOptions): Promise<void> {
  const pool = new Pool(options.apiUrl, { connections: OPEN_CALLS, pipelining: 1 });
  const queue = new PQueue({
    concurrency: OPEN_CALLS,
    interval: WINDOW_MS,
    intervalCap: options.callsPerWindow,
    strict: true,
  });
  const call: Call = async (method, path, body) =>
    await queue.add(async () => {
      const answer = await pool.request({
        method,
        path,
        headers: { authorization: `Bearer ${options.accessToken}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.body.text();
      if (answer.statusCode > 299) throw new Error(`${method} ${path}: HTTP ${answer.statusCode} ${text}`);
      const parsed: Answer = JSON.parse(text);
      return parsed;
    });
  await Promise.all(options.leads.map(async (lead) => await handOff(call, lead, options.ownerId)));
  await pool.close();
}

interface Answer {
  readonly properties?: Readonly<Record<string, string | null>>;
}
type Call = (method: "GET" | "POST" | "PATCH", path: string, body?: unknown) => Promise<Answer>;

async function handOff(call: Call, lead: string, ownerId: string): Promise<void> {
  const { properties: contact = {} } = await call(
    "GET",
    `${OBJECTS}/contacts/${lead}?properties=${encodeURIComponent(CONTACT)}`,
  );
  const company = contact["associatedcompanyid"];
  if (company) {
    await call("GET", `${OBJECTS}/companies/${company}?properties=${encodeURIComponent(COMPANY)}`);
  }
  await call("GET", `${OBJECTS}/contacts/${lead}/associations/deals`);
  const now = new Date().toISOString();
  await call("PATCH", `${OBJECTS}/contacts/${lead}`, { properties: { hubspot_owner_id: ownerId } });
  await call("POST", `${OBJECTS}/tasks`, {
    properties: {
      hs_timestamp: now,
      hs_task_subject: `Call ${contact["firstname"]}`,
      hs_task_body: "Asked for a demo.",
      hs_task_status: "NOT_STARTED",
      hubspot_owner_id: ownerId,
    },
    associations: [linkTo(lead, TASK_TO_CONTACT)],
  });
  await call("POST", `${OBJECTS}/notes`, {
    properties: { hs_timestamp: now, hs_note_body: "Asked for a demo.", hubspot_owner_id: ownerId },
    associations: [linkTo(lead, NOTE_TO_CONTACT)],
  });
}

function linkTo(id: string, associationTypeId: number): unknown {
  return { to: { id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] };
}
