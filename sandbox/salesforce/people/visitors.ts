/**
 * What leads do themselves. An org has no forms and sees no pages: a form on the website makes or finds a Lead (LeadSource
 * Web), makes it a responding member of the Campaign that has the form's name, and writes the form and the answers into fields
 * that Acme's admin added; a visit writes the page. The histories of these fields are kept, so every visit is known by its time.
 */
import type { OrgState } from "../org.ts";
import { insertRow, patchRow } from "../rows.ts";
import { isBinned } from "../table.ts";
import { stamp } from "../stamp.ts";
import type { Row, Values } from "../table.ts";
import { person } from "../write-context.ts";
import type { WriteContext } from "../write-context.ts";
import { findPerson, namedRow } from "./finding.ts";

/** A filled-in form. `answers` are by the names of HubSpot's world, so that one world serves both. */
export interface AnsweredForm {
  readonly form: string;
  readonly answers: Readonly<Record<string, string>>;
}

/** Fields of a Lead by the names of the world's answers; a Contact's differ where it says so. */
const leadFieldOf: Readonly<Record<string, string>> = {
  email: "Email",
  firstname: "FirstName",
  lastname: "LastName",
  jobtitle: "Title",
  phone: "Phone",
  company: "Company",
  country: "Country",
  city: "City",
  message: "Message__c",
  question: "Question__c",
  team_size: "Team_Size__c",
  lead_source_detail: "Lead_Source_Detail__c",
};
const contactFieldOf: Readonly<Record<string, string>> = {
  country: "MailingCountry",
  city: "MailingCity",
  company: "",
};

/** The fields of a person that the world's words name, those the org does not have left out. Throws nothing. */
export function personFields(
  state: OrgState,
  object: "Lead" | "Contact",
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const { fields } = state.table(object).definition;
  const named = Object.entries(given).flatMap(([name, value]) => {
    const field = (object === "Contact" ? contactFieldOf[name] : undefined) ?? leadFieldOf[name] ?? "";
    return value !== "" && fields.has(field.toLowerCase()) ? [[field, value] as const] : [];
  });
  return Object.fromEntries(named);
}

/** Answers a form. @returns The Lead or Contact. @throws RangeError without an address, and where no Campaign has the form's name. */
export function answerForm(state: OrgState, { form, answers }: AnsweredForm): Row {
  const email = answers["email"] ?? "";
  if (email === "") throw new RangeError("a form without an address says nothing of a lead");
  const context = website(state);
  const found = findPerson(state, email);
  const object = found?.type === "Contact" ? "Contact" : "Lead";
  const said = {
    ...known(state, object, "Last_Form__c", form),
    ...known(state, object, "Last_Form_At__c", stamp(state.hooks.now())),
  };
  const about = found ?? newLead(state, { ...answers, email }, context);
  // A new Lead is told of its form afterwards, by a flow, so that the form stands in the history.
  patchRow(state, about, { ...(found ? personFields(state, object, answers) : {}), ...said }, context);
  respond(state, about, form, context);
  return about;
}

/** Makes somebody a member of a campaign, or changes their status on it. @throws RangeError for a campaign that is not there. */
export function joinCampaign(
  state: OrgState,
  about: Row,
  name: string,
  status: string,
  context: WriteContext,
): Row {
  const campaign = namedRow(state, "Campaign", name);
  const field = about.type === "Lead" ? "LeadId" : "ContactId";
  const member = membership(state, campaign, about);
  if (member) {
    patchRow(state, member, { Status: status }, context);
    return member;
  }
  return insertRow(
    state,
    "CampaignMember",
    { CampaignId: campaign.id, [field]: about.id, Status: status },
    context,
  );
}

/** Somebody's membership of a campaign. */
export function membership(state: OrgState, campaign: Row, about: Row): Row | undefined {
  const theirs = [...(state.table("CampaignMember").having("LeadOrContactId", about.id) ?? [])];
  return theirs.find((row) => row.values["CampaignId"] === campaign.id && !isBinned(row));
}

/** Looks at a page. */
export function viewPage(state: OrgState, about: Row, url: string): void {
  patchRow(state, about, known(state, about.type, "Last_Page__c", url), website(state));
}

/** Notes that an e-mail was answered. */
export function noteReply(state: OrgState, about: Row): void {
  patchRow(
    state,
    about,
    known(state, about.type, "Last_Reply_At__c", stamp(state.hooks.now())),
    website(state),
  );
}

function newLead(state: OrgState, answers: Readonly<Record<string, string>>, context: WriteContext): Row {
  const values = personFields(state, "Lead", answers);
  const domain = (answers["email"] ?? "").split("@")[1] ?? "";
  const needed = { LastName: values["LastName"] ?? "[not provided]", Company: values["Company"] ?? domain };
  const OwnerId = inboundQueue(state) ?? context.userId;
  return insertRow(state, "Lead", { ...values, ...needed, LeadSource: "Web", OwnerId }, context);
}

/** The default owner of Leads from the website, where the admin set up a queue for them. */
function inboundQueue(state: OrgState): string | undefined {
  const groups = [...state.table("Group").rows.values()];
  return groups.find(({ values }) => values["Type"] === "Queue" && values["Name"] === "Inbound")?.id;
}

function respond(state: OrgState, about: Row, form: string, context: WriteContext): void {
  const campaigns = [...state.table("Campaign").rows.values()];
  if (campaigns.some((row) => row.values["Name"] === form && !isBinned(row)))
    joinCampaign(state, about, form, "Responded", context);
}

/** A field that the admin may have added. */
function known(state: OrgState, object: string, field: string, value: string): Values {
  return state.table(object).definition.fields.has(field.toLowerCase()) ? { [field]: value } : {};
}

/** The website writes as the default creator of Leads, the admin. */
function website(state: OrgState): WriteContext {
  return { ...person(adminOf(state)), who: { other: "website" } };
}

function adminOf(state: OrgState): string {
  const users = [...state.table("User").rows.values()];
  return users.find(({ id }) => id !== state.integrationUserId)?.id ?? state.integrationUserId;
}
