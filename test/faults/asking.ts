/** What leads and sales do in a run, in whichever CRM they do it: be there, ask, change, be given back. */
import type { Org, Portal } from "../../sandbox/index.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import type { AskingLead } from "./checker.ts";
import type { Crms } from "./crms.ts";
import { LISTS, SEQUENCE } from "./house.ts";

/** A lead by its id in the CRM that Baton has it from, and its address. */
export interface Lead {
  readonly id: string;
  readonly email: string;
}

/** A lead who only has to raise a hand: known, complete, at a company that fits. */
export async function addLead({ portal, org }: Crms, number: number): Promise<Lead> {
  return portal === undefined ? await addToOrg(the(org), number) : await addReadyLead(portal, number);
}

/** The lead asks for a demo. */
export async function askForDemo({ portal, org }: Crms, { email }: Lead): Promise<void> {
  if (portal !== undefined) return await raiseHand(portal, email);
  await the(org).act({
    do: "answer-form",
    form: "Demo request",
    answers: { email, message: "Leads wait until somebody remembers them." },
  });
}

/**
 * Asks for a handoff as a workflow does, with everything that starts with one; an org has no workflow that waits for an answer, so
 * the lead asks itself there. @returns What is to come of it.
 */
export async function askForAll(crms: Crms, lead: Lead): Promise<AskingLead> {
  const { portal, topology } = crms;
  if (portal !== undefined) {
    const callback = await enrol(portal, lead.id);
    return { id: lead.id, callback, ...(topology === "hubspot" ? { sequence: SEQUENCE } : {}) };
  }
  await askForDemo(crms, lead);
  return { id: lead.id };
}

/** Something about the lead changes that sales is to have no second handoff for. */
export async function change({ portal, org }: Crms, id: string, title: string): Promise<void> {
  if (portal !== undefined) await portal.act({ do: "change", who: id, properties: { jobtitle: title } });
  else await the(org).act({ do: "change", who: id, values: { Title: title } });
}

/** Its owner does not take it, where sales works. @returns The list it is to be put on. */
export async function giveBack({ topology, portal, org }: Crms, { id, email }: Lead): Promise<string> {
  if (org === undefined)
    await the(portal).act({ do: "dispose", who: id, answer: "recycled", reason: "timing" });
  else await org.act({ do: "dispose", who: email, answer: "rejected", reason: "not-fit" });
  return LISTS[topology];
}

/** @returns The callback that waits. */
async function enrol(portal: Portal, id: string): Promise<string> {
  await portal.act({ do: "enrol", who: id, inputFields: {} });
  const execution = [...portal.state.executions.values()].find(({ contactId }) => contactId === id);
  if (execution === undefined) throw new Error(`contact ${id} is in no workflow`);
  return execution.callbackId;
}

async function addToOrg(org: Org, number: number): Promise<Lead> {
  const email = `lead-${number}@company-${number}.example`;
  const queue = org.all("Group").find(({ values }) => values["Name"] === "Inbound");
  const { id = "" } = await org.act({
    do: "create",
    object: "Lead",
    values: {
      FirstName: "Lead",
      LastName: `Number ${number}`,
      Email: email,
      Title: "VP Marketing",
      Phone: "+49 30 5550 100",
      Country: "Germany",
      Company: `Company ${number}`,
      Website: `company-${number}.example`,
      Industry: "Technology",
      NumberOfEmployees: 60 + number,
      LeadSource: "Paid Search",
      ...(queue === undefined ? {} : { OwnerId: queue.id }),
    },
  });
  return { id, email };
}

function the<T extends Org | Portal>(crm: T | undefined): T {
  if (crm === undefined) throw new Error("a run has a portal, an org or both");
  return crm;
}
