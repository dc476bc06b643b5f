/**
 * The control surface of Salesforce orgs under `/sandbox/orgs` and `/sandbox/clients`: what the object API offers, as JSON over
 * HTTP. The caller is a test or the demo on the same machine, so its JSON is taken at its word.
 */
import type { FastifyInstance } from "fastify";
import type { OrgAct } from "./salesforce/acts.ts";
import type { BulkJobs } from "./salesforce/bulk/jobs.ts";
import type { OrgOptions } from "./salesforce/index.ts";
import type { OrgClient, OrgClientDeclaration } from "./salesforce/oauth/clients.ts";
import type { OrgRules } from "./salesforce/org.ts";
import type { Org } from "./salesforce/org-desk.ts";
import type { OutboundMood } from "./salesforce/outbound/mood.ts";
import type { Outbound } from "./salesforce/outbound/outbox.ts";
import type { StreamRules } from "./salesforce/streaming/rules.ts";
import type { Gap, Stream } from "./salesforce/streaming/stream.ts";
import type { Sandbox } from "./sandbox.ts";
import { buildOrgWorld } from "./world/org-build.ts";
import type { OrgWorld } from "./world/org-build.ts";

type OfOrg = { org: string };
type OfClient = { client: string };

/** A command to a stream. */
type StreamCommand =
  | { readonly do: "cut" | "silence" | "forget" }
  | { readonly do: "repeat"; readonly count: number }
  | { readonly do: "gap"; readonly kind: Gap; readonly object: string; readonly ids: readonly string[] }
  | { readonly do: "overflow"; readonly object: string };

/** Adds the routes to the control surface's scope. */
export function serveOrgControl(scope: FastifyInstance, sandbox: () => Sandbox): void {
  serveOrgDesk(scope, sandbox);
  serveClients(scope, sandbox);
  serveEvents(scope, (params) => sandbox().org(params.org));
}

/** An org in a few words, for `GET /sandbox`. */
export function describeOrg(org: Org): unknown {
  const { id, rules, integrationUserId } = org;
  const records = Object.entries(org.snapshot()).map(([name, rows]) => [name, rows.length]);
  return { id, rules, integrationUserId, records: Object.fromEntries(records) };
}

/** A client as JSON. */
export function shownClient(client: OrgClient): unknown {
  return { ...client, installs: Object.fromEntries(client.installs) };
}

function serveOrgDesk(scope: FastifyInstance, sandbox: () => Sandbox): void {
  const orgOf = ({ org }: OfOrg): Org => sandbox().org(org);
  scope.post<{ Body: OrgOptions }>("/sandbox/orgs", (request) => {
    const { id, rules, integrationUserId } = sandbox().createOrg(request.body);
    return { id, rules, integrationUserId };
  });
  scope.patch<{ Params: OfOrg; Body: Partial<OrgRules> }>("/sandbox/orgs/:org/rules", (request) =>
    Object.assign(orgOf(request.params).rules, request.body),
  );
  scope.post<{ Params: OfOrg; Body: Partial<OrgWorld> }>("/sandbox/orgs/:org/world", (request) =>
    buildOrgWorld(orgOf(request.params).state, {
      seed: sandbox().seed,
      size: 40,
      asOf: sandbox().now(),
      ...request.body,
    }),
  );
  scope.get<{ Params: OfOrg & { object: string } }>("/sandbox/orgs/:org/records/:object", (request) =>
    orgOf(request.params).all(request.params.object),
  );
  scope.post<{ Params: OfOrg; Body: OrgAct }>("/sandbox/orgs/:org/acts", (request) =>
    orgOf(request.params).act(request.body),
  );
  scope.post<{ Params: OfOrg }>("/sandbox/orgs/:org/expire-sessions", (request) => {
    sandbox().sessions.expireSessions(orgOf(request.params).id);
    return { expired: true };
  });
  scope.patch<{ Params: OfOrg; Body: Partial<BulkJobs["rules"]> }>("/sandbox/orgs/:org/bulk", (request) =>
    Object.assign(orgOf(request.params).bulk, request.body),
  );
}

function serveClients(scope: FastifyInstance, sandbox: () => Sandbox): void {
  const clientOf = ({ client }: OfClient): OrgClient => {
    const found = sandbox().clients.get(client);
    if (!found) throw new RangeError(`no client has the id ${client}`);
    return found;
  };
  scope.post<{ Body: OrgClientDeclaration }>("/sandbox/clients", (request) =>
    shownClient(sandbox().registerClient(request.body)),
  );
  scope.patch<{ Params: OfClient; Body: Partial<OrgClient> }>("/sandbox/clients/:client", (request) =>
    shownClient(Object.assign(clientOf(request.params), request.body)),
  );
  scope.post<{ Params: OfClient & OfOrg; Body: { userId?: string } }>(
    "/sandbox/clients/:client/install/:org",
    ({ params, body }) => sandbox().installOrg(clientOf(params), params.org, body.userId),
  );
  scope.delete<{ Params: OfClient & OfOrg }>("/sandbox/clients/:client/install/:org", ({ params }) => {
    sandbox().uninstallOrg(clientOf(params), params.org);
    return { uninstalled: true };
  });
}

/** How many events a look at a stream shows. */
const newestCount = 100;

function serveEvents(scope: FastifyInstance, orgOf: (params: OfOrg) => Org): void {
  const messages = "/sandbox/orgs/:org/messages";
  scope.get<{ Params: OfOrg }>(messages, (request) => {
    const { mood, messages: defined, deliveries, dropped } = orgOf(request.params).outbound;
    return { mood, messages: defined, deliveries, dropped };
  });
  scope.post<{ Params: OfOrg; Body: Parameters<Outbound["define"]>[0] }>(messages, (request) =>
    orgOf(request.params).outbound.define(request.body),
  );
  scope.patch<{ Params: OfOrg; Body: Partial<OutboundMood> }>(messages, (request) => {
    const { outbound } = orgOf(request.params);
    const mood = Object.assign(outbound.mood, request.body);
    outbound.wake();
    return mood;
  });
  const stream = "/sandbox/orgs/:org/stream";
  scope.get<{ Params: OfOrg }>(stream, (request) => {
    const { stream: told } = orgOf(request.params);
    return { rules: told.rules, clients: told.clientCount(), newest: told.newest(newestCount) };
  });
  scope.patch<{ Params: OfOrg; Body: Partial<StreamRules> }>(stream, (request) =>
    Object.assign(orgOf(request.params).stream.rules, request.body),
  );
  scope.post<{ Params: OfOrg; Body: StreamCommand }>(stream, (request) => {
    command(orgOf(request.params).stream, request.body);
    return { done: request.body.do };
  });
}

function command(stream: Stream, asked: StreamCommand): void {
  switch (asked.do) {
    case "cut":
      return stream.cut();
    case "silence":
      return stream.silence();
    case "forget":
      return stream.forget();
    case "repeat":
      return stream.repeat(asked.count);
    case "gap":
      return stream.gap(asked.kind, asked.object, asked.ids);
    case "overflow":
      return stream.overflow(asked.object);
  }
}
