/**
 * The demo's day in an org: each act of the portal's day as the same thing happens where there is only Salesforce. A form makes
 * a Lead of the website's and a responding CampaignMember; marketing's "qualified" is a Lead's status, and for a Contact, who has
 * none, a campaign; a workflow's step is a flow that publishes a platform event; webhooks sent again are messages sent again.
 */
import type { Act } from "../acts.ts";
import type { OrgAct } from "../salesforce/acts.ts";
import type { OrgState } from "../salesforce/org.ts";
import { findPerson, personOf } from "../salesforce/people/finding.ts";
import { personFields } from "../salesforce/people/visitors.ts";
import { castCompanies } from "./cast-companies.ts";
import { firmographics } from "./org-people.ts";
import { orgAdmin, qualifiedCampaign, qualifiedStatus } from "./org-words.ts";

/** What happens in an org on that day. */
export type OrgDayAct =
  | Extract<
      OrgAct,
      {
        readonly do:
          | "answer-form"
          | "change"
          | "create"
          | "merge"
          | "opt-out"
          | "publish"
          | "put-on-campaign"
          | "repeat-messages"
          | "reply"
          | "view-page";
      }
    >
  | { readonly do: "erase"; readonly who: string; readonly by: string };

/**
 * The org's acts for one of the portal's.
 * @throws RangeError for an act that the day does not have.
 */
export function orgActFor(state: OrgState, act: Act): OrgDayAct {
  switch (act.do) {
    case "submit-form":
      return {
        do: "answer-form",
        form: act.form,
        answers: { ...companyOf(act.fields["email"]), ...act.fields },
      };
    case "view-page":
      return act;
    case "reply":
      return { do: "reply", who: act.who };
    case "opt-out":
      return { do: "opt-out", who: act.who };
    case "create":
      return { do: "create", object: "Lead", values: newLead(state, act.properties), by: orgAdmin.email };
    case "change":
      return qualify(state, act.who);
    case "merge":
      return { do: "merge", primary: act.primary, others: [act.other], by: orgAdmin.email };
    case "enrol":
      return { do: "publish", event: "Baton_Request__e", fields: request(state, act) };
    case "repeat-webhooks":
      return { do: "repeat-messages", count: act.count };
    case "forget":
      return { do: "erase", who: act.who, by: orgAdmin.email };
    case "archive":
    case "archive-owner":
    case "call":
    case "complete-task":
    case "dispose":
    case "email":
    case "end-meeting":
    case "end-sequence":
    case "lead-status":
    case "link":
    case "meeting":
    case "move-deal":
    case "open-deal":
    case "put-on-list":
    case "restore":
    case "send-webhook":
    case "start-sequence":
    case "take-off-list":
      throw new RangeError(`the day of an org has no ${act.do}`);
  }
}

function qualify(state: OrgState, who: string): OrgDayAct {
  const by = orgAdmin.email;
  return findPerson(state, who)?.type === "Contact"
    ? { do: "put-on-campaign", who, campaign: qualifiedCampaign, status: "Responded", by }
    : { do: "change", who, values: { Status: qualifiedStatus }, by };
}

function newLead(
  state: OrgState,
  properties: Readonly<Record<string, string>>,
): Extract<OrgDayAct, { readonly do: "create" }>["values"] {
  const company = castCompanies.find(({ domain }) => isOf(domain, properties["email"]));
  return {
    ...(company ? firmographics(company, "") : {}),
    ...personFields(state, "Lead", { ...companyOf(properties["email"]), ...properties }),
    LeadSource: properties["lead_source_detail"] === "partner" ? "Partner Referral" : "Other",
  };
}

/** The employer's name, where the cast has it: HubSpot finds it by the address, in Salesforce the form asks. */
function companyOf(email: string | undefined): { readonly company?: string } {
  const name = castCompanies.find(({ domain }) => isOf(domain, email))?.properties["name"];
  return name === undefined ? {} : { company: name };
}

function isOf(domain: string, email: string | undefined): boolean {
  return email?.endsWith(`@${domain}`) === true;
}

/** What a flow publishes for a workflow's step: whom it is about, and the policy it was given. */
function request(
  state: OrgState,
  { who, inputFields }: Extract<Act, { readonly do: "enrol" }>,
): Readonly<Record<string, string>> {
  const { policy } = inputFields;
  return { Record_Id__c: personOf(state, who).id, ...(policy === undefined ? {} : { Policy__c: policy }) };
}
