/** The day's acts in words, for the live progress. */
import type { Act } from "../../../sandbox/index.ts";

/** @returns What happened in the portal, in a few words. Throws nothing. */
export function describeAct(act: Act): string {
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
      return `gets ${Object.entries(act.properties)
        .map(([name, value]) => `${name} = ${value}`)
        .join(", ")} from ${byWhom(act.by)}`;
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

function byWhom(by: unknown): string {
  return by === "workflow" ? "a workflow" : by === "import" ? "an import" : "a person";
}
