/**
 * `GET /h/:id`: what the CRM's "handoff link" property opens. It says what was decided and why.
 *
 * The page asks for no login, so it holds no personal data: which conditions were looked at and how they came out, but
 * never the value they saw, nor who the lead or the rep is. Its id cannot be guessed; nothing stores or indexes it.
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Verdict } from "../../model/decision.ts";
import type { HandoffState, Stamps } from "../../model/handoff.ts";
import { withoutPersons } from "../../log.ts";
import { html, page } from "../html.ts";
import { mount } from "../mount.ts";
import { handoffMarkup } from "../handoff-page.ts";

/** One handoff as the page needs it. */
export interface HandoffView {
  readonly type: string;
  readonly state: HandoffState;
  readonly closedBecause?: string;
  readonly verdict: Verdict;
  /** Name of the rule in `routing.yaml` that assigned it. */
  readonly rule?: string;
  readonly stamps: Stamps;
  readonly playbookVersion: string;
}

/** Where handoffs are found by the id in their link. */
export interface Handoffs {
  find(id: string): Promise<HandoffView | undefined>;
}

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
        reply.type("text/html; charset=utf-8");
        if (view === undefined) return await reply.code(404).send(page("Not found", NOBODY_HAS_IT));
        const markup = handoffMarkup(view);
        // Conditions are the playbook's words, and an admin may have written an address into one.
        return await reply.send(
          page(`Handoff: ${withoutPersons(view.type)}`, { markup: withoutPersons(markup.markup) }),
        );
      },
    });
  };
}
