/** An org as tests and the demo handle it: its switches, its rows in plain form, and the people in it. */
import type { OrgLife } from "./life.ts";
import type { OrgRules, OrgState } from "./org.ts";
import { insertRow, patchRow } from "./rows.ts";
import { isBinned, textOf } from "./table.ts";
import { field } from "./schema/field.ts";
import type { FieldTraits } from "./schema/field.ts";
import type { Row, Value, Values } from "./table.ts";
import { person } from "./write-context.ts";

/** A row in plain form. */
interface PlainRow {
  readonly id: string;
  readonly type: string;
  readonly deleted: boolean;
  readonly values: Readonly<Record<string, Value>>;
}

/** One org. What it adds is there as if people had typed it; nobody is asked for duplicates. */
export interface Org extends OrgLife {
  readonly id: string;
  /** Its switches; change them at any time. */
  readonly rules: OrgRules;
  /** Everything it holds, for what the functions below do not reach. */
  readonly state: OrgState;
  /** The user Baton acts as where nobody else consents. */
  readonly integrationUserId: string;
  /** Adds a person; the names come from the address where they are not given. */
  addUser(user: { readonly email: string } & Values): PlainRow;
  /** Adds a queue with members that may own these objects: Leads unless said otherwise. */
  addQueue(name: string, members?: readonly string[], objects?: readonly string[]): PlainRow;
  addLead(values: Values): PlainRow;
  addContact(values: Values): PlainRow;
  addAccount(values: Values): PlainRow;
  /** Adds an opportunity, with a contact role for each of `contacts`, the first as primary. */
  addOpportunity(values: Values, contacts?: readonly string[]): PlainRow;
  /** Adds a campaign with Leads and Contacts as members. */
  addCampaign(name: string, members?: readonly string[]): PlainRow;
  /** Adds a row of any object. */
  add(object: string, values: Values): PlainRow;
  /** Changes a row as a person does: the owner unless `by` says who. @throws RangeError for a row that is not there. */
  change(id: string, values: Values, by?: string): PlainRow;
  /** Adds a custom field; `kind` as `string(40)`, `picklist(255)`. */
  addCustomField(object: string, name: string, kind: string, traits?: FieldTraits): void;
  /** A row by id, or of an object by e-mail address; in the recycle bin too. Undefined when there is none. */
  find(who: string, object?: string): PlainRow | undefined;
  /** All rows of an object, those in the recycle bin too, oldest first. */
  all(object: string): PlainRow[];
  /** The org as plain data by object, for comparisons and for the control surface. */
  snapshot(): Readonly<Record<string, readonly PlainRow[]>>;
}

/** Wraps a state. */
export function openOrg(state: OrgState, life: OrgLife): Org {
  const add = (object: string, values: Values): PlainRow => {
    const owner = values["OwnerId"];
    return plain(
      insertRow(state, object, values, person(typeof owner === "string" ? owner : adminOf(state))),
    );
  };
  return {
    ...life,
    id: state.id,
    rules: state.rules,
    state,
    integrationUserId: state.integrationUserId,
    add,
    addUser: ({ email, ...values }) => add("User", { ...namesOf(email), ...values }),
    addQueue: (name, members = [], objects = ["Lead"]) => addQueue(add, name, members, objects),
    addLead: (values) => add("Lead", { LastName: "Nobody", Company: "[not provided]", ...values }),
    addContact: (values) => add("Contact", { LastName: "Nobody", ...values }),
    addAccount: (values) => add("Account", { Name: "Nameless", ...values }),
    addOpportunity(values, contacts = []) {
      const opportunity = add("Opportunity", { ...newOpportunity, ...values });
      contacts.forEach((ContactId, place) =>
        add("OpportunityContactRole", { OpportunityId: opportunity.id, ContactId, IsPrimary: place === 0 }),
      );
      return opportunity;
    },
    addCampaign(name, members = []) {
      const campaign = add("Campaign", { Name: name, IsActive: true });
      for (const id of members) {
        const who = id.startsWith("00Q") ? { LeadId: id } : { ContactId: id };
        add("CampaignMember", { CampaignId: campaign.id, ...who });
      }
      return campaign;
    },
    change(id, values, by) {
      const row = rowOf(state, id);
      const owner = textOf(row.values["OwnerId"]);
      patchRow(state, row, values, person(by ?? (owner.startsWith("005") ? owner : adminOf(state))));
      return plain(row);
    },
    addCustomField: (object, name, kind, traits) => state.addField(object, field(name, kind, "cun", traits)),
    find(who, object = "Lead") {
      const row = who.includes("@") ? byEmail(state, object, who) : state.row(who);
      return row && plain(row);
    },
    all: (object) => rowsOf(state, object),
    snapshot: () =>
      Object.fromEntries([...state.schema.values()].map(({ name }) => [name, rowsOf(state, name)])),
  };
}

const newOpportunity: Values = { Name: "New", StageName: "Prospecting", CloseDate: "2026-12-31" };

function rowsOf(state: OrgState, object: string): PlainRow[] {
  return [...state.table(object).rows.values()].map(plain);
}

function adminOf(state: OrgState): string {
  const users = [...state.table("User").rows.values()];
  return (users.find(({ values }) => textOf(values["Username"]).startsWith("admin@")) ?? users[0])?.id ?? "";
}

function namesOf(email: string): Values {
  const [name = email] = email.split("@");
  const [first = "", ...rest] = name
    .split(/[._-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  const LastName = rest.length > 0 ? rest.join(" ") : first;
  return { Email: email, Username: email, FirstName: first, LastName, Alias: name.slice(0, 8) };
}

function addQueue(
  add: Org["add"],
  name: string,
  members: readonly string[],
  objects: readonly string[],
): PlainRow {
  const queue = add("Group", { Name: name, DeveloperName: name.replaceAll(/\W+/g, "_"), Type: "Queue" });
  for (const SobjectType of objects) add("QueueSobject", { QueueId: queue.id, SobjectType });
  for (const UserOrGroupId of members) add("GroupMember", { GroupId: queue.id, UserOrGroupId });
  return queue;
}

function rowOf(state: OrgState, id: string): Row {
  const row = state.row(id);
  if (!row) throw new RangeError(`the org has no row ${id}`);
  return row;
}

function byEmail(state: OrgState, object: string, email: string): Row | undefined {
  const rows = state.table(object).having("Email", email) ?? [];
  return rows.find((row) => !isBinned(row)) ?? rows[0];
}

function plain(row: Row): PlainRow {
  return { id: row.id, type: row.type, deleted: isBinned(row), values: { ...row.values } };
}
