/**
 * The control surface under `/sandbox/`: what the object API offers, as JSON over HTTP, for other processes. Its
 * calls are not in the ledger and obey no limit and no fault. The caller is a test or the demo on the same machine,
 * so its JSON is taken at its word.
 */
import type { FastifyInstance } from "fastify";
import type { Act } from "./acts.ts";
import type { FaultRule } from "./faults.ts";
import type { App, AppDeclaration } from "./hubspot/app.ts";
import type { LimitFigures } from "./hubspot/limits.ts";
import { parseObjectType } from "./hubspot/object-type.ts";
import type { PortalList, PortalRules } from "./hubspot/portal.ts";
import type { TokenRules } from "./hubspot/tokens.ts";
import type { WebhookMood } from "./hubspot/webhooks/mood.ts";
import type { WriteFilter } from "./ledger.ts";
import { describeOrg, serveOrgControl, shownClient } from "./org-control.ts";
import type { Sandbox } from "./sandbox.ts";
import { buildWorld } from "./world/build.ts";

type OfApp = { app: string };
type OfPortal = { portal: string };

/** Adds the control routes. `sandbox` is asked for when a request comes, as the server starts before it is whole. */
export function openControl(server: FastifyInstance, sandbox: () => Sandbox): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) =>
      done(null, JSON.parse(body === "" ? "{}" : String(body))),
    );
    scope.setErrorHandler((error: Error, _request, reply) =>
      reply.code(error instanceof RangeError ? 404 : 500).send({ status: "error", message: error.message }),
    );
    serveObservation(scope, sandbox);
    serveSwitches(scope, sandbox);
    serveApps(scope, sandbox);
    servePortals(scope, sandbox);
    serveOrgControl(scope, sandbox);
    await Promise.resolve();
  });
}

function serveObservation(scope: FastifyInstance, sandbox: () => Sandbox): void {
  scope.get("/sandbox", () => describe(sandbox()));
  scope.get("/sandbox/ledger/calls", () => sandbox().ledger.calls);
  scope.get<{ Querystring: Readonly<Record<string, string | undefined>> }>(
    "/sandbox/ledger/writes",
    (request) => sandbox().ledger.find(filterOf(request.query)),
  );
  scope.get("/sandbox/faults", () => Object.fromEntries(sandbox().faults.applied));
  scope.get("/sandbox/webhooks", () => {
    const { mood, deliveries, givenUp } = sandbox().webhooks;
    return { mood, deliveries, givenUp };
  });
  scope.post("/sandbox/drained", async () => {
    await sandbox().drained();
    return { drained: true };
  });
}

function serveSwitches(scope: FastifyInstance, sandbox: () => Sandbox): void {
  scope.post<{ Body: FaultRule }>("/sandbox/faults", (request) => {
    sandbox().faults.add(request.body);
    return { added: true };
  });
  scope.delete("/sandbox/faults", () => {
    sandbox().faults.clear();
    return { cleared: true };
  });
  scope.patch<{ Body: Partial<WebhookMood> }>("/sandbox/webhooks", (request) => {
    const mood = Object.assign(sandbox().webhooks.mood, request.body);
    sandbox().webhooks.wake();
    return mood;
  });
  scope.patch<{ Body: Partial<LimitFigures> }>("/sandbox/limits", (request) =>
    Object.assign(sandbox().limits, request.body),
  );
  scope.patch<{ Body: { latencyMs: number } }>("/sandbox/pace", (request) =>
    Object.assign(sandbox().pace, request.body),
  );
  scope.patch<{ Body: Partial<TokenRules> }>("/sandbox/tokens", (request) =>
    Object.assign(sandbox().tokens.rules, request.body),
  );
  scope.patch<{ Body: { automatic: boolean } }>("/sandbox/consent", (request) => {
    sandbox().consent.automatic = request.body.automatic;
    return request.body;
  });
}

