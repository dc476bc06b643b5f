/**
 * The portal's workflows where they reach an app: custom actions and the "send a webhook" step.
 * Source: https://developers.hubspot.com/docs/apps/developer-platform/add-features/custom-workflow-actions,
 * https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows
 */
import { isRecord } from "../json.ts";
import type { App } from "./app.ts";
import type { Execution, PortalState } from "./portal.ts";
import { currentValues } from "./record.ts";
import type { StoredRecord } from "./record.ts";
import { signatureHeaders } from "./signature.ts";

/** How long a workflow waits for an answer, in milliseconds (the webhook step's documented 30 s). */
const timeoutMs = 30_000;

/**
 * Enrols a contact: calls the app's action and keeps what came of it. An answer of `BLOCK` holds the enrolment until
 * the app completes the callback; any other 2xx is `SUCCESS`; anything else, or no answer, is `FAILED`.
 */
export async function enrol(
  portal: PortalState,
  app: App,
  contact: StoredRecord,
  inputFields: Readonly<Record<string, string>>,
): Promise<Execution> {
  const callbackId = `ap-${portal.id}-${portal.nextId()}-7-0`;
  const execution: Execution = {
    callbackId,
    contactId: contact.id,
    appId: app.id,
    state: "SENT",
    outputFields: {},
  };
  portal.executions.set(callbackId, execution);
  const answer = await postSigned(app.actionUrl, app.clientSecret, portal.hooks.now(), {
    callbackId,
    origin: { portalId: portal.id, actionDefinitionId: 10_646_377, actionDefinitionVersion: 1 },
    context: { source: "WORKFLOWS", workflowId: 192_814_114 },
    object: { objectId: Number(contact.id), properties: currentValues(contact), objectType: "CONTACT" },
    inputFields,
  });
  // The app may have completed the callback before its own answer was read.
  if (execution.state !== "SENT") return execution;
  const given = answer.status >= 200 && answer.status < 300 ? outputsOf(answer.body) : undefined;
  execution.outputFields = given ?? {};
  execution.state = given ? (given["hs_execution_state"] === "BLOCK" ? "BLOCK" : "SUCCESS") : "FAILED";
  return execution;
}

/** The "send a webhook" step with a customised body. Gives the status, 0 for no answer. Throws nothing. */
export async function sendWorkflowWebhook(
  portal: PortalState,
  app: App,
  contact: StoredRecord,
  url: string,
): Promise<number> {
  const body = {
    portalId: portal.id,
    objectId: Number(contact.id),
    objectType: "CONTACT",
    properties: currentValues(contact),
  };
  return (await postSigned(url, app.clientSecret, portal.hooks.now(), body)).status;
}

async function postSigned(
  url: string | undefined,
  secret: string,
  timestamp: number,
  payload: unknown,
): Promise<{ status: number; body: string }> {
  if (url === undefined) return { status: 0, body: "" };
  const body = JSON.stringify(payload);
  const headers = signatureHeaders("workflow", secret, { method: "POST", url, body }, timestamp);
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: "" };
  }
}

function outputsOf(body: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(body);
    const fields = isRecord(parsed) ? parsed["outputFields"] : undefined;
    return isRecord(fields)
      ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
      : {};
  } catch {
    return {};
  }
}
