/** One line and one measurement for each answered request: template of the route, never the address as called. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Metrics } from "./metrics.ts";

/** Webhooks that went well are many and counted anyway: they are logged at `debug`. */
export function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    const facts = { method: methodOf(request), route: routeOf(request), status: reply.statusCode };
    metrics.requests.observe({ ...facts, status: String(facts.status) }, reply.elapsedTime / 1_000);
    const line = { ...facts, ms: Math.round(reply.elapsedTime) };
    if (facts.status < 400 && request.routeOptions.config.quiet === true) request.log.debug(line, "request");
    else request.log.info(line, "request");
    done();
  });
}

/** The template (`/h/:id`), so that no id, code or state is written down. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? "unknown";
}

/** The router knows a closed set of methods; what it does not know is not repeated. */
function methodOf(request: FastifyRequest): string {
  return request.routeOptions.url === undefined ? "any" : request.method;
}
