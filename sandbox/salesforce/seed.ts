/** What a new org has before anybody worked in it: its own row, the words of its picklists, and two users. */
import type { OrgState } from "./org.ts";
import { insertRow, storeRow } from "./rows.ts";
import type { Values } from "./table.ts";
import type { WriteContext } from "./write-context.ts";

const seeding: WriteContext = { userId: "", who: { other: "seed" } };

/** Fills an org. Its integration user is the one Baton acts as; the admin is called `admin@…`. */
export function seedOrg(state: OrgState): void {
  const domain = `${state.id.slice(-8).toLowerCase()}.example`;
  const organization = storeRow(state, "Organization", organizationValues, seeding);
  // The org's own row has the org's id, which was given out before.
  const table = state.table("Organization");
  table.remove(organization);
  table.add({ ...organization, id: state.id, values: { ...organization.values, Id: state.id } });
  for (const [object, rows] of Object.entries(words)) {
    rows.forEach((values, place) => storeRow(state, object, { SortOrder: place + 1, ...values }, seeding));
  }
  const integration = insertRow(
    state,
    "User",
    userValues("Baton", "Integration", `integration@${domain}`),
    seeding,
  );
  state.integrationUserId = integration.id;
  insertRow(state, "User", userValues("Ada", "Admin", `admin@${domain}`), seeding);
}

const organizationValues: Values = {
  Name: "Acme",
  OrganizationType: "Enterprise Edition",
  InstanceName: "SBX1",
  TimeZoneSidKey: "Europe/Berlin",
  DefaultLocaleSidKey: "en_GB",
  LanguageLocaleKey: "en_US",
};

function userValues(FirstName: string, LastName: string, Username: string): Values {
  return { FirstName, LastName, Username, Email: Username, Alias: LastName.slice(0, 8).toLowerCase() };
}

function word(label: string, traits: Values = {}): Values {
  return { MasterLabel: label, ApiName: label, ...traits };
}

const words: Readonly<Record<string, readonly Values[]>> = {
  LeadStatus: [
    word("Open - Not Contacted", { IsDefault: true }),
    word("Working - Contacted"),
    word("Closed - Converted", { IsConverted: true }),
    word("Closed - Not Converted"),
  ],
  TaskStatus: [
    word("Not Started", { IsDefault: true }),
    word("In Progress"),
    word("Completed", { IsClosed: true }),
    word("Waiting on someone else"),
    word("Deferred"),
  ],
  TaskPriority: [word("High", { IsHighPriority: true }), word("Normal", { IsDefault: true }), word("Low")],
  OpportunityStage: [
    word("Prospecting", { DefaultProbability: 10 }),
    word("Qualification", { DefaultProbability: 10 }),
    word("Needs Analysis", { DefaultProbability: 20 }),
    word("Proposal/Price Quote", { DefaultProbability: 75 }),
    word("Negotiation/Review", { DefaultProbability: 90 }),
    word("Closed Won", { DefaultProbability: 100, IsClosed: true, IsWon: true }),
    word("Closed Lost", { DefaultProbability: 0, IsClosed: true }),
  ],
};
