/**
 * The sandbox: a stand-in HubSpot over real HTTP on loopback. It keeps state, enforces limits, rotates tokens, sends
 * signed webhooks and misbehaves on command. It shares no code with Baton, so that the two cannot be wrong together.
 */
import { performance } from "node:perf_hooks";
import { openControl } from "./control.ts";
import { createFaults } from "./faults.ts";
import { createApp, uuid } from "./hubspot/app.ts";
import type { App } from "./hubspot/app.ts";
import { createLimiter, publishedLimits } from "./hubspot/limits.ts";
import { createPortalState } from "./hubspot/portal.ts";
import type { PortalHooks, PortalState } from "./hubspot/portal.ts";
import { createConsent } from "./hubspot/routes/consent.ts";
import { listen } from "./hubspot/server.ts";
import { createTokens } from "./hubspot/tokens.ts";
import { createOutbox } from "./hubspot/webhooks/outbox.ts";
import { createLedger } from "./ledger.ts";
import { openPortal } from "./portal-desk.ts";
import type { Portal } from "./portal-desk.ts";
import { createQuiet } from "./quiet.ts";
import { createRandom } from "./random.ts";
import { headerProblems } from "./salesforce/header-check.ts";
import { createOrgs } from "./salesforce/index.ts";
import { serveOrgs } from "./salesforce/server.ts";
import type { Sandbox, SandboxOptions } from "./sandbox.ts";

export type { Act } from "./acts.ts";
export type { App, AppDeclaration } from "./hubspot/app.ts";
export type { Portal } from "./portal-desk.ts";
export type { OrgClient } from "./salesforce/oauth/clients.ts";
export type { Org } from "./salesforce/org-desk.ts";
export type { Sandbox, SandboxOptions } from "./sandbox.ts";

/** Starts a sandbox on loopback. @throws the listener's error when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = createParts(options);
  const { apps, portals, tokens, webhooks, keys, quiet } = parts;
  const server = await listen(gateParts(parts), options.port ?? 0, (fastify) => {
    serveOrgs(
      fastify,
      orgParts(parts, () => sandbox.url),
    );
    openControl(fastify, () => sandbox);
  });
  parts.place.url = server.url;
  let lastAppId = 7_000_000;
  const portal = (id: number): Portal => {
    const found = portals.get(id);
    if (!found) throw new RangeError(`no portal has the id ${id}`);
    return found;
  };
  const sandbox: Sandbox = {
    url: server.url,
    seed: parts.seed,
    portals,
    apps,
    orgs: parts.orgs.orgs,
    clients: parts.orgs.clients,
    sessions: parts.orgs.sessions,
    ledger: parts.ledger,
    faults: parts.faults,
    webhooks,
    tokens,
    consent: parts.consent,
    limits: parts.limits,
    pace: parts.pace,
    now: parts.now,
    portal,
    createPortal: (given = {}) => createPortal(parts, given),
    registerApp(declaration = {}) {
      const app = createApp(declaration, keys, () => ++lastAppId);
      apps.set(app.id, app);
      return app;
    },
    install(app, portalId, scopes = [...app.requiredScopes, ...app.optionalScopes]) {
      app.installs.set(portal(portalId).id, scopes);
      return tokens.issue({ appId: app.id, portalId, userId: 123, scopes });
    },
    uninstall: (app, portalId) => uninstall(parts, app, portalId),
    org(id) {
      const found = parts.orgs.orgs.get(id);
      if (!found) throw new RangeError(`no org has the id ${id}`);
      return found;
    },
    createOrg: (given = {}) => parts.orgs.create(given),
    registerClient: (declaration = {}) => parts.orgs.registerClient(declaration),
    installOrg: (client, orgId, userId) => parts.orgs.install(client, orgId, userId),
    uninstallOrg: (client, orgId) => parts.orgs.uninstall(client, orgId),
    drained: () => quiet.reached(),
    async close() {
      webhooks.close();
      parts.orgs.close();
      await server.close();
      const problems = headerProblems(parts.ledger, parts.orgs.states);
      if (problems.length > 0)
        throw new Error(`writes to Salesforce without their headers:\n${problems.join("\n")}`);
    },
  };
  return sandbox;
}

type Parts = ReturnType<typeof createParts>;

/** Everything that is there before the first portal. Each use of chance has its own stream of the one seed. */
function createParts(options: SandboxOptions) {
  const seed = options.seed ?? 1;
  const now = options.now ?? Date.now;
  const monotonicMs = (): number => performance.now();
  const apps = new Map<number, App>();
  const keys = createRandom(seed, "keys");
  const webhooks = createOutbox({ apps, random: createRandom(seed, "webhooks"), now, monotonicMs });
  const quiet = createQuiet(() => webhooks.isIdle() && orgs.isIdle());
  const ledger = createLedger();
  const place = { url: "" };
  const orgs = createOrgs({
    seed,
    now,
    ledger,
    keys: createRandom(seed, "org keys"),
    url: () => place.url,
    settled: () => quiet.check(),
  });
  webhooks.onIdle(() => quiet.check());
  return {
    seed,
    now,
    monotonicMs,
    apps,
    keys,
    webhooks,
    quiet,
    portals: new Map<number, Portal>(),
    states: new Map<number, PortalState>(),
    ledger,
    orgs,
    place,
    faults: createFaults(createRandom(seed, "faults")),
    limits: { ...publishedLimits, ...options.limits },
    tokens: createTokens(now, keys),
    consent: createConsent((length) => keys.hex(length)),
    pace: { latencyMs: options.latencyMs ?? 0 },
  };
}

