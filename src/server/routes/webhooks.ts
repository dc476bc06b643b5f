/**
 * The CRMs' endpoints: `POST /hubspot/webhooks` and whatever else a `CrmApp` declares. The body reaches the app as the
 * bytes that came, whatever their content type says, because signatures are over bytes.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CrmApp, Endpoint, RawRequest } from "../../crm-app.ts";
import { BatonError } from "../../errors.ts";
import type { Instant } from "../../model/instant.ts";
import { receive, type Inbox, type Installations, type Received } from "../../receive/receive.ts";
import { type Failures, failuresOf } from "../failures.ts";
import type { Limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

export interface WebhookContext {
  readonly apps: readonly CrmApp[];
  readonly inbox: Inbox;
  readonly installations: Installations;
  readonly publicUrl: string;
  readonly now: () => Instant;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly storeWithinMs: number;
}

/** A plugin of its own, so that reading raw bytes stays in here. */
export function webhookRoutes(context: WebhookContext): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    app.addHook("onSend", withoutRetryAfter);
    const failures = failuresOf(app, context.limits);
    for (const crmApp of context.apps) {
      for (const endpoint of crmApp.endpoints) mountEndpoint(app, crmApp, endpoint, context, failures);
    }
  };
}

/**
 * On a 429 HubSpot's workflows read `Retry-After` as milliseconds, everybody else as seconds: 10 would bring a flood back
 * at once, 10,000 would lose hours elsewhere. No value is right for both, so none is sent; without one a CRM keeps to a
 * schedule of its own. Source: https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows
 */
async function withoutRetryAfter(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (reply.statusCode === 429) reply.removeHeader("retry-after");
}

function mountEndpoint(
  app: FastifyInstance,
  { crm }: CrmApp,
  endpoint: Endpoint,
  context: WebhookContext,
  failures: Failures,
): void {
  mount(app, {
    method: endpoint.method,
    url: endpoint.path,
    bodyLimit: endpoint.maxBytes,
    config: { rateLimit: context.limits.webhooks, quiet: true },
    handler: async (request, reply) => {
      try {
        const raw = rawRequest(request, context.publicUrl);
        const received = await receive(endpoint, raw, context.now(), { ...context, crm });
        count(context.metrics, crm, received);
        return await answer(reply, received);
      } catch (error) {
        if (!(error instanceof BatonError)) throw error;
        context.metrics.refused.inc({ crm, code: error.code });
        throw SIGNATURE_CODES.has(error.code) ? await failures.counted(request, error) : error;
      }
    },
  });
}

/** `url` is the configured public address, never the `Host` header: signatures are over what the CRM called. */
function rawRequest(request: FastifyRequest, publicUrl: string): RawRequest {
  return {
    method: request.method,
    url: `${publicUrl}${request.raw.url ?? ""}`,
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function count(metrics: Metrics, crm: string, received: Received): void {
  metrics.events.inc({ crm, outcome: "stored" }, received.stored);
  metrics.events.inc({ crm, outcome: "duplicate" }, received.duplicates);
  for (const [code, times = 0] of Object.entries(received.refused)) {
    metrics.events.inc({ crm, outcome: "refused" }, times);
    metrics.refused.inc({ crm, code }, times);
  }
}

async function answer(reply: FastifyReply, received: Received): Promise<FastifyReply> {
  const { status, body, type } = received.answer;
  reply.code(status);
  if (type !== undefined) reply.type(type);
  return await reply.send(body);
}

const SIGNATURE_CODES: ReadonlySet<string> = new Set(["receive.bad-signature", "receive.bad-timestamp"]);
