/**
 * The gate every API call passes: ledger, token, rate limit, scopes, fault, route, answer, in that order. A handler
 * runs in one turn of the event loop, so no two calls ever see each other half done.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Faults } from "../faults.ts";
import { isRecord } from "../json.ts";
import type { Ledger, LedgerCall } from "../ledger.ts";
import type { App } from "./app.ts";
import { runWithFault } from "../fault-answer.ts";
import type { Delivery } from "../fault-answer.ts";
import { faultWords } from "./fault-words.ts";
import type { Limiter } from "./limits.ts";
import type { PortalState } from "./portal.ts";
import { Problem } from "../answer.ts";
import { missingScopes, problem } from "./problem.ts";
import type { Answer } from "../answer.ts";
import { appActor } from "./record.ts";
import type { ApiCall, ApiRoute, OpenCall, Route } from "./route.ts";
import type { Tokens } from "./tokens.ts";
import { transmit } from "../transmission.ts";

/** What the gate works with. */
export interface GateParts {
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly limiter: Limiter;
  readonly apps: ReadonlyMap<number, App>;
  readonly portals: ReadonlyMap<number, PortalState>;
  now(): number;
  monotonicMs(): number;
  correlationId(): string;
  /** Milliseconds every answer waits, to stand for the distance to HubSpot. */
  latencyMs(): number;
}

type Params = Readonly<Record<string, string>>;
type ApiRequest = FastifyRequest<{ Params: Params }>;

/** A call that was let in: its rate headers, and its route ready to run. */
interface Prepared {
  readonly headers: Readonly<Record<string, string>>;
  readonly run: (failing: ReadonlySet<number>) => Answer;
}

interface Admitted {
  readonly call: ApiCall;
  readonly headers: Readonly<Record<string, string>>;
}

/** Serves the routes through the gate. */
export function serveRoutes(server: FastifyInstance, routes: readonly Route[], parts: GateParts): void {
  for (const route of routes) {
    server.route<{ Params: Params }>({
      method: route.method,
      url: route.path,
      handler: (request, reply) => pass(route, request, reply, parts),
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const entry = beginCall(request, "(unknown)", undefined, parts);
    entry.status = 404;
    entry.endMs = parts.monotonicMs();
    return reply
      .code(404)
      .send({ status: "error", message: `No such path: ${request.url}`, category: "OBJECT_NOT_FOUND" });
  });
}

async function pass(
  route: Route,
  request: ApiRequest,
  reply: FastifyReply,
  parts: GateParts,
): Promise<unknown> {
  const open = parseCall(request);
  const entry = beginCall(request, route.path, open.body, parts);
  const { answer, manner } = deliver(route, open, request, entry, parts);
  const latencyMs = parts.latencyMs();
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  entry.status = await transmit(reply, withCorrelation(answer, parts), manner);
  entry.endMs = parts.monotonicMs();
  return reply;
}

/** Decides the answer and how it travels, and runs the route where nothing stands before it. */
function deliver(
  route: Route,
  open: OpenCall,
  request: ApiRequest,
  entry: LedgerCall,
  parts: GateParts,
): Delivery {
  let prepared: Prepared;
  try {
    prepared = prepare(route, open, request, entry, parts);
  } catch (error) {
    return { answer: answerOf(error, open), manner: { how: "plain" } };
  }
  const { headers, run } = prepared;
  const { method, path, body } = open;
  const fault = parts.faults.next({ method, path, body, portalId: entry.portalId });
  entry.fault = fault?.do;
  const { answer, manner } = runWithFault(fault, faultWords, (failing) => attempt(() => run(failing), open));
  return { answer: { ...answer, headers: { ...headers, ...answer.headers } }, manner };
}

/** @throws Problem when the call is not let in. */
function prepare(
  route: Route,
  open: OpenCall,
  request: ApiRequest,
  entry: LedgerCall,
  parts: GateParts,
): Prepared {
  if (route.kind === "open") return { headers: {}, run: () => route.handle(open) };
  const { call, headers } = admit(route, open, request, entry, parts);
  return { headers, run: (failing) => route.handle({ ...call, failing }) };
}

function admit(
  route: ApiRoute,
  open: OpenCall,
  request: ApiRequest,
  entry: LedgerCall,
  parts: GateParts,
): Admitted {
  const grant = parts.tokens.access((request.headers.authorization ?? "").replace(/^Bearer /i, ""));
  const app = grant && parts.apps.get(grant.appId);
  const portal = grant && parts.portals.get(grant.portalId);
  if (!grant || !app || !portal) {
    throw problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or expired.");
  }
  entry.portalId = portal.id;
  entry.appId = app.id;
  const headers = parts.limiter.admit(route.kind, app.id, portal);
  const call: ApiCall = {
    ...open,
    portal,
    app,
    scopes: grant.scopes,
    context: { actor: appActor(app.id), call: entry.number },
    failing: new Set(),
  };
  const wanted = route.scopes?.(call) ?? [];
  if (wanted.length > 0 && !wanted.some((scope) => grant.scopes.includes(scope))) throw missingScopes(wanted);
  return { call, headers };
}

function attempt(run: () => Answer, call: OpenCall): Answer {
  try {
    return run();
  } catch (error) {
    return answerOf(error, call);
  }
}

function answerOf(error: unknown, call: OpenCall): Answer {
  return error instanceof Problem
    ? error.answer
    : refusal(call, error instanceof Error ? error.message : String(error));
}

/** The sandbox's own defect: said plainly, so that a test shows it instead of a puzzling 500. */
function refusal(call: OpenCall, message: string): Answer {
  const body = { status: "error", message: `sandbox defect at ${call.method} ${call.path}: ${message}` };
  return { status: 500, body };
}

function parseCall(request: ApiRequest): OpenCall {
  const url = new URL(request.url, "http://sandbox.example");
  return {
    method: request.method,
    path: url.pathname,
    params: request.params,
    query: url.searchParams,
    body: parseBody(request),
  };
}

function parseBody(request: ApiRequest): unknown {
  if (typeof request.body !== "string" || request.body === "") return undefined;
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(request.body));
  try {
    const parsed: unknown = JSON.parse(request.body);
    return parsed;
  } catch {
    return undefined;
  }
}

function beginCall(
  request: Pick<FastifyRequest, "method" | "url">,
  route: string,
  body: unknown,
  parts: GateParts,
): LedgerCall {
  const inputs = isRecord(body) ? body["inputs"] : undefined;
  return parts.ledger.begin({
    at: parts.now(),
    startMs: parts.monotonicMs(),
    method: request.method,
    path: request.url.split("?")[0] ?? request.url,
    route,
    inputs: Array.isArray(inputs) ? inputs.length : 1,
  });
}

function withCorrelation(answer: Answer, parts: GateParts): Answer {
  const { body } = answer;
  if (answer.status < 400 || !isRecord(body)) return answer;
  return { ...answer, body: { correlationId: parts.correlationId(), ...body } };
}
