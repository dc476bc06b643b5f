/**
 * `POST /slack/interactions/:channel`: what people answer by the buttons of Slack messages. The body reaches the desk as the bytes
 * that came: the signature is over bytes. Source: docs/notices.md.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { BatonError } from "../../errors.ts";
import { type DeskTools, type Taken, takeInteraction } from "../../notify/slack/desk.ts";
import { type Failures, failuresOf } from "../failures.ts";
import type { Limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

interface SlackRoutes {
  readonly desk: DeskTools;
  readonly metrics: Metrics;
  readonly limits: Limits;
}

/** A message has at most 50 blocks of 3,000 characters, which travel escaped. */
const MOST_BYTES = 512 * 1024;

/** A plugin of its own, so that reading raw bytes stays in here. */
export function slackRoutes({ desk, metrics, limits }: SlackRoutes): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    const failures = failuresOf(app, limits);
    const confirming = new Set<Promise<void>>();
    app.addHook("onClose", async () => {
      await Promise.all(confirming);
      await desk.door.close();
    });
    mount(app, {
      method: "POST",
      url: "/slack/interactions/:channel",
      bodyLimit: MOST_BYTES,
      config: { rateLimit: limits.webhooks },
      handler: async (request: FastifyRequest, reply) => {
        const { confirm } = await take(request, desk, metrics, failures);
        if (confirm !== undefined) {
          const done = confirm().finally(() => confirming.delete(done));
          confirming.add(done);
        }
        return await reply.code(200).send();
      },
    });
  };
}

async function take(
  request: FastifyRequest,
  desk: DeskTools,
  metrics: Metrics,
  failures: Failures,
): Promise<Taken> {
  const channelOf: DeskTools["channelOf"] = (id) => failures.lookUp(request, id, () => desk.channelOf(id));
  try {
    const taken = await takeInteraction(
      channelIn(request.params),
      {
        timestamp: headerOf(request, "x-slack-request-timestamp"),
        signature: headerOf(request, "x-slack-signature"),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      },
      { ...desk, channelOf },
    );
    if (taken.outcome !== "ignored") metrics.events.inc({ crm: "none", outcome: taken.outcome });
    return taken;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    metrics.refused.inc({ crm: "none", code: error.code });
    throw error.code === "receive.bad-signature" ? await failures.counted(request, error) : error;
  }
}

/** Nothing where there is none: the desk knows no such channel. */
function channelIn(params: unknown): string {
  const id: unknown =
    typeof params === "object" && params !== null ? Reflect.get(params, "channel") : undefined;
  return typeof id === "string" ? id : "";
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
