/** Serves everything of Salesforce's on the sandbox's server: OAuth without a gate, the REST API behind its gate. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Answer } from "../answer.ts";
import { runWithFault } from "../fault-answer.ts";
import { transmit } from "../transmission.ts";
import { answerOf } from "./answer-of.ts";
import { faultWords } from "./fault-words.ts";
import { serveOrgRoutes } from "./gate.ts";
import type { OrgGateParts } from "./gate.ts";
import { answerConsent, askConsent } from "./oauth/consent.ts";
import type { Fields, OrgOauthParts } from "./oauth/parts.ts";
import { issueToken } from "./oauth/token.ts";
import { revokeToken, userInfo } from "./oauth/userinfo.ts";
import { orgRoutes } from "./routes/index.ts";
import { serveSoap } from "./soap/server.ts";
import { serveStreams } from "./streaming/server.ts";
import type { StreamServerParts } from "./streaming/server.ts";

/** What serving works with. */
export type OrgServerParts = OrgGateParts & OrgOauthParts & StreamServerParts;

/** Adds the routes. */
export function serveOrgs(server: FastifyInstance, parts: OrgServerParts): void {
  serveOrgRoutes(server, orgRoutes, parts);
  serveSoap(server, parts);
  serveStreams(server, parts);
  for (const [method, url, handle] of oauthRoutes(parts)) {
    server.route({
      method,
      url,
      async handler(request, reply) {
        const entry = parts.ledger.begin({ ...callOf(request, parts), route: url });
        const fault = parts.faults.next({ method, path: entry.path });
        entry.fault = fault?.do;
        const { answer, manner } = runWithFault(fault, faultWords, () => answerOf(() => handle(request)));
        entry.status = await transmit(reply, answer, manner);
        entry.endMs = parts.monotonicMs();
        return reply;
      },
    });
  }
}

type OauthRoute = readonly ["GET" | "POST", string, (request: FastifyRequest) => Answer];

function oauthRoutes(parts: OrgOauthParts): readonly OauthRoute[] {
  return [
    ["GET", "/services/oauth2/authorize", (request) => askConsent(queryOf(request), parts)],
    ["POST", "/services/oauth2/authorize", (request) => answerConsent(formOf(request), parts)],
    ["POST", "/services/oauth2/token", (request) => issueToken(formOf(request), basicOf(request), parts)],
    ["POST", "/services/oauth2/revoke", (request) => revokeToken(formOf(request)["token"] ?? "", parts)],
    ["GET", "/services/oauth2/userinfo", (request) => userInfo(bearerOf(request), parts)],
  ];
}

function callOf(
  request: FastifyRequest,
  parts: OrgGateParts,
): Omit<Parameters<OrgGateParts["ledger"]["begin"]>[0], "route"> {
  return {
    at: parts.now(),
    startMs: parts.monotonicMs(),
    method: request.method,
    path: request.url.split("?")[0] ?? request.url,
  };
}

function queryOf(request: FastifyRequest): Fields {
  return Object.fromEntries(new URL(request.url, "http://sandbox.example").searchParams);
}

function formOf(request: FastifyRequest): Fields {
  return Object.fromEntries(new URLSearchParams(typeof request.body === "string" ? request.body : ""));
}

function bearerOf(request: FastifyRequest): string {
  return (request.headers.authorization ?? "").replace(/^Bearer /i, "");
}

function basicOf(request: FastifyRequest): Fields {
  const [, encoded] = /^Basic (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (encoded === undefined) return {};
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) };
}
