/**
 * What changed since an instant, asked instead of told: for what webhooks have dropped.
 *
 * First, which contacts were modified: a search, because no list can be filtered. It walks by id and not by time. A contact's
 * id never changes, and one modified since then stays so, so nothing slips from one page to another while people go on working:
 * no ties, no page to lose, no cap of 10,000 results, and any page can be asked for again after a restart. Walking by the time of
 * the modification, a contact touched on the way would move, and an import that stamps thousands with one instant could not be
 * paged at all, as a search sorts by one property.
 *
 * Then, of some of them, what changed: the histories of the properties Baton hears of. The search index is behind by seconds;
 * the caller begins late enough, and a little before where it ended last time.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { LeadChange, ModifiedLead, ModifiedPage } from "../../src/model/change.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import { crmObject, parseAnswer } from "./answer.ts";
import type { CrmObject } from "./answer.ts";
import { isRecordId, readSound } from "./batch-read.ts";
import { FIELD_OF_PROPERTY } from "./contact-change.ts";
import type { Gateway } from "../http/gateway.ts";
import { readHistory } from "./history.ts";
import { storable } from "../http/reading.ts";
import { instantIn } from "./instant.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** HubSpot's most results on one page of a search. */
const PAGE_SIZE = 200;
/** The batch size some accounts hold histories to; reported by users and nowhere documented. */
const HISTORY_BATCH_SIZE = 50;
/** As in events: values are kept for explanations only. Characters. */
const MAX_VALUE_LENGTH = 1_000;

/** Where HubSpot keeps the instant of the last modification of a contact. Other objects call it `hs_lastmodifieddate`. */
const MODIFIED = "lastmodifieddate";

/** The properties app.json subscribes to, and the company, of which associations tell. A test holds the two equal. */
export const WATCHED_PROPERTIES: readonly string[] = [
  "lifecyclestage",
  "hs_lead_status",
  "hubspot_owner_id",
  "recent_conversion_event_name",
  "recent_conversion_date",
  "num_conversion_events",
  "hs_email_optout",
  "baton_owner_disposition",
  "baton_disposition_reason",
  "hs_sales_email_last_replied",
  "engagements_last_meeting_booked",
  "hs_analytics_last_url",
  "jobtitle",
  "email",
  "phone",
  "country",
  "associatedcompanyid",
];

/** What a sweep reads: merges too, which webhooks tell of in a message of their own. Their survivor keeps the list. */
const SWEPT_PROPERTIES: readonly string[] = [...WATCHED_PROPERTIES, "hs_merged_object_ids"];

const page = z.object({ results: z.array(z.unknown()) });

/**
 * Reads one page of the contacts modified at `since` or later, in the order of their ids.
 *
 * @param after  The `next` of the page before; left out, the list begins.
 * A row that makes no sense is left out; a contact whose instant cannot be read counts as modified at `since`.
 * @throws BatonError `crm.*` when HubSpot cannot be searched; `crm.bad-answer` when the page after this one would be this one.
 */
export async function readModified(
  gateway: Gateway,
  since: Instant,
  after: string | undefined,
): Promise<ModifiedPage> {
  const filters = [
    { propertyName: MODIFIED, operator: "GTE", value: String(since) },
    ...(after === undefined ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: after }]),
  ];
  const body = {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }],
    properties: [MODIFIED],
    limit: PAGE_SIZE,
  };
  const path = `/crm/objects/${OBJECTS_VERSION}/contacts/search`;
  const answer = await gateway.read({ method: "POST", path, body });
  const { results } = parseAnswer(page, answer, "a search of contacts");
  const leads = results.flatMap((row) => readRow(row, since));
  return results.length < PAGE_SIZE ? { leads } : { leads, next: furthest(leads, after) };
}

function readRow(row: unknown, since: Instant): readonly ModifiedLead[] {
  const { data } = crmObject.safeParse(row);
  if (data === undefined || !isRecordId(data.id)) return [];
  const modifiedAt = instantIn(data.properties[MODIFIED]);
  return [{ lead: { crm: "hubspot", id: data.id }, modifiedAt: modifiedAt ?? since }];
}

/** The highest id of a full page. @throws BatonError `crm.bad-answer` when it leads nowhere: the page after it would be the same. */
function furthest(leads: readonly ModifiedLead[], after: string | undefined): string {
  const start = BigInt(after ?? "0");
  const last = leads.reduce((most, { lead }) => (BigInt(lead.id) > most ? BigInt(lead.id) : most), start);
  if (last > start) return String(last);
  throw new BatonError("crm.bad-answer", "HubSpot's paging of a search of contacts does not lead on.");
}

/**
 * Reads what webhooks would have told of these contacts: every change of a watched property, and who was merged into them, at `since`
 * or later, as far back as HubSpot keeps it, oldest first. Contacts that are gone, or that cannot be read, are absent; a merged one is told of under the
 * survivor's id.
 * @throws BatonError `crm.*` when HubSpot cannot be read.
 */
export async function readChanges(
  gateway: Gateway,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly LeadChange[]> {
  const contacts = await readSound(gateway, {
    type: "contacts",
    ids: leads.map(({ id }) => id).filter(isRecordId),
    properties: [],
    history: SWEPT_PROPERTIES,
    size: HISTORY_BATCH_SIZE,
  });
  return contacts.flatMap((contact) => changesOf(contact, since)).toSorted((a, b) => a.at - b.at);
}

function changesOf(contact: CrmObject, since: Instant): readonly LeadChange[] {
  const histories = readHistory(contact, "contact");
  return SWEPT_PROPERTIES.flatMap((property) =>
    (histories[`contact.${property}`] ?? [])
      .filter(({ at }) => at >= since)
      // Newest first, also among those of one instant.
      .toReversed()
      .map(({ at, value }) => ({
        lead: { crm: "hubspot" as const, id: contact.id },
        field: FIELD_OF_PROPERTY.get(property) ?? "other",
        property,
        ...(value === "" ? {} : { value: storable(value, MAX_VALUE_LENGTH) }),
        at,
      })),
  );
}
