/**
 * Finding leads by what a person has at hand: a CRM id or an e-mail address, in any spelling (model/spelling.ts). Rows are read in pages
 * and compared here, because a database folds ASCII letters at best.
 */
import { addressOf, type CrmEvent } from "../model/event.ts";
import type { Snapshot } from "../model/lead.ts";
import { fold } from "../model/spelling.ts";
import { ownJson } from "./json.ts";
import { loadMerges } from "./leads.ts";
import type { Db } from "./schema.ts";

/** Rows in one statement: a millisecond of reading, and a megabyte or two of what decisions saw. */
const ROWS_AT_ONCE = 250;

/** An event that names somebody. */
export interface NamingEvent {
  readonly seq: number;
  /** Whose it is; nobody's while only an address is known. */
  readonly lead: string | null;
  /** The address it came with, as it was typed: another than the one looked for, where that stands in an answer or a property. */
  readonly email?: string;
}

/** Whether a person gave an address rather than an id. */
export function isEmail(contact: string): boolean {
  return contact.includes("@");
}

/** Ids of leads that were decided under an e-mail address, or whose events came with it. */
export async function leadsWithEmail(
  db: Db,
  installation: string,
  email: string,
): Promise<readonly string[]> {
  const wanted = fold(email);
  const leads = new Set<string>();
  for await (const decisions of decisionsOf(db, installation))
    for (const { lead, snapshot } of decisions) {
      if (leads.has(lead)) continue;
      const value = ownJson<Snapshot>(snapshot).facts["lead.email"]?.value;
      if (typeof value === "string" && fold(value) === wanted) leads.add(lead);
    }
  for (const event of await eventsWithEmail(db, installation, email))
    if (event.lead !== null) leads.add(event.lead);
  return [...leads];
}

/** Form submissions and signals that came with an e-mail address, in order of arrival. */
export async function eventsWithEmail(
  db: Db,
  installation: string,
  email: string,
): Promise<readonly (NamingEvent & { readonly email: string })[]> {
  const wanted = fold(email);
  return (await eventsNaming(db, installation, [email])).flatMap((event) =>
    event.email !== undefined && fold(event.email) === wanted ? [{ ...event, email: event.email }] : [],
  );
}

/** Events of any kind in which one of these addresses stands as a whole value, in order of arrival. */
export async function eventsNaming(
  db: Db,
  installation: string,
  emails: readonly string[],
): Promise<readonly NamingEvent[]> {
  const needles = [...new Set(emails.map((email) => fold(JSON.stringify(email))))];
  const found: NamingEvent[] = [];
  if (needles.length === 0) return found;
  for await (const events of eventsOf(db, installation))
    for (const { seq, lead, body } of events) {
      const text = fold(body);
      if (!needles.some((needle) => text.includes(needle))) continue;
      const email = addressOf(ownJson<CrmEvent>(body));
      found.push({ seq, lead, ...(email === undefined ? {} : { email }) });
    }
  return found.toSorted((a, b) => a.seq - b.seq);
}

/** Tables that name a lead. */
const NAMING = ["leads", "decisions", "events", "effects", "handoffs", "signals"] as const;

/** Whether anything is stored about a lead. */
export async function isKnownLead(db: Db, installation: string, lead: string): Promise<boolean> {
  for (const table of NAMING) {
    const row = await db
      .selectFrom(table)
      .select("lead")
      .where("installation", "=", installation)
      .where("lead", "=", lead)
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

/** The lead's id today: the survivor's, where the record was merged away. */
export async function currentLead(db: Db, installation: string, lead: string): Promise<string> {
  return (await loadMerges(db, installation, [lead])).get(lead) ?? lead;
}

async function* decisionsOf(
  db: Db,
  installation: string,
): AsyncGenerator<readonly { readonly lead: string; readonly snapshot: string }[]> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const rows: readonly { id: string; lead: string; snapshot: string }[] = await db
      .selectFrom("decisions")
      .select(["id", "lead", "snapshot"])
      .where("installation", "=", installation)
      .where("id", ">", after)
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    yield rows;
    after = rows.at(-1)?.id;
  }
}

/** Those in which an address may stand, in the order of their keys, because `events` has an index over them. */
async function* eventsOf(
  db: Db,
  installation: string,
): AsyncGenerator<readonly { readonly seq: number; readonly lead: string | null; readonly body: string }[]> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const rows: readonly { seq: number; key: string; lead: string | null; body: string }[] = await db
      .selectFrom("events")
      .select(["seq", "key", "lead", "body"])
      .where("installation", "=", installation)
      .where("key", ">", after)
      // Of most events nothing need be read: they tell of stages and titles.
      .where("body", "like", "%@%")
      .orderBy("key")
      .limit(ROWS_AT_ONCE)
      .execute();
    yield rows;
    after = rows.at(-1)?.key;
  }
}
