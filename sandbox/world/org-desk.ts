/** A Salesforce org as its reps see it. */
import type { OrgAct, OrgActOutcome } from "../salesforce/acts.ts";
import type { OrgState } from "../salesforce/org.ts";
import { findPerson } from "../salesforce/people/finding.ts";
import { isBinned, textOf } from "../salesforce/table.ts";
import { parseStamp } from "../salesforce/stamp.ts";
import type { Row } from "../salesforce/table.ts";
import type { RepDesk, RepTask } from "./rep-desk.ts";

/** What the desk needs of an org. */
export interface OrgPlace {
  readonly state: OrgState;
  act(act: OrgAct): Promise<OrgActOutcome>;
}

/** The desk. A Lead that was converted meanwhile is its Contact, and whose that is counts. */
export function deskOfOrg(org: OrgPlace): RepDesk {
  const { state } = org;
  return {
    act: (act) => org.act(act),
    wonStage: "Closed Won",
    openTasks: (seen) =>
      [...state.table("Task").rows.values()].flatMap((task) => (seen.has(task.id) ? [] : read(state, task))),
    isTheirs: (contact, owner) => findPerson(state, contact)?.values["OwnerId"] === owner,
  };
}

function read(state: OrgState, task: Row): RepTask[] {
  const owner = textOf(task.values["OwnerId"]);
  const about = findPerson(state, textOf(task.values["WhoId"]));
  if (isBinned(task) || task.values["IsClosed"] === true || !owner.startsWith("005") || !about) return [];
  return [
    {
      id: task.id,
      contact: about.id,
      owner,
      contactName: textOf(about.values["Email"]) || about.id,
      ownerName: textOf(state.row(owner)?.values["Email"]) || owner,
      dueAt: dueAt(task, about),
    },
  ];
}

/** The end of a task's day, in hours UTC: a task of Salesforce's has a day and no hour. */
const endOfDayHour = 17;

/** The handoff's deadline where the record tells it, else the reminder, else the end of the task's day. */
function dueAt({ values }: Row, about: Row): number {
  const told = [about.values["Baton_Deadline__c"], values["ReminderDateTime"]]
    .map((value) => parseStamp(textOf(value)))
    .find((ms) => ms !== undefined);
  if (told !== undefined) return told;
  const day = textOf(values["ActivityDate"]) || textOf(values["CreatedDate"]).slice(0, "2026-11-17".length);
  return Date.parse(`${day}T${endOfDayHour}:00:00Z`);
}
