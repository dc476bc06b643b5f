/**
 * Reports for whoever operates the server: `/reports/figures` and `/reports/stuck` as JSON, `/reports/pack` as a page. They show
 * how people work, and the stuck leads their names, so the API's token opens them, and not the one that a monitoring system has.
 * One report is made at a time: on SQLite two would only make each other slow.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { BatonError } from "../../errors.ts";
import type { Instant } from "../../model/instant.ts";
import type { Report } from "../../report/report.ts";
import type { Stuck } from "../../present/stuck.ts";
import { type DaySpan, parseSpan } from "../../report/days.ts";
import { figuresJson } from "../../report/figures-json.ts";
import type { Pack } from "../../report/pack.ts";
import { packPage } from "../../report/pack-page.ts";
import { PACK_POLICY } from "../../report/pack-style.ts";
import { DIMENSIONS, type Dimension } from "../../report/tally.ts";
import { type Access, mayRead, refuseReading } from "../access.ts";
import { mount } from "../mount.ts";

/** Where reports come from. Each throws `report.bad-question` for a portal that is not there, or not named among several. */
export interface Reports {
  figures(portal: string | undefined, span: DaySpan, by: Dimension): Promise<Report>;
  stuck(portal: string | undefined): Promise<Stuck>;
  pack(portal: string | undefined, span: DaySpan): Promise<Pack>;
  /** How many days a pack is about when nobody says. */
  packDays(): number;
}

export interface ReportsContext {
  readonly reports: Reports;
  readonly now: () => Instant;
  readonly access: Access;
}

/** Days of a report when nobody says. */
const USUAL_DAYS = 30;

const querySchema = z.strictObject({
  portal: z.string().max(64).exactOptional(),
  from: z.string().max(10).exactOptional(),
  to: z.string().max(10).exactOptional(),
  by: z.enum(DIMENSIONS).exactOptional(),
});
type Query = z.output<typeof querySchema>;

/** Mounts the three addresses. */
export function reportRoutes(context: ReportsContext): (app: FastifyInstance) => Promise<void> {
  const { reports, now, access } = context;
  const oneAtATime = inTurn();
  const serve =
    (url: string, answer: (query: Query, reply: FastifyReply) => Promise<unknown>) =>
    (app: FastifyInstance) =>
      mount(app, {
        method: "GET",
        url,
        handler: async (request, reply) => {
          reply.header("cache-control", "no-store").header("x-robots-tag", "noindex, nofollow");
          if (!mayRead(request, access)) return await refuseReading(reply, access);
          return await oneAtATime(() => answer(queryOf(request), reply));
        },
      });
  return async (app) => {
    serve("/reports/figures", async (query) => {
      const span = parseSpan(query, USUAL_DAYS, now());
      return figuresJson(await reports.figures(query.portal, span, query.by ?? "type"));
    })(app);
    serve("/reports/stuck", async ({ portal }) => await reports.stuck(portal))(app);
    serve("/reports/pack", async (query, reply) => {
      const pack = await reports.pack(query.portal, parseSpan(query, reports.packDays(), now()));
      reply.type("text/html; charset=utf-8").header("content-security-policy", PACK_POLICY);
      return packPage(pack);
    })(app);
  };
}

function queryOf({ query }: FastifyRequest): Query {
  const read = querySchema.safeParse(query);
  if (read.success) return read.data;
  throw new BatonError(
    "report.bad-question",
    `Ask with portal, from, to (dates) and by, which is one of ${DIMENSIONS.join(", ")}.`,
  );
}

/** Lets work through one after the other. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return await mine;
  };
}