const firstPortalId = 891_472_211;

function createPortal(parts: Parts, given: NonNullable<Parameters<Sandbox["createPortal"]>[0]>): Portal {
  const { apps, portals, states, webhooks, now, quiet } = parts;
  const id = given.id ?? firstPortalId + portals.size;
  if (portals.has(id)) throw new RangeError(`portal ${id} exists already`);
  const chance = createRandom(parts.seed, `portal ${id}`);
  const hooks: PortalHooks = {
    now,
    changed: (change) => webhooks.announce(change),
    wrote: (write) => parts.ledger.accept({ ...write, at: now(), portalId: id }),
    hex: (length) => chance.hex(length),
  };
  const state = createPortalState(id, hooks, given.rules ?? {});
  const appOf = (portalId: number): App | undefined =>
    [...apps.values()].find((app) => app.installs.has(portalId));
  const opened = openPortal(state, { webhooks, appOf });
  const portal: Portal = { ...opened, act: (act) => quiet.run(() => opened.act(act)) };
  states.set(id, state);
  portals.set(id, portal);
  return portal;
}

function uninstall(parts: Parts, app: App, portalId: number): void {
  app.installs.delete(portalId);
  parts.tokens.revokeInstall(app.id, portalId);
}

function gateParts(parts: Parts): Parameters<typeof listen>[0] {
  return {
    ...parts,
    portals: parts.states,
    limiter: createLimiter(parts.limits, parts.monotonicMs),
    correlationId: () => uuid(parts.keys),
    latencyMs: () => parts.pace.latencyMs,
    install: (app, state, scopes) => void app.installs.set(state.id, scopes),
    uninstall: (app, state) => uninstall(parts, app, state.id),
  };
}

function orgParts(parts: Parts, url: () => string): Parameters<typeof serveOrgs>[1] {
  const { ledger, faults, now, monotonicMs, orgs, consent, keys, pace } = parts;
  return {
    ledger,
    faults,
    now,
    monotonicMs,
    url,
    orgs: orgs.states,
    lives: orgs.orgs,
    clients: orgs.clients,
    sessions: orgs.sessions,
    codes: orgs.codes,
    latencyMs: () => pace.latencyMs,
    automatic: () => consent.automatic,
    hex: (length) => keys.hex(length),
  };
}
