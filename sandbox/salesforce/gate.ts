/**
 * The gate every REST call passes: ledger, session, daily limit, fault, route, answer, in that order. A route runs in
 * one turn of the event loop, so no two calls ever see each other half done.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Answer } from "../answer.ts";
import { runWithFault } from "../fault-answer.ts";
import type { Delivery } from "../fault-answer.ts";
import type { Fault, Faults } from "../faults.ts";
import type { Ledger, LedgerCall } from "../ledger.ts";
import { transmit } from "../transmission.ts";
import { answerOf } from "./answer-of.ts";
import { faultWords } from "./fault-words.ts";
import { countCall, limitHeader } from "./limits.ts";
import type { OrgClient } from "./oauth/clients.ts";
import type { Sessions } from "./oauth/sessions.ts";
import { begin, openCall, sforceHeaders } from "./open-call.ts";
import type { Open } from "./open-call.ts";
import type { OrgState } from "./org.ts";
import { noResource, refusal } from "./refusal.ts";
import { matchRoute } from "./route.ts";
import type { FailingRows, OrgCall, OrgRoute, Subrequest } from "./route.ts";
import type { WriteContext } from "./write-context.ts";

/** What the gate works with. */
export interface OrgGateParts {
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly sessions: Sessions;
  readonly clients: ReadonlyMap<string, OrgClient>;
  readonly orgs: ReadonlyMap<string, OrgState>;
  now(): number;
  monotonicMs(): number;
  latencyMs(): number;
}

/** Serves the routes, all of them under `/services/data`, through the gate. */
export function serveOrgRoutes(
  server: FastifyInstance,
  routes: readonly OrgRoute[],
  parts: OrgGateParts,
): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    await pass(routes, request, reply, parts);
    return reply;
  };
  for (const url of ["/services/data", "/services/data/*"])
    server.route({ method: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"], url, handler });
}

async function pass(
  routes: readonly OrgRoute[],
  request: FastifyRequest,
  reply: FastifyReply,
  parts: OrgGateParts,
): Promise<void> {
  const open = openCall(routes, request);
  const entry = begin(open, parts);
  const { answer, manner } = deliver(open, entry, parts);
  const latencyMs = parts.latencyMs();
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  entry.status = await transmit(reply, answer, manner);
  entry.endMs = parts.monotonicMs();
}

function deliver(open: Open, entry: LedgerCall, parts: OrgGateParts): Delivery {
  const token = (open.headers["authorization"] ?? "").replace(/^(?:Bearer|OAuth) /i, "");
  const grant = parts.sessions.session(token);
  const org = grant && parts.orgs.get(grant.orgId);
  const client = grant && parts.clients.get(grant.clientId);
  if (!grant || !org || !client) return { answer: faultWords.unauthorized, manner: { how: "plain" } };
  entry.orgId = org.id;
  const refused = countCall(org);
  if (refused) return { answer: withLimits(refused, org), manner: { how: "plain" } };
  const fault = parts.faults.next({ method: open.method, path: open.path, body: open.body, orgId: org.id });
  entry.fault = fault?.do;
  const base = { org, client, context: contextOf(open.headers, client, grant.userId, entry) };
  const delivery = runWithFault(fault, faultWords, (rows) =>
    answerOf(() => run(open, base, { rows, code: codeOf(fault) }, entry, parts)),
  );
  return { ...delivery, answer: withLimits(delivery.answer, org) };
}

function contextOf(
  headers: Readonly<Record<string, string>>,
  client: OrgClient,
  userId: string,
  entry: LedgerCall,
): WriteContext {
  const clientName = /(?:^|[,;\s])client=([^,;\s]+)/i.exec(headers["sforce-call-options"] ?? "")?.[1];
  return {
    userId,
    who: { client: client.clientId },
    call: entry.number,
    headers: sforceHeaders(headers),
    api: "rest",
    ...(clientName === undefined ? {} : { clientName }),
  };
}

function codeOf(fault: Fault | undefined): string {
  return (fault?.do === "partial" ? fault.code : undefined) ?? "UNABLE_TO_LOCK_ROW";
}

function withLimits(answer: Answer, org: OrgState): Answer {
  return { ...answer, headers: { "sforce-limit-info": limitHeader(org), ...answer.headers } };
}

type Base = Pick<OrgCall, "org" | "client" | "context">;

function run(open: Open, base: Base, failing: FailingRows, entry: LedgerCall, parts: OrgGateParts): Answer {
  if (open.text !== "" && open.body === undefined && (open.headers["content-type"] ?? "").includes("json"))
    throw refusal("JSON_PARSER_ERROR", "The HTTP entity body is required, but was not readable JSON.");
  return handle(open, {
    ...open,
    ...base,
    params: {},
    failing,
    dispatch: (sub) => dispatch(sub, open, base, entry, parts),
  });
}

/** @throws Refusal 404 or 405 where there is no such route, or what the route throws. */
function handle({ matched }: Pick<Open, "matched">, call: OrgCall): Answer {
  if (matched === undefined) throw noResource();
  if (matched === "otherMethod") {
    const message = `HTTP Method '${call.method}' not allowed. Allowed are others`;
    throw refusal("METHOD_NOT_ALLOWED", message, { status: 405 });
  }
  return matched.route.handle({ ...call, params: matched.params });
}

/** Runs a subrequest with its own headers; only the client's name is that of the whole call. */
function dispatch(sub: Subrequest, outer: Open, base: Base, entry: LedgerCall, parts: OrgGateParts): Answer {
  const url = new URL(sub.url, "http://sandbox.example");
  const inherited = Object.entries(outer.headers).filter(([name]) => name === "sforce-call-options");
  const headers = { ...Object.fromEntries(inherited), ...sub.headers };
  const fault = parts.faults.next({
    method: sub.method,
    path: outer.path,
    subrequest: url.pathname,
    body: sub.body,
    orgId: base.org.id,
  });
  const matched = matchRoute(outer.routes, sub.method, url.pathname);
  const { answer } = runWithFault(fault, faultWords, (rows) =>
    answerOf(() =>
      handle(
        { matched },
        {
          ...base,
          method: sub.method,
          path: url.pathname,
          params: {},
          query: url.searchParams,
          body: sub.body,
          text: "",
          headers,
          context: { ...base.context, headers: sforceHeaders(headers) },
          failing: { rows, code: codeOf(fault) },
          dispatch: () => refusal("INVALID_INPUT", "Composite calls cannot be nested").answer,
        },
      ),
    ),
  );
  entry.subrequests = [
    ...(entry.subrequests ?? []),
    {
      method: sub.method,
      url: sub.url,
      headers,
      status: answer.status,
      ...(fault ? { fault: fault.do } : {}),
    },
  ];
  return answer;
}
