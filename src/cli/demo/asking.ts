/**
 * A flow of the org's asks for a handoff by an HTTP callout. The sandbox's flow publishes a platform event as well, which the demo does not
 * hear: what comes over an open connection comes when it comes, and the same seed is to tell the same story.
 */
import type { AnyStage } from "./stage.ts";

/** Posts what docs/install-salesforce.md says a flow posts. @throws RangeError where Baton does not take it. */
export async function askForHandoff(
  { baton, org }: AnyStage,
  lead: string,
  { Policy__c: policy }: Readonly<Record<string, unknown>>,
): Promise<void> {
  const salesforce = baton.apps.find(({ crm }) => crm === "salesforce");
  const [message] = salesforce?.setupNotes(org?.id ?? "") ?? [];
  const address = new URL(message?.code ?? "");
  const body = {
    v: 1,
    eventId: `flow-${lead}`,
    orgId: org?.id,
    object: lead.startsWith("00Q") ? "Lead" : "Contact",
    recordId: lead,
    event: "lead.ready",
    ...(typeof policy === "string" ? { policy } : {}),
  };
  // The token of the address is the one that callouts show.
  const token = address.pathname.split("/").at(-1) ?? "";
  const answer = await fetch(new URL("/salesforce/events", address), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new RangeError(`Baton answered a flow's callout with ${answer.status}`);
}
