/**
 * Lays out Acme's world in a Salesforce org: the same people, companies and past as in a portal, from the same seed. Companies
 * that somebody at Acme owns or has an open deal with are Accounts, their people Contacts; everybody else is a Lead in the
 * queue "Inbound". The same seed and size give the same org, id for id.
 */
import { wordsOf } from "../salesforce/conversion.ts";
import type { OrgState } from "../salesforce/org.ts";
import { joinCampaign } from "../salesforce/people/visitors.ts";
import { findPerson } from "../salesforce/people/finding.ts";
import { assign, insertRow } from "../salesforce/rows.ts";
import { dateOf } from "../salesforce/stamp.ts";
import type { Row } from "../salesforce/table.ts";
import type { WriteContext } from "../salesforce/write-context.ts";
import { planWorld, worldBegan } from "./plan.ts";
import type { CrowdMember } from "./crowd.ts";
import { doNotContact, guests, listMembers } from "./lists.ts";
import { quietlyAt } from "./org-past.ts";
import { firmographics, layOutPerson } from "./org-people.ts";
import { layOutOrgTeam } from "./org-team.ts";
import type { OrgTeam } from "./org-team.ts";
import { acmeFields, campaignNames, orgAdmin, qualifiedStatus, trackedFields } from "./org-words.ts";
import { day, demoMidnight } from "./person.ts";
import type { CompanyPlan } from "./person.ts";

/** How much of the world an org gets. */
export interface OrgWorld {
  readonly seed: number;
  /** People besides the cast and the day's crowd. */
  readonly size: number;
  /** The present of the world (epoch milliseconds); what people did lies on the days before. */
  readonly asOf?: number;
  /** `accounts`: only Accounts with their Contacts, as where marketing has its Leads in another CRM. */
  readonly people?: "everybody" | "accounts";
}

/**
 * Fills an empty org. Nothing is told to anybody and nothing stands in the ledger.
 * @returns How many Accounts, Contacts and Leads there are now.
 */
export function buildOrgWorld(
  state: OrgState,
  { seed, size, asOf = demoMidnight, people = "everybody" }: OrgWorld,
): { readonly accounts: number; readonly contacts: number; readonly leads: number } {
  const { world, members } = planWorld(seed, size, asOf);
  const setup: WriteContext = { userId: state.integrationUserId, who: { other: "setup" } };
  const [team, context] = quietlyAt(state, worldBegan(asOf), () => setUp(state, asOf, setup));
  const accounts = new Map<string, Row>();
  for (const plan of world.companies.filter((each) => each.owner !== undefined || each.openDeal))
    quietlyAt(state, worldBegan(asOf), () => {
      accounts.set(plan.domain, layOutAccount(state, plan, team, context));
    });
  const companies = new Map(world.companies.map((plan) => [plan.domain, plan]));
  for (const plan of world.people) {
    const domain = plan.email.split("@")[1] ?? "";
    if (people === "everybody" || accounts.has(domain))
      layOutPerson(state, plan, {
        company: companies.get(domain),
        account: accounts.get(domain),
        team,
        context,
      });
  }
  for (const plan of world.companies) layOutDeal(state, plan, accounts.get(plan.domain), asOf, team, context);
  quietlyAt(state, asOf - day, () => layOutMembers(state, members, context));
  return {
    accounts: accounts.size,
    contacts: state.table("Contact").rows.size,
    leads: state.table("Lead").rows.size,
  };
}

/** Fields, statuses, campaigns and the team. */
function setUp(state: OrgState, asOf: number, setup: WriteContext): readonly [OrgTeam, WriteContext] {
  for (const object of ["Lead", "Contact"]) for (const each of acmeFields) state.addField(object, each);
  state.rules.tracked = { ...state.rules.tracked, Lead: trackedFields, Contact: trackedFields };
  addStatus(state, setup);
  const team = layOutOrgTeam(state, asOf, setup);
  const context: WriteContext = { userId: team.get(orgAdmin.email) ?? setup.userId, who: { other: "setup" } };
  for (const Name of campaignNames)
    insertRow(state, "Campaign", { Name, Status: "In Progress", IsActive: true }, context);
  return [team, context];
}

/** Puts the status that marketing gives behind the first one. */
function addStatus(state: OrgState, setup: WriteContext): void {
  const [first, ...later] = wordsOf(state, "LeadStatus");
  const SortOrder = Number(first?.values["SortOrder"] ?? 0) + 1;
  for (const row of later) assign(state, row, { SortOrder: Number(row.values["SortOrder"]) + 1 });
  insertRow(
    state,
    "LeadStatus",
    { MasterLabel: qualifiedStatus, ApiName: qualifiedStatus, SortOrder },
    setup,
  );
}

function layOutAccount(state: OrgState, plan: CompanyPlan, team: OrgTeam, context: WriteContext): Row {
  const { lifecyclestage } = plan.properties;
  const owner = plan.owner ?? plan.openDeal?.owner ?? "";
  const values = {
    ...firmographics(plan, "Billing"),
    Name: plan.properties["name"] ?? plan.domain,
    Type: lifecyclestage === "customer" ? "Customer - Direct" : "Prospect",
    OwnerId: team.get(owner) ?? context.userId,
  };
  return insertRow(state, "Account", values, context);
}

/** The open deal, with everybody of its account. */
function layOutDeal(
  state: OrgState,
  { openDeal }: CompanyPlan,
  account: Row | undefined,
  asOf: number,
  team: OrgTeam,
  context: WriteContext,
): void {
  if (!openDeal || !account) return;
  const open = wordsOf(state, "OpportunityStage").filter((row) => row.values["IsClosed"] === false);
  quietlyAt(state, worldBegan(asOf), () => {
    const values = {
      Name: openDeal.name,
      Amount: Number(openDeal.amount),
      StageName: open[1]?.values["ApiName"] ?? null,
      CloseDate: dateOf(asOf + 30 * day),
      AccountId: account.id,
      OwnerId: team.get(openDeal.owner) ?? context.userId,
    };
    const deal = insertRow(state, "Opportunity", values, context);
    for (const { id: ContactId } of state.table("Contact").having("AccountId", account.id) ?? [])
      insertRow(state, "OpportunityContactRole", { OpportunityId: deal.id, ContactId }, context);
  });
}

function layOutMembers(state: OrgState, crowd: readonly CrowdMember[], context: WriteContext): void {
  const { refusing, invited } = listMembers(crowd);
  const join = (name: string, emails: readonly string[]): void => {
    for (const email of emails) {
      const about = findPerson(state, email);
      if (about) joinCampaign(state, about, name, "Sent", context);
    }
  };
  join(doNotContact.name, refusing);
  join(guests.name, invited);
}
