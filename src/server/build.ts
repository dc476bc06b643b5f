/**
 * The HTTP server, put together. It holds no state of its own: everything it needs arrives here.
 *
 * Stopping, by `app.close()`: from then on everything new is answered 503; the listener closes;
 * requests in flight finish and take their connections with them. Close the store after it, never before.
 */
import { randomUUID } from "node:crypto";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { CrmApp } from "../crm-app.ts";
import type { Config } from "../config.ts";
import { BatonError } from "../errors.ts";
import type { InstallContext } from "../install/flow.ts";
import type { Log } from "../log.ts";
import { SECOND_MS, type Instant } from "../model/instant.ts";
import type { DeskTools } from "../notify/slack/desk.ts";
import type { Inbox, Installations } from "../receive/receive.ts";
import { faultOf, type Fault } from "./fault.ts";
import type { Access } from "./access.ts";
import { html, page, STYLE_SOURCE } from "./html.ts";
import { countedAs, LIMITS, type Limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { logRequests } from "./request-log.ts";
import { handoffRoutes, type Handoffs } from "./routes/handoff.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { operatingRoutes, type Check } from "./routes/operating.ts";
import { reportRoutes, type Reports } from "./routes/reports.ts";
import { resyncRoutes, type Resyncs } from "./routes/resync.ts";
import { signalRoutes, type Signals } from "./routes/signals.ts";
import { slackRoutes } from "./routes/slack.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

export interface ServerDeps {
  readonly config: Pick<Config, "publicUrl" | "trustProxy" | "metricsToken" | "apiToken">;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Instant;
  readonly apps: readonly CrmApp[];
  readonly inbox: Inbox;
  readonly installations: Installations;
  readonly install: InstallContext;
  readonly handoffs: Handoffs;
  /** Absent where nobody may send signals in. */
  readonly signals?: Signals;
  /** Absent where nobody asks for reports. */
  readonly reports?: Reports;
  /** Absent where nobody asks for resyncs. */
  readonly resyncs?: Resyncs;
  /** Absent where nobody answers by Slack. */
  readonly slack?: DeskTools;
  readonly checks: Readonly<Record<string, Check>>;
  /** Smaller bounds for tests. */
  readonly limits?: Partial<Limits>;
  /** Below HubSpot's patience of 5 s, with room for the way back. */
  readonly storeWithinMs?: number;
}

const STORE_WITHIN_MS = 4 * SECOND_MS;
const CHECK_WITHIN_MS = 2 * SECOND_MS;
/** A whole request must have arrived by then: a batch of 100 events is some 60 kB. */
const REQUEST_TIMEOUT_MS = 15 * SECOND_MS;
const HEADERS_TIMEOUT_MS = 5 * SECOND_MS;
/** How often Node looks for the two above; its own 30 s would make them 35. */
const TIMEOUT_CHECK_MS = SECOND_MS;
/** Longer than the usual load balancer keeps an idle connection (60 s), so that it never uses one we just closed. */
const KEEP_ALIVE_MS = 65 * SECOND_MS;
const MOST_HEADER_BYTES = 16_384;
/** For addresses that declare no bound of their own; none of them takes a body. */
const BODY_LIMIT = 1_024;

/** Builds the server; call `listen` on it. Throws when two endpoints share an address. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { config, metrics, now, apps } = deps;
  const limits = { ...LIMITS, ...deps.limits };
  const logger: FastifyBaseLogger = deps.log;
  const app = Fastify({
    loggerInstance: logger,
    // Fastify's own request lines hold addresses as called: ours hold templates.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: trusted(config.trustProxy),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
    },
    // Routes judge their parameters themselves; past this the router would answer without hooks, so without a log line.
    routerOptions: { maxParamLength: MOST_HEADER_BYTES },
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => {
      sendFault(faultOf(error), request, reply);
    },
  });
  logRequests(app, metrics);
  stopGracefully(app);
  app.addHook("onRequest", originFormOnly);
  app.setErrorHandler(onError);
  await protect(app, config.publicUrl, limits);
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendFault({ status: 404, message: "There is nothing at this address." }, request, reply),
  );

  const { inbox, installations, install, checks } = deps;
  const { publicUrl } = config;
  const storeWithinMs = deps.storeWithinMs ?? STORE_WITHIN_MS;
  await app.register(
    webhookRoutes({ apps, inbox, installations, publicUrl, now, metrics, limits, storeWithinMs }),
  );
  if (deps.signals !== undefined)
    await app.register(signalRoutes({ signals: deps.signals, now, metrics, limits, storeWithinMs }));
  if (deps.slack !== undefined) await app.register(slackRoutes({ desk: deps.slack, metrics, limits }));
  await app.register(oauthRoutes({ apps, install, publicUrl, now, metrics, limits }));
  await app.register(handoffRoutes(deps.handoffs));
  const api: Access = { setting: "BATON_API_TOKEN", token: config.apiToken, publicUrl };
  if (deps.reports !== undefined)
    await app.register(reportRoutes({ reports: deps.reports, now, access: api }));
  if (deps.resyncs !== undefined) await app.register(resyncRoutes({ resyncs: deps.resyncs, access: api }));
  const monitoring: Access = { setting: "BATON_METRICS_TOKEN", token: config.metricsToken, publicUrl };
  await app.register(
    operatingRoutes({ checks, checkWithinMs: CHECK_WITHIN_MS, metrics, access: monitoring }),
  );
  return app;
}

/** Without "Connection: close" a connection in use now would stay open, idle, until its keep-alive time is over. */
function stopGracefully(app: FastifyInstance): void {
  let isStopping = false;
  app.addHook("preClose", async () => {
    isStopping = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isStopping) reply.header("connection", "close");
  });
}