function serveApps(scope: FastifyInstance, sandbox: () => Sandbox): void {
  const appOf = (id: string): App => {
    const app = sandbox().apps.get(Number(id));
    if (!app) throw new RangeError(`no app has the id ${id}`);
    return app;
  };
  scope.post<{ Body: AppDeclaration }>("/sandbox/apps", (request) =>
    shown(sandbox().registerApp(request.body)),
  );
  scope.patch<{ Body: Partial<App>; Params: OfApp }>("/sandbox/apps/:app", (request) =>
    shown(Object.assign(appOf(request.params.app), request.body)),
  );
  scope.post<{ Params: OfApp & OfPortal }>("/sandbox/apps/:app/install/:portal", (request) =>
    sandbox().install(appOf(request.params.app), Number(request.params.portal)),
  );
  scope.delete<{ Params: OfApp & OfPortal }>("/sandbox/apps/:app/install/:portal", (request) => {
    sandbox().uninstall(appOf(request.params.app), Number(request.params.portal));
    return { uninstalled: true };
  });
}

function servePortals(scope: FastifyInstance, sandbox: () => Sandbox): void {
  const portalOf = (params: OfPortal): ReturnType<Sandbox["portal"]> =>
    sandbox().portal(Number(params.portal));
  scope.post<{ Body: { id?: number; rules?: Partial<PortalRules> } }>("/sandbox/portals", (request) => {
    const { id, rules } = sandbox().createPortal(request.body);
    return { id, rules };
  });
  scope.patch<{ Params: OfPortal; Body: Partial<PortalRules> }>("/sandbox/portals/:portal/rules", (request) =>
    Object.assign(portalOf(request.params).rules, request.body),
  );
  scope.post<{ Params: OfPortal; Body: { seed?: number; size?: number; asOf?: number } }>(
    "/sandbox/portals/:portal/world",
    (request) => {
      const { seed, size, asOf } = request.body;
      return buildWorld(
        sandbox(),
        portalOf(request.params).id,
        seed ?? sandbox().seed,
        size ?? 40,
        asOf ?? sandbox().now(),
      );
    },
  );
  scope.get<{ Params: OfPortal & { type: string } }>("/sandbox/portals/:portal/records/:type", (request) => {
    const type = parseObjectType(request.params.type);
    if (!type) throw new RangeError(`no object type is called ${request.params.type}`);
    return portalOf(request.params).all(type);
  });
  scope.get<{ Params: OfPortal }>("/sandbox/portals/:portal/executions", (request) => [
    ...portalOf(request.params).state.executions.values(),
  ]);
  scope.post<{ Params: OfPortal; Body: { name: string; id?: string; of?: PortalList["of"] } }>(
    "/sandbox/portals/:portal/lists",
    (request) => {
      const { name, ...traits } = request.body;
      const { id, of } = portalOf(request.params).addList(name, [], traits);
      return { id, name, of };
    },
  );
  scope.post<{ Params: OfPortal; Body: Act }>("/sandbox/portals/:portal/acts", (request) =>
    portalOf(request.params).act(request.body),
  );
}

function filterOf(query: Readonly<Record<string, string | undefined>>): WriteFilter {
  const { portalId, orgId, kind, objectId, by } = query;
  return {
    ...(portalId === undefined ? {} : { portalId: Number(portalId) }),
    ...(orgId === undefined ? {} : { orgId }),
    ...(kind === undefined ? {} : { kind }),
    ...(objectId === undefined ? {} : { objectId }),
    ...(by === "app" || by === "other" ? { by } : {}),
  };
}

function describe(sandbox: Sandbox): unknown {
  const portals = [...sandbox.portals.values()].map((portal) => ({
    id: portal.id,
    rules: portal.rules,
    records: Object.fromEntries(
      Object.entries(portal.snapshot()).map(([name, records]) => [name, records.length]),
    ),
  }));
  return {
    url: sandbox.url,
    seed: sandbox.seed,
    portals,
    apps: [...sandbox.apps.values()].map(shown),
    orgs: [...sandbox.orgs.values()].map(describeOrg),
    clients: [...sandbox.clients.values()].map(shownClient),
  };
}

function shown(app: App): unknown {
  return { ...app, installs: Object.fromEntries(app.installs) };
}
