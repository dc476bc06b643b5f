/**
 * For whoever operates the server: `/healthz` (the process answers), `/readyz` (it can do its work) and `/metrics`.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../../config/loopback.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

/** One question about readiness: true, or not ready. A rejection and a silence count as "not ready". */
export type Check = () => boolean | Promise<boolean>;

export interface OperatingContext {
  /** By name: `store` (it answers), `playbook` (one is loaded), `lanes` (they are alive). */
  readonly checks: Readonly<Record<string, Check>>;
  readonly checkWithinMs: number;
  readonly metrics: Metrics;
  readonly metricsToken?: string;
}

export function operatingRoutes(context: OperatingContext): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const config = { quiet: true };
    mount(app, { method: ["GET", "HEAD"], url: "/healthz", config, handler: async () => ({ status: "ok" }) });
    mount(app, {
      method: ["GET", "HEAD"],
      url: "/readyz",
      config,
      handler: async (_request, reply) => {
        const checks = await runChecks(context);
        const ready = Object.values(checks).every((outcome) => outcome === "ok");
        return await reply
          .code(ready ? 200 : 503)
          .header("cache-control", "no-store")
          .send({ ready, checks });
      },
    });
    mount(app, {
      method: "GET",
      url: "/metrics",
      config,
      handler: async (request, reply) => {
        if (!mayRead(request, context.metricsToken)) {
          return await refuseReading(reply);
        }
        return await reply
          .type(context.metrics.registry.contentType)
          .send(await context.metrics.registry.metrics());
      },
    });
  };
}

type Outcome = "ok" | "failing";

async function runChecks(context: OperatingContext): Promise<Readonly<Record<string, Outcome>>> {
  const outcomes = await Promise.all(
    Object.entries(context.checks).map(
      async ([name, check]) =>
        [name, (await holds(check, context.checkWithinMs)) ? "ok" : "failing"] as const,
    ),
  );
  return Object.fromEntries(outcomes);
}

async function holds(check: Check, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  try {
    return await Promise.race([(async () => await check())(), silence]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Without a token only this machine may read, and only directly: behind a proxy everybody looks local. */
export function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) return isSame(request.headers.authorization ?? "", `Bearer ${token}`);
  const { headers, socket } = request;
  const isProxied = headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
  return !isProxied && isLoopback(socket.remoteAddress ?? "");
}

/** What everybody else gets. */
export async function refuseReading(reply: FastifyReply): Promise<FastifyReply> {
  const message = "Give the metrics token as a bearer token (BATON_METRICS_TOKEN).";
  return await reply.code(401).header("www-authenticate", "Bearer").send({ error: { message } });
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
