/** What an admin sets up in Salesforce by hand, beyond the installation: how the org tells Baton what changes. */
import type { SetupNote } from "../../src/connector.ts";
import type { SalesforceConfig } from "./config.ts";
import { outboundToken } from "./outbound-key.ts";
import { ENDPOINT_PATHS } from "./paths.ts";

/**
 * The address of outbound messages and the example of a JSON message, each with the org's token under the newest client secret; nothing
 * where no secret is configured. The token is in the address of the first, because outbound messages carry nothing else an
 * admin can set: it counts as a secret, and the server keeps it out of its logs. Throws nothing.
 */
export function setupNotes(
  { clientSecrets, publicUrl }: Pick<SalesforceConfig, "clientSecrets" | "publicUrl">,
  tenant: string,
): readonly SetupNote[] {
  const [secret] = clientSecrets;
  if (secret === undefined) return [];
  const token = outboundToken(secret, tenant);
  return [
    outboundNote(`${publicUrl}${ENDPOINT_PATHS.outbound}/${token}`),
    jsonNote(publicUrl, tenant, token),
  ];
}

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
