/**
 * What visitors do: submit forms, look at pages, answer mail. Each leaves the traces HubSpot leaves.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/objects/contacts/guide
 */
import { findRecord } from "./reading.ts";
import type { Form, PortalState, Submission } from "./portal.ts";
import { analytics, calculation, valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";
import type { WriteContext } from "./write-context.ts";
import { changeRecord, createRecord } from "./writing.ts";

/** A submission as a visitor makes it. `page` is where the form stands. */
export interface SubmittedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly page: { readonly url: string; readonly title: string };
}

/**
 * Takes a submission: makes or finds the contact by its address, writes the fields that are contact properties, moves
 * the conversion properties and keeps the submission for the poller.
 */
export function submitForm(
  portal: PortalState,
  form: Form,
  submitted: SubmittedForm,
  circumstances: Omit<WriteContext, "actor"> = {},
): { readonly contact: StoredRecord; readonly submission: Submission } {
  const at = circumstances.at ?? portal.hooks.now();
  const context: WriteContext = { ...circumstances, at, actor: { source: "FORMS", sourceId: form.id } };
  const known = portal.definitions.contact;
  const values = Object.fromEntries(Object.entries(submitted.fields).filter(([name]) => known.has(name)));
  const found = findRecord(portal, "contact", values["email"] ?? "", "email");
  const contact = found ?? createRecord(portal, "contact", { lifecyclestage: "lead", ...values }, context);
  if (found) changeRecord(portal, contact, values, context);
  const submission: Submission = {
    formId: form.id,
    conversionId: `${portal.hooks.hex(8)}-${portal.hooks.hex(12)}`,
    submittedAt: at,
    values: Object.entries(submitted.fields).map(([name, value]) => ({ name, value, objectTypeId: "0-1" })),
    pageUrl: submitted.page.url,
  };
  portal.submissions.push(submission);
  portal.conversions.set(contact.id, (portal.conversions.get(contact.id) ?? new Set<string>()).add(form.id));
  noteConversion(portal, contact, `${submitted.page.title}: ${form.name}`, {
    ...context,
    actor: calculation,
  });
  return { contact, submission };
}

function noteConversion(
  portal: PortalState,
  contact: StoredRecord,
  name: string,
  context: WriteContext,
): void {
  const instant = new Date(context.at ?? portal.hooks.now()).toISOString();
  const first = valueOf(contact, "first_conversion_event_name") === undefined;
  const values = {
    recent_conversion_event_name: name,
    recent_conversion_date: instant,
    num_conversion_events: String(Number(valueOf(contact, "num_conversion_events") ?? 0) + 1),
    num_unique_conversion_events: String(portal.conversions.get(contact.id)?.size ?? 0),
    ...(first ? { first_conversion_event_name: name, first_conversion_date: instant } : {}),
  };
  changeRecord(portal, contact, values, context);
}

/** A pause this long ends a visit. */
const visitGapMs = 30 * 60_000;

/** Notes a page view of a known contact. `url` is stored as the last one seen, so its history is the visit. */
export function viewPage(
  portal: PortalState,
  contact: StoredRecord,
  url: string,
  circumstances: Omit<WriteContext, "actor"> = {},
): void {
  const at = circumstances.at ?? portal.hooks.now();
  const number = (name: string): number => Number(valueOf(contact, name) ?? 0);
  const lastSeenAt = Date.parse(valueOf(contact, "hs_analytics_last_timestamp") ?? "1970-01-01");
  const isFirst = number("hs_analytics_num_page_views") === 0;
  const isNewVisit = at - lastSeenAt > visitGapMs;
  const instant = new Date(at).toISOString();
  const values = {
    hs_analytics_last_url: url,
    hs_analytics_num_page_views: String(number("hs_analytics_num_page_views") + 1),
    hs_analytics_num_visits: String(number("hs_analytics_num_visits") + (isNewVisit ? 1 : 0)),
    hs_analytics_last_timestamp: instant,
    hs_analytics_last_visit_timestamp: instant,
    ...(isFirst ? { hs_analytics_first_url: url, hs_analytics_first_timestamp: instant } : {}),
  };
  changeRecord(portal, contact, values, { ...circumstances, at, actor: analytics });
}

/** Notes that a contact answered a sales mail. */
export function replyToMail(
  portal: PortalState,
  contact: StoredRecord,
  circumstances: Omit<WriteContext, "actor"> = {},
): void {
  const at = circumstances.at ?? portal.hooks.now();
  const context: WriteContext = {
    ...circumstances,
    at,
    actor: { source: "EMAIL_INTEGRATION", sourceId: "reply" },
  };
  changeRecord(portal, contact, { hs_sales_email_last_replied: new Date(at).toISOString() }, context);
}
