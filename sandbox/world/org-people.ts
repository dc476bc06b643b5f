/** One person of the world as an org has them: a Contact where their company is an Account, else a Lead; and what they did. */
import type { OrgState } from "../salesforce/org.ts";
import { logEmail } from "../salesforce/people/activities.ts";
import { answerForm, noteReply, personFields, viewPage } from "../salesforce/people/visitors.ts";
import { insertRow } from "../salesforce/rows.ts";
import type { Row, Values } from "../salesforce/table.ts";
import type { WriteContext } from "../salesforce/write-context.ts";
import { quietlyAt } from "./org-past.ts";
import type { OrgTeam } from "./org-team.ts";
import { industryOf, leadSourceOf } from "./org-words.ts";
import type { CompanyPlan, PersonPlan } from "./person.ts";

/** Where a person stands: their company, its Account where it has one, and who is who at Acme. */
export interface Surroundings {
  readonly company: CompanyPlan | undefined;
  readonly account: Row | undefined;
  readonly team: OrgTeam;
  readonly context: WriteContext;
}

/** Lays out one person with their past. Throws nothing. */
export function layOutPerson(state: OrgState, plan: PersonPlan, surroundings: Surroundings): void {
  const about = quietlyAt(state, plan.createdAt, () => insertPerson(state, plan, surroundings));
  const deeds = [
    ...plan.submissions.map(({ form, at }) => ({
      at,
      do: () => answerForm(state, { form, answers: { email: plan.email } }),
    })),
    ...plan.visits.map(({ url, at }) => ({ at, do: () => viewPage(state, about, url) })),
    ...(plan.repliedAt === undefined ? [] : [{ at: plan.repliedAt, do: () => reply(state, about) }]),
  ];
  for (const deed of deeds.toSorted((a, b) => a.at - b.at)) quietlyAt(state, deed.at, deed.do);
}

function insertPerson(
  state: OrgState,
  plan: PersonPlan,
  { company, account, team, context }: Surroundings,
): Row {
  const { origin } = plan;
  const common: Values = {
    LeadSource: leadSourceOf[origin["hs_analytics_source"] ?? ""] ?? null,
    First_Campaign__c: origin["hs_analytics_source_data_2"] ?? null,
    Last_Campaign__c: origin["hs_latest_source_data_2"] ?? null,
    HasOptedOutOfEmail: plan.optedOut === true,
  };
  const answers = { email: plan.email, ...plan.properties };
  if (account) {
    const OwnerId = account.values["OwnerId"] ?? null;
    const values = { ...lastNamed(personFields(state, "Contact", answers)), ...common };
    return insertRow(state, "Contact", { ...values, AccountId: account.id, OwnerId }, context);
  }
  const [, domain = ""] = plan.email.split("@");
  const values = {
    ...(company ? firmographics(company, "") : {}),
    ...lastNamed(personFields(state, "Lead", answers)),
    ...common,
    Company: company?.properties["name"] ?? domain,
    OwnerId: team.get("Inbound") ?? context.userId,
  };
  return insertRow(state, "Lead", values, context);
}

/** Salesforce takes nobody without a last name. */
function lastNamed(values: Readonly<Record<string, string>>): Values {
  return { LastName: "[not provided]", ...values };
}

function reply(state: OrgState, about: Row): void {
  const context: WriteContext = { userId: state.integrationUserId, who: { other: "mail" } };
  noteReply(state, about);
  logEmail(state, about, { direction: "in" }, context.userId, context);
}

/** What an Account or a Lead knows of a company; `prefix` is that of the address. Throws nothing. */
export function firmographics({ domain, properties }: CompanyPlan, prefix: "Billing" | ""): Values {
  const { numberofemployees, industry = "", country, city } = properties;
  return {
    Website: `https://www.${domain}`,
    Industry: industryOf[industry] ?? null,
    NumberOfEmployees: numberofemployees === undefined ? null : Number(numberofemployees),
    [`${prefix}Country`]: country ?? null,
    [`${prefix}City`]: city ?? null,
  };
}
