/**
 * `GET /h/:id`: what the CRM's "handoff link" property opens. It says what was decided and why, to a browser as a page, and as
 * JSON to whoever accepts nothing but that.
 *
 * It asks for no login, so it holds no personal data: which conditions were looked at and how they came out, but never the
 * value they saw, nor who the lead or the rep is. Its id cannot be guessed; nothing stores or indexes it.
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { withoutPersons } from "../../log.ts";
import { handoffMarkup } from "../handoff-page.ts";
import { type HandoffView, publicHandoff } from "../handoff-view.ts";
import { html, page } from "../html.ts";
import { mount } from "../mount.ts";

/** Where handoffs are found by the id in their link. */
export interface Handoffs {
  find(id: string): Promise<HandoffView | undefined>;
}

const NOT_FOUND = { error: { message: "There is no handoff at this address." } };
const NOBODY_HAS_IT = html`<p>There is no handoff at this address. Its record may have been erased.</p>`;

/** Long enough not to be guessed (16 characters of base64 are 96 bits), short enough to be a link. */
const paramsSchema = z.object({ id: z.string().regex(/^[\w-]{16,64}$/) });

export function handoffRoutes(handoffs: Handoffs): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    mount(app, {
      method: "GET",
      url: "/h/:id",
      config: { page: true },
      handler: async (request, reply) => {
        const params = paramsSchema.safeParse(request.params);
        const view = params.success ? await handoffs.find(params.data.id) : undefined;
        reply.header("cache-control", "no-store").header("x-robots-tag", "noindex, nofollow");
        reply.header("vary", "accept");
        const handoff = view && publicHandoff(view);
        // Conditions are the playbook's words, and an admin may have written an address into one.
        if (request.headers.accept?.split(";")[0]?.trim() === "application/json") {
          reply.type("application/json; charset=utf-8").code(handoff === undefined ? 404 : 200);
          return await reply.send(withoutPersons(JSON.stringify(handoff ?? NOT_FOUND)));
        }
        reply.type("text/html; charset=utf-8");
        if (handoff === undefined) return await reply.code(404).send(page("Not found", NOBODY_HAS_IT));
        const whole = page(`Handoff: ${handoff.type}`, handoffMarkup(handoff));
        return await reply.send(withoutPersons(whole));
      },
    });
  };
}
