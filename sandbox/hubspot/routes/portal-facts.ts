/**
 * What a portal says of itself: owners, forms, submissions, consent, pipelines, account.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/owners/guide,
 * https://developers.hubspot.com/docs/api/marketing/forms
 */
import { dealStages } from "../definitions/standard.ts";
import type { Owner, Submission } from "../portal.ts";
import { objectNotFound, problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import { findRecord } from "../reading.ts";
import { valueOf } from "../record.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { apiVersion } from "../version.ts";
import { pageOf } from "./parsing.ts";

const owners = `/crm/owners/${apiVersion}`;
const scope =
  (...names: readonly string[]): (() => readonly string[]) =>
  () =>
    names;

/** The routes that describe the portal. */
export const portalFactRoutes: readonly ApiRoute[] = [
  { kind: "api", method: "GET", path: owners, scopes: scope("crm.objects.owners.read"), handle: listOwners },
  {
    kind: "api",
    method: "GET",
    path: `${owners}/:id`,
    scopes: scope("crm.objects.owners.read"),
    handle: readOwner,
  },
  { kind: "api", method: "GET", path: "/marketing/v3/forms", scopes: scope("forms"), handle: listForms },
  {
    kind: "api",
    method: "GET",
    path: "/form-integrations/v1/submissions/forms/:id",
    scopes: scope("forms"),
    handle: listSubmissions,
  },
  {
    kind: "api",
    method: "GET",
    path: `/communication-preferences/${apiVersion}/statuses/:email`,
    scopes: scope("communication_preferences.read"),
    handle: consent,
  },
  {
    kind: "api",
    method: "GET",
    path: `/crm/pipelines/${apiVersion}/deals`,
    scopes: scope("crm.objects.deals.read"),
    handle: dealPipelines,
  },
  { kind: "api", method: "GET", path: `/account-info/${apiVersion}/details`, handle: accountDetails },
];

function listOwners(call: ApiCall): Answer {
  const archived = call.query.get("archived") === "true";
  const email = call.query.get("email");
  const all = call.portal.owners.filter(
    (owner) => owner.archived === archived && (email === null || owner.email === email),
  );
  const { items, paging } = pageOf(all, call, 500, 100);
  return { status: 200, body: { results: items.map(shownOwner), ...paging } };
}

function readOwner(call: ApiCall): Answer {
  const id = call.params["id"] ?? "";
  const byUser = call.query.get("idProperty") === "userId";
  const owner = call.portal.owners.find((each) => (byUser ? String(each.userId) : each.id) === id);
  if (!owner) throw objectNotFound("owner", id);
  return { status: 200, body: shownOwner(owner) };
}

function shownOwner(owner: Owner): Record<string, unknown> {
  const { id, type, email, firstName, lastName, userId, archived, teams } = owner;
  const stamps = { createdAt: "2026-01-05T09:00:00.000Z", updatedAt: "2026-01-05T09:00:00.000Z" };
  const ids = { userId: archived ? null : (userId ?? null), userIdIncludingInactive: userId ?? null };
  return { id, type, email, firstName, lastName, ...ids, archived, teams, ...stamps };
}

function listForms(call: ApiCall): Answer {
  const { items, paging } = pageOf(call.portal.forms, call, 500, 20);
  const results = items.map(({ id, name, fields }) => ({
    id,
    name,
    formType: "hubspot",
    archived: false,
    fieldGroups: fields.map((field) => ({
      fields: [{ objectTypeId: "0-1", required: false, fieldType: "single_line_text", ...field }],
    })),
  }));
  return { status: 200, body: { results, ...paging } };
}

/** Newest first; a new submission arriving between two pages shifts the second one, as it does for real. */
function listSubmissions(call: ApiCall): Answer {
  const form = call.portal.forms.find((each) => each.id === call.params["id"]);
  if (!form) throw objectNotFound("form", call.params["id"] ?? "");
  const all = call.portal.submissions
    .filter((each) => each.formId === form.id)
    .toSorted((a, b) => b.submittedAt - a.submittedAt);
  const { items, paging } = pageOf(all, call, 50, 20);
  return { status: 200, body: { results: items.map(shownSubmission), ...paging } };
}

function shownSubmission({
  conversionId,
  submittedAt,
  values,
  pageUrl,
}: Submission): Record<string, unknown> {
  return { conversionId, submittedAt, values, pageUrl };
}

function consent(call: ApiCall): Answer {
  const email = call.params["email"] ?? "";
  const contact = findRecord(call.portal, "contact", email, "email");
  if (!contact) throw problem(404, "OBJECT_NOT_FOUND", `No contact has the address ${email}`);
  const out = valueOf(contact, "hs_email_optout") === "true";
  const status = {
    channel: "EMAIL",
    status: out ? "UNSUBSCRIBED" : "NOT_SPECIFIED",
    legalBasis: valueOf(contact, "hs_legal_basis") ?? null,
  };
  return {
    status: 200,
    body: {
      status: "COMPLETE",
      results: [{ subscriptionId: 1, subscriptionName: "Marketing Information", ...status }],
    },
  };
}

function dealPipelines(): Answer {
  const stages = dealStages.map(({ id, label, closed }, displayOrder) => ({
    id,
    label,
    displayOrder,
    metadata: {
      isClosed: String(closed),
      probability: closed ? (id === "closedwon" ? "1.0" : "0.0") : "0.5",
    },
  }));
  return {
    status: 200,
    body: { results: [{ id: "default", label: "Sales Pipeline", displayOrder: 0, stages, archived: false }] },
  };
}

function accountDetails(call: ApiCall): Answer {
  const { id, rules } = call.portal;
  return {
    status: 200,
    body: {
      portalId: id,
      accountType: "STANDARD",
      timeZone: rules.timeZone,
      companyCurrency: "EUR",
      additionalCurrencies: [],
      utcOffset: "+01:00",
      utcOffsetMilliseconds: 3_600_000,
      uiDomain: "app.hubspot.com",
      dataHostingLocation: "na1",
    },
  };
}
