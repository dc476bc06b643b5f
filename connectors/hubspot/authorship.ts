/**
 * Whether a person or a machine is behind an activity. HubSpot says which tool made a record (`hs_object_source`) and which one set
 * a value (the history's `sourceType`), both out of one open set of names.
 *
 * Known names of tools that people work with are believed. Anything else is a machine: a name nobody has seen yet must not count as
 * somebody's effort. Where HubSpot names no tool at all, it is taken for a person's, or nothing would ever count.
 * Source: https://knowledge.hubspot.com/properties/view-and-use-the-record-source-property; the names themselves are those of
 * property histories, and not tried on an account.
 */
import type { TouchKind } from "../../src/model/touch.ts";
import type { CrmObject } from "./answer.ts";
import { readHistory } from "./history.ts";

const TOOLS_OF_PEOPLE: ReadonlySet<string> = new Set([
  "BCC_TO_CRM",
  "COMMUNICATOR",
  "COMPANIES",
  "CONTACTS",
  "CONTACTS_WEB",
  "CONVERSATIONS",
  "CRM",
  "CRM_UI",
  "CRM_UI_BULK_ACTION",
  "DEALS",
  "EMAIL",
  "EMAIL_INTEGRATION",
  "ENGAGEMENTS",
  "EXTENSION",
  "FORWARD_TO_CRM",
  "GMAIL_INTEGRATION",
  "HELP_DESK",
  "MEETINGS",
  "MOBILE_ANDROID",
  "MOBILE_IOS",
  "PLAYBOOKS",
  "SALES",
  "SIDEKICK",
  "SLACK_INTEGRATION",
  "TASK",
]);

/**
 * Whether a person made this call, e-mail or meeting. What a sequence sent says so itself. A call that an integration logged in an
 * owner's name was made with a dialer: programs send e-mails and book meetings by themselves, they do not talk. Throws nothing.
 */
export function isMadeByPerson({ properties }: CrmObject, kind: TouchKind): boolean {
  const tool = properties["hs_object_source"];
  if (properties["hs_sequence_id"]) return false;
  return (
    isToolOfPeople(tool) || (kind === "call" && tool === DIALER && Boolean(properties["hubspot_owner_id"]))
  );
}
const DIALER = "INTEGRATION";

/**
 * Whether a person gave this property the value it has: who completed a task counts, not who made it. Throws nothing.
 * @param record  Read with the property's history.
 */
export function isSetByPerson(record: CrmObject, property: string): boolean {
  const [last] = readHistory(record, "of")[`of.${property}`] ?? [];
  return isToolOfPeople(last?.by);
}

function isToolOfPeople(tool: string | undefined): boolean {
  return tool === undefined || tool === "" || TOOLS_OF_PEOPLE.has(tool);
}
