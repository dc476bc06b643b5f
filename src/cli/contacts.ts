/**
 * Finding leads in the store by what a person has at hand: a CRM id or an e-mail address.
 */
import { sql } from "kysely";
import { addressOf, type CrmEvent } from "../model/event.ts";
import type { Snapshot } from "../model/lead.ts";
import { loadMerges } from "../store/leads.ts";
import { ownJson } from "../store/json.ts";
import type { Db } from "../store/schema.ts";

/** Whether a person gave an address rather than an id. */
export function isEmail(contact: string): boolean {
  return contact.includes("@");
}

/** Ids of leads that were decided under an e-mail address, in any case, or whose events name it. */
export async function leadsWithEmail(
  db: Db,
  installation: string,
  email: string,
): Promise<readonly string[]> {
  const wanted = email.toLowerCase();
  const decided = await db
    .selectFrom("decisions")
    .select(["lead", "snapshot"])
    .where("installation", "=", installation)
    .where(sql`lower(snapshot)`, "like", sql`${containing(wanted)} escape '\\'`)
    .execute();
  const byDecision = decided
    .filter(({ snapshot }) => emailOf(ownJson<Snapshot>(snapshot)) === wanted)
    .map(({ lead }) => lead);
  const byEvent = (await eventsWithEmail(db, installation, wanted)).flatMap(({ lead }) => lead ?? []);
  return [...new Set([...byDecision, ...byEvent])];
}

/** Form submissions and signals under an e-mail address in any case: as it was typed, and the lead it was found to belong to, if any. */
export async function eventsWithEmail(
  db: Db,
  installation: string,
  email: string,
): Promise<readonly { readonly email: string; readonly lead: string | null }[]> {
  const wanted = email.toLowerCase();
  const rows = await db
    .selectFrom("events")
    .select(["lead", "body"])
    .where("installation", "=", installation)
    .where("kind", "in", ["form-submitted", "signal-received"])
    .where(sql`lower(body)`, "like", sql`${containing(wanted)} escape '\\'`)
    .orderBy("seq")
    .execute();
  return rows.flatMap(({ lead, body }) => {
    const event = ownJson<CrmEvent>(body);
    const typed = addressOf(event);
    if (typed === undefined) return [];
    return typed.toLowerCase() === wanted ? [{ email: typed, lead }] : [];
  });
}

/** The lead's id today: the survivor's, where the record was merged away. */
export async function currentLead(db: Db, installation: string, lead: string): Promise<string> {
  return (await loadMerges(db, installation, [lead])).get(lead) ?? lead;
}

function emailOf(snapshot: Snapshot): string | undefined {
  const value = snapshot.facts["lead.email"]?.value;
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

/** A pattern for any text that holds this one as a JSON string; its own wildcards are taken literally. */
function containing(text: string): string {
  return `%${JSON.stringify(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
