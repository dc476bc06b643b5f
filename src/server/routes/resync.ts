/**
 * `/resync`: how resyncs stand, and asking for one, stopping it, letting it go on. What differs shows what leads' fields hold, so
 * reading is guarded as reports are. Asking makes Baton write: only the token opens it, on this machine too, where a page in
 * somebody's browser could ask as well.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { BatonError } from "../../errors.ts";
import { durationSchema } from "../../playbook/duration.ts";
import { RESYNC_WISHES, type ResyncWish } from "../../lanes/resync-asking.ts";
import type { ResyncStanding } from "../../present/resyncs.ts";
import { type Access, mayRead, refuseAsking, refuseReading, showsToken } from "../access.ts";
import { mount } from "../mount.ts";

/** What the wiring brings. Each throws `resync.bad-question` for what cannot be, or a portal that is not there. */
export interface Resyncs {
  standings(portal: string | undefined): Promise<readonly ResyncStanding[]>;
  ask(portal: string | undefined, wish: ResyncWish): Promise<void>;
  stop(portal: string | undefined): Promise<void>;
  resume(portal: string | undefined, mostCalls: number | undefined): Promise<void>;
}

export interface ResyncContext {
  readonly resyncs: Resyncs;
  readonly access: Access;
}

const portalSchema = z.string().max(64).exactOptional();
const querySchema = z.strictObject({ portal: portalSchema });
const callsSchema = z.int().min(1).max(999_999_999).exactOptional();
const bodySchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("ask"),
    portal: portalSchema,
    only: z.enum(RESYNC_WISHES).exactOptional(),
    since: durationSchema.exactOptional(),
    dryRun: z.boolean().exactOptional(),
    maxCalls: callsSchema,
  }),
  z.strictObject({ do: z.literal("stop"), portal: portalSchema }),
  z.strictObject({ do: z.literal("resume"), portal: portalSchema, maxCalls: callsSchema }),
]);
type Body = z.output<typeof bodySchema>;

const HOW =
  'Ask with {"do": "ask"} and only, since, dryRun, maxCalls as they are needed; or with {"do": "stop"}, {"do": "resume"}. ' +
  "Each may name a portal.";

/** Mounts the address. */
export function resyncRoutes(context: ResyncContext): (app: FastifyInstance) => Promise<void> {
  const { resyncs, access } = context;
  return async (app) =>
    mount(app, {
      method: ["GET", "POST"],
      url: "/resync",
      // Before the body is read.
      onRequest: async (request, reply) => {
        reply.header("cache-control", "no-store").header("x-robots-tag", "noindex, nofollow");
        if (request.method === "GET")
          return mayRead(request, access) ? undefined : await refuseReading(reply, access);
        return showsToken(request, access) ? undefined : await refuseAsking(reply, access);
      },
      handler: async (request, reply) => {
        if (request.method === "GET") return { resyncs: await resyncs.standings(portalIn(request)) };
        const body = bodyOf(request);
        await perform(resyncs, body);
        return await reply.code(202).send({ resyncs: await resyncs.standings(body.portal) });
      },
    });
}

async function perform(resyncs: Resyncs, body: Body): Promise<void> {
  switch (body.do) {
    case "ask": {
      const { only, since, dryRun = false, maxCalls } = body;
      return await resyncs.ask(body.portal, {
        isDry: dryRun,
        ...(only === undefined ? {} : { only }),
        ...(since === undefined ? {} : { sinceMs: since }),
        ...(maxCalls === undefined ? {} : { mostCalls: maxCalls }),
      });
    }
    case "stop":
      return await resyncs.stop(body.portal);
    case "resume":
      return await resyncs.resume(body.portal, body.maxCalls);
  }
}

function portalIn({ query }: FastifyRequest): string | undefined {
  const read = querySchema.safeParse(query);
  if (read.success) return read.data.portal;
  throw new BatonError("resync.bad-question", "Ask with portal, or with nothing.");
}

function bodyOf({ body }: FastifyRequest): Body {
  const read = bodySchema.safeParse(body);
  if (read.success) return read.data;
  throw new BatonError("resync.bad-question", HOW);
}
