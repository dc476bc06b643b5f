/** What an admin may set up in HubSpot by hand, beyond the installation: today the workflow step. */
import type { SetupNote } from "../../src/crm-app.ts";
import type { HubSpotConfig } from "./config.ts";
import { ENDPOINT_PATHS } from "./endpoints.ts";
import { stepKey } from "./step-key.ts";

/**
 * The workflow step's body for one portal, with its key under the newest client secret; nothing where no secret is
 * configured. `occurrenceId` is told of but not in the body: pasted as it stands, it would make every later enrolment of
 * a contact a repeat of the first. Throws nothing.
 * Source: https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows
 */
export function setupNotes(
  { appId, clientSecrets, publicUrl }: HubSpotConfig,
  tenant: string,
): readonly SetupNote[] {
  return clientSecrets.slice(0, 1).map((secret) => ({
    title: "A workflow that asks for a handoff",
    text:
      `Where the account has no "Hand off to sales" action, a "Send a webhook" step does the same: POST to ` +
      `${publicUrl}${ENDPOINT_PATHS.workflow}, authenticated by request signature with app id ${appId}, with a ` +
      `customised body. Each line below is one of its fields: contactId is the property "Record ID", the others are ` +
      `static values. Add occurrenceId from a property that differs from one enrolment to the next, such as the time of ` +
      `the last conversion. The key lets a workflow ask for handoffs in this account: it belongs in the body, never ` +
      `in the address, and in nobody else's hands.`,
    code: JSON.stringify(
      { portalId: tenant, key: stepKey(secret, tenant), contactId: "<Record ID>" },
      undefined,
      2,
    ),
  }));
}
