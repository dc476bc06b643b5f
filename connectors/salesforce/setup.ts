/** What an admin sets up in Salesforce by hand, beyond the installation: how the org tells Baton what changes. */
import type { SetupNote } from "../../src/crm-app.ts";
import { HEARD_OBJECTS } from "./change-event.ts";
import type { SalesforceConfig } from "./config.ts";
import { outboundToken } from "./outbound-key.ts";
import { ENDPOINT_PATHS } from "./paths.ts";

/**
 * The address of outbound messages and the example of a JSON message, each with the org's token under the newest client secret; neither
 * where no secret is configured. The token is in the address of the first, because outbound messages carry nothing else an
 * admin can set: it counts as a secret, and the server keeps it out of its logs. Then what to select for Change Data Capture. Throws
 * nothing.
 */
export function setupNotes(
  { clientSecrets, publicUrl }: Pick<SalesforceConfig, "clientSecrets" | "publicUrl">,
  tenant: string,
): readonly SetupNote[] {
  const [secret] = clientSecrets;
  if (secret === undefined) return [CHANGE_EVENTS_NOTE];
  const token = outboundToken(secret, tenant);
  return [
    outboundNote(`${publicUrl}${ENDPOINT_PATHS.outbound}/${token}`),
    jsonNote(publicUrl, tenant, token),
    CHANGE_EVENTS_NOTE,
  ];
}

const CHANGE_EVENTS_NOTE: SetupNote = {
  title: "Change Data Capture: every change within seconds, and nothing to build",
  text:
    "Setup, Change Data Capture: select the objects below. Baton's user needs View All on each, and View All Data for Task and " +
    "Event. Where fewer may be selected, Lead and Contact matter most. Without it, or without one of them, and without the messages " +
    "above, Baton looks every ten minutes for what was changed, deleted, merged, converted or put on a campaign, and for what sales " +
    "did when a deadline comes; who was taken off a campaign is seen when the lead is looked at next.",
  code: HEARD_OBJECTS.join("\n"),
};

function outboundNote(url: string): SetupNote {
  return {
    title: "An outbound message that tells of changed leads",
    text:
      "Where changes are to arrive within seconds, a record-triggered flow sends an outbound message of the Lead, or of the " +
      "Contact, to this address, with the fields Id and SystemModstamp; leave the session id out. Send it as Baton's own user, " +
      "and take the permission to send outbound messages from that user's profile, so that what Baton writes sets off " +
      "nothing. The address holds a token that speaks for this org: nobody else may have it.",
    code: url,
  };
}

function jsonNote(publicUrl: string, tenant: string, token: string): SetupNote {
  const body = {
    v: 1,
    eventId: "<one for each event>",
    orgId: tenant,
    object: "Lead",
    recordId: "<Record ID>",
    event: "lead.ready",
    occurredAt: "<date and time, UTC>",
  };
  return {
    title: "A flow that asks for a handoff",
    text:
      `An HTTP callout of a flow, or Apex, does the same and may ask for a handoff: POST the body below to ` +
      `${publicUrl}${ENDPOINT_PATHS.events} as JSON, with the header Authorization of an external credential set to ` +
      `"Bearer ${token}". eventId differs from one event to the next: what comes twice with one counts once.`,
    code: JSON.stringify(body, undefined, 2),
  };
}
