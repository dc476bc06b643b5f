/** Lays out a believable portal from one integer. The same seed and size give the same portal, id for id. */
import { associate } from "../hubspot/association.ts";
import { analytics } from "../hubspot/record.ts";
import type { StoredRecord } from "../hubspot/record.ts";
import { replyToMail, submitForm, viewPage } from "../hubspot/visitor.ts";
import { changeRecord, createRecord } from "../hubspot/writing.ts";
import type { WriteContext } from "../hubspot/write-context.ts";
import type { Portal } from "../portal-desk.ts";
import { createRandom } from "../random.ts";
import type { Sandbox } from "../sandbox.ts";
import { castCompanies } from "./cast-companies.ts";
import { castPeople } from "./cast.ts";
import { drawCrowd, planCrowd } from "./crowd.ts";
import type { CrowdMember } from "./crowd.ts";
import { formNamed, layOutForms } from "./forms.ts";
import { layOutLists } from "./lists.ts";
import { day, demoMidnight } from "./person.ts";
import type { CompanyPlan, PersonPlan, WorldPlan } from "./person.ts";
import { layOutTeam } from "./team.ts";

/** How many of the crowd play on the demo's day. */
const dayCrowdSize = 44;

/** The crowd of the demo's day: part of every world of that seed. */
export function dayCrowd(seed: number, asOf: number = demoMidnight): CrowdMember[] {
  return drawCrowd(createRandom(seed, "day crowd"), dayCrowdSize, 0, asOf);
}

/**
 * Fills an empty portal: Acme's team, forms and lists, the cast, the day's crowd, and `size` more contacts with their
 * companies. Sends no webhooks and writes nothing in the ledger.
 * @param asOf  The present of the world (epoch milliseconds); what people did lies on the days before.
 * @returns     How many companies and contacts there are now.
 * @throws RangeError when the portal does not exist.
 */
export function buildWorld(
  sandbox: Sandbox,
  portalId: number,
  seed: number,
  size: number,
  asOf: number = demoMidnight,
): { readonly companies: number; readonly contacts: number } {
  const portal = sandbox.portal(portalId);
  const background = planCrowd(drawCrowd(createRandom(seed, "background"), size, 1_000, asOf));
  const members = dayCrowd(seed, asOf);
  const crowd = planCrowd(members);
  const world: WorldPlan = {
    companies: [...castCompanies, ...crowd.companies, ...background.companies],
    people: [...castPeople(asOf), ...crowd.people, ...background.people],
  };
  const since = asOf - 200 * day;
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
