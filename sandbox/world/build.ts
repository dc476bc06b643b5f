/** Lays out a believable portal or org from one integer. The same seed and size give the same one, id for id. */
import { associate } from "../hubspot/association.ts";
import { analytics } from "../hubspot/record.ts";
import type { StoredRecord } from "../hubspot/record.ts";
import { replyToMail, submitForm, viewPage } from "../hubspot/visitor.ts";
import { changeRecord, createRecord } from "../hubspot/writing.ts";
import type { WriteContext } from "../hubspot/write-context.ts";
import type { Portal } from "../portal-desk.ts";
import type { Sandbox } from "../sandbox.ts";
import { formNamed, layOutForms } from "./forms.ts";
import { layOutLists } from "./lists.ts";
import { buildOrgWorld } from "./org-build.ts";
import { demoMidnight } from "./person.ts";
import type { CompanyPlan, PersonPlan, WorldPlan } from "./person.ts";
import { planWorld, worldBegan } from "./plan.ts";
import { layOutTeam } from "./team.ts";

/**
 * Fills an empty portal or org: Acme's team, forms and lists, the cast, the day's crowd, and `size` more people with their
 * companies. Sends no webhooks and writes nothing in the ledger.
 * @param where A portal's number, or an org's id.
 * @param asOf  The present of the world (epoch milliseconds); what people did lies on the days before.
 * @returns     How many companies and contacts there are now.
 * @throws RangeError when it does not exist.
 */
export function buildWorld(
  sandbox: Sandbox,
  where: number | string,
  seed: number,
  size: number,
  asOf: number = demoMidnight,
): { readonly companies: number; readonly contacts: number } {
  if (typeof where === "string") {
    const { accounts, contacts, leads } = buildOrgWorld(sandbox.org(where).state, { seed, size, asOf });
    return { companies: accounts, contacts: contacts + leads };
  }
  const portal = sandbox.portal(where);
  const { world, members } = planWorld(seed, size, asOf);
  const since = worldBegan(asOf);
  const owners = layOutTeam(portal, since, asOf);
  layOutForms(portal);
  const companies = new Map<string, StoredRecord>();
  for (const plan of world.companies) companies.set(plan.domain, layOutCompany(portal, plan, owners, since));
  for (const plan of world.people) layOutPerson(portal, plan, companies);
  linkDealContacts(portal, world, companies);
  layOutLists(portal, members);
  return { companies: companies.size, contacts: world.people.length };
}

const setup = { source: "CRM_UI", sourceId: "setup" } as const;

function layOutCompany(
  portal: Portal,
  plan: CompanyPlan,
  owners: ReadonlyMap<string, string>,
  at: number,
): StoredRecord {
  const context: WriteContext = { actor: setup, at, quiet: true };
  const owner = plan.owner === undefined ? {} : { hubspot_owner_id: owners.get(plan.owner) ?? "" };
  const company = createRecord(
    portal.state,
    "company",
    { domain: plan.domain, ...plan.properties, ...owner },
    context,
  );
  if (plan.openDeal) {
    const { name, amount, owner: dealOwner } = plan.openDeal;
    const values = {
      dealname: name,
      amount,
      pipeline: "default",
      dealstage: "presentationscheduled",
      hubspot_owner_id: owners.get(dealOwner) ?? "",
    };
    associate(portal.state, createRecord(portal.state, "deal", values, context), company, context);
  }
  return company;
}

function layOutPerson(portal: Portal, plan: PersonPlan, companies: ReadonlyMap<string, StoredRecord>): void {
  const { state } = portal;
  const context: WriteContext = { actor: setup, at: plan.createdAt, quiet: true };
  const contact = createRecord(state, "contact", { email: plan.email, ...plan.properties }, context);
  const employer = companies.get(plan.email.split("@")[1] ?? "");
  if (employer) associate(state, contact, employer, context);
  changeRecord(state, contact, plan.origin, { ...context, actor: analytics });
  for (const { form: name, at, page } of plan.submissions) {
    const form = state.forms.find((each) => each.name === name);
    const { title } = formNamed(name).page;
    if (form)
      submitForm(
        state,
        form,
        { fields: { email: plan.email }, page: { url: page, title } },
        { at, quiet: true },
      );
  }
  for (const { url, at } of plan.visits) viewPage(state, contact, url, { at, quiet: true });
  if (plan.repliedAt !== undefined) replyToMail(state, contact, { at: plan.repliedAt, quiet: true });
  if (plan.optedOut) changeRecord(state, contact, { hs_email_optout: "true" }, context);
}

/** An open deal belongs to the people of its company, too. */
function linkDealContacts(
  portal: Portal,
  world: WorldPlan,
  companies: ReadonlyMap<string, StoredRecord>,
): void {
  for (const plan of world.companies.filter((each) => each.openDeal)) {
    const company = companies.get(plan.domain);
    if (!company) continue;
    for (const deal of portal.linked("company", company.id, "deal")) {
      for (const contact of portal.linked("company", company.id, "contact")) {
        portal.link({ type: "deal", id: deal }, { type: "contact", id: contact });
      }
    }
  }
}
