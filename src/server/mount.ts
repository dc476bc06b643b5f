/** Adds a route, and answers 405 with `Allow` to every other method on its address before a body is read. */
import type { FastifyInstance, HTTPMethods, RouteOptions } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Read by people: errors are pages too. */
    page?: boolean;
    /** Good answers are too many to log. */
    quiet?: boolean;
  }
}

const METHODS: readonly HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function mount(app: FastifyInstance, route: RouteOptions): void {
  const allowed = [route.method].flat();
  app.route(route);
  app.route({
    method: METHODS.filter((method) => !allowed.includes(method)),
    url: route.url,
    onRequest: async (_request, reply) =>
      await reply
        .code(405)
        .header("allow", allowed.join(", "))
        .send({ error: { message: `This address takes ${allowed.join(" and ")} only.` } }),
    handler: () => undefined,
  });
}
