/** The Partner API over SOAP, as far as converting Leads needs it. A call carries its session in the envelope. */
import type { FastifyInstance } from "fastify";
import type { Answer } from "../../answer.ts";
import { runWithFault } from "../../fault-answer.ts";
import type { LedgerCall } from "../../ledger.ts";
import { transmit } from "../../transmission.ts";
import { answerOf } from "../answer-of.ts";
import { faultWords } from "../fault-words.ts";
import type { OrgGateParts } from "../gate.ts";
import { countCall } from "../limits.ts";
import { apiVersion } from "../version.ts";
import { convertLeads } from "./convert-call.ts";
import { faultAnswer, readCall, resultAnswer } from "./envelope.ts";

/** Adds the routes. */
export function serveSoap(server: FastifyInstance, parts: OrgGateParts): void {
  for (const route of [`/services/Soap/u/${apiVersion}`, `/services/Soap/u/${apiVersion}/:org`]) {
    server.post(route, async (request, reply) => {
      const text = typeof request.body === "string" ? request.body : "";
      const entry = parts.ledger.begin({
        at: parts.now(),
        startMs: parts.monotonicMs(),
        method: "POST",
        path: request.url,
        route,
        inputs: text.split("<leadConverts").length - 1 || 1,
      });
      const fault = parts.faults.next({ method: "POST", path: request.url });
      entry.fault = fault?.do;
      const { answer, manner } = runWithFault(fault, faultWords, () =>
        answerOf(() => answerSoap(text, entry, parts)),
      );
      const latencyMs = parts.latencyMs();
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      entry.status = await transmit(reply, answer, manner);
      entry.endMs = parts.monotonicMs();
      return reply;
    });
  }
}

function answerSoap(text: string, entry: LedgerCall, { sessions, orgs }: OrgGateParts): Answer {
  const call = readCall(text);
  if (!call) return faultAnswer("MALFORMED_SOAP", "the body is no SOAP envelope");
  const grant = sessions.session(call.sessionId);
  const org = grant && orgs.get(grant.orgId);
  if (!grant || !org)
    return faultAnswer("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session");
  entry.orgId = org.id;
  if (countCall(org)) return faultAnswer("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
  if (call.method !== "convertLead")
    return faultAnswer("UNKNOWN_EXCEPTION", `the sandbox has no method ${call.method}`);
  const results = convertLeads(org, call.args["leadConverts"], {
    userId: grant.userId,
    who: { client: grant.clientId },
    call: entry.number,
    api: "soap",
    ...(call.clientName === undefined ? {} : { clientName: call.clientName }),
  });
  return results
    ? resultAnswer("convertLead", results)
    : faultAnswer("EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 100 records");
}
