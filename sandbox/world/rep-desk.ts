/** What a rep sees of their CRM, whichever it is: their open tasks, whose lead it is, and what they can do. */
import type { Portal } from "../portal-desk.ts";
import type { RepAct } from "../rep-acts.ts";

/** An open task with an owner, about a lead; ids are the CRM's. */
export interface RepTask {
  readonly id: string;
  readonly contact: string;
  readonly owner: string;
  /** Addresses, which are the same in every CRM; the ids where there is none. */
  readonly contactName: string;
  readonly ownerName: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/** The CRM as scripted reps use it. */
export interface RepDesk {
  /** The open tasks whose ids are not in `seen`, oldest first. */
  openTasks(seen: ReadonlySet<string>): readonly RepTask[];
  /** Whether the lead is there and belongs to this owner. */
  isTheirs(contact: string, owner: string): boolean;
  /** @returns The record it made or changed. @throws RangeError for what is not there. */
  act(act: RepAct): Promise<{ readonly id: string | undefined }>;
  /** The stage of a deal that is won. */
  readonly wonStage: string;
}

/** A HubSpot portal as its reps see it. */
export function deskOfPortal(portal: Portal): RepDesk {
  return {
    wonStage: "closedwon",
    openTasks: (seen) => portal.all("task").flatMap((task) => (seen.has(task.id) ? [] : read(portal, task))),
    isTheirs(contact, owner) {
      const record = portal.find("contact", contact);
      return record !== undefined && !record.archived && record.properties["hubspot_owner_id"] === owner;
    },
    act: (act) => portal.act(act),
  };
}

function read(portal: Portal, { id, properties }: ReturnType<Portal["all"]>[number]): RepTask[] {
  const { hubspot_owner_id: owner = "", hs_timestamp: due = "", hs_task_status: status } = properties;
  const [contact] = portal.linked("task", id, "contact");
  if (status !== "NOT_STARTED" || owner === "" || contact === undefined) return [];
  const ownerName = portal.state.owners.find((each) => each.id === owner)?.email ?? owner;
  const contactName = portal.find("contact", contact)?.properties["email"] ?? contact;
  return [{ id, contact, owner, contactName, ownerName, dueAt: Date.parse(due) }];
}
