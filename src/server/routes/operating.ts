/**
 * For whoever operates the server: `/healthz` (the process answers), `/readyz` (it can do its work) and `/metrics`.
 */
import type { FastifyInstance } from "fastify";
import { within } from "../../within.ts";
import { type Access, mayRead, refuseReading } from "../access.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

/** One question about readiness: true, or not ready. A rejection and a silence count as "not ready". */
export type Check = () => boolean | Promise<boolean>;

export interface OperatingContext {
  /** By name: `store` (it answers), `playbook` (one is loaded), `lanes` (they are alive). */
  readonly checks: Readonly<Record<string, Check>>;
  readonly checkWithinMs: number;
  readonly metrics: Metrics;
  /** Of `/metrics`. */
  readonly access: Access;
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
        if (!mayRead(request, context.access)) return await refuseReading(reply, context.access);
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
  const asked = (async () => await check())();
  return await within(asked, withinMs, () => false).catch(() => false);
}
