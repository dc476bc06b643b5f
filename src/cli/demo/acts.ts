/** The day's acts in the words of the CRM they happen in, for the live progress. */
import type { Act } from "../../../sandbox/index.ts";
import { isRepAct, type RepAct } from "../../../sandbox/rep-acts.ts";
import type { OrgDayAct } from "../../../sandbox/world/org-day.ts";

/** @returns What happened in the portal, in a few words. Throws nothing. */
export function describeAct(act: Act): string {
  if (isRepAct(act)) return describeRepAct(act);
  switch (act.do) {
    case "submit-form":
      return `submits "${act.form}"`;
    case "view-page":
      return `looks at ${new URL(act.url).pathname}`;
    case "reply":
      return "answers a mail";
    case "opt-out":
      return "opts out of mail";
    case "forget":
      return "asks to be forgotten";
    case "create":
      return `is created by ${byWhom(act.by)}`;
    case "change":
      return `gets ${valuesOf(act.properties)} from ${byWhom(act.by)}`;
    case "link":
      return "is linked to a company";
    case "archive":
      return "is deleted";
    case "restore":
      return "is restored";
    case "merge":
      return `is merged with ${act.other}`;
    case "enrol":
      return 'enters the workflow step "Hand off to sales"';
    case "send-webhook":
      return "passes a workflow's webhook";
    case "repeat-webhooks":
      return `HubSpot sends its last ${act.count} webhooks again`;
    case "put-on-list":
      return `is put on list ${act.list}`;
    case "take-off-list":
      return `is taken off list ${act.list}`;
    case "archive-owner":
      return `${act.email} leaves Acme`;
  }
}

/** @returns What happened in the org, in a few words. Throws nothing. */
export function describeOrgAct(act: OrgDayAct): string {
  switch (act.do) {
    case "answer-form":
      return `submits "${act.form}"`;
    case "view-page":
    case "reply":
    case "opt-out":
      return describeAct(act);
    case "erase":
      return "asks to be forgotten, and is deleted for good in the org";
    case "create":
      return "is created by a person";
    case "change":
      return `gets ${valuesOf(act.values)} from a person`;
    case "put-on-campaign":
      return `is put on the campaign "${act.campaign}"`;
    case "merge":
      return `is merged with ${act.others.join(", ")}`;
    case "publish":
      return "enters the flow that asks for a handoff";
    case "repeat-messages":
      return `Salesforce sends its last ${act.count} messages again`;
  }
}

/** @returns What somebody in sales did, in either CRM. Throws nothing. */
export function describeRepAct(act: RepAct): string {
  switch (act.do) {
    case "call":
      return `is called: ${act.outcome}`;
    case "email":
      return act.direction === "in" ? "writes a mail" : "gets a mail";
    case "meeting":
      return "gets a meeting";
    case "end-meeting":
      return `a meeting ends: ${act.outcome}`;
    case "complete-task":
      return "a task is done";
    case "dispose":
      return `is answered for: ${act.answer}${act.reason === undefined ? "" : `, ${act.reason}`}`;
    case "lead-status":
      return `gets the status ${act.status}`;
    case "open-deal":
      return `gets the deal "${act.name}"`;
    case "move-deal":
      return `a deal moves to ${act.stage}`;
    case "start-sequence":
      return `enters sequence ${act.sequence}`;
    case "end-sequence":
      return "leaves its sequence";
  }
}

/** The address the act is about, where it has one. */
export function addressOf(act: Act): string | undefined {
  if ("who" in act) return act.who;
  if (act.do === "submit-form") return act.fields["email"];
  if (act.do === "create") return act.properties["email"];
  return act.do === "merge" ? act.primary : undefined;
}

function valuesOf(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(", ");
}

function byWhom(by: unknown): string {
  return by === "workflow" ? "a workflow" : by === "import" ? "an import" : "a person";
}