/** The address counted against limits is the last one that no trusted proxy vouches for. */
function trusted(
  proxies: ServerDeps["config"]["trustProxy"],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies === "number") return (_address, hop) => hop < proxies;
  return proxies === false ? false : [...proxies];
}

async function protect(app: FastifyInstance, publicUrl: string, limits: Limits): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "style-src": [STYLE_SOURCE],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
      },
    },
    hsts: publicUrl.startsWith("https:") ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: "no-referrer" },
  });
  await app.register(rateLimit, {
    ...limits.pages,
    keyGenerator: countedAs,
    errorResponseBuilder: (_request, { ttl }) =>
      new BatonError("receive.rate-limited", "Too many requests came from this address.", {
        retryAfterMs: ttl,
      }),
  });
}

/** `GET http://other.example/x` is for proxies: what was called must be the same to the router and to a signature. */
async function originFormOnly(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (request.raw.url?.startsWith("/") === true) return undefined;
  return await sendFault({ status: 400, message: "Give a path, not a whole address." }, request, reply);
}

async function onError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const fault = faultOf(error);
  if (fault.status >= 500) request.log.error({ err: error }, "failed");
  else request.log.debug({ err: error }, "refused");
  return await sendFault(fault, request, reply);
}

function sendFault(fault: Fault, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.code(fault.status).header("cache-control", "no-store");
  if (fault.retryAfter !== undefined) reply.header("retry-after", String(fault.retryAfter));
  if (request.routeOptions.config.page === true) {
    const code = fault.code === undefined ? [] : html`<code>${fault.code}</code>, `;
    const content = html`<p>${fault.message}</p>
      <p class="quiet">${code}request <code>${request.id}</code></p>`;
    return reply.type("text/html; charset=utf-8").send(page(titleOf(fault.status), content));
  }
  const code = fault.code === undefined ? {} : { code: fault.code };
  return reply.send({ error: { ...code, message: fault.message, request: request.id } });
}

function titleOf(status: number): string {
  if (status === 404) return "Not found";
  return status < 500 ? "That did not work" : "Baton cannot do that now";
}
