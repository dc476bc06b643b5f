/** The HTTP server: every route of the stand-in HubSpot behind its gate, on loopback only. */
import Fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { serveRoutes } from "./gate.ts";
import type { GateParts } from "./gate.ts";
import { associationRoutes } from "./routes/associations.ts";
import { batchRoutes } from "./routes/batches.ts";
import { callbackRoutes } from "./routes/callbacks.ts";
import { listRoutes } from "./routes/lists.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import type { OauthParts } from "./routes/oauth.ts";
import { objectRoutes } from "./routes/objects.ts";
import { portalFactRoutes } from "./routes/portal-facts.ts";
import { propertyRoutes } from "./routes/properties.ts";
import { searchRoutes } from "./routes/search.ts";
import { sequenceRoutes } from "./routes/sequences.ts";

/** Bodies past this many bytes are refused with 413. */
const bodyLimit = 32 * 1024 * 1024;

/**
 * Listens on 127.0.0.1.
 * @param extend  Adds routes of the sandbox's own that do not pass the gate.
 */
export async function listen(
  parts: GateParts & OauthParts,
  port: number,
  extend: (server: FastifyInstance) => void,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  // Addresses in paths are longer than Fastify's 100 characters; the keep-alive of a killed caller must not hold close().
  const server = Fastify({ bodyLimit, forceCloseConnections: true, routerOptions: { maxParamLength: 500 } });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  serveRoutes(
    server,
    [
      ...objectRoutes,
      ...batchRoutes,
      ...searchRoutes,
      ...associationRoutes,
      ...propertyRoutes,
      ...portalFactRoutes,
      ...listRoutes,
      ...sequenceRoutes,
      ...oauthRoutes(parts),
      ...callbackRoutes,
    ],
    parts,
  );
  extend(server);
  const url = await server.listen({ host: "127.0.0.1", port });
  return { url, close: () => server.close() };
}
